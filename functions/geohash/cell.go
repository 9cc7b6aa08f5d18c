package geohash

import (
	"fmt"
	"math"
	"strings"
)

// The digits of a geohash. Each halves the cell five times, first the longitude.
const (
	digits       = "0123456789bcdefghjkmnpqrstuvwxyz"
	bitsPerDigit = 5

	maxLength = 12 // of a geohash that is made
)

// point is a place in degrees.
type point struct{ latitude, longitude float64 }

// hash returns the geohash of a point that has so many digits.
func (p point) hash(length int) string {
	latitude, longitude := span{-90, 90}, span{-180, 180}
	hash := make([]byte, length)
	east := true // whether the next bit is one of the longitude
	for i := range hash {
		var digit byte
		for range bitsPerDigit {
			digit <<= 1
			if east && longitude.halve(p.longitude) || !east && latitude.halve(p.latitude) {
				digit |= 1
			}
			east = !east
		}
		hash[i] = digits[digit]
	}
	return string(hash)
}

// center returns the middle of the cell that a geohash names.
func center(hash string) (point, error) {
	latitude, longitude := span{-90, 90}, span{-180, 180}
	east := true
	for i, r := range hash {
		if i == digitsThatCount { // the cell is as small as a number can be
			if rest := strings.TrimLeft(hash[i:], digits); rest != "" {
				return point{}, noDigit(hash, []rune(rest[:min(len(rest), 4)])[0])
			}
			break
		}
		digit := strings.IndexRune(digits, r)
		if digit < 0 {
			return point{}, noDigit(hash, r)
		}
		for bit := bitsPerDigit - 1; bit >= 0; bit-- {
			upper := digit>>bit&1 == 1
			if east {
				longitude.take(upper)
			} else {
				latitude.take(upper)
			}
			east = !east
		}
	}
	return point{latitude.middle(), longitude.middle()}, nil
}

// digitsThatCount is how many digits make a cell whose middle does not change any more.
const digitsThatCount = 64

func noDigit(hash string, r rune) error {
	return fmt.Errorf("'%.40s' is no geohash: it has the character %q, and may have digits and small letters other than a, i, l and o", hash, r)
}

// span is the latitudes or longitudes of a cell.
type span struct{ low, high float64 }

func (s span) middle() float64 { return (s.low + s.high) / 2 }

// take keeps the upper or the lower half.
func (s *span) take(upper bool) {
	if upper {
		s.low = s.middle()
	} else {
		s.high = s.middle()
	}
}

// halve keeps the half with x, and reports whether that is the upper one.
func (s *span) halve(x float64) bool {
	upper := x >= s.middle()
	s.take(upper)
	return upper
}

// onEarth reports whether the degrees are those of a place.
func (p point) onEarth() bool {
	return math.Abs(p.latitude) <= 90 && math.Abs(p.longitude) <= 180 // false for NaN
}
