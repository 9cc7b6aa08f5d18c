package names

import "strings"

// IsPlain reports whether an expression has a name as it stands: ASCII letters,
// digits, _ . and :, a letter, _ or $ first and no colon last, and no keyword. Any
// other name is written in backquotes.
func IsPlain(name string) bool {
	if name == "" || strings.IndexByte("0123456789.:", name[0]) >= 0 || name[len(name)-1] == ':' || IsKeyword(name) {
		return false
	}
	for i, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '.', c == ':', c == '$' && i == 0:
		default:
			return false
		}
	}
	return true
}

// Written returns a name as an expression has it, in backquotes if need be. Names
// that hold a backquote or a line end cannot be written.
func Written(name string) string {
	if IsPlain(name) {
		return name
	}
	return "`" + name + "`"
}
