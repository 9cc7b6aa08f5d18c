// Package format builds text from a format such as "%5.2f of %,d", in the
// manner of java.util.Formatter in its English form.
//
// A specifier is %[index$][flags][width][.precision]conversion. Its index counts
// the arguments from 1; the flag < takes the argument of the specifier before;
// otherwise each specifier takes the next argument. Conversions in capitals
// give their text in capitals.
//
//	conversion   argument                  flags          precision
//	b            any; null is false        -              characters kept
//	s            any, by its text form     -              characters kept
//	h            any, by its hash code     -              characters kept
//	c            int or one-letter string  -
//	d            whole number              - + space 0 , (
//	o x          int, long, bigint         - 0 #, and + space ( for bigints
//	f            number                    - + space 0 , ( #   fractional digits
//	e            number                    - + space 0 ( #     fractional digits
//	g            number                    - + space 0 , (     significant digits
//	a            float, double             - + space 0 #       hexadecimal digits
//	t            long, milliseconds        -
//	n %          a line feed, a percent sign; the latter may have - and a width
//
// Whole numbers are those that have no fraction, of any kind: JSON does not tell
// 2 from 2.0. Null is shown as null, by all conversions but b.
//
// A letter behind t says what to show of the time, in English. Years are those
// of their era, and the calendar is that of package calendar.
//
//	H k I l      the hour: 00-23, 0-23, 01-12, 1-12
//	M S L N      minute, second, milliseconds, nanoseconds
//	p            am or pm
//	z Z          the zone: -0500, EST
//	s Q          seconds or milliseconds since 1970
//	Y y C        the year: 2023, 23; the century: 20
//	m B b h      the month: 03, March, Mar, Mar
//	d e j        the day of the month: 05, 5; the day of the year: 064
//	A a          the weekday: Sunday, Sun
//	R T r        14:05, 14:05:09, 02:05:09 PM
//	D F c        03/05/23, 2023-03-05, Sun Mar 05 14:05:09 EST 2023
package format

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Format is a parsed format. It may be used by several goroutines at once.
type Format struct {
	pieces []piece
	needs  int // the highest argument in use
}

// piece is literal text, or a specifier if conversion is not 0.
type piece struct {
	text       string // the literal text, or the specifier as written, for messages
	conversion byte   // in lower case
	date       byte   // the letter behind the conversion t
	upper      bool
	flags      flags
	arg        int // the argument, from 1; 0 for none
	width      int // in UTF-16 code units; 0 for none
	precision  int // absent for none
}

const absent = -1

type flags uint16

const (
	left flags = 1 << iota
	plus
	space
	zero
	group
	parentheses
	alternate
	previous
)

const flagLetters = "-+ 0,(#<" // in the order of the constants

func (f flags) has(g flags) bool { return f&g != 0 }

func (f flags) String() string {
	var letters []byte
	for i := range len(flagLetters) {
		if f.has(1 << i) {
			letters = append(letters, flagLetters[i])
		}
	}
	return strconv.Quote(string(letters))
}

// Parse reads a format. All of it is checked here, but for the arguments.
func Parse(text string) (*Format, error) {
	f := &Format{}
	ordinary, last := 0, 0 // arguments taken in turn; argument taken last
	for rest := text; rest != ""; {
		at := strings.IndexByte(rest, '%')
		if at < 0 {
			at = len(rest)
		}
		if at > 0 {
			f.pieces = append(f.pieces, piece{text: rest[:at]})
			rest = rest[at:]
			continue
		}
		p, index, after, err := parseSpecifier(rest)
		if err == nil {
			err = p.check()
		}
		if err != nil {
			return nil, fmt.Errorf("format %q, at offset %d: %w", text, len(text)-len(rest), err)
		}
		if p.conversion != 'n' && p.conversion != '%' {
			switch {
			case p.flags.has(previous):
				if last == 0 {
					return nil, fmt.Errorf("format %q: %s has no specifier before it to share the argument of", text, p.text)
				}
			case index > 0:
				last = index
			default:
				ordinary++
				last = ordinary
			}
			p.arg = last
			f.needs = max(f.needs, last)
		}
		f.pieces = append(f.pieces, p)
		rest = after
	}
	return f, nil
}

// Needs returns the number of arguments that the format needs.
func (f *Format) Needs() int { return f.needs }

