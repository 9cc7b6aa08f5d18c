// Package hyperloglog counts distinct items in little memory: HyperLogLog++ after
// Heule, Nunkesser and Hall, with the estimator of Ertl, which needs no tables.
//
// A sketch begins sparse: it keeps what it saw of each hash, and counts nearly
// exactly. When that takes as much memory as the registers, it changes to these. The
// form depends only on the items, so that sketches of parts of a stream merge to the
// sketch of the stream, register by register, in any order.
package hyperloglog

import (
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/value"
)

// The ranges of the precisions, and what they are by default.
const (
	MinPrecision           = 4
	MaxPrecision           = 25
	MaxSparsePrecision     = 32
	DefaultPrecision       = 14
	DefaultSparsePrecision = 25
)

// Sketch counts the distinct items whose hashes were added. It implements
// value.Accumulator. It may be read by several goroutines at once, if none adds to
// it.
type Sketch struct {
	precision       uint8 // bits of a hash that choose a register
	sparsePrecision uint8 // bits that the sparse form keeps, 0 if there is none
	sparse          table
	dense           *registers // nil while the form is sparse
}

// New returns a sketch of 2^precision registers, whose relative error is about
// 1.04/√(2^precision). sparsePrecision is how many bits of a hash the sparse form keeps,
// 26 at most; 0 is for a sketch that is never sparse.
func New(precision, sparsePrecision int) (*Sketch, error) {
	switch {
	case precision < MinPrecision || precision > MaxPrecision:
		return nil, fmt.Errorf("the precision is %d, where %d to %d are possible", precision, MinPrecision, MaxPrecision)
	case sparsePrecision != 0 && (sparsePrecision < precision || sparsePrecision > MaxSparsePrecision):
		return nil, fmt.Errorf("the sparse precision is %d, where 0 or the precision %d to %d are possible", sparsePrecision, precision, MaxSparsePrecision)
	}
	s := &Sketch{precision: uint8(precision), sparsePrecision: uint8(min(sparsePrecision, maxKeptBits))}
	if sparsePrecision == 0 {
		s.dense = newRegisters(s.precision)
	}
	return s, nil
}

// Size returns how many bytes a sketch that New makes takes.
func Size(precision, sparsePrecision int) int64 {
	if sparsePrecision == 0 {
		return ownSize + 1<<precision
	}
	return ownSize
}

// ownSize is that of the parts of a sketch that do not grow.
const ownSize = int64(unsafe.Sizeof(Sketch{}) + unsafe.Sizeof(registers{}))

// Growth returns how many bytes the sketch allocates at most when items are added.
func (s *Sketch) Growth(items int) int64 {
	if s.dense != nil {
		return 0
	}
	return s.sparseGrowth(items)
}

func (s *Sketch) sparseGrowth(items int) int64 {
	slots := len(s.sparse.slots)
	if fits(s.sparse.used+items, slots) {
		return 0
	}
	bytes := int64(0)
	for most := maxSlots(s.precision); slots < most && !fits(s.sparse.used+items, slots); {
		slots = max(minSlots, 2*slots)
		bytes += int64(slots) * entrySize
	}
	if !fits(s.sparse.used+items, slots) {
		bytes += 1 << s.precision
	}
	return bytes
}

// MergeGrowth returns how many bytes the sketch allocates at most when other is merged
// into it.
func (s *Sketch) MergeGrowth(other *Sketch) int64 {
	switch {
	case s.dense != nil:
		return 0
	case other.dense != nil:
		return 1 << s.precision
	}
	return s.Growth(other.sparse.used) + int64(len(s.sparse.slots))*entrySize // for a lower sparse precision
}

// AddText adds an item: a text.
func (s *Sketch) AddText(text string) { s.AddHash(HashText(text)) }

// AddHash adds an item by its hash: HashText of its text form.
func (s *Sketch) AddHash(hash uint64) {
	if s.dense != nil {
		s.dense.add(hash, s.precision)
		return
	}
	s.addSparse(sparseEntry(hash, s.precision, s.sparsePrecision))
}

