package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// The conversions below are those of functions that say "converted" in their
// documentation, and of and, or and not. They never fail: what cannot be
// converted is not ok, which functions usually turn into null. Null is not ok.
// A list or set stands for its first item.

// ToInt converts to a 32-bit integer. Floating-point numbers are truncated
// toward zero, NaN is 0, what does not fit is not ok; true is 1; text may be
// surrounded by blanks and have a sign and decimal digits, nothing else.
func ToInt(v Value) (int32, bool) {
	v = firstItem(v)
	var i int64
	switch v.kind {
	case KindInt, KindLong:
		i = v.Int64()
	case KindFloat, KindDouble:
		i = saturate(v.Float64())
	case KindBigInt:
		i = low64(v)
	case KindBool:
		i = int64(v.num)
	default:
		n, ok := ParseInteger(trimBlanks(convertible(v)), 0)
		return int32(n), ok && int64(int32(n)) == n
	}
	return int32(i), int64(int32(i)) == i
}

// ToLong converts to a 64-bit integer, as ToInt; floating-point numbers beyond
// 64 bits become the nearest long, bigints keep their low 64 bits.
func ToLong(v Value) (int64, bool) {
	v = firstItem(v)
	switch v.kind {
	case KindInt, KindLong:
		return v.Int64(), true
	case KindFloat, KindDouble:
		return saturate(v.Float64()), true
	case KindBigInt:
		return low64(v), true
	case KindBool:
		return int64(v.num), true
	}
	return ParseInteger(trimBlanks(convertible(v)), 0)
}

// ToInteger converts to an integer of 32 or 64 bits, as ToInt and ToLong do, but
// ok is false for every number that does not fit, NaN and the infinities
// included.
func ToInteger(v Value, bits int) (i int64, ok bool) {
	switch first := firstItem(v); first.kind {
	case KindFloat, KindDouble:
		f, most := math.Trunc(first.Float64()), math.Ldexp(1, bits-1)
		if !(f >= -most && f < most) {
			return 0, false
		}
		return int64(f), true
	case KindBigInt:
		return 0, false
	}
	i, ok = ToLong(v)
	return i, ok && i<<(64-bits)>>(64-bits) == i
}

// ToDouble converts to a double. Text may be a decimal number with exponent,
// NaN, Infinity, a hexadecimal floating-point number, each with a trailing d
// or f; beyond the range it is infinite.
func ToDouble(v Value) (float64, bool) {
	v = firstItem(v)
	if f, ok := v.Number(); ok {
		return f, true
	}
	if v.kind == KindBool {
		return float64(v.num), true
	}
	return parseFloating(convertible(v), 64)
}

// ToFloat converts to a float, as ToDouble; a number above the largest float is
// not ok, one below the smallest is negative infinity.
func ToFloat(v Value) (float32, bool) {
	v = firstItem(v)
	if f, ok := v.Number(); ok {
		if v.kind == KindFloat {
			return v.Float32(), true
		}
		if f > math.MaxFloat32 {
			return 0, false
		}
		if v.kind == KindBigInt { // rounded once, not by way of a double
			f32, _ := new(big.Float).SetInt(v.BigInt()).Float32()
			return f32, true
		}
		return number32(v), true
	}
	if v.kind == KindBool {
		return float32(v.num), true
	}
	f, ok := parseFloating(convertible(v), 32)
	return float32(f), ok
}

// ToBool converts to a bool by the text form, without regard to case: yes, y,
// true, on and 1 are true, no, n, false, off and 0 are false.
func ToBool(v Value) (b, ok bool) {
	v = firstItem(v)
	switch v.kind {
	case KindBool:
		return v.num != 0, true
	case KindInt, KindLong:
		return v.num == 1, v.num <= 1
	case KindNull:
		return false, false
	}
	text := convertible(v)
	if len(text) > len("false") {
		return false, false
	}
	switch strings.ToLower(text) {
	case "yes", "y", "true", "on", "1":
		return true, true
	case "no", "n", "false", "off", "0":
		return false, true
	}
	return false, false
}

