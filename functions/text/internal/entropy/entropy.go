// Package entropy measures how much information the characters of a text carry.
package entropy

import (
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// Of returns the Shannon entropy of the UTF-16 code units of s, in bits. The
// terms are added in the order in which the units first occur, so that the
// result is always the same to the last bit.
func Of(s string) float64 {
	var counts [utf8.RuneSelf]int // an entry is 0 again when it has been added up
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return ofUnits(utf16.Encode([]rune(s)))
		}
		counts[s[i]]++
	}
	bits := 0.0
	last, term := 0, 0.0 // most characters of a name are as frequent as the one before
	for i := range len(s) {
		n := counts[s[i]]
		if n == 0 {
			continue
		}
		if n != last {
			last, term = n, information(n, len(s))
		}
		bits += term
		counts[s[i]] = 0
	}
	return bits
}

func ofUnits(units []uint16) float64 {
	counts := make(map[uint16]int)
	for _, unit := range units {
		counts[unit]++
	}
	bits := 0.0
	for _, unit := range units {
		if n := counts[unit]; n > 0 {
			bits += information(n, len(units))
			counts[unit] = 0
		}
	}
	return bits
}

// information returns what n equal units of total contribute to the entropy.
func information(n, total int) float64 {
	share := float64(n) / float64(total)
	return share * math.Log2(float64(total)/float64(n))
}
