package display

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// characters is how many characters of a string at a depth are shown, at most.
func (p *printer) characters(depth int) int {
	switch {
	case p.options.Limit <= 0:
		return math.MaxInt
	case depth == 0:
		return 20 * p.options.Limit
	}
	return 2 * p.options.Limit
}

// scalar returns a value that is no collection in one line.
func (p *printer) scalar(v value.Value, depth int) string {
	switch {
	case v.Kind() == value.KindString:
		return p.quoted(v.Str(), p.characters(depth))
	case p.json:
		if !v.IsFinite() {
			p.shown.NotFinite = true
		}
		return jsonText(v)
	case v.Kind() == value.KindLambda:
		return lambda(v.Lambda())
	case v.Kind() == value.KindObject:
		return p.object(v)
	}
	return v.String()
}

// quoted returns a string in quotes. What is left out is said after them.
func (p *printer) quoted(s string, most int) string {
	whole, rest := beginning(s, most)
	var text string
	if p.json {
		text = jsonText(value.String(whole))
	} else {
		text = string(append(appendEscaped([]byte{'\''}, whole, `'\`), '\''))
	}
	if rest != "" {
		p.cut()
		text += omission(rest)
	}
	return text
}

// jsonText returns a value as JSON, in which all characters can be seen.
func jsonText(v value.Value) string {
	var text []byte
	for _, r := range string(v.AppendJSON(nil)) {
		switch {
		case isVisible(r):
			text = utf8.AppendRune(text, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			text = fmt.Appendf(text, `\u%04x\u%04x`, high, low)
		default:
			text = fmt.Appendf(text, `\u%04x`, r)
		}
	}
	return string(text)
}

// object returns what an object says of itself.
func (p *printer) object(v value.Value) string {
	if _, ok := v.Object().(fmt.Stringer); !ok {
		return fn.TypeOf(v).String()
	}
	text, rest := beginning(v.String(), max(p.characters(1), 200))
	shown := string(appendEscaped(nil, text, ""))
	if rest != "" {
		p.cut()
		shown += omission(rest)
	}
	return shown
}

// lambda returns a function as far as it is known: its parameters.
func lambda(l value.Lambda) string {
	if parameters := l.Params(); len(parameters) != 1 {
		return "(" + strings.Join(parameters, ", ") + ") -> …"
	}
	return l.Params()[0] + " -> …"
}

// beginning returns the first characters of a string, and the others, unless these are so
// few that it takes more to say how many.
func beginning(s string, most int) (first, rest string) {
	first, rest = firstCharacters(s, most)
	const few = len("… 10 more characters")
	if len(rest) <= few*utf8.UTFMax && utf8.RuneCountInString(rest) <= few {
		return s, ""
	}
	return first, rest
}

// firstCharacters returns the first characters of a string, and the others.
func firstCharacters(s string, most int) (first, rest string) {
	if len(s) <= most {
		return s, ""
	}
	characters := 0
	for i := range s {
		if characters == most {
			i = beforeJoined(s, i)
			return s[:i], s[i:]
		}
		characters++
	}
	return s, ""
}

// beforeJoined returns a place in a string, or one a little before it, at which nothing
// is taken apart that is seen as one, such as an emoji of a family.
func beforeJoined(s string, at int) int {
	const most = 16 // of characters in one, or else it is taken apart all the same
	place := at
	for range most {
		before, size := utf8.DecodeLastRuneInString(s[:place])
		after, _ := utf8.DecodeRuneInString(s[place:])
		if before != joiner && !unicode.In(after, unicode.M, unicode.Cf, emojiModifiers) {
			return place
		}
		place -= size
	}
	return at
}

// emojiModifiers change the colour of skin of what stands before them.
var emojiModifiers = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}}}

// mostCounted is how many bytes are looked at to say how many characters they are.
const mostCounted = 64 << 10

// omission says how much of a string is left out.
func omission(rest string) string {
	if len(rest) > mostCounted {
		return "… " + counted(len(rest), "more byte")
	}
	return "… " + counted(utf8.RuneCountInString(rest), "more character")
}

// appendEscaped appends a text whose characters can all be seen: a backslash stands
// before those of special, and others that cannot be seen, or that a terminal would obey,
// are escaped as in expressions if these have an escape for them.
func appendEscaped(dst []byte, s, special string) []byte {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			_, size := utf8.DecodeRuneInString(s[i:])
			if size == 1 {
				dst = fmt.Appendf(dst, `\x%02x`, s[i])
			} else {
				dst = append(dst, s[i:i+size]...)
			}
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case !isVisible(r) && r > 0xffff:
			dst = fmt.Appendf(dst, `\U%08x`, r)
		case !isVisible(r):
			dst = fmt.Appendf(dst, `\u%04x`, r)
		case strings.ContainsRune(special, r):
			dst = append(dst, '\\', byte(r))
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// Joiners have characters stand apart, or be seen as one.
const nonJoiner, joiner = '\u200c', '\u200d'

// isVisible reports whether a character can be seen, and is not obeyed. Joiners, which
// scripts and emoji need, cannot be seen alone, but they do nothing else either.
func isVisible(r rune) bool {
	return unicode.IsPrint(r) || r == nonJoiner || r == joiner
}
