package compile

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/value"
)

// Names are the variables that the programs of a set read, each with a number, its
// slot. Slots count from 1; 0 is none.
type Names struct {
	slots map[string]int
	list  []string // in the order of slots
	memos int      // of parts that programs share
}

// Slot returns the slot of a name, which it gets if it has none.
func (n *Names) Slot(name string) int {
	if slot, ok := n.slots[name]; ok {
		return slot
	}
	if n.slots == nil {
		n.slots = map[string]int{}
	}
	n.list = append(n.list, name)
	n.slots[name] = len(n.list)
	return len(n.list)
}

// Find returns the slot of a name, 0 if it has none.
func (n *Names) Find(name string) int { return n.slots[name] }

// List returns the names in the order of their slots, of which the first is 1. It must
// not be changed.
func (n *Names) List() []string { return n.list }

// Len returns the number of names, which is the last slot.
func (n *Names) Len() int { return len(n.list) }

// Slots are variables by slot. Each is read from the source when it is asked for
// first, so that all programs of a set read it once.
type Slots struct {
	known  []bool
	values []value.Value
	put    []int32 // slots that have a value, some more than once
	source SlotSource

	memos []memo  // of parts that programs share
	kept  []int32 // which of them are known
}

// SlotSource is where Slots are read from.
type SlotSource interface {
	// Slot returns the variable of a slot, and null if there is none.
	Slot(slot int) value.Value
}

// Begin makes s the slots of names in a source, of which none is known.
func (s *Slots) Begin(names *Names, source SlotSource) {
	length := names.Len() + 1
	s.known = slices.Grow(s.known, length)[:length]
	s.values = slices.Grow(s.values, length)[:length]
	s.memos = slices.Grow(s.memos, names.memos)[:names.memos]
	s.source = source
}

// End forgets the source and all values. It takes as long as there are values, not
// names, as each of many steps has slots for the names of all.
func (s *Slots) End() {
	for _, slot := range s.put {
		s.known[slot], s.values[slot] = false, value.Value{}
	}
	for _, number := range s.kept {
		s.memos[number] = memo{}
	}
	s.known, s.values, s.source = s.known[:0], s.values[:0], nil
	s.memos, s.kept, s.put = s.memos[:0], s.kept[:0], s.put[:0]
}

// Put says what is in a slot.
func (s *Slots) Put(slot int, v value.Value) {
	s.known[slot], s.values[slot] = true, v
	s.put = append(s.put, int32(slot))
}

// Forget lets a slot be read again.
func (s *Slots) Forget(slot int) { s.known[slot] = false }

// read returns what is in a slot.
func (s *Slots) read(slot int) value.Value {
	if s.known[slot] {
		return s.values[slot]
	}
	return s.fetch(slot)
}

func (s *Slots) fetch(slot int) value.Value {
	v := s.source.Slot(slot)
	s.Put(slot, v)
	return v
}