// ToText converts to a string: the text form. Of a list or set within a list
// again the first item is taken; null and an empty list in there are empty text.
func ToText(v Value) (string, bool) {
	switch v.kind {
	case KindNull:
		return "", false
	case KindList, KindSet:
	default:
		return v.String(), true
	}
	first, ok := head(v)
	if !ok {
		return "", false
	}
	if first.kind == KindList || first.kind == KindSet {
		first, _ = head(first)
	}
	if first.kind == KindNull {
		return "", true
	}
	return first.String(), true
}

func head(v Value) (Value, bool) {
	if v.kind == KindList && v.Len() > 0 {
		return v.Item(0), true
	}
	if v.kind == KindSet {
		for item := range v.Set().All() {
			return item, true
		}
	}
	return Null, false
}

func firstItem(v Value) Value {
	if v.kind == KindList || v.kind == KindSet {
		v, _ = head(v)
	}
	return v
}

// convertible returns the text that numbers and bools are read from; an empty
// text, which is none, for a list within a list.
func convertible(v Value) string {
	switch v.kind {
	case KindString:
		return v.Str()
	case KindObject, KindFloat, KindDouble, KindBigInt:
		return v.String()
	}
	return ""
}

func saturate(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

var low64Mask = new(big.Int).SetUint64(math.MaxUint64)

func low64(v Value) int64 {
	return int64(new(big.Int).And(v.BigInt(), low64Mask).Uint64())
}

func trimBlanks(s string) string {
	start, end := 0, len(s)
	for start < end && s[start] <= ' ' {
		start++
	}
	for start < end && s[end-1] <= ' ' {
		end--
	}
	return s[start:end]
}

// ParseInteger reads the text of an integer of 64 bits: a sign or none, then decimal
// digits of any script. The character ignored is left out wherever it stands, unless
// it is 0. Of other text it reads no more than it must.
func ParseInteger(s string, ignored rune) (i int64, ok bool) {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r == ignored && ignored != 0 })
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	const least = 1 << 63 // the absolute value of the least one
	n, digits := uint64(0), false
	for _, r := range s {
		d, isDigit := digitValue(r)
		switch {
		case isDigit && n > least/10:
			return 0, false
		case isDigit:
			n, digits = n*10+uint64(d), true
		case r != ignored || ignored == 0:
			return 0, false
		}
	}
	if negative {
		return -int64(n), digits && n <= least
	}
	return int64(n), digits && n < least
}

// digitValue returns the value of a decimal digit of any script. Digits beyond
// U+FFFF are none, as in the reference.
func digitValue(r rune) (rune, bool) {
	switch {
	case r < 0x80:
		return r - '0', r >= '0' && r <= '9'
	case r > 0xFFFF:
		return 0, false
	}
	d := r - zeroDigits()[r>>4]
	return d, d >= 0 && d <= 9
}

// zeroDigits returns the digit zero of the scripts that have digits among each 16
// characters up to U+FFFF, which are those of one script at most, and elsewhere a
// character beyond.
var zeroDigits = sync.OnceValue(func() *[1 << 12]rune {
	var zeros [1 << 12]rune
	for i := range zeros {
		zeros[i] = unicode.MaxRune
	}
	for _, digits := range unicode.Nd.R16 {
		for zero := rune(digits.Lo); zero <= rune(digits.Hi); zero += 10 {
			zeros[zero>>4], zeros[(zero+9)>>4] = zero, zero
		}
	}
	return &zeros
})

func parseFloating(s string, bits int) (float64, bool) {
	s = trimBlanks(s)
	unsigned := s
	if s != "" && (s[0] == '+' || s[0] == '-') {
		unsigned = s[1:]
	}
	switch unsigned {
	case "NaN":
		return math.NaN(), true // strconv wants it without a sign
	case "Infinity":
	default:
		if unsigned == "" || !strings.ContainsRune("0123456789.", rune(unsigned[0])) || strings.ContainsRune(unsigned, '_') {
			return 0, false
		}
		hex := strings.HasPrefix(unsigned, "0x") || strings.HasPrefix(unsigned, "0X")
		if !hex || strings.ContainsAny(unsigned, "pP") {
			if last := unsigned[len(unsigned)-1] | 0x20; last == 'd' || last == 'f' {
				s = s[:len(s)-1]
			}
		}
	}
	f, err := strconv.ParseFloat(s, bits)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
