package text

import (
	"github.com/stellarlang/stellar/functions/text/internal/format"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var formatFunctions = []fn.Func{
	{
		Name: "FORMAT",
		Params: []fn.Param{
			{Name: "format", Kinds: fn.Any, Doc: "text with specifiers such as %s, %5d or %.2f"},
			{Name: "arguments", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "what the specifiers show, in turn"},
		},
		Result:    fn.String,
		ResultDoc: "the format, each specifier replaced by the text of its argument",
		Doc: "Builds text from a format and arguments. A specifier is %[index$][flags][width][.precision]conversion. " +
			"The conversions are s (any value), b (false for null and false), h (hash code), c (character), " +
			"d (whole numbers), o and x (integers: octal, hexadecimal), f, e and g (numbers: plain, with exponent, " +
			"either by size), a (floats and doubles: hexadecimal), t (times), n (line feed) and %% (percent sign). " +
			"In capitals, B S H C X E G A and T give capitals. " +
			"Times are longs of milliseconds since 1970, shown in the time zone of the environment, UTC by default. " +
			"A letter after t says what of it: F (2023-03-05), T (14:05:09), R (14:05), r (02:05:09 PM), D (03/05/23), c (all of it), " +
			"Y y C (year, its last two digits, century), m B b h (month: number, name, short name twice), d e j (day of the month with zero and without, day of the year), " +
			"A a (weekday: name, short name), H k I l (hour: of 24 with zero and without, of 12 likewise), M S L N (minute, second, milliseconds, nanoseconds), " +
			"p (am or pm), z Z (zone: offset, letters), s Q (seconds or milliseconds since 1970). " +
			"The flags are - (to the left), + and blank (sign of positive numbers), 0 (fill with zeros), comma (group digits by three), " +
			"( (negative numbers in parentheses), # (alternate form), < (same argument as before). " +
			"Decimals are rounded half up. A number with a fraction is an error for d, as is a missing argument; surplus ones are ignored.",
		Examples: []fn.Example{
			{Expr: "FORMAT('%s:%d', '10.0.0.1', 443)", Want: "'10.0.0.1:443'"},
			{Expr: "FORMAT('%08.2f|%-5s|%,d', 3.14159, 'ab', 1234567)", Want: "'00003.14|ab   |1,234,567'"},
			{Expr: "FORMAT('dur %f, %d bytes', 2, 12.0)", Want: "'dur 2.000000, 12 bytes'"},
			{Expr: "FORMAT('%2$s before %1$s', 'b', 'a')", Want: "'a before b'"},
			{Expr: "FORMAT('%tF %<tT.%<tL', 1700000000123L)", Want: "'2023-11-14 22:13:20.123'"},
		},
		Cost:    fn.OwnCost,
		Body:    formatText,
		Prepare: prepareFormat,
	},
}

// parseCost is that of a format, which may have a specifier every few bytes.
const parseCost fn.Cost = 64

func formatText(c *fn.Call) (value.Value, error) {
	if err := c.Spend(parseCost.Steps(c.Args[0].Size())); err != nil {
		return value.Null, err
	}
	text, ok, err := convertedText(c.Args[0], 0, c)
	if err != nil {
		return value.Null, err
	}
	if !ok {
		return value.Null, fn.Argumentf(0, "the format is an empty list")
	}
	f, err := format.Parse(text)
	if err != nil {
		return value.Null, fn.Argumentf(0, "%v", err)
	}
	return appendFormat(f, c)
}

// prepareFormat parses a constant format once.
func prepareFormat(constants fn.Constants) (fn.Prepared, error) {
	text, ok := constants.Get(0)
	if !ok || text.Kind() != value.KindString {
		return fn.Prepared{}, nil
	}
	f, err := format.Parse(text.Str())
	if err != nil {
		return fn.Prepared{}, fn.Argumentf(0, "%v", err)
	}
	if given := len(constants) - 1; f.Needs() > given {
		return fn.Prepared{}, fn.Argumentf(fn.NoArg, "the format needs %d arguments, but there are only %d", f.Needs(), given)
	}
	return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return appendFormat(f, c) }}, nil
}

func appendFormat(f *format.Format, c *fn.Call) (value.Value, error) {
	text, err := f.Append(c, make([]byte, 0, 64), c.Args, c.Location(), c.Limits().StringLength)
	if err != nil {
		return value.Null, err
	}
	return value.String(string(text)), c.Allocate(3 * int64(len(text))) // it grew by doubling
}
