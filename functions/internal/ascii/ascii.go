// Package ascii has the classes of ASCII characters that formats such as domain
// names and patterns are made of, and the blanks that may stand around them.
package ascii

import "unicode/utf8"

// IsLetter reports whether c is a letter from a to z or A to Z.
func IsLetter[C byte | rune](c C) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// IsDigit reports whether c is a digit from 0 to 9.
func IsDigit[C byte | rune](c C) bool { return '0' <= c && c <= '9' }

// IsBlank reports whether c is the blank or one of the control characters before
// it.
func IsBlank[C byte | rune](c C) bool { return c <= ' ' }

// TrimBlanks returns s without the blanks at its ends.
func TrimBlanks(s string) string {
	start, end := 0, len(s)
	for start < end && IsBlank(s[start]) {
		start++
	}
	for start < end && IsBlank(s[end-1]) {
		end--
	}
	return s[start:end]
}

// Only reports whether all characters of s are ASCII.
func Only(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
