package display

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// columns returns how many columns of a terminal a text takes. What people see as one
// character may consist of several, such as an emoji of a family.
func columns(text string) int {
	if isASCII(text) {
		return len(text)
	}
	return uniseg.StringWidth(unmarked(text))
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// shortened returns a text with … in the place of its end if it takes more than so many
// columns.
func shortened(text string, most int) (short string, isShort bool) {
	if isASCII(text) && len(text) <= most {
		return text, false
	}
	n, at := 0, 0
	end := 0 // of what leaves room for the sign
	for rest, state := text, -1; rest != ""; {
		var character string
		var width int
		character, rest, width, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n <= most-1 {
			end = at
		}
		if n += width; n > most {
			return text[:end] + "…", true
		}
		at += len(character)
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