// parseSpecifier reads the specifier at the start of s, its index 0 if it has
// none, and returns what follows it.
func parseSpecifier(s string) (p piece, index int, after string, err error) {
	p.precision = absent
	rest := s[1:]
	if digits := leadingDigits(rest); strings.HasPrefix(rest[len(digits):], "$") {
		if index, err = parseNumber("index", digits); err != nil {
			return p, 0, "", err
		}
		if index == 0 {
			return p, 0, "", fmt.Errorf("arguments are counted from 1, not %s", digits)
		}
		rest = rest[len(digits)+1:]
	}
	for rest != "" {
		i := strings.IndexByte(flagLetters, rest[0])
		if i < 0 {
			break
		}
		if p.flags.has(1 << i) {
			return p, 0, "", fmt.Errorf("flag %q twice", rest[:1])
		}
		p.flags |= 1 << i
		rest = rest[1:]
	}
	if digits := leadingDigits(rest); digits != "" {
		if p.width, err = parseNumber("width", digits); err != nil {
			return p, 0, "", err
		}
		rest = rest[len(digits):]
	}
	if strings.HasPrefix(rest, ".") {
		digits := leadingDigits(rest[1:])
		if p.precision, err = parseNumber("precision", digits); err != nil {
			return p, 0, "", err
		}
		rest = rest[1+len(digits):]
	}
	if rest == "" {
		return p, 0, "", fmt.Errorf("%q has no conversion", s)
	}
	p.conversion = rest[0]
	if 'A' <= p.conversion && p.conversion <= 'Z' {
		p.conversion += 'a' - 'A'
		p.upper = true
	}
	if p.conversion == 't' {
		if rest = rest[1:]; rest == "" {
			return p, 0, "", fmt.Errorf("%q lacks the letter that says what to show of a time, as %%tF", s)
		}
		p.date = rest[0]
	}
	_, size := utf8.DecodeRuneInString(rest)
	p.text = s[:len(s)-len(rest)+size]
	return p, index, rest[size:], nil
}

func leadingDigits(s string) string {
	return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
}

func parseNumber(what, digits string) (int, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || n > math.MaxInt32 {
		return 0, fmt.Errorf("%s %q is not a number up to %d", what, digits, math.MaxInt32)
	}
	return n, nil
}

// rule is what a conversion allows.
type rule struct {
	flags     flags
	precision bool
	capital   bool // may be written in upper case
}

var rules = map[byte]rule{
	'b': {flags: left, precision: true, capital: true},
	's': {flags: left, precision: true, capital: true},
	'h': {flags: left, precision: true, capital: true},
	'c': {flags: left, capital: true},
	'd': {flags: left | plus | space | zero | group | parentheses},
	'o': {flags: left | plus | space | zero | parentheses | alternate},
	'x': {flags: left | plus | space | zero | parentheses | alternate, capital: true},
	'f': {flags: left | plus | space | zero | group | parentheses | alternate, precision: true},
	'e': {flags: left | plus | space | zero | parentheses | alternate, precision: true, capital: true},
	'g': {flags: left | plus | space | zero | group | parentheses, precision: true, capital: true},
	'a': {flags: left | plus | space | zero | alternate, precision: true, capital: true},
	't': {flags: left, capital: true},
	'n': {},
	'%': {flags: left},
}

// check reports whether the parts of a specifier go together.
func (p *piece) check() error {
	rule, known := rules[p.conversion]
	if !known || p.upper && !rule.capital || p.conversion == 't' && strings.IndexByte(dateLetters, p.date) < 0 {
		return fmt.Errorf("unknown conversion %q", p.text)
	}
	allowed := rule.flags
	if p.conversion != 'n' && p.conversion != '%' {
		allowed |= previous
	}
	switch {
	case p.flags&^allowed != 0:
		return fmt.Errorf("%s: the conversion does not take the flag %v", p.text, p.flags&^allowed)
	case p.precision != absent && !rule.precision:
		return fmt.Errorf("%s: the conversion does not take a precision", p.text)
	case p.width > 0 && p.conversion == 'n':
		return fmt.Errorf("%s: the conversion does not take a width", p.text)
	case p.width == 0 && p.flags.has(left|zero):
		return fmt.Errorf("%s: the flag %v needs a width", p.text, p.flags&(left|zero))
	case p.flags&(plus|space) == plus|space, p.flags&(left|zero) == left|zero:
		return fmt.Errorf("%s: flags %v exclude each other", p.text, p.flags)
	}
	return nil
}
