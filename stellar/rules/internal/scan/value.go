package scan

import (
	"encoding/binary"
	"math/bits"
)

// The functions below take an offset and return one. They return a negative one if
// what should begin at the offset does not.

// class says what a byte can begin or be a part of.
type class uint8

const (
	digit class = 1 << iota
	hexadecimal
	blank
	escaped // after a backslash
)

var classes = func() (classes [256]class) {
	set := func(c class, members string) {
		for i := range len(members) {
			classes[members[i]] |= c
		}
	}
	set(digit, "0123456789")
	set(hexadecimal, "0123456789abcdefABCDEF")
	set(blank, " \t\n\r")
	set(escaped, `"\/bfnrt`)
	return classes
}()

// blanks returns the offset of the next byte that is no blank.
func blanks(b []byte, i int) int {
	for classes[b[i]]&blank != 0 {
		i++
	}
	return i
}

// value returns the offset after a value. Depth is the number of arrays and objects
// around it.
func value(b []byte, i, depth int) int {
	switch c := b[i]; c {
	case '"':
		end, _ := stringEnd(b, i+1)
		return end
	case '{', '[':
		if depth == MaxDepth {
			return -1
		}
		if c == '{' {
			return object(b, i+1, depth+1)
		}
		return array(b, i+1, depth+1)
	case 't':
		return word(b, i, "true")
	case 'f':
		return word(b, i, "false")
	case 'n':
		return word(b, i, "null")
	}
	return number(b, i)
}

func word(b []byte, i int, word string) int {
	if end := i + len(word); end <= len(b) && string(b[i:end]) == word {
		return end
	}
	return -1
}

// array returns the offset after an array, from that after its bracket on.
func array(b []byte, i, depth int) int {
	if i = blanks(b, i); b[i] == ']' {
		return i + 1
	}
	for {
		if i = value(b, i, depth); i < 0 {
			return -1
		}
		switch i = blanks(b, i); b[i] {
		case ',':
			i = blanks(b, i+1)
		case ']':
			return i + 1
		default:
			return -1
		}
	}
}

// object returns the offset after an object, from that after its brace on.
func object(b []byte, i, depth int) int {
	if i = blanks(b, i); b[i] == '}' {
		return i + 1
	}
	for {
		if b[i] != '"' {
			return -1
		}
		if i, _ = stringEnd(b, i+1); i < 0 {
			return -1
		}
		if i = blanks(b, i); b[i] != ':' {
			return -1
		}
		if i = value(b, blanks(b, i+1), depth); i < 0 {
			return -1
		}
		switch i = blanks(b, i); b[i] {
		case ',':
			i = blanks(b, i+1)
		case '}':
			return i + 1
		default:
			return -1
		}
	}
}

// number returns the offset after a number.
func number(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	switch {
	case b[i] == '0':
		i++
	default:
		if i = digits(b, i); i < 0 {
			return -1
		}
	}
	if b[i] == '.' {
		if i = digits(b, i+1); i < 0 {
			return -1
		}
	}
	if b[i]|0x20 == 'e' {
		if i++; b[i] == '+' || b[i] == '-' {
			i++
		}
		return digits(b, i)
	}
	return i
}

// digits returns the offset after one or more digits.
func digits(b []byte, i int) int {
	if classes[b[i]]&digit == 0 {
		return -1
	}
	for i++; classes[b[i]]&digit != 0; i++ {
	}
	return i
}

// Eight bytes are looked at together, as the lanes of a word.
const (
	lanes = 0x0101010101010101
	highs = lanes << 7
)

// specials returns a word with the high bit of the first byte that ends the plain part
// of a string: a quotation mark, a backslash or a control character. Bytes after that
// one may be marked though they are none; no byte before it is. Without one the word
// is 0.
func specials(x uint64) uint64 {
	quote, backslash := x^lanes*'"', x^lanes*'\\'
	return ((quote-lanes)&^quote | (backslash-lanes)&^backslash | (x-lanes*' ')&^x) & highs
}

// stringEnd returns the offset after a string, from that after its first quotation
// mark on, and reports whether it is plain: all of ASCII characters, without escapes.
func stringEnd(b []byte, i int) (end int, plain bool) {
	var seen uint64
	for {
		x := binary.LittleEndian.Uint64(b[i:])
		found := specials(x)
		if found == 0 {
			seen |= x
			i += 8
			continue
		}
		seen |= before(x, found)
		switch i += bits.TrailingZeros64(found) / 8; b[i] {
		case '"':
			return i + 1, seen&highs == 0
		case '\\':
			seen = highs
			if i = escape(b, i+1); i < 0 {
				return -1, false
			}
		default:
			return -1, false
		}
	}
}

// before returns the bytes of x before the first one found.
func before(x, found uint64) uint64 { return x & (found&-found>>7 - 1) }

// nameEnd is stringEnd for a name. The hash of a plain one is that of hashOf.
func nameEnd(b []byte, i int) (end int, hash uint64, plain bool) {
	var seen uint64
	for start := i; ; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		found := specials(x)
		if found == 0 {
			seen |= x
			hash = mixed(hash, x)
			continue
		}
		x = before(x, found)
		if i += bits.TrailingZeros64(found) / 8; b[i] == '"' {
			return i + 1, mixed(hash, x), (seen|x)&highs == 0
		}
		end, _ = stringEnd(b, start)
		return end, 0, false
	}
}

// escape returns the offset after an escape, from that after its backslash on.
func escape(b []byte, i int) int {
	if classes[b[i]]&escaped != 0 {
		return i + 1
	}
	if b[i] != 'u' {
		return -1
	}
	for range 4 {
		if i++; classes[b[i]]&hexadecimal == 0 {
			return -1
		}
	}
	return i + 1
}
