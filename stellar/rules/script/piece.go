package script

import "strings"

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

// Unfinished reports whether text ends inside brackets or inside a string, so that
// a reader of lines should add another one.
func Unfinished(text string) bool {
	depth := 0
	for i := 0; i < len(text); {
		length, what := nextPiece(text[i:])
		if what == openString {
			return true
		}
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		i += length
	}
	return depth > 0
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

// nextPiece tells what text begins with and how many bytes it has.
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