func (s *Sketch) addSparse(e entry) {
	if !s.sparse.add(e, maxSlots(s.precision)) {
		s.makeDense()
		s.dense.raise(e.register(s.precision, s.sparsePrecision))
	}
}

// makeDense changes the form.
func (s *Sketch) makeDense() {
	dense := newRegisters(s.precision)
	for e := range s.sparse.all() {
		dense.raise(e.register(s.precision, s.sparsePrecision))
	}
	s.dense, s.sparse = dense, table{}
}

// Cardinality returns the estimated number of distinct items.
func (s *Sketch) Cardinality() int64 {
	if s.dense != nil {
		return round(s.dense.estimate(s.precision))
	}
	// The items that share all bits that are kept are those that linear counting adds.
	kept := math.Ldexp(1, int(s.sparsePrecision))
	return round(-kept * math.Log1p(-float64(s.sparse.used)/kept))
}

// round rounds to the nearest integer; all registers at their end would be infinity.
func round(x float64) int64 {
	if x >= math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(math.Round(x))
}

// Merge adds the items of other, which does not change. The precisions must be equal.
// Of two sparse precisions the lower one stays.
func (s *Sketch) Merge(other *Sketch) error {
	if s.precision != other.precision {
		return fmt.Errorf("sketches with the precisions %d and %d cannot be merged: make both with one precision", s.precision, other.precision)
	}
	if other.dense != nil && s.dense == nil {
		s.makeDense()
	}
	common := min(s.sparsePrecision, other.sparsePrecision)
	if s.dense == nil {
		s.reduceTo(common)
	}
	s.sparsePrecision = common
	switch {
	case other.dense != nil:
		s.dense.merge(other.dense)
		return nil
	case s.dense != nil:
		for e := range other.sparse.all() {
			s.dense.raise(e.register(other.precision, other.sparsePrecision))
		}
		return nil
	}
	for e := range other.sparse.all() {
		if e = e.reduced(s.precision, other.sparsePrecision, common); s.dense != nil {
			s.dense.raise(e.register(s.precision, common))
		} else {
			s.addSparse(e)
		}
	}
	return nil
}

// reduceTo makes the entries of the sparse form those of a lower precision.
func (s *Sketch) reduceTo(sparsePrecision uint8) {
	if sparsePrecision == s.sparsePrecision {
		return
	}
	entries := s.sparse
	s.sparse = table{}
	for e := range entries.all() {
		s.sparse.add(e.reduced(s.precision, s.sparsePrecision, sparsePrecision), maxSlots(s.precision))
	}
}

// Copy implements value.Accumulator.
func (s *Sketch) Copy() value.Accumulator { return s.Clone() }

// Clone returns a sketch of the same items.
func (s *Sketch) Clone() *Sketch {
	c := *s
	c.sparse.slots = slices.Clone(s.sparse.slots)
	if s.dense != nil {
		c.dense = s.dense.clone()
	}
	return &c
}

// Weight implements value.Accumulator.
func (s *Sketch) Weight() int64 {
	bytes := int64(len(s.sparse.slots)) * entrySize
	if s.dense != nil {
		bytes += int64(len(s.dense.ranks))
	}
	return (ownSize + bytes) / value.WeightSize
}

// Equal reports whether other is a sketch of the same precisions and content.
func (s *Sketch) Equal(other any) bool {
	o, ok := other.(*Sketch)
	switch {
	case !ok || s.precision != o.precision || s.sparsePrecision != o.sparsePrecision || (s.dense == nil) != (o.dense == nil):
		return false
	case s.dense != nil:
		return slices.Equal(s.dense.ranks, o.dense.ranks)
	}
	return s.sparse.used == o.sparse.used && slices.Equal(s.sparse.sorted(), o.sparse.sorted())
}

// String returns the estimate and the precision: HLLP{cardinality=3, precision=14}.
func (s *Sketch) String() string {
	return fmt.Sprintf("HLLP{cardinality=%d, precision=%d}", s.Cardinality(), s.precision)
}
