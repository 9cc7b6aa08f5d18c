package value

// indexFrom is the number of entries from which a map keeps a hash index;
// smaller ones are searched.
const indexFrom = 9

// index finds the entries of a map by the hashes of their keys: a table with
// linear probing.
type index struct {
	slots   []slot // a power of two of them
	used    int    // slots, those of deleted entries included
	deleted int    // entries that are marked as deleted: at most half of them
}

// slot is a place of the table. The zero slot is free.
type slot struct {
	hash  uint32
	entry int32 // 1 + its place among the entries
}

const slotSize = 8

// slotsFor returns how many slots a table of n entries has: at most three
// quarters of them are used.
func slotsFor(n int) int {
	slots := 16
	for 3*slots < 4*n {
		slots *= 2
	}
	return slots
}

func newIndex(entries int) *index { return &index{slots: make([]slot, slotsFor(entries))} }

func shortHash(key Value) uint32 {
	h := key.Hash()
	return uint32(h ^ h>>32)
}

// add enters the entry at a place, whose key is not in the index yet.
func (x *index) add(key Value, place int) {
	if x.used++; 4*x.used > 3*len(x.slots) {
		old := x.slots
		x.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.entry != 0 {
				x.put(s)
			}
		}
	}
	x.put(slot{shortHash(key), int32(place) + 1})
}

func (x *index) put(s slot) {
	mask := uint32(len(x.slots) - 1)
	i := s.hash & mask
	for x.slots[i].entry != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = s
}

// find returns the place of the key's entry, -1 if there is none.
func (x *index) find(key Value, entries []entry) int {
	hash, mask := shortHash(key), uint32(len(x.slots)-1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := x.slots[i]
		if s.entry == 0 {
			return -1
		}
		if s.hash == hash && Same(entries[s.entry-1].key, key) {
			return int(s.entry) - 1
		}
	}
}
