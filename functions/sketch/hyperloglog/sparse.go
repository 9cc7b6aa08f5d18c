package hyperloglog

import (
	"iter"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// An entry is what the sparse form keeps of a hash: its first bits, as many as the
// sparse precision says, above rankBits bits for the rank of the bits after these. The
// rank is 0 where the register and its rank are known without it, because one of the
// bits beyond those that choose the register is set.
type entry uint32

const (
	rankBits    = 6
	maxKeptBits = 32 - rankBits
)

func sparseEntry(hash uint64, precision, sparsePrecision uint8) entry {
	kept := hash >> (64 - sparsePrecision)
	if kept&mask(sparsePrecision-precision) != 0 {
		return entry(kept << rankBits)
	}
	return entry(kept<<rankBits) | entry(rankAfter(hash, sparsePrecision))
}

func mask(bits uint8) uint64 { return 1<<bits - 1 }

func (e entry) kept() uint64 { return uint64(e >> rankBits) }
func (e entry) rank() uint8  { return uint8(e & entry(mask(rankBits))) }

// register returns the register that the hash chooses, and its rank there.
func (e entry) register(precision, sparsePrecision uint8) (register uint64, rank uint8) {
	beyond := sparsePrecision - precision
	register = e.kept() >> beyond
	if following := e.kept() & mask(beyond); following != 0 {
		return register, beyond - uint8(bits.Len64(following)) + 1
	}
	return register, beyond + e.rank()
}

// reduced returns the entry for a lower sparse precision.
func (e entry) reduced(precision, from, to uint8) entry {
	cut := from - to
	kept := e.kept() >> cut
	switch following := e.kept() & mask(cut); {
	case kept&mask(to-precision) != 0:
		return entry(kept << rankBits)
	case following != 0:
		return entry(kept<<rankBits) | entry(cut-uint8(bits.Len64(following))+1)
	}
	return entry(kept<<rankBits) | entry(cut+e.rank())
}

// table is a hash table of entries with open addressing, one for each sequence of kept
// bits: that of the highest rank. No entry is 0, which stands for an empty slot.
type table struct {
	slots []entry // a power of two, or none
	used  int
}

const (
	entrySize = 4
	minSlots  = 4
	// leastMost makes up for what few registers cannot tell: with 16 of them, 20 items
	// may be far from what is estimated.
	leastMost = 64
)

// maxSlots is how many slots take as much memory as the registers, leastMost at least.
func maxSlots(precision uint8) int { return max(leastMost, 1<<precision/entrySize) }

// slotsFor returns how many slots a table has to which so many entries were added.
func slotsFor(entries int) int {
	slots := 0
	for !fits(entries, slots) {
		slots = max(minSlots, 2*slots)
	}
	return slots
}

// fits reports whether so many entries leave enough slots empty.
func fits(entries, slots int) bool { return entries*4 <= slots*3 }

// scatter is another one in each process, so that nobody can choose items that meet
// in one place of the table.
var scatter = rand.Uint64() | 1

func slotOf(kept uint64, slots int) int {
	return int(kept * scatter >> (64 - bits.Len(uint(slots-1))))
}

// add adds an entry. It reports false, and adds nothing, if the table would need
// more than so many slots.
func (t *table) add(e entry, most int) bool {
	if len(t.slots) > 0 {
		slot, found := t.find(e.kept())
		if found {
			t.slots[slot] = max(t.slots[slot], e)
			return true
		}
		if fits(t.used+1, len(t.slots)) {
			t.slots[slot] = e
			t.used++
			return true
		}
	}
	if len(t.slots) >= most {
		return false
	}
	t.resize(max(minSlots, 2*len(t.slots)))
	slot, _ := t.find(e.kept())
	t.slots[slot] = e
	t.used++
	return true
}

// find returns the slot of the entry with these bits, or the empty one where it would
// be.
func (t *table) find(kept uint64) (slot int, found bool) {
	for slot = slotOf(kept, len(t.slots)); ; slot = (slot + 1) & (len(t.slots) - 1) {
		switch e := t.slots[slot]; {
		case e == 0:
			return slot, false
		case e.kept() == kept:
			return slot, true
		}
	}
}

func (t *table) resize(slots int) {
	old := t.slots
	t.slots = make([]entry, slots)
	for _, e := range old {
		if e != 0 {
			slot, _ := t.find(e.kept())
			t.slots[slot] = e
		}
	}
}

func (t *table) all() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for _, e := range t.slots {
			if e != 0 && !yield(e) {
				return
			}
		}
	}
}

// sorted returns the entries in ascending order.
func (t *table) sorted() []entry { return slices.Sorted(t.all()) }
