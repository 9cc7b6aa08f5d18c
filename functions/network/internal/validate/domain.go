package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/network/internal/domainname"
)

// Domain reports whether s is a domain name of two labels or more that could exist
// in the DNS: its labels hold letters, digits and inner dashes, its last one is
// a top level domain. International names are converted first. A trailing dot is
// fine; local names and IP addresses are not.
func Domain(s string) bool {
	if len(s) > maxConverted { // longer than any, converted or not
		return false
	}
	name, ok := toASCII(s)
	if !ok || len(name) > 253 {
		return false
	}
	name = strings.TrimSuffix(name, ".")
	labels := 0
	last := ""
	for label := range strings.SplitSeq(name, ".") {
		if !validLabel(label) {
			return false
		}
		labels++
		last = label
	}
	return labels > 1 && domainname.IsTopLevel(strings.ToLower(last))
}

// maxConverted bounds the names that are converted to ASCII, in bytes: the time
// that takes grows with the square of the length. The names that the DNS has
// room for are shorter by far.
const maxConverted = 2048

// toASCII refuses emoji, as IDNA 2003 did, which knows the characters of Unicode
// 3.2 only; symbols beyond the basic plane are younger.
func toASCII(s string) (string, bool) {
	if len(s) > maxConverted && strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "", false
	}
	for _, r := range s {
		if r > 0xffff && unicode.IsSymbol(r) {
			return "", false
		}
	}
	return domainname.ToASCII(s)
}

func validLabel(label string) bool {
	n := len(label)
	if n == 0 || n > 63 || label[0] == '-' || label[n-1] == '-' {
		return false
	}
	for i := range n {
		if !ascii.IsLetter(label[i]) && !ascii.IsDigit(label[i]) && label[i] != '-' {
			return false
		}
	}
	return true
}
