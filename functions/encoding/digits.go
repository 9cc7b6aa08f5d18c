package encoding

import (
	"encoding/hex"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func encodeHex(s string) string { return hex.EncodeToString([]byte(s)) }

// decodeHex reads pairs of hexadecimal digits of any script, as Java does. ok is
// false if there is anything else, or an odd number of them.
func decodeHex(budget fn.Budget, s string) (decoded []byte, ok bool, err error) {
	decoded = make([]byte, 0, len(s)/2)
	var high byte
	odd := false
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return nil, false, err
		}
		s = s[len(piece):]
		for _, r := range piece {
			digit, ok := hexDigit(r)
			if !ok {
				return nil, false, nil
			}
			if odd {
				decoded = append(decoded, high<<4|digit)
			}
			high, odd = digit, !odd
		}
	}
	return decoded, !odd, nil
}

func isHex(budget fn.Budget, s string) (bool, error) {
	_, ok, err := decodeHex(budget, s)
	return ok, err
}

// fullWidth is the distance from a letter to its form of full width.
const fullWidth = 'Ａ' - 'A'

// hexDigit returns the value of a digit of any script, or of a letter up to F of
// usual or full width.
func hexDigit(r rune) (digit byte, ok bool) {
	switch letter := r; {
	case '0' <= r && r <= '9':
		return byte(r - '0'), true
	case r >= 'Ａ':
		letter -= fullWidth
		fallthrough
	default:
		if letter |= 0x20; 'a' <= letter && letter <= 'f' {
			return byte(letter-'a') + 10, true
		}
	}
	if r < 0x80 || r > 0xffff {
		return 0, false
	}
	n, ok := value.ToLong(value.String(string(r)))
	return byte(n), ok
}

// encodeBinary writes eight binary digits for each byte, the last byte first.
func encodeBinary(s string) string {
	digits := make([]byte, 0, 8*len(s))
	for i := len(s) - 1; i >= 0; i-- {
		for bit := 7; bit >= 0; bit-- {
			digits = append(digits, '0'+s[i]>>bit&1)
		}
	}
	return string(digits)
}

// decodeBinary reads groups of eight characters, the last first, in which what is
// not 1 counts as 0. Characters before the first whole group are dropped. ok is false
// if nothing but blanks and control characters comes of it.
func decodeBinary(budget fn.Budget, s string) (decoded []byte, ok bool, err error) {
	characters := make([]bool, 0, len(s)) // whether they are 1
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return nil, false, err
		}
		s = s[len(piece):]
		for _, r := range piece {
			characters = append(characters, r == '1')
			if r > 0xffff { // two in UTF-16
				characters = append(characters, false)
			}
		}
	}
	decoded = make([]byte, 0, len(characters)/8)
	for end := len(characters); end >= 8; end -= 8 {
		var b byte
		for _, one := range characters[end-8 : end] {
			b <<= 1
			if one {
				b |= 1
			}
		}
		decoded = append(decoded, b)
	}
	isBlank := strings.TrimFunc(string(decoded), func(r rune) bool { return r <= ' ' }) == ""
	return decoded, !isBlank, nil
}

func isBinary(_ fn.Budget, s string) (bool, error) { return strings.Trim(s, "01") == "", nil }
