package text

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/text/internal/utf16text"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// The functions that look at the ends of a string, or change them.
var affixFunctions = []fn.Func{
	{
		Name:      "STARTS_WITH",
		Params:    affixTestParams("prefix"),
		Result:    fn.Bool,
		ResultDoc: "whether the string begins with the prefix; false if either is null",
		Doc:       "Reports whether a string begins with another. Case matters. Every string begins with the empty one.",
		Examples: []fn.Example{
			{Expr: "STARTS_WITH('10.26.10.5', '10.')", Want: "true"},
			{Expr: "STARTS_WITH(null, '10.')", Want: "false"},
		},
		Cost:    fn.OwnCost,
		Body:    affixTest(strings.HasPrefix),
		Prepare: warnOfExchange("STARTS_WITH(string, prefix)", isPrefix),
		Witness: fn.TextWitness(fn.HasPrefix, 0, 1, false),
	},
	{
		Name:      "ENDS_WITH",
		Params:    affixTestParams("suffix"),
		Result:    fn.Bool,
		ResultDoc: "whether the string ends with the suffix; false if either is null",
		Doc:       "Reports whether a string ends with another. Case matters. Every string ends with the empty one.",
		Examples: []fn.Example{
			{Expr: "ENDS_WITH('invoice.pdf.exe', '.exe')", Want: "true"},
			{Expr: "ENDS_WITH(null, '.exe')", Want: "false"},
		},
		Cost:    fn.OwnCost,
		Body:    affixTest(strings.HasSuffix),
		Prepare: warnOfExchange("ENDS_WITH(string, suffix)", isSuffix),
		Witness: fn.TextWitness(fn.HasSuffix, 0, 1, false),
	},
	{
		Name:      "PREPEND_IF_MISSING",
		Params:    affixParams("prefix"),
		Result:    fn.String,
		ResultDoc: "the string, with the prefix before it if it had neither prefix",
		Doc: "Puts a prefix before a string that does not begin with it, nor with the alternative. Case matters. " +
			"With an empty alternative, with which every string begins, nothing is added.",
		Examples: []fn.Example{
			{Expr: "PREPEND_IF_MISSING('example.com', 'www.')", Want: "'www.example.com'"},
			{Expr: "PREPEND_IF_MISSING('https://example.com', 'http://', 'https://')", Want: "'https://example.com'"},
		},
		Exact: true,
		Body: func(c *fn.Call) (value.Value, error) {
			return addIfMissing(c, strings.HasPrefix, func(s, prefix string) string { return prefix + s })
		},
		Prepare: warnOfExchange("PREPEND_IF_MISSING(string, prefix)", isPrefix),
	},
	{
		Name:      "APPEND_IF_MISSING",
		Params:    affixParams("suffix"),
		Result:    fn.String,
		ResultDoc: "the string, with the suffix after it if it had neither suffix",
		Doc: "Puts a suffix after a string that does not end with it, nor with the alternative. Case matters. " +
			"With an empty alternative, with which every string ends, nothing is added.",
		Examples: []fn.Example{
			{Expr: "APPEND_IF_MISSING('report', '.txt')", Want: "'report.txt'"},
			{Expr: "APPEND_IF_MISSING('page.html', '.htm', '.html')", Want: "'page.html'"},
		},
		Exact: true,
		Body: func(c *fn.Call) (value.Value, error) {
			return addIfMissing(c, strings.HasSuffix, func(s, suffix string) string { return s + suffix })
		},
		Prepare: warnOfExchange("APPEND_IF_MISSING(string, suffix)", isSuffix),
	},
	{
		Name:      "FILL_LEFT",
		Params:    fillParams,
		Result:    fn.String,
		ResultDoc: "the text, filled on the left up to the length",
		Doc:       "Fills a text with a character on its left. A text that is long enough stays as it is.",
		Examples: []fn.Example{
			{Expr: "FILL_LEFT(7, '0', 3)", Want: "'007'"},
			{Expr: "FILL_LEFT('metron', '0', 3)", Want: "'metron'"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return fill(c, func(s, filling string) string { return filling + s })
		},
	},
	{
		Name:      "FILL_RIGHT",
		Params:    fillParams,
		Result:    fn.String,
		ResultDoc: "the text, filled on the right up to the length",
		Doc:       "Fills a text with a character on its right. A text that is long enough stays as it is.",
		Examples: []fn.Example{
			{Expr: "FILL_RIGHT('a', '.', 4)", Want: "'a...'"},
			{Expr: "FILL_RIGHT('metron', '.', 3)", Want: "'metron'"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return fill(c, func(s, filling string) string { return s + filling })
		},
	},
	{
		Name:      "CHOMP",
		Params:    []fn.Param{{Name: "string", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the string"}},
		Result:    fn.String,
		ResultDoc: "the string without the line end at its end",
		Doc:       "Removes one line end (CR LF, LF or CR) from the end of a string.",
		Examples: []fn.Example{
			{Expr: "CHOMP('line\\r\\n')", Want: "'line'"},
			{Expr: "CHOMP('line')", Want: "'line'"},
		},
		Cost: fn.LookUpCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			s := v.Str()
			return value.String(s[:len(s)-lineEnd(s)]), nil
		},
	},
	{
		Name:      "CHOP",
		Params:    []fn.Param{{Name: "string", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the string"}},
		Result:    fn.String,
		ResultDoc: "the string without its last character",
		Doc: "Removes the last character of a string, or CR LF together. An empty string stays empty. " +
			"A character beyond U+FFFF counts as two; half of it leaves U+FFFD.",
		Examples: []fn.Example{
			{Expr: "CHOP('line')", Want: "'lin'"},
			{Expr: "CHOP('line\\r\\n')", Want: "'line'"},
		},
		Unary: chop,
	},
}

func affixTestParams(affix string) []fn.Param {
	return []fn.Param{
		{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string to look at"},
		{Name: affix, Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string to look for"},
	}
}

func affixTest(has func(s, affix string) bool) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		s, affix := c.Args[0], c.Args[1]
		if steps := fn.Cost(0).Steps(min(s.Size(), affix.Size())); steps > 0 {
			if err := c.Spend(steps); err != nil {
				return value.Null, err
			}
		}
		return value.Bool(!s.IsNull() && !affix.IsNull() && has(s.Str(), affix.Str())), nil
	}
}

func affixParams(affix string) []fn.Param {
	return []fn.Param{
		{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string; null yields null"},
		{Name: affix, Kinds: fn.String, Null: fn.NullAccepted, Doc: "what the string should have; null and an empty one leave it as it is"},
		{Name: "alternative", Kinds: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "what the string may have instead; null is none"},
	}
}

func addIfMissing(c *fn.Call, has func(s, affix string) bool, add func(s, affix string) string) (value.Value, error) {
	s, affix, alternative := c.Args[0].Str(), c.Args[1].Str(), c.Arg(2)
	if c.Args[0].IsNull() || has(s, affix) || !alternative.IsNull() && has(s, alternative.Str()) {
		return c.Args[0], nil
	}
	if len(s)+len(affix) > c.Limits().StringLength {
		return value.Null, textTooLong(1, c.Limits().StringLength)
	}
	return value.String(add(s, affix)), nil
}

var fillParams = []fn.Param{
	textParam,
	{Name: "fill", Kinds: fn.Any, Doc: "the character to fill with: the first of this text, or of the value's text form"},
	{Name: "length", Kinds: fn.Any, Doc: "the length to reach in UTF-16 code units, converted to an int"},
}

func fill(c *fn.Call, add func(s, filling string) string) (value.Value, error) {
	text, err := argText(c, 0)
	if err != nil {
		return value.Null, err
	}
	character, err := argText(c, 1)
	if err != nil {
		return value.Null, err
	}
	if character == "" {
		return value.Null, fn.Argumentf(1, "there is no character to fill with, the text is empty")
	}
	character = utf16text.Slice(character, 0, 1)
	if err := c.Spend(textCost.Steps(c.Args[2].Size()) + unitsCost.Steps(int64(len(text)))); err != nil {
		return value.Null, err
	}
	length, ok := value.ToInt(c.Args[2])
	if !ok {
		return value.Null, fn.Argumentf(2, "the length must be a number that fits 32 bits")
	}
	missing := int(length) - value.UTF16Len(text)
	if missing <= 0 {
		return value.String(text), nil
	}
	if missing > (c.Limits().StringLength-len(text))/len(character) {
		return value.Null, textTooLong(2, c.Limits().StringLength)
	}
	filled := int64(len(text)) + int64(missing*len(character))
	if err := c.Spend(2 * fn.Cost(0).Steps(filled)); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(2 * filled); err != nil {
		return value.Null, err
	}
	return value.String(add(text, strings.Repeat(character, missing))), nil
}

// lineEnd returns the length of the line end at the end of s, 0 if there is none.
func lineEnd(s string) int {
	switch {
	case strings.HasSuffix(s, "\r\n"):
		return 2
	case strings.HasSuffix(s, "\n"), strings.HasSuffix(s, "\r"):
		return 1
	}
	return 0
}

func chop(v value.Value, _ fn.Budget) (value.Value, error) {
	s := v.Str()
	if n := lineEnd(s); n > 0 {
		return value.String(s[:len(s)-n]), nil
	}
	r, width := utf8.DecodeLastRuneInString(s)
	s = s[:len(s)-width]
	if r > 0xFFFF {
		s += utf16text.Half
	}
	return value.String(s), nil
}
