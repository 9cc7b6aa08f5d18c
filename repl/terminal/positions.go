package terminal

import "unicode/utf8"

// Editors count characters, everybody else bytes. What changes one into the other is here.

// byteAt returns where a character of a line begins in its text.
func byteAt(line []rune, at int) int {
	n := 0
	for _, r := range line[:min(max(at, 0), len(line))] {
		n += utf8.RuneLen(characterOf(r))
	}
	return n
}

// runeAt returns which character of a text a byte is part of.
func runeAt(text string, at int) int {
	return utf8.RuneCountInString(text[:min(max(at, 0), len(text))])
}

// characterOf returns a rune as it becomes part of a text.
func characterOf(r rune) rune {
	if !utf8.ValidRune(r) {
		return utf8.RuneError
	}
	return r
}
