package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// shownValue is how many characters of a value ShortValue shows.
const shownValue = 40

// escape keeps a message one line, and terminals from obeying it.
var escape = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\x1b", `\x1b`)

// ShortValue returns v for a message: in one line, strings in quotes, long ones
// cut. Its cost does not grow with the text form, which can be huge.
func ShortValue(v value.Value) string {
	text := v.Str()
	if v.Kind() != value.KindString {
		text = string(v.AppendTextUpTo(nil, shownValue))
		if utf8.RuneCountInString(text) <= shownValue { // it may go on after characters of several bytes
			text = string(v.AppendTextUpTo(nil, utf8.UTFMax*shownValue))
		}
	}
	text = escape.Replace(cut(text, shownValue))
	if v.Kind() == value.KindString {
		return "'" + text + "'"
	}
	return text
}

// cut returns the first characters of text and a sign that there are more, if
// there are more than most.
func cut(text string, most int) string {
	characters := 0
	for i := range text {
		if characters == most {
			return text[:i] + "…"
		}
		characters++
	}
	return text
}

// plainLength returns how many bytes at the beginning of text are ASCII characters
// other than white space and control characters, counting no further than one
// beyond most.
func plainLength(text string, most int) int {
	n := 0
	for n < len(text) && n <= most && text[n] > ' ' && text[n] < 0x7f {
		n++
	}
	return n
}

// maxShown is how many bytes of a text ShortText looks at.
const maxShown = 4096

// ShortText returns a part of an expression for a message: in one line, with a
// blank for each run of white space, and if that is more than most characters,
// the first of them and … for the others. It does not look far.
func ShortText(text string, most int) string {
	if plain := plainLength(text, most); plain > most {
		return text[:most-1] + "…"
	} else if plain == len(text) {
		return text
	}
	var short []rune
	blank := false
	for i, r := range text {
		if i > maxShown {
			return string(short) + "…"
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			blank = len(short) > 0
			continue
		}
		if blank {
			short = append(short, ' ')
		}
		blank = false
		if short = append(short, r); len(short) > most {
			return string(short[:most-1]) + "…"
		}
	}
	return string(short)
}
