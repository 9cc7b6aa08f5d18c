package value

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unsafe"
)

// String returns the text form of v: what TO_STRING shows and JOIN joins.
// Strings stand without quotes, also inside [a, b] and {k=v}; null is null;
// doubles and floats are written as Java writes them (see AppendDouble).
func (v Value) String() string {
	switch v.kind {
	case KindString:
		return v.Str()
	case KindNull:
		return "null"
	case KindBool:
		return strconv.FormatBool(v.num != 0)
	case KindInt, KindLong:
		return strconv.FormatInt(int64(v.num), 10)
	}
	return string(v.AppendText(nil))
}

// AppendText appends the text form of v to dst.
func (v Value) AppendText(dst []byte) []byte { return v.AppendTextUpTo(dst, math.MaxInt) }

// longForm is the size of a container from which room for its text or JSON is made
// at once, as growing by and by takes several times as much memory.
const longForm = 64 << 10

// withRoom returns dst with room for the text or JSON of a container v, which seldom
// takes more than v itself, or for limit bytes.
func (v Value) withRoom(dst []byte, limit int) []byte {
	if size := v.Size(); size >= longForm {
		return slices.Grow(dst, int(min(size, maxRoom, int64(limit))))
	}
	return dst
}

// maxRoom is as much as a collection within the limits may take, shared parts counted
// each time.
const maxRoom = 320 << 20

// AppendTextUpTo appends the text form of v to dst, but stops soon after dst is
// longer than limit bytes; a result that is longer is incomplete. A small list
// can have a huge text form, as it may hold the same long string many times.
func (v Value) AppendTextUpTo(dst []byte, limit int) []byte {
	form := textForm{limit: limit}
	return form.append(dst, v, 0)
}

// AppendTextWithin is AppendTextUpTo with a budget: a step is charged for each value
// and each 64 bytes, but for the last ones. It fails when the budget does.
func (v Value) AppendTextWithin(budget Budget, dst []byte, limit int) ([]byte, error) {
	form := textForm{limit: limit, budget: budget, charged: len(dst)}
	dst = form.append(dst, v, 0)
	return dst, form.err
}

// TextWithin returns the text form of v, or, if that is longer than limit bytes, a
// beginning of it that is. The budget is charged as by AppendTextWithin, and for the
// memory of a text that is made.
func (v Value) TextWithin(budget Budget, limit int) (string, error) {
	if v.kind == KindString {
		return v.Str(), nil
	}
	if !v.IsContainer() {
		return v.String(), nil
	}
	text, err := v.AppendTextWithin(budget, nil, limit)
	if err == nil {
		err = budget.Allocate(int64(cap(text)))
	}
	return unsafe.String(unsafe.SliceData(text), len(text)), err // nobody else has it
}

// textForm is the making of a text form.
type textForm struct {
	limit   int // -1 when it must end
	budget  Budget
	values  int // not charged yet
	charged int // bytes
	err     error
}

// What is charged at once, in steps, and in bytes.
const (
	stepsAtOnce  = 1024
	bytesPerStep = 64
	bytesAtOnce  = stepsAtOnce * bytesPerStep
)

// charge charges what has been made when that is enough.
func (f *textForm) charge(length int) {
	if f.values++; f.budget == nil || f.values < stepsAtOnce && length-f.charged < bytesAtOnce {
		return
	}
	if err := f.budget.Spend(int64(max(f.values+(length-f.charged)/bytesPerStep, stepsAtOnce))); err != nil {
		f.err, f.limit = err, -1
	}
	f.values, f.charged = 0, length
}

func (f *textForm) append(dst []byte, v Value, depth int) []byte {
	if f.charge(len(dst)); len(dst) > f.limit {
		return dst
	}
	if depth >= MaxLevels && v.IsContainer() {
		return append(dst, omissionText...)
	}
	if depth == 0 && v.IsContainer() {
		dst = v.withRoom(dst, f.limit)
	}
	switch v.kind {
	case KindString:
		s := v.Str()
		if room := f.limit - len(dst); room < len(s)-1 {
			s = s[:room+1]
		}
		return append(dst, s...)
	case KindFloat:
		return appendFloating(dst, v.Float64(), 32)
	case KindDouble:
		return appendFloating(dst, v.Float64(), 64)
	case KindBigInt:
		return v.BigInt().Append(dst, 10)
	case KindList:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			if dst = f.append(dst, v.Item(i), depth+1); len(dst) > f.limit {
				return dst
			}
		}
		return append(dst, ']')
	case KindSet:
		dst = append(dst, '[')
		separator := ""
		for item := range v.Set().All() {
			dst = append(dst, separator...)
			if dst = f.append(dst, item, depth+1); len(dst) > f.limit {
				return dst
			}
			separator = ", "
		}
		return append(dst, ']')
	case KindMap:
		dst = append(dst, '{')
		separator := ""
		m := v.Map()
		for k, item := range m.All() {
			if m.fields && item.IsNull() {
				continue
			}
			dst = append(dst, separator...)
			dst = append(f.append(dst, k, depth+1), '=')
			if len(dst) > f.limit {
				return dst
			}
			if dst = f.append(dst, item, depth+1); len(dst) > f.limit {
				return dst
			}
			separator = ", "
		}
		return append(dst, '}')
	case KindLambda:
		return append(dst, "lambda"...)
	case KindObject:
		return fmt.Append(dst, v.Object())
	case KindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case KindInt, KindLong:
		return strconv.AppendInt(dst, int64(v.num), 10)
	}
	return append(dst, "null"...)
}

// AppendDouble appends f as Java's Double.toString writes it: the shortest
// digits that identify f, plain with at least one fractional digit from 10^-3
// up to 10^7, else as 1.0E10; NaN, Infinity and -Infinity as words.
func AppendDouble(dst []byte, f float64) []byte { return appendFloating(dst, f, 64) }

func appendFloating(dst []byte, f float64, bits int) []byte {
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == 0:
		if math.Signbit(f) {
			dst = append(dst, '-')
		}
		return append(dst, "0.0"...)
	}
	if abs := math.Abs(f); abs >= 1e-3 && abs < 1e7 {
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		if bytes.IndexByte(dst[start:], '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	var buffer [32]byte
	text := strconv.AppendFloat(buffer[:0], f, 'e', -1, bits)
	if bytes.IndexByte(text, '.') < 0 {
		// Where one digit would do, Java writes the nearest decimal of two:
		// 1.0E10, and 4.9E-324 for the smallest double.
		text = strconv.AppendFloat(buffer[:0], f, 'e', 1, bits)
	}
	mantissa, exponent, _ := bytes.Cut(text, []byte("e"))
	dst = append(dst, mantissa...)
	dst = append(dst, 'E')
	sign := exponent[0]
	exponent = bytes.TrimLeft(exponent[1:], "0")
	if sign == '-' {
		dst = append(dst, '-')
	}
	return append(dst, exponent...)
}
