package value

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/big"
	"math/bits"
	"reflect"
)

// Equal is the operator ==. Null equals only null. Numbers of all kinds are
// compared by their exact values, so 1 == 1.0; NaN equals nothing. All else is
// Same.
func Equal(a, b Value) bool {
	if a.IsNumber() && b.IsNumber() {
		return compareNumbers(a, b) == 0
	}
	return Same(a, b)
}

// Same is equality inside collections, of map keys, and for the operator in.
// It is Equal, but NaN is the same as NaN. Lists are equal item by item; maps and
// sets whatever their order; objects by their own Equal or by identity; lambdas by
// identity.
//
// Lists, maps and sets nested deeper than MaxLevels are the same only if they
// are identical.
func Same(a, b Value) bool {
	if a.kind != b.kind {
		return a.IsNumber() && b.IsNumber() && sameNumber(a, b)
	}
	switch a.kind {
	case KindNull:
		return true
	case KindBool, KindInt, KindLong:
		return a.num == b.num
	case KindFloat, KindDouble, KindBigInt:
		return sameNumber(a, b)
	case KindString:
		return a.Str() == b.Str()
	case KindList, KindMap, KindSet:
		var c comparison
		return c.same(a, b)
	case KindLambda:
		return a.ptr == b.ptr || sameObject(a.Lambda(), b.Lambda())
	}
	return a.ptr == b.ptr || sameObject(a.Object(), b.Object())
}

// comparison is that of two containers. It ends at the first difference, so
// what it has been through is the same, or will be found different.
type comparison struct {
	depth int
	visits[[2]*extent, bool]
}

func (c *comparison) same(a, b Value) bool {
	if !a.IsContainer() || a.kind != b.kind {
		return Same(a, b)
	}
	pair := [2]*extent{a.extent(), b.extent()}
	if pair[0] == pair[1] {
		return true
	}
	if a.Len() != b.Len() || c.depth > MaxLevels {
		return false
	}
	if _, done := c.recall(pair); done {
		return true
	}
	c.remember(pair, true)
	c.depth++
	same := false
	switch a.kind {
	case KindList:
		same = c.sameItems(a.List(), b.List())
	case KindMap:
		same = c.sameEntries(a.Map(), b.Map())
	case KindSet:
		same = c.sameEntries(&a.Set().m, &b.Set().m)
	}
	c.depth--
	return same
}

// sameObject compares what two objects or lambdas wrap, which may be one thing
// wrapped twice: a field of a message is wrapped each time it is read.
func sameObject(x, y any) bool {
	if e, ok := x.(Equaler); ok {
		return e.Equal(y)
	}
	return reflect.ValueOf(x).Comparable() && reflect.ValueOf(y).Comparable() && x == y
}

func (c *comparison) sameItems(a, b *List) bool {
	for i := range a.Len() {
		if !c.same(a.At(i), b.At(i)) {
			return false
		}
	}
	return true
}

func (c *comparison) sameEntries(a, b *Map) bool {
	for k, v := range a.unordered() {
		if w, ok := b.Get(k); !ok || !c.same(v, w) {
			return false
		}
	}
	return true
}

func sameNumber(a, b Value) bool {
	order := compareNumbers(a, b)
	return order == 0 || order == NotOrdered && isNaN(a) && isNaN(b)
}

// Compare orders a and b for <, <=, > and >=: the result is negative, zero or
// positive, or NotOrdered if one of them is NaN. Numbers of all kinds are ordered
// by their exact values, strings by UTF-16 code units; false comes before true. ok
// is false if a and b have no order: null, different kinds other than numbers,
// and kinds without an order.
func Compare(a, b Value) (order int, ok bool) {
	switch {
	case a.IsNumber() && b.IsNumber():
		return compareNumbers(a, b), true
	case a.kind != b.kind:
		return 0, false
	case a.kind == KindString:
		return CompareStrings(a.Str(), b.Str()), true
	case a.kind == KindBool:
		return cmp.Compare(a.num, b.num), true
	}
	return 0, false
}

// NotOrdered is the order of NaN and any number. All four operators are false for
// it.
const NotOrdered = math.MinInt

// exactInteger is the largest integer up to which a double holds all of them.
const exactInteger = 1 << 53

// compareNumbers orders numbers by their exact values.
func compareNumbers(a, b Value) int {
	switch {
	case a.kind == KindBigInt || b.kind == KindBigInt:
		return compareBigInts(a, b)
	case a.kind <= KindLong && b.kind <= KindLong:
		return cmp.Compare(int64(a.num), int64(b.num))
	case a.kind <= KindLong:
		return compareIntegerWithFloat(int64(a.num), b.Float64())
	case b.kind <= KindLong:
		if order := compareIntegerWithFloat(int64(b.num), a.Float64()); order != NotOrdered {
			return -order
		}
		return NotOrdered
	}
	return compareFloats(a.Float64(), b.Float64())
}

