package value

import (
	"cmp"
	"hash/maphash"
	"math"
	"math/big"
	"math/bits"
	"reflect"
)

// Equal is the operator ==. Null equals only null. Numbers are compared after
// promotion (see Add), so 1 == 1.0; NaN equals nothing. All else is Same.
func Equal(a, b Value) bool {
	if a.IsNumber() && b.IsNumber() {
		return compareNumbers(a, b) == 0
	}
	return Same(a, b)
}

// Same is equality inside collections, of map keys, and for the operator in.
// It is Equal but for numbers, which are compared by their mathematical value
// (integers with floating-point numbers as doubles), so that NaN is the same
// as NaN. Lists are equal item by item; maps and sets whatever their order;
// objects by their own Equal or by identity; lambdas by identity.
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
	for k, v := range a.All() {
		if w, ok := b.Get(k); !ok || !c.same(v, w) {
			return false
		}
	}
	return true
}

func sameNumber(a, b Value) bool {
	if a.IsIntegral() && b.IsIntegral() {
		if a.kind == KindBigInt || b.kind == KindBigInt {
			return bigOf(a).Cmp(bigOf(b)) == 0
		}
		return a.num == b.num
	}
	x, y := number(a), number(b)
	return x == y || x != x && y != y
}

// Compare orders a and b for <, <=, > and >=: negative, zero or positive. It
// is not ok when they have no order: different kinds other than numbers, kinds
// without an order, and null. A comparison with NaN is not a comparison error:
// it gives the result NotOrdered, for which all four operators are false.
// Strings are ordered by UTF-16 code units, false comes before true.
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

// NotOrdered is the order of NaN and any number.
const NotOrdered = math.MinInt

// compareNumbers compares after promotion.
func compareNumbers(a, b Value) int {
	switch Promoted(a.kind, b.kind) {
	case KindInt, KindLong:
		return cmp.Compare(int64(a.num), int64(b.num))
	case KindFloat:
		return compareFloats(float64(number32(a)), float64(number32(b)))
	case KindBigInt:
		return bigOf(a).Cmp(bigOf(b))
	}
	return compareFloats(number(a), number(b))
}

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

// Hash gives a hash that is equal for values that are the Same. It differs
// between runs of the program.
func (v Value) Hash() uint64 {
	switch v.kind {
	case KindString:
		return maphash.String(hashSeed, v.Str())
	case KindInt, KindLong, KindFloat, KindDouble, KindBigInt:
		f := number(v)
		if f == 0 || f != f { // one hash for both zeros and for all NaN
			return uint64(math.Float64bits(math.Abs(f))>>52) + 1
		}
		return maphash.Comparable(hashSeed, f)
	case KindList, KindMap, KindSet:
		var h hashing
		return h.of(v)
	}
	return uint64(v.kind)<<8 | v.num // lambdas and objects: compared one by one
}

// hashing makes the hash of a container.
type hashing struct {
	depth int
	visits[*extent, uint64]
}

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
	if v.kind == KindList {
		for item := range v.List().All() {
			sum = mix(sum, h.of(item))
		}
	} else {
		m := v.Map()
		if v.kind == KindSet {
			m = &v.Set().m
		}
		for k, item := range m.All() {
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
