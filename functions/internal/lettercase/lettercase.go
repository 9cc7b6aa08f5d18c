// Package lettercase maps strings to upper and lower case by the full rules of
// Unicode, special casing included, without regard to any language: ß becomes
// SS, and a sigma at the end of a word becomes ς.
package lettercase

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Upper returns s in upper case: s itself if nothing changes. For ASCII text it
// allocates once at most.
func Upper(s string) string {
	upper, _ := UpperWithin(nil, s)
	return upper
}

// UpperWithin is Upper with a budget, of which it fails.
func UpperWithin(budget fn.Budget, s string) (string, error) {
	if upper, ok := flipASCII(s, 'a'); ok {
		return upper, nil
	}
	return upperUnicode(budget, s)
}

// Lower returns s in lower case: s itself if nothing changes. For ASCII text it
// allocates once at most.
func Lower(s string) string {
	lower, _ := LowerWithin(nil, s)
	return lower
}

// LowerWithin is Lower with a budget, of which it fails.
func LowerWithin(budget fn.Budget, s string) (string, error) {
	if lower, ok := flipASCII(s, 'A'); ok {
		return lower, nil
	}
	return lowerUnicode(budget, s)
}

// flipASCII changes the case of those of the 26 letters from first on that are
// in s. It is not ok if there is more than ASCII in s.
func flipASCII(s string, first byte) (flipped string, ok bool) {
	for i := range len(s) {
		if s[i]-first < 26 {
			return flipFrom(s, i, first)
		}
		if s[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return s, true
}

// flipFrom is flipASCII for a string of which the first at bytes need not be
// looked at. A short string, as most are, is made on the stack.
func flipFrom(s string, at int, first byte) (string, bool) {
	var short [64]byte
	if len(s) > len(short) {
		long := []byte(s)
		return unsafe.String(&long[0], len(long)), flip(long[at:], first) // long is not changed from here on
	}
	n := copy(short[:], s)
	ok := flip(short[at:n], first)
	return string(short[:n]), ok
}

// flip changes letters in place. It reports whether there is nothing but ASCII.
func flip(text []byte, first byte) bool {
	var seen byte
	for i, c := range text {
		seen |= c
		if c-first < 26 {
			text[i] = c ^ 0x20
		}
	}
	return seen < utf8.RuneSelf
}

// upperUnicode maps characters one by one, which is all there is to upper case but
// for those that become several.
func upperUnicode(budget fn.Budget, s string) (string, error) {
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return "", err
		}
		upperPiece(&b, piece)
		s = s[len(piece):]
	}
	return b.String(), nil
}

func upperPiece(b *strings.Builder, s string) {
	for i, r := range s {
		if r < utf8.RuneSelf {
			c := byte(r)
			if c-'a' < 26 {
				c ^= 0x20
			}
			b.WriteByte(c)
			continue
		}
		several, expands := "", false
		if r >= secondExpanded || r == firstExpanded {
			several, expands = expanded()[r]
		}
		switch {
		case expands:
			b.WriteString(several)
		case r == utf8.RuneError:
			_, width := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+width]) // what is not UTF-8 stays
		default:
			b.WriteRune(unicode.ToUpper(r))
		}
	}
}

// The first two characters, ß and ŉ, that become several in upper case.
const (
	firstExpanded  = 0xDF
	secondExpanded = 0x149
)

// expanded returns what the characters become in upper case for which one character
// is not enough. They lie in the blocks from Latin-1 to Armenian, in the additional
// ones of Latin and Greek, and among the ligatures.
var expanded = sync.OnceValue(func() map[rune]string {
	upper := cases.Upper(language.Und)
	several := map[rune]string{}
	for _, block := range [][2]rune{{firstExpanded, 0x587}, {0x1E00, 0x1FFF}, {0xFB00, 0xFB17}} {
		for r := block[0]; r <= block[1]; r++ {
			if s := upper.String(string(r)); s != string(unicode.ToUpper(r)) {
				several[r] = s
			}
		}
	}
	return several
})

// lowerUnicode maps characters one by one, which is all there is to lower case
// but for two: İ becomes two characters, and Σ depends on its neighbours. (The
// package cases of golang.org/x/text forgets the neighbours every 128 bytes.)
func lowerUnicode(budget fn.Budget, s string) (string, error) {
	var b strings.Builder
	b.Grow(len(s))
	for start := 0; start < len(s); {
		piece, err := pieces.First(budget, s[start:])
		if err != nil {
			return "", err
		}
		for i, r := range piece {
			switch r {
			case 'İ':
				b.WriteString("i\u0307")
			case 'Σ':
				final, err := isFinal(budget, s, start+i)
				if err != nil {
					return "", err
				}
				if final {
					b.WriteRune('ς')
				} else {
					b.WriteRune('σ')
				}
			default:
				b.WriteRune(unicode.ToLower(r))
			}
		}
		start += len(piece)
	}
	return b.String(), nil
}

// isFinal reports whether the Σ at a place of s is final by the Unicode Standard,
// section 3.13: it has a cased letter before it and none after it, ignorable
// characters left aside.
func isFinal(budget fn.Budget, s string, at int) (bool, error) {
	after, err := afterCased(budget, s[:at])
	if err != nil || !after {
		return false, err
	}
	before, err := beforeCased(budget, s[at+len("Σ"):])
	return !before, err
}

// afterCased reports whether s ends with a cased letter, ignorable characters left
// aside.
func afterCased(budget fn.Budget, s string) (bool, error) {
	for unpaid := 0; s != ""; unpaid++ {
		if unpaid == pieces.Size && budget != nil {
			if err := budget.Spend(pieces.Size); err != nil {
				return false, err
			}
			unpaid = 0
		}
		r, width := utf8.DecodeLastRuneInString(s)
		if !caseIgnorable(r) {
			return cased(r), nil
		}
		s = s[:len(s)-width]
	}
	return false, nil
}

// beforeCased reports whether s begins with a cased letter, ignorable characters
// left aside.
func beforeCased(budget fn.Budget, s string) (bool, error) {
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return false, err
		}
		for _, r := range piece {
			if !caseIgnorable(r) {
				return cased(r), nil
			}
		}
		s = s[len(piece):]
	}
	return false, nil
}

func cased(r rune) bool {
	return unicode.In(r, unicode.Lower, unicode.Upper, unicode.Title,
		unicode.Other_Lowercase, unicode.Other_Uppercase)
}

// caseIgnorable is Unicode's property of that name. The punctuation is what
// Unicode Standard Annex 29 calls MidLetter, MidNumLet and Single_Quote.
func caseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', '\u00B7', '\u0387', '\u055F', '\u05F4', '\u2018', '\u2019', '\u2024', '\u2027',
		'\uFE13', '\uFE52', '\uFE55', '\uFF07', '\uFF0E', '\uFF1A':
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}
