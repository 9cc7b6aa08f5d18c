package conversion

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var jsonFunctions = []fn.Func{
	{
		Name:      "TO_JSON_OBJECT",
		Params:    jsonParams,
		Result:    fn.Bool | fn.Number | fn.String | fn.List | fn.Map,
		ResultDoc: "the value that the JSON text describes",
		Doc: "Reads a JSON text of any form. Whole numbers become ints or, where these are too small, longs or bigints; " +
			"numbers with a point or exponent become doubles. Of a name that is repeated the last value holds. " +
			"Text that is not JSON is an error, as is anything after the value; empty text stays empty text.",
		Examples: []fn.Example{
			{Expr: "TO_JSON_OBJECT('{\"port\" : 443}')", Want: "{'port' : 443}"},
			{Expr: "TO_JSON_OBJECT('1e3')", Want: "1000.0"},
		},
		Unary: jsonParser(fn.Any, ""),
	},
	{
		Name:      "TO_JSON_MAP",
		Params:    jsonParams,
		Result:    fn.Map | fn.String,
		ResultDoc: "the map that the JSON text describes, null for the JSON null",
		Doc:       "Reads a JSON object as TO_JSON_OBJECT does; any other JSON but null is an error, while empty text stays empty text.",
		Examples: []fn.Example{
			{Expr: "TO_JSON_MAP('{\"user\" : \"jdoe\", \"tries\" : 3}')", Want: "{'user' : 'jdoe', 'tries' : 3}"},
		},
		Unary: jsonParser(fn.Map, "an object"),
	},
	{
		Name:      "TO_JSON_LIST",
		Params:    jsonParams,
		Result:    fn.List | fn.String,
		ResultDoc: "the list that the JSON text describes, null for the JSON null",
		Doc:       "Reads a JSON array as TO_JSON_OBJECT does; any other JSON but null is an error, while empty text stays empty text.",
		Examples: []fn.Example{
			{Expr: "TO_JSON_LIST('[1, \"two\", null]')", Want: "[1, 'two', null]"},
		},
		Unary: jsonParser(fn.List, "an array"),
	},
}

var jsonParams = []fn.Param{{Name: "json", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the JSON text"}}

// jsonParser makes a body that reads JSON text. The result must be null or of
// the kinds wanted, which JSON calls form.
func jsonParser(wanted fn.Kinds, form string) fn.Unary {
	return func(json value.Value, limits *fn.Limits) (value.Value, error) {
		text := json.Str()
		if text == "" {
			return json, nil
		}
		if countJSONValues(text) > limits.Elements {
			return value.Null, fn.Limitf(0, "the JSON text has more than the limit of %d values", limits.Elements)
		}
		v, err := value.ParseJSON([]byte(text))
		if err != nil {
			return value.Null, fn.Argumentf(0, "%v", err)
		}
		if !v.IsNull() && !wanted.Has(v.Kind()) {
			return value.Null, fn.Argumentf(0, "the JSON text must be %s, it is a %v", form, v.Kind())
		}
		return v, nil
	}
}

// countJSONValues counts the values in a JSON text, names included, without
// parsing it: there is one at the start, and one more behind each comma, each
// colon, and each opening bracket. (Behind that of an empty array or object
// there is none; it is counted all the same.)
func countJSONValues(text string) int64 {
	n := int64(1)
	inString := false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			inString = !inString
		case '\\':
			i++
		case ',', ':', '[', '{':
			if !inString {
				n++
			}
		}
	}
	return n
}
