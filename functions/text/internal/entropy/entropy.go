// Package entropy measures how much information the characters of a text carry.
package entropy

import (
	"iter"
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
			return ofUnits(s)
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

// ofUnits is Of for any text.
func ofUnits(s string) float64 {
	counts := newCounts(len(s))
	total := 0
	for unit := range units(s) {
		counts.add(unit, 1)
		total++
	}
	bits := 0.0
	for unit := range units(s) {
		if n := counts.of(unit); n > 0 {
			bits += information(n, total)
			counts.add(unit, -n)
		}
	}
	return bits
}

// units goes through the UTF-16 code units of s.
func units(s string) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for _, r := range s {
			if r > 0xFFFF {
				high, low := utf16.EncodeRune(r)
				if !yield(uint16(high)) {
					return
				}
				r = low
			}
			if !yield(uint16(r)) {
				return
			}
		}
	}
}

// counts are the counts of code units, in a table for long texts.
type counts struct {
	few map[uint16]int
	all []int32
}

const longText = 4096

func newCounts(length int) counts {
	if length < longText {
		return counts{few: map[uint16]int{}}
	}
	return counts{all: make([]int32, 1<<16)}
}

func (c counts) of(unit uint16) int {
	if c.all != nil {
		return int(c.all[unit])
	}
	return c.few[unit]
}

func (c counts) add(unit uint16, n int) {
	if c.all != nil {
		c.all[unit] += int32(n)
		return
	}
	c.few[unit] += n
}

// information returns what n equal units of total contribute to the entropy.
func information(n, total int) float64 {
	share := float64(n) / float64(total)
	return share * math.Log2(float64(total)/float64(n))
}
