package format

import (
	"math"
	"unicode/utf16"

	"github.com/stellarlang/stellar/stellar/value"
)

// hashCode gives what Java's hashCode gives for bools, ints, longs, floats,
// doubles and strings. Other values have the hash code of their text form; it
// is not ok if that is longer than limit bytes.
func hashCode(v value.Value, limit int) (code uint32, ok bool) {
	switch v.Kind() {
	case value.KindBool:
		if v.Bool() {
			return 1231, true
		}
		return 1237, true
	case value.KindInt:
		return uint32(v.Int64()), true
	case value.KindLong:
		return fold(uint64(v.Int64())), true
	case value.KindFloat:
		if f := v.Float32(); f == f {
			return math.Float32bits(f), true
		}
		return 0x7FC00000, true // the one NaN of Java
	case value.KindDouble:
		if f := v.Float64(); f == f {
			return fold(math.Float64bits(f)), true
		}
		return fold(0x7FF8 << 48), true
	}
	s := text(v, limit)
	return stringHash(s), len(s) <= limit
}

func fold(bits uint64) uint32 { return uint32(bits ^ bits>>32) }

// stringHash takes the UTF-16 code units as the digits of a number to the base
// 31.
func stringHash(s string) uint32 {
	var h uint32
	for _, r := range s {
		if r > 0xFFFF {
			high, low := utf16.EncodeRune(r)
			h = h*31 + uint32(high)
			r = low
		}
		h = h*31 + uint32(r)
	}
	return h
}
