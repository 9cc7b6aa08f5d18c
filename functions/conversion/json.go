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
			"numbers with a point or exponent become doubles. If a name is repeated, the last value holds. " +
			"Text that is not JSON is an error, as is anything after the value; empty text stays empty text.",
		Examples: []fn.Example{
			{Expr: "TO_JSON_OBJECT('{\"port\" : 443}')", Want: "{'port' : 443}"},
			{Expr: "TO_JSON_OBJECT('1e3')", Want: "1000.0"},
		},
		Cost: fn.OwnCost,
		Body: jsonParser(fn.Any, ""),
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
		Cost: fn.OwnCost,
		Body: jsonParser(fn.Map, "an object"),
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
		Cost: fn.OwnCost,
		Body: jsonParser(fn.List, "an array"),
	},
	{
		Name:      "TO_JSON",
		Params:    anyParams,
		Result:    fn.String,
		ResultDoc: "the JSON text, without blanks",
		Doc: "Writes a value as JSON. A set becomes an array; keys that are no strings, and what JSON has nothing for, are written " +
			"by their text form; NaN and Infinity become null. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "TO_JSON({'ip' : '10.0.0.1', 'ports' : [22, 80]})", Want: "'{\"ip\":\"10.0.0.1\",\"ports\":[22,80]}'"},
			{Expr: "TO_JSON('a')", Want: "'\"a\"'"},
			{Expr: "TO_JSON(null)", Want: "'null'"},
		},
		Cost: fn.OwnCost,
		Body: toJSON,
	},
}

// jsonCost is that of writing JSON, of which a character may take six.
const jsonCost fn.Cost = 4

func toJSON(c *fn.Call) (value.Value, error) {
	v := c.Args[0]
	if err := c.Spend(1 + jsonCost.Steps(v.Size())); err != nil {
		return value.Null, err
	}
	limit := c.Limits().StringLength
	// What is that large surely is longer; what is smaller may take six times as much.
	if v.Size()/8 > int64(limit) {
		return value.Null, fn.Limitf(0, "the JSON would be longer than the limit of %d bytes", limit)
	}
	if err := c.Allocate(2 * v.Size()); err != nil {
		return value.Null, err
	}
	text := v.AppendJSON(nil)
	if len(text) > limit {
		return value.Null, fn.Limitf(0, "the JSON would be longer than the limit of %d bytes", limit)
	}
	return value.String(string(text)), c.Allocate(int64(len(text)))
}

var jsonParams = []fn.Param{{Name: "json", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the JSON text"}}

// jsonParser makes a body that reads JSON text. The result must be null or of
// the kinds wanted, which JSON calls form.
func jsonParser(wanted fn.Kinds, form string) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		json := c.Args[0]
		text := json.Str()
		if text == "" {
			return json, nil
		}
		if err := spendOnJSON(c, text); err != nil {
			return value.Null, err
		}
		v, err := value.ParseJSONWith([]byte(text), value.JSONOptions{Budget: c})
		if err != nil {
			return value.Null, fn.Argumentf(0, "%v", err)
		}
		if !v.IsNull() && !wanted.Has(v.Kind()) {
			return value.Null, fn.Argumentf(0, "the JSON text must be %s, it is a %v", form, v.Kind())
		}
		return v, nil
	}
}

// What reading JSON takes and makes: for each value, and for the bytes between.
const (
	stepsPerValue = 5
	bytesPerValue = 80
	bytesPerStep  = 16
)

// spendOnJSON charges the values of a JSON text before they are made, and refuses
// too many.
func spendOnJSON(c *fn.Call, text string) error {
	length := int64(len(text))
	if err := c.Spend(length / bytesPerStep); err != nil {
		return err
	}
	values := countJSONValues(text)
	if most := c.Limits().Elements; values > most {
		return fn.Limitf(0, "the JSON text has more than the limit of %d values", most)
	}
	if err := c.Spend(stepsPerValue * values); err != nil {
		return err
	}
	return c.Allocate(2*length + bytesPerValue*values)
}

// countJSONValues counts the values in a JSON text, names included, without
// parsing it: there is one at the start, and one more after each comma, each
// colon, and each opening bracket. (After that of an empty array or object
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
