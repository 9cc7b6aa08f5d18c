package display

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columns returns how many columns of a terminal a text takes.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	switch {
	case r < 0x7f:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// shortened returns a text with … in the place of its end if it takes more than so many
// columns.
func shortened(text string, most int) (short string, isShort bool) {
	n := 0
	end := 0 // of what leaves room for the sign
	for i, r := range text {
		if n <= most-1 {
			end = i
		}
		if n += columnsOf(r); n > most {
			return text[:end] + "…", true
		}
	}
	return text, false
}

// padded returns a text with blanks to so many columns, before or after it.
func padded(text string, to int, right bool) string {
	blanks := strings.Repeat(" ", max(0, to-columns(text)))
	if right {
		return blanks + text
	}
	return text + blanks
}
