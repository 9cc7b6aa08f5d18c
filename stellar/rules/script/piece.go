package script

import (
	"regexp"
	"strings"
)

// IsAssignment reports whether text is meant as an assignment, right or wrong: no
// expression has a := outside of strings, names in backquotes and comments.
func IsAssignment(text string) bool {
	for len(text) > 0 {
		if strings.HasPrefix(text, ":=") {
			return true
		}
		length, _ := nextPiece(text)
		text = text[length:]
	}
	return false
}

// Unfinished reports whether text, the beginning of an assignment or expression, goes
// on in another line: it ends inside brackets or a string, or with an operator or a
// word that something must follow.
func Unfinished(text string) bool {
	depth, end := 0, 0
	for at := 0; at < len(text); {
		length, what := nextPiece(text[at:])
		switch what {
		case openString:
			return true
		case character, quoted:
			end = at + length
		}
		switch text[at] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		at += length
	}
	return depth > 0 || mustGoOn(text[:end])
}

// Words are keywords in lower or upper case only: If is a name.
var mustGoOnAfter = regexp.MustCompile(
	`(?:[-+*/<>=!&|,?:]|(?:^|[^A-Za-z0-9_.:$])(?:` + continuing + `|` + strings.ToUpper(continuing) + `))$`)

const continuing = "and|or|not|in|match|if|then|else|default"

// mustGoOn reports whether text, which ends with neither blanks nor a comment, ends
// with something that something else must follow.
func mustGoOn(text string) bool {
	return mustGoOnAfter.MatchString(text[max(0, len(text)-len(" default")):])
}

// IsEmpty reports whether text holds nothing but blanks and comments.
func IsEmpty(text string) bool {
	for len(text) > 0 {
		length, what := nextPiece(text)
		if what != blank && what != comment && what != hash {
			return false
		}
		text = text[length:]
	}
	return true
}

// WithoutHashes returns text with its # comments blanked, which expressions do not
// have by themselves. Everything else stays in its place.
func WithoutHashes(text string) string {
	blanked := []byte(text)
	for at := 0; at < len(text); {
		length, what := nextPiece(text[at:])
		if what == hash {
			blankOut(blanked[at : at+length])
		}
		at += length
	}
	return string(blanked)
}

func blankOut(text []byte) {
	for i := range text {
		text[i] = ' '
	}
}

// piece is a part of a source text that is skipped as a whole.
type piece uint8

const (
	character  piece = iota // anything but the following
	blank                   // one blank or line end
	comment                 // // and what follows in the line
	hash                    // # and what follows in the line
	quoted                  // a string, or a name in backquotes
	openString              // a string without an end
)

// nextPiece returns what text begins with, and how many bytes that has.
func nextPiece(text string) (length int, what piece) {
	switch c := text[0]; {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f':
		return 1, blank
	case c == '#':
		return lineLength(text), hash
	case strings.HasPrefix(text, "//"):
		return lineLength(text), comment
	case c == '\'' || c == '"':
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case c:
				return i + 1, quoted
			case '\\':
				i++
			}
		}
		return len(text), openString
	case c == '`':
		if end := strings.IndexAny(text[1:], "`\r\n"); end >= 0 && text[1+end] == '`' {
			return end + len("``"), quoted
		}
	}
	return 1, character
}

func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}
