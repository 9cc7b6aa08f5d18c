// Package entropy measures how much information the characters of a text carry.
package entropy

import (
	"math"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Of returns the Shannon entropy of the UTF-16 code units of s, in bits. The
// terms are added in the order in which the units first occur, so that the
// result is always the same to the last bit. It fails when the budget does.
func Of(budget fn.Budget, s string) (float64, error) {
	var counts [utf8.RuneSelf]int // an entry is 0 again when it has been added up
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return ofUnits(budget, s)
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
	return bits, nil
}

// ofUnits is Of for any text.
func ofUnits(budget fn.Budget, s string) (float64, error) {
	counts := newCounts(len(s))
	total := 0
	err := eachUnit(budget, s, func(unit uint16) {
		counts.add(unit, 1)
		total++
	})
	if err != nil {
		return 0, err
	}
	bits := 0.0
	err = eachUnit(budget, s, func(unit uint16) {
		if n := counts.of(unit); n > 0 {
			bits += information(n, total)
			counts.add(unit, -n)
		}
	})
	return bits, err
}

// eachUnit goes through the UTF-16 code units of s.
func eachUnit(budget fn.Budget, s string, visit func(uint16)) error {
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return err
		}
		for _, r := range piece {
			if r > 0xFFFF {
				high, low := utf16.EncodeRune(r)
				visit(uint16(high))
				r = low
			}
			visit(uint16(r))
		}
		s = s[len(piece):]
	}
	return nil
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
