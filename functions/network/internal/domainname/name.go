// Package domainname takes domain names apart by the Public Suffix List
// (publicsuffix.org) and converts them between Unicode and ASCII. The list is
// the one in golang.org/x/net/publicsuffix; its private section counts too, so
// that github.io is a suffix as co.uk is.
package domainname

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/internal/lettercase"
	"github.com/stellarlang/stellar/stellar/value"
)

// Name is a valid domain name, in lower case.
type Name struct {
	text   string // without trailing dot, its dots as given
	suffix string // public suffix or, where no rule of the list applies, the last label
	labels int    // in the suffix
	plain  bool   // its dots are those of ASCII, and it ends with the suffix
}

// Limits of RFC 1035, counted in UTF-16 code units before any conversion.
const (
	maxLength = 253
	maxLabels = 127
	maxLabel  = 63
)

// maxBytes is more than a valid name has in UTF-8 before it is in lower case.
const maxBytes = 4 * maxLength

// Parse reads a domain name and finds its suffix: the longest one in the list,
// or the last label if no rule of the list applies. Labels may hold letters,
// digits, inner dashes and underscores, and anything beyond ASCII; the last one
// must not begin with a digit, which keeps IP addresses out. The ideographic full
// stops separate labels as well as dots do. One trailing dot is dropped. The name
// is the same whatever the case of the letters, as names are in the DNS.
func Parse(s string) (Name, bool) {
	if len(s) > maxBytes {
		return Name{}, false
	}
	if n, ok, isASCII := parseASCII(s); isASCII {
		return n, ok
	}
	text := lettercase.Lower(trimDot(s))
	folded := asciiDots(text)
	if value.UTF16Len(folded) > maxLength || strings.Count(folded, ".") >= maxLabels {
		return Name{}, false
	}
	last := ""
	for label := range strings.SplitSeq(folded, ".") {
		if !validLabel(label) {
			return Name{}, false
		}
		last = label
	}
	if first, _ := utf8.DecodeRuneInString(last); unicode.IsDigit(first) {
		return Name{}, false
	}
	labels, known := suffixLabels(folded)
	n := Name{text: text, labels: labels}
	if known {
		n.suffix = folded[lastLabels(folded, labels):]
	} else {
		n.suffix = LastLabel(text)
	}
	return n, true
}

// parseASCII is Parse for names in ASCII, as most are, in one pass. isASCII is false for
// others.
func parseASCII(s string) (n Name, ok, isASCII bool) {
	if len(s) > 0 && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	start, labels, valid, capitals := 0, 1, true, false // start is that of the label
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return Name{}, false, false
		case 'a' <= c && c <= 'z' || ascii.IsDigit(c):
		case 'A' <= c && c <= 'Z':
			capitals = true
		case c == '.':
			if i == start || i-start > maxLabel || isMark(s[i-1]) {
				valid = false
			}
			start, labels = i+1, labels+1
		case isMark(c) && i > start:
		default:
			valid = false
		}
	}
	last := s[start:]
	if !valid || last == "" || len(last) > maxLabel || isMark(last[len(last)-1]) || ascii.IsDigit(last[0]) ||
		len(s) > maxLength || labels > maxLabels {
		return Name{}, false, true
	}
	if capitals {
		s = lettercase.Lower(s)
	}
	suffix, icann := publicsuffix.PublicSuffix(s)
	dots := strings.Count(suffix, ".")
	n = Name{text: s, labels: dots + 1, suffix: suffix, plain: true}
	if !icann && dots == 0 {
		n.suffix = s[start:]
	}
	return n, true, true
}

// isMark reports whether c may stand within a label, but not at its ends.
func isMark(c byte) bool { return c == '-' || c == '_' }

// Suffix returns the public suffix or, where no rule of the list applies, the last
// label.
func (n Name) Suffix() string { return n.suffix }

// WithoutSuffix returns what stands before the suffix, without the dot between;
// it is empty for a name that is a suffix.
func (n Name) WithoutSuffix() string {
	if n.plain {
		return n.text[:max(len(n.text)-len(n.suffix)-1, 0)]
	}
	start := lastLabels(n.text, n.labels)
	if start == 0 {
		return ""
	}
	_, dot := utf8.DecodeLastRuneInString(n.text[:start])
	return n.text[:start-dot]
}

// Registrable returns the suffix with the label before it; a name that is a suffix
// stays as it is.
func (n Name) Registrable() string {
	rest := n.WithoutSuffix()
	if rest == "" {
		return n.text
	}
	if n.plain {
		return n.text[1+strings.LastIndexByte(rest, '.'):]
	}
	return LastLabel(rest) + "." + n.suffix
}

// LastLabel returns the text after the last dot but a trailing one, whether or not
// s is a domain name.
func LastLabel(s string) string {
	s = trimDot(s)
	return s[lastLabels(s, 1):]
}

// IsTopLevel reports whether the label, in lower case and ASCII, is one of the top
// level domains that exist in the DNS. The list's ICANN section names them all,
// and onion besides, which RFC 7686 keeps out of the DNS.
func IsTopLevel(label string) bool {
	// Under a label of its own a domain that has wildcard rules only, as ck,
	// is found too.
	_, icann := publicsuffix.PublicSuffix("-." + label)
	return icann && label != "onion"
}

// suffixLabels counts the labels of the suffix of a folded name, and reports
// whether a rule of the list gave it.
func suffixLabels(folded string) (n int, known bool) {
	if !ascii.Only(folded) {
		// The list is kept in ASCII. The conversion maps nothing, so that the
		// name has the same labels in both forms; bad ACE labels stay.
		folded, _ = idna.Punycode.ToASCII(folded)
	}
	suffix, icann := publicsuffix.PublicSuffix(folded)
	dots := strings.Count(suffix, ".")
	return dots + 1, icann || dots > 0
}

// lastLabels returns the index at which the last n labels of s begin.
func lastLabels(s string, n int) int {
	for i := len(s); i > 0; i-- {
		switch s[i-1] {
		case '.', 0x82, 0x8E, 0xA1: // the last bytes of dots
			if r, _ := utf8.DecodeLastRuneInString(s[:i]); isDot(r) {
				if n--; n == 0 {
					return i
				}
			}
		}
	}
	return 0
}

func isDot(r rune) bool { return r == '.' || r == '\u3002' || r == '\uff0e' || r == '\uff61' }

func trimDot(s string) string {
	if r, size := utf8.DecodeLastRuneInString(s); isDot(r) {
		return s[:len(s)-size]
	}
	return s
}

// asciiDots returns s with all dots in ASCII.
func asciiDots(s string) string {
	if ascii.Only(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isDot(r) {
			return '.'
		}
		return r
	}, s)
}

func validLabel(label string) bool {
	if label == "" || value.UTF16Len(label) > maxLabel {
		return false
	}
	for i := range len(label) {
		switch c := label[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c >= utf8.RuneSelf:
		case c == '-' || c == '_':
			if i == 0 || i == len(label)-1 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
