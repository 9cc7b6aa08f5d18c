// Package bloom remembers in little memory which items there were: Bloom filters,
// which may take a new item for a known one, but never a known one for a new one.
package bloom

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/value"
)

// What a filter is made for by default.
const (
	DefaultItems = 100_000
	DefaultRate  = 0.01
)

// Filter remembers the items whose hashes were added. It implements
// value.Accumulator. It may be read by several goroutines at once, if none adds to
// it.
type Filter struct {
	words  []uint64
	probes int // bits that an item sets
}

// New returns a filter that takes a new item for a known one at a rate, between 0 and
// 1, when so many different items were added. Size says beforehand how large it is.
func New(items int, rate float64) (*Filter, error) {
	bits, probes, err := dimensions(items, rate)
	if err != nil {
		return nil, err
	}
	if bits > mostBits {
		return nil, fmt.Errorf("a filter of %.0f bits, where %.0f are possible", bits, float64(mostBits))
	}
	return &Filter{words: make([]uint64, int(bits)/wordBits), probes: probes}, nil
}

// Size returns how many bytes a filter that New makes takes.
func Size(items int, rate float64) (bytes int64, err error) {
	bits, _, err := dimensions(items, rate)
	return ownSize + int64(min(bits/8, math.MaxInt64/2)), err
}

const (
	mostBits = 1 << 44
	wordBits = 64
	ownSize  = int64(unsafe.Sizeof(Filter{}))
)

// dimensions returns the number of bits, a multiple of wordBits, and of those that an
// item sets. With k of these a filter of m bits is wrong at the rate (1-e^(-k·items/m))^k,
// which is least for k = m/items·ln 2.
func dimensions(items int, rate float64) (bits float64, probes int, err error) {
	switch {
	case items < 0:
		return 0, 0, fmt.Errorf("a filter for %d items, where 0 or more are possible", items)
	case !(rate > 0 && rate < 1):
		return 0, 0, fmt.Errorf("a rate of %v, where numbers between 0 and 1 are possible", rate)
	}
	k := math.Max(1, math.Round(-math.Log2(rate)))
	m := -k * math.Max(1, float64(items)) / math.Log1p(-math.Pow(rate, 1/k))
	return math.Max(1, math.Ceil(m/wordBits)) * wordBits, int(k), nil
}

// Probes returns how many bits an item sets.
func (f *Filter) Probes() int { return f.probes }

// Add adds an item by its hash; see Hash.
func (f *Filter) Add(hash uint64) {
	size := uint64(len(f.words)) * wordBits
	for range f.probes {
		bit, _ := bits.Mul64(hash, size)
		f.words[bit/wordBits] |= 1 << (bit % wordBits)
		hash = next(hash)
	}
}

// Has reports whether an item may have been added, by its hash. If not, it was not.
func (f *Filter) Has(hash uint64) bool {
	size := uint64(len(f.words)) * wordBits
	for range f.probes {
		bit, _ := bits.Mul64(hash, size)
		if f.words[bit/wordBits]&(1<<(bit%wordBits)) == 0 {
			return false
		}
		hash = next(hash)
	}
	return true
}

// next makes the number for the next bit of an item: a step of a linear congruential
// generator, with the constants of Knuth's MMIX, whose high bits choose the bit.
func next(x uint64) uint64 { return x*6364136223846793005 + 1442695040888963407 }

var errSizes = errors.New("filters of different sizes cannot be merged: make all for one number of items and one rate")

// Merge adds the items of other, which does not change and must have been made for the
// same number of items and rate.
func (f *Filter) Merge(other *Filter) error {
	if f.probes != other.probes || len(f.words) != len(other.words) {
		return errSizes
	}
	for i, word := range other.words {
		f.words[i] |= word
	}
	return nil
}

// Items returns about how many different items there are, by the bits that are set.
func (f *Filter) Items() float64 {
	set := 0
	for _, word := range f.words {
		set += bits.OnesCount64(word)
	}
	size := float64(len(f.words)) * wordBits
	return -size / float64(f.probes) * math.Log1p(-float64(set)/size)
}

// Copy implements value.Accumulator.
func (f *Filter) Copy() value.Accumulator { return f.Clone() }

// Clone returns a filter of the same items.
func (f *Filter) Clone() *Filter {
	return &Filter{words: slices.Clone(f.words), probes: f.probes}
}

// Weight implements value.Accumulator.
func (f *Filter) Weight() int64 { return (ownSize + int64(len(f.words))*8) / value.WeightSize }

// Equal reports whether other is a filter of the same size and content.
func (f *Filter) Equal(other any) bool {
	o, ok := other.(*Filter)
	return ok && f.probes == o.probes && slices.Equal(f.words, o.words)
}

// String returns about how many items there are, the size and the bits that an item
// sets: BLOOM{items=2, bits=958592, probes=7}.
func (f *Filter) String() string {
	return fmt.Sprintf("BLOOM{items=%.0f, bits=%d, probes=%d}", f.Items(), len(f.words)*wordBits, f.probes)
}
