package scan

import "math/bits"

// Names are names to be found among those of members, each with its place. They do
// not change and are safe for concurrent use. Nil is none.
type Names struct {
	number int
	table  []entry // a power of two of them, at least half of them free
	shift  uint8   // of hashes, to places in the table
}

// entry is a name and its place. The zero entry is free.
type entry struct {
	name  string
	place int32 // 1 more
}

// NewNames makes names, each with its place in the list. No name may be repeated.
func NewNames(list []string) *Names {
	bitsOfTable := bits.Len(uint(2*len(list))) + 1
	n := &Names{number: len(list), table: make([]entry, 1<<bitsOfTable), shift: uint8(64 - bitsOfTable)}
	for i, name := range list {
		at := hashOf(name) >> n.shift
		for n.table[at].place != 0 {
			at = (at + 1) & uint64(len(n.table)-1)
		}
		n.table[at] = entry{name, int32(i + 1)}
	}
	return n
}

// Len returns the number of names.
func (n *Names) Len() int {
	if n == nil {
		return 0
	}
	return n.number
}

// Place returns the place of a name, a negative number if it is none of them.
func (n *Names) Place(name string) int {
	if n == nil {
		return -1
	}
	return n.find(name, hashOf(name))
}

// find is Place for a name with its hash.
func (n *Names) find(name string, hash uint64) int {
	for at := hash >> n.shift; ; at = (at + 1) & uint64(len(n.table)-1) {
		e := &n.table[at]
		if e.place == 0 || e.name == name {
			return int(e.place) - 1
		}
	}
}

// hashOf takes a name eight bytes at a time, as the lanes of words; the last word has
// fewer than eight of them. Only the names of the table can be made to collide.
func hashOf(name string) uint64 {
	var hash uint64
	for ; len(name) >= 8; name = name[8:] {
		hash = mixed(hash, lanes4(name)|lanes4(name[4:])<<32)
	}
	return mixed(hash, lastWord(name))
}

// lastWord returns up to seven bytes as a word. Where it reads some of them twice, it
// puts them in the same lanes.
func lastWord(s string) uint64 {
	switch n := len(s); {
	case n >= 4:
		return lanes4(s) | lanes4(s[n-4:])<<(8*(n-4))
	case n > 0:
		return uint64(s[0]) | uint64(s[n/2])<<(8*(n/2)) | uint64(s[n-1])<<(8*(n-1))
	}
	return 0
}

func lanes4(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

func mixed(hash, word uint64) uint64 {
	high, low := bits.Mul64(hash^word^0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93)
	return high ^ low
}
