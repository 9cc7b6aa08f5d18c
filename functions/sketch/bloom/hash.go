package bloom

import (
	"math"
	"math/bits"

	"github.com/stellarlang/stellar/functions/sketch/internal/xxhash"
	"github.com/stellarlang/stellar/stellar/value"
)

// The seeds of hashes, one for each kind of item, so that 1, 1L, 1.0 and '1' are four
// items. Stored filters depend on them.
const (
	seedNull uint64 = iota
	seedBool
	seedInt
	seedLong
	seedFloat
	seedDouble
	seedBigInt
	seedString
	seedList
	seedMap
	seedSet
	seedOther
)

// HashText returns the hash of an item that is a string.
func HashText(text string) uint64 { return xxhash.Sum(text, seedString) }

// shortText is how much of a text makes a step.
const shortText = 64

// Hash returns the hash of an item, which differs between kinds. It stays as it is, as
// stored filters depend on it:
//
//	string, bigint        XXH64 of the text form
//	bool, int, long       XXH64 of 8 bytes, the lowest first
//	float, double         XXH64 of the 8 bytes of the double, all NaN alike
//	list                  XXH64 of the number of items, then of each: see mixed
//	map, set              the same with the sum of the hashes of all entries
//	others                XXH64 of the text form
//
// The seed is that of the kind. Work and memory are charged to the budget, but for
// those of short items.
func Hash(item value.Value, budget value.Budget) (uint64, error) {
	switch item.Kind() {
	case value.KindString:
		text := item.Str()
		if len(text) >= shortText {
			if err := budget.Spend(int64(len(text) / shortText)); err != nil {
				return 0, err
			}
		}
		return HashText(text), nil
	case value.KindInt:
		return xxhash.Word(uint64(item.Int64()), seedInt), nil
	case value.KindLong:
		return xxhash.Word(uint64(item.Int64()), seedLong), nil
	case value.KindFloat:
		return xxhash.Word(floatBits(item), seedFloat), nil
	case value.KindDouble:
		return xxhash.Word(floatBits(item), seedDouble), nil
	case value.KindBool:
		word := uint64(0)
		if item.Bool() {
			word = 1
		}
		return xxhash.Word(word, seedBool), nil
	}
	h := hashing{budget: budget}
	return h.of(item), h.err
}

func floatBits(v value.Value) uint64 {
	f := v.Float64()
	if f != f {
		f = math.NaN()
	}
	return math.Float64bits(f)
}

// hashing makes the hash of an item that takes a budget.
type hashing struct {
	budget value.Budget
	depth  int
	err    error
}

// maxText is how much of a text form counts.
const maxText = 1 << 20

func (h *hashing) of(v value.Value) uint64 {
	if h.err != nil || h.depth > value.MaxLevels {
		return 0
	}
	if !v.IsContainer() {
		return h.single(v)
	}
	if h.err = h.budget.Spend(1 + int64(v.Len())); h.err != nil {
		return 0
	}
	h.depth++
	defer func() { h.depth-- }()
	length := uint64(v.Len())
	switch v.Kind() {
	case value.KindList:
		sum := xxhash.Word(length, seedList)
		for i := range v.Len() {
			sum = mixed(sum, h.of(v.Item(i)))
		}
		return sum
	case value.KindMap:
		sum := xxhash.Word(length, seedMap)
		for key, item := range v.Map().All() {
			sum += mixed(h.of(key), h.of(item))
		}
		return xxhash.Word(sum, seedMap)
	}
	sum := xxhash.Word(length, seedSet)
	for item := range v.Set().All() {
		sum += h.of(item)
	}
	return xxhash.Word(sum, seedSet)
}

func (h *hashing) single(v value.Value) uint64 {
	switch v.Kind() {
	case value.KindNull:
		return xxhash.Word(0, seedNull)
	case value.KindBigInt, value.KindLambda, value.KindObject:
		seed := seedOther
		if v.Kind() == value.KindBigInt {
			seed = seedBigInt
		}
		// The text form of an object may look at all of it.
		if h.err = h.budget.Spend(v.Size() / shortText); h.err != nil {
			return 0
		}
		text, err := v.TextWithin(h.budget, maxText)
		h.err = err
		return xxhash.Sum(text, seed)
	}
	sum, err := Hash(v, h.budget)
	h.err = err
	return sum
}

// mixed joins the hash of what came before with that of the next item.
func mixed(before, next uint64) uint64 {
	return xxhash.Word(bits.RotateLeft64(before, 31)^next, 0)
}
