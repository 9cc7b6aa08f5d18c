package format

import (
	"math"
	"unicode/utf16"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// hashCode returns what Java's hashCode gives for bools, ints, longs, floats,
// doubles and strings. Other values have the hash code of their text form, which
// must not be longer than limit bytes.
func hashCode(budget fn.Budget, v value.Value, limit int) (uint32, error) {
	switch v.Kind() {
	case value.KindBool:
		if v.Bool() {
			return 1231, nil
		}
		return 1237, nil
	case value.KindInt:
		return uint32(v.Int64()), nil
	case value.KindLong:
		return fold(uint64(v.Int64())), nil
	case value.KindFloat:
		if f := v.Float32(); f == f {
			return math.Float32bits(f), nil
		}
		return 0x7FC00000, nil // the one NaN of Java
	case value.KindDouble:
		if f := v.Float64(); f == f {
			return fold(math.Float64bits(f)), nil
		}
		return fold(0x7FF8 << 48), nil
	}
	s, err := v.TextWithin(budget, limit)
	switch {
	case err != nil:
		return 0, err
	case len(s) > limit:
		return 0, errTooLong(limit)
	}
	return stringHash(budget, s)
}

func fold(bits uint64) uint32 { return uint32(bits ^ bits>>32) }

// stringHash takes the UTF-16 code units as the digits of a number to the base
// 31.
func stringHash(budget fn.Budget, s string) (uint32, error) {
	var h uint32
	for s != "" {
		piece, err := pieces.First(budget, s)
		if err != nil {
			return 0, err
		}
		for _, r := range piece {
			if r > 0xFFFF {
				high, low := utf16.EncodeRune(r)
				h = h*31 + uint32(high)
				r = low
			}
			h = h*31 + uint32(r)
		}
		s = s[len(piece):]
	}
	return h, nil
}
