package text

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var base64Functions = []fn.Func{{
	Name: "BASE64_CONTAINS",
	Params: []fn.Param{
		{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string, such as a command line"},
		{Name: "part", Kinds: fn.String, Doc: "what to look for, as it is before it is encoded; three characters at least"},
		{Name: "wide", Kinds: fn.Bool, Optional: true, Doc: "true looks for it in UTF-16, as PowerShell encodes commands; false by default"},
	},
	Result: fn.Bool, ResultDoc: "whether it is in the string; false for null",
	Doc: "Looks for a text that is encoded in BASE64 somewhere in a string, wherever in the encoded text it begins. Not in Metron.",
	Examples: []fn.Example{
		{Expr: "BASE64_CONTAINS('IEX', 'IEX')", Want: "false"},
		{Expr: "BASE64_CONTAINS(ENCODE('run IEX (New-Object …)', 'BASE64'), 'IEX')", Want: "true"},
		{Expr: "BASE64_CONTAINS('JABjAD0ASQBFAFgA', 'IEX', true)", Want: "true"},
		{Expr: "BASE64_CONTAINS(null, 'IEX')", Want: "false"},
	},
	Cost:    3,
	Body:    base64Contains,
	Prepare: prepareBase64Contains,
}}

// base64Forms returns what a part looks like in BASE64, beginning at each of the three
// places of a group. Characters that also depend on what stands before or after are left
// out.
func base64Forms(part value.Value, wide bool) ([3]string, error) {
	text := []byte(part.Str())
	if wide {
		text = text[:0:0]
		for _, unit := range utf16.Encode([]rune(part.Str())) {
			text = append(text, byte(unit), byte(unit>>8))
		}
	}
	var forms [3]string
	if len(text) < 3 {
		return forms, fn.Argumentf(1, "'%s' is too short to be found; give three characters at least", part.Str())
	}
	for before := range forms {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), text...))
		bits := 8 * (before + len(text))
		forms[before] = encoded[(8*before+5)/6 : bits/6]
	}
	return forms, nil
}

func base64Contains(c *fn.Call) (value.Value, error) {
	if len(c.Args[1].Str()) > longestPart {
		return value.Null, fn.Limitf(1, "the part has %d bytes, more than %d", len(c.Args[1].Str()), longestPart)
	}
	forms, err := base64Forms(c.Args[1], c.Arg(2).Bool())
	if err != nil {
		return value.Null, err
	}
	return value.Bool(containsOneOf(c.Args[0].Str(), forms)), nil
}

// longestPart is how long the text to look for may be, in bytes.
const longestPart = 10_000

// prepareBase64Contains encodes a constant part once.
func prepareBase64Contains(constants fn.Constants) (fn.Prepared, error) {
	part, known := constants.Get(1)
	wide, wideKnown := constants.Get(2)
	if !known || part.Kind() != value.KindString || len(part.Str()) > longestPart || len(constants) > 2 && !wideKnown {
		return fn.Prepared{}, nil
	}
	forms, err := base64Forms(part, wide.Bool())
	if err != nil {
		return fn.Prepared{}, err
	}
	return fn.Prepared{Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
		return value.Bool(containsOneOf(v.Str(), forms)), nil
	}}, nil
}

func containsOneOf(s string, parts [3]string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