func compareIntegerWithFloat(i int64, f float64) int {
	switch {
	case i >= -exactInteger && i <= exactInteger || f != f:
		return compareFloats(float64(i), f)
	case f >= 1<<63:
		return -1
	case f < -1<<63:
		return 1
	}
	// If f has a fraction, it is nearer to 0 than i.
	return cmp.Compare(i, int64(f))
}

// compareBigInts orders a and b if one of them is a bigint. Those are beyond 64
// bits.
func compareBigInts(a, b Value) int {
	if a.kind != KindBigInt {
		if order := compareBigInts(b, a); order != NotOrdered {
			return -order
		}
		return NotOrdered
	}
	x := a.BigInt()
	if b.IsIntegral() {
		return x.Cmp(bigOf(b))
	}
	f := b.Float64()
	switch {
	case f != f:
		return NotOrdered
	case math.Abs(f) < 1<<63:
		return x.Sign()
	case math.IsInf(f, 0):
		return compareFloats(0, f)
	}
	y, _ := big.NewFloat(f).Int(nil) // f is whole
	return x.Cmp(y)
}

func isNaN(v Value) bool { f := v.Float64(); return f != f }

func compareFloats(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	return NotOrdered
}

// CompareStrings orders strings as sequences of UTF-16 code units, in which
// characters beyond U+FFFF come before U+E000.
func CompareStrings(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return cmp.Compare(utf16Order(a[i]), utf16Order(b[i]))
		}
	}
	return cmp.Compare(len(a), len(b))
}

// utf16Order maps the first byte of a UTF-8 sequence to its rank in UTF-16
// order: four-byte sequences are surrogate pairs and rank, in their own order,
// just below U+E000 (0xEE).
func utf16Order(b byte) int {
	if b >= 0xF0 {
		return 0xED<<5 + 1 + int(b&0x0F)
	}
	return int(b) << 5
}

var hashSeed = maphash.MakeSeed()

// Hash returns a hash that is equal for values that are the Same, so for numbers
// of one value whatever their kinds. It differs between runs of the program.
func (v Value) Hash() uint64 {
	switch v.kind {
	case KindString:
		return maphash.String(hashSeed, v.Str())
	case KindInt, KindLong:
		if i := int64(v.num); i != int64(float64(i)) {
			return maphash.Comparable(hashSeed, i)
		}
		return hashFloat(float64(int64(v.num)))
	case KindFloat, KindDouble:
		return hashFloat(v.Float64())
	case KindBigInt:
		if f, accuracy := new(big.Float).SetInt(v.BigInt()).Float64(); accuracy == big.Exact {
			return hashFloat(f)
		}
		return maphash.Bytes(hashSeed, v.BigInt().Bytes())
	case KindList, KindMap, KindSet:
		var h hashing
		return h.of(v)
	}
	return uint64(v.kind)<<8 | v.num // lambdas and objects: compared one by one
}

// hashFloat has one hash for both zeros and one for all NaN.
func hashFloat(f float64) uint64 {
	if f == 0 || f != f {
		return uint64(math.Float64bits(math.Abs(f))>>52) + 1
	}
	return maphash.Comparable(hashSeed, f)
}

// hashing makes the hash of a container.
type hashing struct {
	depth int
	visits[*extent, uint64]
}

// maxHashed is how many parts of a container its hash depends on. So many cannot be
// those of more than some dozens of containers in one evaluation.
const maxHashed = 1 << 15

// mix joins two hashes so that repetitions do not cancel out. The factor is
// 2^64 divided by the golden ratio, as in Fibonacci hashing.
func mix(a, b uint64) uint64 {
	return (bits.RotateLeft64(a, 5) ^ b) * 0x9E3779B97F4A7C15
}

func (h *hashing) of(v Value) uint64 {
	if !v.IsContainer() {
		return v.Hash()
	}
	sum, done := h.recall(v.extent())
	if done || h.depth > MaxLevels {
		return sum
	}
	h.depth++
	sum = uint64(v.kind)
	switch {
	case v.kind == KindList:
		for i := range min(v.Len(), maxHashed) {
			sum = mix(sum, h.of(v.Item(i)))
		}
	case v.Len() > maxHashed: // which are no few of them, as they are in any order
		sum = mix(sum, uint64(v.Len()))
	default:
		m := v.Map()
		if v.kind == KindSet {
			m = &v.Set().m
		}
		for k, item := range m.unordered() {
			sum += mix(h.of(k), h.of(item)) // in any order
		}
	}
	h.depth--
	h.remember(v.extent(), sum)
	return sum
}

// UTF16Len counts the UTF-16 code units of s, the unit of all lengths and
// indices in the language.
func UTF16Len(s string) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return utf16LenSlow(s)
		}
	}
	return n
}

func utf16LenSlow(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func bigOf(v Value) *big.Int {
	if v.kind == KindBigInt {
		return v.BigInt()
	}
	return big.NewInt(v.Int64())
}
