package format

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// appendInteger appends an int, long or bigint or, in decimal, a float or double
// that is whole, as numbers read from JSON may be either. In octal and hexadecimal,
// ints and longs show their bits and bigints have a sign.
func (p *piece) appendInteger(dst []byte, arg value.Value, limit int) ([]byte, error) {
	if p.conversion == 'd' {
		return p.appendDecimal(dst, arg, limit)
	}
	if !arg.IsIntegral() {
		return nil, p.wants("an integer", arg)
	}
	base, prefix := 16, "0x"
	if p.conversion == 'o' {
		base, prefix = 8, "0"
	}
	if !p.flags.has(alternate) {
		prefix = ""
	}
	if arg.Kind() == value.KindBigInt {
		number := arg.BigInt()
		digits := new(big.Int).Abs(number).Text(base)
		return p.appendSigned(dst, number.Sign() < 0, prefix, digits, limit)
	}
	if signs := p.flags & (plus | space | parentheses); signs != 0 {
		return nil, fn.Argumentf(0, "%s: the flag %v is for integers beyond 64 bits; this is an %v, of which the bits are shown",
			p.text, signs, arg.Kind())
	}
	bits := uint64(arg.Int64())
	if arg.Kind() == value.KindInt {
		bits = uint64(uint32(bits))
	}
	return p.appendSigned(dst, false, prefix, strconv.FormatUint(bits, base), limit)
}

// appendDecimal appends a whole number of any kind.
func (p *piece) appendDecimal(dst []byte, arg value.Value, limit int) ([]byte, error) {
	var digits string
	switch {
	case arg.IsIntegral() && p.width == 0 && p.flags&^previous == 0:
		return arg.AppendText(dst), nil
	case arg.IsIntegral():
		digits = arg.String()
	case arg.IsNumber() && arg.Float64() == math.Trunc(arg.Float64()) && !math.IsInf(arg.Float64(), 0):
		whole, _ := big.NewFloat(arg.Float64()).Int(nil) // exact
		digits = whole.String()
	default:
		return nil, p.wants("a whole number", arg)
	}
	magnitude, negative := strings.CutPrefix(digits, "-")
	return p.appendSigned(dst, negative, "", p.grouped(magnitude), limit)
}

// appendFloating appends a float, which counts as the double of its value, a
// double or, unless it is to be hexadecimal, an integer.
func (p *piece) appendFloating(dst []byte, arg value.Value, limit int) ([]byte, error) {
	switch {
	case arg.IsIntegral() && p.conversion != 'a':
		magnitude, negative := strings.CutPrefix(arg.String(), "-")
		return p.appendFraction(dst, negative, decimal{digits: magnitude, exponent: len(magnitude)}, limit)
	case !arg.IsNumber() || arg.IsIntegral():
		return nil, p.wants(p.wantedNumber(), arg)
	}
	f := arg.Float64()
	negative := math.Signbit(f)
	switch {
	case f != f:
		return p.pad(dst, p.cased("NaN"), limit)
	case math.IsInf(f, 0):
		sign, end := p.signs(negative)
		return p.pad(dst, sign+p.cased("Infinity")+end, limit)
	}
	f = math.Abs(f)
	if p.conversion == 'a' {
		return p.appendSigned(dst, negative, "0x", hexadecimal(f, p.precision), limit)
	}
	return p.appendFraction(dst, negative, newDecimal(f), limit)
}

func (p *piece) wantedNumber() string {
	if p.conversion == 'a' {
		return "a float or double"
	}
	return "a number"
}

// appendFraction appends a number of which the magnitude is d.
func (p *piece) appendFraction(dst []byte, negative bool, d decimal, limit int) ([]byte, error) {
	switch p.conversion {
	case 'e':
		return p.appendSigned(dst, negative, "", d.scientific(p.digits(), p.flags.has(alternate)), limit)
	case 'f':
		return p.appendSigned(dst, negative, "", p.grouped(d.fixed(p.digits(), p.flags.has(alternate))), limit)
	}
	return p.appendSigned(dst, negative, "", p.grouped(d.general(max(1, p.digits()))), limit)
}

// digits returns the precision of a floating-point conversion.
func (p *piece) digits() int {
	if p.precision == absent {
		return 6
	}
	return p.precision
}

// appendSigned appends a number of which the sign and the prefix are not yet
// part of the digits, filled up to the width with blanks or zeros.
func (p *piece) appendSigned(dst []byte, negative bool, prefix, digits string, limit int) ([]byte, error) {
	sign, end := p.signs(negative)
	zeros := ""
	if p.flags.has(zero) {
		zeros = strings.Repeat("0", max(0, p.width-len(sign)-len(prefix)-len(digits)-len(end)))
	}
	return p.pad(dst, sign+p.cased(prefix+zeros+digits)+end, limit)
}

// signs returns what stands before and after the digits.
func (p *piece) signs(negative bool) (before, behind string) {
	switch {
	case negative && p.flags.has(parentheses):
		return "(", ")"
	case negative:
		return "-", ""
	case p.flags.has(plus):
		return "+", ""
	case p.flags.has(space):
		return " ", ""
	}
	return "", ""
}

// cased returns s, in capitals if the conversion is a capital.
func (p *piece) cased(s string) string {
	if p.upper {
		return strings.ToUpper(s)
	}
	return s
}

func (p *piece) grouped(s string) string {
	if p.flags.has(group) {
		return grouped(s)
	}
	return s
}

// grouped puts a comma after every three digits before the point, counted from
// there.
func grouped(s string) string {
	whole, _, _ := strings.Cut(s, ".")
	var b strings.Builder
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	return b.String() + s[len(whole):]
}

// hexadecimal writes f, which is not negative, as Java's Double.toHexString
// does, without 0x: 1.8p3. A precision of 1 to 12 digits rounds half to even;
// beyond that zeros are added. Without one there are as many digits as needed.
func hexadecimal(f float64, precision int) string {
	const significant = 13 // hexadecimal digits of a double's fraction
	if precision == 0 {
		precision = 1
	}
	bits := math.Float64bits(f)
	fraction, exponent := bits&(1<<52-1), int(bits>>52)-1023
	whole := "1."
	switch {
	case f == 0:
		whole, exponent = "0.", 0
	case precision > 0 && precision < significant:
		return rounded(f, precision)
	case exponent == -1023: // subnormal
		whole, exponent = "0.", -1022
	}
	digits := strings.TrimRight(strconv.FormatUint(1<<52|fraction, 16)[1:], "0")
	if missing := max(1, precision) - len(digits); missing > 0 {
		digits += strings.Repeat("0", missing)
	}
	return whole + digits + "p" + strconv.Itoa(exponent)
}

// rounded is hexadecimal for a number to be rounded. Only the exponent that
// strconv writes, p+03, differs.
func rounded(f float64, precision int) string {
	text := strconv.FormatFloat(f, 'x', precision, 64)[len("0x"):]
	mantissa, exponent, _ := strings.Cut(text, "p")
	n, _ := strconv.Atoi(exponent)
	return mantissa + "p" + strconv.Itoa(n)
}
