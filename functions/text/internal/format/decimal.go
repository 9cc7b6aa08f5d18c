package format

import (
	"strconv"
	"strings"
)

// decimal is the number 0.digits × 10^exponent; zero has the digit 0.
type decimal struct {
	digits   string
	exponent int
}

// newDecimal returns the shortest decimal that identifies f, which is finite and
// not negative. Conversions round this decimal, not f itself: so does the
// reference, where 1.005 with two digits is 1.01 and 0.25 with one is 0.3.
func newDecimal(f float64) decimal {
	text := strconv.FormatFloat(f, 'e', -1, 64)
	if text[1] != '.' && f != 0 {
		// Where one digit would do, the reference takes two (see
		// value.AppendDouble): the smallest double is 4.9e-324, not 5e-324.
		text = strconv.FormatFloat(f, 'e', 1, 64)
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	n, _ := strconv.Atoi(exponent)
	return decimal{digits: strings.Replace(mantissa, ".", "", 1), exponent: n + 1}
}

// round keeps the first n digits, rounding half up.
func (d decimal) round(n int) decimal {
	switch {
	case n >= len(d.digits):
		return d
	case n < 0 || d.digits[n] < '5':
		return decimal{digits: d.digits[:max(0, n)], exponent: d.exponent}
	}
	kept := strings.TrimRight(d.digits[:n], "9")
	if kept == "" {
		return decimal{digits: "1", exponent: d.exponent + 1}
	}
	last := len(kept) - 1
	return decimal{digits: kept[:last] + string(kept[last]+1), exponent: d.exponent}
}

// fixed writes d with the given number of fractional digits: 1234.50. With
// keepPoint there is a point even without them.
func (d decimal) fixed(fractional int, keepPoint bool) string {
	d = d.round(d.exponent + fractional)
	var b strings.Builder
	if d.exponent <= 0 {
		b.WriteByte('0')
	}
	d.write(&b, 0, d.exponent)
	if fractional > 0 || keepPoint {
		b.WriteByte('.')
	}
	d.write(&b, d.exponent, d.exponent+fractional)
	return b.String()
}

// scientific writes d with one digit before the point and the given number
// behind it: 1.23e+03.
func (d decimal) scientific(fractional int, keepPoint bool) string {
	d = d.round(1 + fractional)
	var b strings.Builder
	d.write(&b, 0, 1)
	if fractional > 0 || keepPoint {
		b.WriteByte('.')
	}
	d.write(&b, 1, 1+fractional)
	exponent := d.exponent - 1
	sign := "+"
	if exponent < 0 {
		sign, exponent = "-", -exponent
	}
	b.WriteString("e" + sign)
	if exponent < 10 {
		b.WriteByte('0')
	}
	b.WriteString(strconv.Itoa(exponent))
	return b.String()
}

// general writes d with the given number of significant digits: plainly from
// 10^-4 up to 10^significant, else as scientific does.
func (d decimal) general(significant int) string {
	d = d.round(significant)
	if d.exponent <= -4 || d.exponent > significant {
		return d.scientific(significant-1, false)
	}
	return d.fixed(significant-d.exponent, false)
}

// write appends the digits from from up to but without to, counted from the
// first; there are zeros before the first and behind the last.
func (d decimal) write(b *strings.Builder, from, to int) {
	for i := from; i < to; i++ {
		if 0 <= i && i < len(d.digits) {
			b.WriteByte(d.digits[i])
		} else {
			b.WriteByte('0')
		}
	}
}
