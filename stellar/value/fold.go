package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns a text with one spelling for all characters that differ in case only:
// those that any of Unicode's mappings of one character to another, to upper, lower or
// title case, takes for the same. So texts that are equal under strings.EqualFold, or
// after strings.ToLower or strings.ToUpper, have the same fold. ASCII text comes out in
// lower case. Bytes that are no UTF-8 become U+FFFD.
func Fold(text string) string {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c-'A' < 26 {
			return text[:i] + folded(text[i:])
		}
	}
	return text
}

func folded(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		b.WriteRune(FoldRune(r))
	}
	return b.String()
}

// AppendFold appends the fold of a text to dst.
func AppendFold(dst []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= utf8.RuneSelf {
			for _, r := range text[i:] {
				dst = utf8.AppendRune(dst, FoldRune(r))
			}
			return dst
		}
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// FoldRune is Fold of one character.
func FoldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if r-'A' < 26 && r >= 'A' {
			r += 'a' - 'A'
		}
		return r
	}
	start := unicode.ToLower(unicode.ToUpper(r))
	least := start
	for next := unicode.SimpleFold(start); next != start; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if least < utf8.RuneSelf {
		return FoldRune(least)
	}
	return least
}
