package format

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/lettercase"
	"github.com/stellarlang/stellar/functions/text/internal/utf16text"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Append appends the formatted text to dst, which must not become longer than
// limit bytes. The arguments are those of the call in an expression: args[0] is
// the format itself, so that %1$s is args[1]. Surplus arguments are ignored.
// Times are shown in the time zone location, which must not be nil. The work is
// charged to the budget before it is done. The errors are those of package fn and
// name the argument at fault, or those of the budget.
func (f *Format) Append(budget fn.Budget, dst []byte, args []value.Value, location *time.Location, limit int) ([]byte, error) {
	for i := range f.pieces {
		p := &f.pieces[i]
		if p.arg >= len(args) {
			return nil, fn.Argumentf(fn.NoArg, "%s wants argument %d, but there are only %d after the format", p.text, p.arg, len(args)-1)
		}
		err := budget.Spend(p.steps(args[p.arg], limit))
		if err != nil {
			return nil, err
		}
		if dst, err = p.append(budget, dst, args, location, limit); err != nil {
			return nil, err
		}
		if len(dst) > limit {
			return nil, errTooLong(limit)
		}
	}
	return dst, nil
}

// The work on a specifier in steps: on any, for each byte of filling and digits,
// and for each byte of an argument, whose digits take the more the more there are.
const (
	stepsPerSpecifier = 8
	fillingPerStep    = 8
	bytesPerStep      = 64
	stepsOnText       = 16
)

// steps returns what p costs for an argument.
func (p *piece) steps(arg value.Value, limit int) int64 {
	if p.conversion == 0 {
		return 1 + int64(len(p.text)/bytesPerStep)
	}
	filling := min(max(p.width, p.precision, 0), limit)
	return stepsPerSpecifier + int64(filling/fillingPerStep) + arg.Size()/bytesPerStep*stepsOnText
}

func errTooLong(limit int) error {
	return fn.Limitf(0, "the text would be longer than the limit of %d bytes", limit)
}

func (p *piece) append(budget fn.Budget, dst []byte, args []value.Value, location *time.Location, limit int) ([]byte, error) {
	switch p.conversion {
	case 0:
		return append(dst, p.text...), nil
	case 'n':
		return append(dst, '\n'), nil
	case '%':
		return p.pad(dst, "%", limit)
	}
	arg := args[p.arg]
	if arg.IsNull() && p.conversion != 'b' {
		return p.appendText(budget, dst, "null", limit)
	}
	switch p.conversion {
	case 'b':
		return p.appendText(budget, dst, strconv.FormatBool(!arg.IsNull() && (arg.Kind() != value.KindBool || arg.Bool())), limit)
	case 's':
		if p.width == 0 && p.precision == absent && !p.upper {
			return arg.AppendTextWithin(budget, dst, limit)
		}
		text, err := arg.TextWithin(budget, limit)
		if err != nil {
			return nil, err
		}
		return p.appendText(budget, dst, text, limit)
	case 'h':
		code, err := hashCode(budget, arg, limit)
		if err != nil {
			return nil, err
		}
		return p.appendText(budget, dst, strconv.FormatUint(uint64(code), 16), limit)
	case 'c':
		character, err := p.character(arg)
		if err != nil {
			return nil, err
		}
		return p.appendText(budget, dst, character, limit)
	case 't':
		return p.appendDate(budget, dst, arg, location, limit)
	}
	if len(dst)+max(p.width, p.precision) > limit {
		return nil, errTooLong(limit)
	}
	if p.conversion == 'd' || p.conversion == 'o' || p.conversion == 'x' {
		return p.appendInteger(dst, arg, limit)
	}
	return p.appendFloating(dst, arg, limit)
}

// character returns the character of a code point or of a one-letter string.
func (p *piece) character(arg value.Value) (string, error) {
	switch arg.Kind() {
	case value.KindInt:
		point := arg.Int64()
		if point < 0 || point > utf8.MaxRune {
			return "", fn.Argumentf(p.arg, "%s wants a character's code point, %d is none", p.text, point)
		}
		return string(rune(point)), nil
	case value.KindString:
		if utf8.RuneCountInString(arg.Str()) == 1 {
			return arg.Str(), nil
		}
	}
	return "", p.wants("an int or a string of one character", arg)
}

func (p *piece) wants(what string, arg value.Value) error {
	return fn.Typef(p.arg, "%s wants %s, not the %v %s", p.text, what, arg.Kind(), excerpt(arg))
}

// excerpt returns the first characters of v's text form, for messages.
func excerpt(v value.Value) string {
	const longest = 40
	s := v.Str()
	if v.Kind() != value.KindString {
		s = string(v.AppendTextUpTo(nil, longest))
	}
	if value.UTF16Len(s) > longest {
		return utf16text.Slice(s, 0, longest) + "…"
	}
	return s
}

// appendText appends s cut to the precision, in capitals if the conversion is a
// capital, and filled up to the width.
func (p *piece) appendText(budget fn.Budget, dst []byte, s string, limit int) ([]byte, error) {
	if p.precision != absent && p.precision < value.UTF16Len(s) {
		s = utf16text.Slice(s, 0, p.precision)
	}
	if p.upper {
		upper, err := lettercase.UpperWithin(budget, s)
		if err != nil {
			return nil, err
		}
		s = upper
	}
	return p.pad(dst, s, limit)
}

// pad appends s, filled up to the width with blanks.
func (p *piece) pad(dst []byte, s string, limit int) ([]byte, error) {
	blanks := max(0, p.width-value.UTF16Len(s))
	if len(dst)+len(s)+blanks > limit {
		return nil, errTooLong(limit)
	}
	if p.flags.has(left) {
		dst = append(dst, s...)
	}
	dst = append(dst, strings.Repeat(" ", blanks)...)
	if !p.flags.has(left) {
		dst = append(dst, s...)
	}
	return dst, nil
}
