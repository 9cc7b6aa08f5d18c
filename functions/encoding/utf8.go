package encoding

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// validText returns bytes as text, in which each maximal sequence of bytes that
// could begin a character, and each byte that could not, has become U+FFFD. That is
// what Java and the Unicode Standard recommend; Go replaces every byte. A surrogate
// in the form of three bytes counts as one sequence.
func validText(budget fn.Budget, b []byte) (string, error) {
	if utf8.Valid(b) {
		return string(b), nil
	}
	var text strings.Builder
	text.Grow(len(b) + len(b)/8)
	for unpaid := 0; len(b) > 0; unpaid++ {
		if unpaid == pieces.Size {
			if err := budget.Spend(pieces.Size / 64); err != nil {
				return "", err
			}
			unpaid = 0
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = malformed(b)
		}
		text.WriteRune(r)
		b = b[size:]
	}
	return text.String(), nil
}

// malformed returns the length of the ill-formed sequence at the start of b.
func malformed(b []byte) int {
	first := b[0]
	var length int // of a character that begins like this
	low, high := byte(0x80), byte(0xbf)
	switch {
	case first >= 0xc2 && first <= 0xdf:
		length = 2
	case first >= 0xe0 && first <= 0xef:
		length = 3
		if first == 0xe0 {
			low = 0xa0
		}
	case first >= 0xf0 && first <= 0xf4:
		length = 4
		if first == 0xf0 {
			low = 0x90
		} else if first == 0xf4 {
			high = 0x8f
		}
	default:
		return 1
	}
	n := 1
	for n < min(length, len(b)) && low <= b[n] && b[n] <= high {
		n, low, high = n+1, 0x80, 0xbf
	}
	return n
}
