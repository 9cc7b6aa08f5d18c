package validate

import "strings"

const whiteSpace = " \t\n\v\f\r"

// hasLineTerminator reports whether there is a character in s that ends a line.
func hasLineTerminator(s string) bool {
	for _, terminator := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		if strings.Contains(s, terminator) {
			return true
		}
	}
	return false
}
