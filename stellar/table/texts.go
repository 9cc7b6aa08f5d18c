package table

import (
	"hash/maphash"
	"math/bits"
)

// texts find the row of a text. A slot has the place of a row, and some bits of the hash
// of its key before it.
type texts struct {
	seed  maphash.Seed
	slots []uint64
}

// placeBits are those of a place in a slot.
const placeBits = 40

// grow makes the slots for so many rows, of which a quarter stays free.
func (t *texts) grow(rows int64) {
	t.seed = maphash.MakeSeed()
	t.slots = make([]uint64, rows+rows/3+2)
}

// home returns the slot at which a search begins, and the bits that are kept of a hash.
func (t *texts) home(hash uint64) (slot int, tag uint64) {
	high, _ := bits.Mul64(hash, uint64(len(t.slots)))
	return int(high), hash << placeBits
}

// find returns the slot of a key with a hash, and the row in it: 0 if there is none, and
// the slot is free for it.
func (t *texts) find(a *arena, timed bool, key string, hash uint64) (slot int, row place) {
	slot, tag := t.home(hash)
	for {
		s := t.slots[slot]
		if s == 0 {
			return slot, 0
		}
		if s&^(1<<placeBits-1) == tag {
			row := place(s & (1<<placeBits - 1))
			if string(keyOf(a.at(row), timed)) == key {
				return slot, row
			}
		}
		if slot++; slot == len(t.slots) {
			slot = 0
		}
	}
}

// put has a slot find a row.
func (t *texts) put(slot int, hash uint64, row place) {
	_, tag := t.home(hash)
	t.slots[slot] = tag | uint64(row)
}

// keyOf returns the key of a row that is found by a text.
func keyOf(row []byte, timed bool) []byte {
	if timed {
		row = row[timesSize:]
	}
	head, n := uvarint(row)
	return row[n : n+int(head>>1)]
}
