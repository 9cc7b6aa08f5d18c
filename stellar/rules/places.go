package rules

import "math/bits"

// places are the places of the names that a set assigns, by their slots: a table that
// grows with these names only, as each of many steps has one, and their slots may be
// any of all names. The zero value has none.
type places struct {
	table []place // its length is a power of two, at least half of it empty; nil for none
	shift uint8   // of hashes, to the length of the table
	count int
}

// place is the place of a slot.
type place struct{ slot, place int32 } // of an empty one the slot is 0, which no name has

// hash is where a slot is looked for first. Multiplying by the golden ratio spreads slots
// that are equally far apart.
func (p *places) hash(slot int) uint32 { return uint32(slot) * 0x9e3779b9 >> (p.shift & 31) }

// find returns the place of a slot, -1 if it has none.
func (p *places) find(slot int) int {
	if len(p.table) == 0 {
		return -1
	}
	for i := int(p.hash(slot)); ; i++ {
		switch found := &p.table[i&(len(p.table)-1)]; found.slot {
		case 0:
			return -1
		case int32(slot):
			return int(found.place)
		}
	}
}

// add keeps the place of a slot, which must have none.
func (p *places) add(slot, at int) {
	if p.count++; 2*p.count > len(p.table) {
		p.grow()
	}
	p.put(place{int32(slot), int32(at)})
}

func (p *places) put(added place) {
	i := int(p.hash(int(added.slot)))
	for p.table[i&(len(p.table)-1)].slot != 0 {
		i++
	}
	p.table[i&(len(p.table)-1)] = added
}

// grow makes the table twice as large.
func (p *places) grow() {
	before := p.table
	p.table = make([]place, max(2, 2*len(before)))
	p.shift = uint8(33 - bits.Len(uint(len(p.table))))
	for _, moved := range before {
		if moved.slot != 0 {
			p.put(moved)
		}
	}
}
