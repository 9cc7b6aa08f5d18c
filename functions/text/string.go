package text

import (
	"math"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/lettercase"
	"github.com/stellarlang/stellar/functions/text/internal/entropy"
	"github.com/stellarlang/stellar/functions/text/internal/utf16text"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// The functions for the ends of a string are in affix.go.
var stringFunctions = []fn.Func{
	{
		Name:      "TO_STRING",
		Params:    []fn.Param{{Name: "value", Kinds: fn.Any, Null: fn.NullYieldsNull, Doc: "any value"}},
		Result:    fn.String,
		ResultDoc: "the text form of the value",
		Doc: "Returns the text form of a value: numbers without suffix, doubles and floats with their shortest digits, " +
			"lists and sets such as [a, b], maps such as {k=v}, strings without quotes. Null stays null.",
		Examples: []fn.Example{
			{Expr: "TO_STRING(443)", Want: "'443'"},
			{Expr: "TO_STRING(['a', 1.5, null])", Want: "'[a, 1.5, null]'"},
			{Expr: "TO_STRING(null)", Want: "null"},
		},
		Cost:  textCost,
		Unary: textFunction(func(_ fn.Budget, s string) (string, error) { return s, nil }),
	},
	{
		Name:      "TO_UPPER",
		Params:    []fn.Param{textParam},
		Result:    fn.String,
		ResultDoc: "the text in upper case",
		Doc:       "Changes text to upper case by the rules of Unicode, without regard to any language.",
		Examples: []fn.Example{
			{Expr: "TO_UPPER('cmd.exe')", Want: "'CMD.EXE'"},
			{Expr: "TO_UPPER('straße')", Want: "'STRASSE'"},
		},
		Cost:  textCost,
		Unary: textFunction(lettercase.UpperWithin),
	},
	{
		Name:      "TO_LOWER",
		Params:    []fn.Param{textParam},
		Result:    fn.String,
		ResultDoc: "the text in lower case",
		Doc:       "Changes text to lower case by the rules of Unicode, without regard to any language.",
		Examples: []fn.Example{
			{Expr: "TO_LOWER('Login.Example-Bank.COM')", Want: "'login.example-bank.com'"},
			{Expr: "TO_LOWER('ΟΔΟΣ')", Want: "'οδος'"},
		},
		Cost:  textCost,
		Unary: textFunction(lettercase.LowerWithin),
	},
	{
		Name:      "TRIM",
		Params:    []fn.Param{textParam},
		Result:    fn.String,
		ResultDoc: "the text without white space at its ends",
		Doc:       "Removes blanks, tabs, line ends and all other characters up to U+0020 from both ends of a text. Other spaces of Unicode stay.",
		Examples: []fn.Example{
			{Expr: "TRIM('  admin\\r\\n')", Want: "'admin'"},
		},
		Cost:  textCost,
		Unary: textFunction(func(_ fn.Budget, s string) (string, error) { return ascii.TrimBlanks(s), nil }),
	},
	{
		Name: "JOIN",
		Params: []fn.Param{
			{Name: "items", Kinds: fn.Iterable, Doc: "the items; nulls among them are left out, others than strings count by their text form"},
			{Name: "delimiter", Kinds: fn.String, Doc: "what to put between two items, possibly nothing"},
		},
		Result:    fn.String,
		ResultDoc: "the items in one string, with the delimiter between them",
		Doc:       "Joins the items of a list or set.",
		Examples: []fn.Example{
			{Expr: "JOIN(['10.0.0.1', 443], ':')", Want: "'10.0.0.1:443'"},
			{Expr: "JOIN(['a', null, 'b'], ', ')", Want: "'a, b'"},
		},
		Cost: fn.OwnCost,
		Body: join,
	},
	{
		Name: "SPLIT",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the text; any other value counts by its text form"},
			{Name: "delimiter", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
				Doc: "a string of one or more characters, taken literally; it is not looked at if the text is null"},
		},
		Result:    fn.List,
		ResultDoc: "the pieces between the delimiters, empty ones included; no pieces for null",
		Doc:       "Cuts a text at each delimiter.",
		Examples: []fn.Example{
			{Expr: "SPLIT('a,b,,c', ',')", Want: "['a', 'b', '', 'c']"},
			{Expr: "SPLIT('www.example.com', '.')", Want: "['www', 'example', 'com']"},
		},
		Cost:    fn.OwnCost,
		Body:    split,
		Prepare: warnOfExchange("SPLIT(text, delimiter)", isMark),
	},
	{
		Name: "SUBSTRING",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string; null yields null"},
			{Name: "start", Kinds: fn.Number, Null: fn.NullAccepted, Doc: "where the part begins, counted from 0; null yields null"},
			{Name: "end", Kinds: fn.Number, Null: fn.NullAccepted, Optional: true,
				Doc: "the position after the part; null stands for the end of the string"},
		},
		Result:    fn.String,
		ResultDoc: "the part of the string from start up to end",
		Doc: "Cuts a part out of a string. Positions are counted in UTF-16 code units, as LENGTH does; fractions are dropped. " +
			"A position outside the string is an error, unless the string is empty.",
		Examples: []fn.Example{
			{Expr: "SUBSTRING('metron', 2)", Want: "'tron'"},
			{Expr: "SUBSTRING('metron', 0, 3)", Want: "'met'"},
		},
		Cost: unitsCost,
		Body: substring,
	},
	{
		Name: "COUNT_MATCHES",
		Params: []fn.Param{
			{Name: "string", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string to look through"},
			{Name: "substring", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the string to look for"},
		},
		Result:    fn.Int,
		ResultDoc: "the number of occurrences; 0 if either string is null or empty",
		Doc:       "Counts how often a string occurs in another. The next occurrence is looked for after the one before, so that none overlap.",
		Examples: []fn.Example{
			{Expr: "COUNT_MATCHES('../../etc/passwd', '../')", Want: "2"},
			{Expr: "COUNT_MATCHES('aaaaa', 'aa')", Want: "2"},
		},
		Exact:   true,
		Body:    countMatches,
		Prepare: warnOfExchange("COUNT_MATCHES(string, substring)", isMark),
	},
	{
		Name: "STRING_ENTROPY",
		Params: []fn.Param{
			{Name: "text", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the text; any other value is converted, where a list stands for its first item"},
		},
		Result:    fn.Double,
		ResultDoc: "the entropy in bits per character; 0.0 for null and empty text",
		Doc: "Computes the Shannon entropy of the characters of a text: 0.0 if all are the same, and more the more different ones there are and the more evenly they occur. " +
			"Generated names have a high entropy.",
		Examples: []fn.Example{
			{Expr: "STRING_ENTROPY('aaaa')", Want: "0.0"},
			{Expr: "STRING_ENTROPY('abcd')", Want: "2.0"},
		},
		Exact: true,
		Cost:  entropyCost,
		Unary: stringEntropy,
	},
}

var textParam = fn.Param{
	Name: "text", Kinds: fn.Any, Null: fn.NullYieldsNull, Doc: "the text; any other value counts by its text form",
}

// What functions cost that count characters beyond ASCII, several times, or each
// kind of them.
const (
	unitsCost   fn.Cost = 4
	entropyCost fn.Cost = 10
)

// textFunction makes a body that maps the text form of its argument.
func textFunction(mapText func(fn.Budget, string) (string, error)) fn.Unary {
	return func(v value.Value, budget fn.Budget) (value.Value, error) {
		s := v.Str()
		if v.Kind() != value.KindString {
			var err error
			if s, err = textWithin(v, 0, budget); err != nil {
				return value.Null, err
			}
		}
		mapped, err := mapText(budget, s)
		return value.String(mapped), err
	}
}

// stepsPerItem is the work on an item to join, besides its text.
const stepsPerItem = 3

func join(c *fn.Call) (value.Value, error) {
	items, delimiter := c.Args[0], c.Args[1].Str()
	limit := c.Limits().StringLength
	text := make([]byte, 0, min(16*items.Len(), limit))
	first := true
	perItem := stepsPerItem + fn.Cost(0).Steps(int64(len(delimiter)))
	for item := range iterate.Items(items) {
		if err := c.Spend(perItem); err != nil {
			return value.Null, err
		}
		if item.IsNull() {
			continue
		}
		if !first {
			text = append(text, delimiter...)
		}
		first = false
		if err := spendOnText(c, item); err != nil {
			return value.Null, err
		}
		var err error
		if text, err = item.AppendTextWithin(c, text, limit); err != nil {
			return value.Null, err
		}
		if len(text) > limit {
			return value.Null, textTooLong(0, limit)
		}
	}
	return value.String(string(text)), c.Allocate(3 * int64(len(text))) // it grew by doubling
}

// bytesPerPiece is the memory of a piece in a list, of which the text is shared.
const bytesPerPiece = 32

func split(c *fn.Call) (value.Value, error) {
	if c.Args[0].IsNull() {
		return value.ListOf(), nil
	}
	if len(c.Args) < 2 {
		return value.Null, &fn.Error{Kind: fn.ErrArity, Arg: fn.NoArg, Msg: "the delimiter is missing; it may be left out for null only"}
	}
	switch delimiter := c.Args[1]; {
	case delimiter.IsNull():
		return value.Null, fn.Argumentf(1, "the delimiter is null")
	case delimiter.Kind() != value.KindString:
		return value.Null, fn.Typef(1, "the delimiter must be a string, not a value of kind %v", delimiter.Kind())
	case delimiter.Str() == "":
		return value.Null, fn.Argumentf(1, "the delimiter is empty; give one character at least")
	}
	text, err := argText(c, 0)
	if err != nil {
		return value.Null, err
	}
	delimiter := c.Args[1].Str()
	pieces := strings.Count(text, delimiter) + 1
	if limit := c.Limits().Elements; int64(pieces) > limit {
		return value.Null, fn.Limitf(0, "the text has %d pieces, more than the limit of %d values in a list", pieces, limit)
	}
	if err := c.Allocate(bytesPerPiece * int64(pieces+1)); err != nil {
		return value.Null, err
	}
	items := make([]value.Value, 0, pieces)
	for piece := range strings.SplitSeq(text, delimiter) {
		if err := c.Spend(1 + fn.Cost(0).Steps(int64(len(piece)))); err != nil {
			return value.Null, err
		}
		items = append(items, value.String(piece))
	}
	return value.ListOf(items...), nil
}

func substring(c *fn.Call) (value.Value, error) {
	s := c.Args[0].Str()
	switch {
	case c.Args[1].IsNull():
		return value.Null, nil
	case s == "":
		return c.Args[0], nil
	}
	length := value.UTF16Len(s)
	start, end := position(c.Args[1]), length
	if !c.Arg(2).IsNull() {
		end = position(c.Arg(2))
	}
	switch {
	case start < 0 || start > length:
		return value.Null, fn.Argumentf(1, "start %d is outside of the string, which has the length %d", start, length)
	case end < 0 || end > length:
		return value.Null, fn.Argumentf(2, "end %d is outside of the string, which has the length %d", end, length)
	case start > end:
		return value.Null, fn.Argumentf(2, "end %d is before start %d", end, start)
	}
	return value.String(utf16text.Slice(s, start, end)), nil
}

// position makes an index of a number as the reference does: fractions are
// dropped and the nearest 32-bit integer is taken, but longs and bigints keep
// their low 32 bits.
func position(v value.Value) int {
	long, _ := value.ToLong(v) // 0 for NaN
	if v.IsIntegral() {
		return int(int32(long))
	}
	return int(min(max(long, math.MinInt32), math.MaxInt32))
}

func countMatches(c *fn.Call) (value.Value, error) {
	s, substring := c.Args[0].Str(), c.Args[1].Str()
	if s == "" || substring == "" {
		return value.Int(0), nil
	}
	return value.Int(int32(strings.Count(s, substring))), nil
}

func stringEntropy(v value.Value, budget fn.Budget) (value.Value, error) {
	text, _, err := convertedText(v, 0, budget) // empty for null
	if err != nil {
		return value.Null, err
	}
	bits, err := entropy.Of(budget, text)
	return value.Double(bits), err
}
