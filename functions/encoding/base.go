package encoding

import (
	"encoding/base32"
	"encoding/base64"
	"strings"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// An alphabet is the digits of an encoding of RFC 4648, with other digits of the
// same values that are read.
type alphabet struct {
	bits   uint // that a digit stands for
	digits string
	also   map[byte]byte // to a digit
	encode func([]byte) string
}

var (
	base32Alphabet = alphabet{
		bits: 5, digits: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", also: lowerCase,
		encode: base32.StdEncoding.EncodeToString,
	}
	base32HexAlphabet = alphabet{
		bits: 5, digits: "0123456789ABCDEFGHIJKLMNOPQRSTUV", also: lowerCase,
		encode: base32.HexEncoding.EncodeToString,
	}
	base64Alphabet = alphabet{
		bits: 6, digits: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		also:   map[byte]byte{'-': '+', '_': '/'}, // the alphabet for URLs
		encode: base64.StdEncoding.EncodeToString,
	}
)

// lowerCase lets letters stand for the capitals.
var lowerCase = func() map[byte]byte {
	letters := map[byte]byte{}
	for c := byte('a'); c <= 'z'; c++ {
		letters[c] = c - 'a' + 'A'
	}
	return letters
}()

// What is not a digit of an alphabet.
const (
	noDigit = 0xff - iota
	padding
	blank
)

// newBase makes an encoding of an alphabet. It reads more than RFC 4648 asks for:
// missing padding, foreign characters, which it skips, and a last group of any
// length, of which whole bytes count.
func newBase(name string, a alphabet) encoding {
	var values [256]byte
	for i := range values {
		values[i] = noDigit
	}
	for i := range len(a.digits) {
		values[a.digits[i]] = byte(i)
	}
	for other, digit := range a.also {
		if v := values[digit]; v != noDigit {
			values[other] = v
		}
	}
	values['='] = padding
	for _, c := range []byte(" \t\r\n") {
		values[c] = blank
	}
	return encoding{
		name:   name,
		growth: 8, // a group of one byte, padded
		encode: func(s string) string { return a.encode([]byte(s)) },
		decode: func(budget fn.Budget, s string) ([]byte, bool, error) {
			if end := strings.IndexByte(s, '='); end >= 0 {
				s = s[:end]
			}
			decoded, err := decodeBits(budget, s, &values, a.bits)
			return decoded, true, err
		},
		is: func(_ fn.Budget, s string) (bool, error) {
			for i := range len(s) {
				if values[s[i]] == noDigit {
					return false, nil
				}
			}
			return true, nil
		},
	}
}

// decodeBits joins the bits of the digits in s to bytes. Bits left over are dropped.
func decodeBits(budget fn.Budget, s string, values *[256]byte, bits uint) ([]byte, error) {
	decoded := make([]byte, 0, len(s)*int(bits)/8)
	var pending, count uint
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return nil, err
		}
		s = s[len(piece):]
		for i := range len(piece) {
			v := values[piece[i]]
			if v >= blank {
				continue
			}
			pending = pending<<bits | uint(v)
			if count += bits; count >= 8 {
				count -= 8
				decoded = append(decoded, byte(pending>>count))
			}
		}
	}
	return decoded, nil
}
