package tlsh

import (
	"encoding/hex"
	"math/bits"
)

// Sampler draws the bits of a hash that make its bins: coarse values that are equal
// for many similar hashes, to group by. It draws as Metron does, with the generator
// of java.util.Random from the seed 0.
type Sampler struct{ random javaRandom }

// NewSampler returns a sampler at the start of its sequence.
func NewSampler() *Sampler { return &Sampler{newJavaRandom(0)} }

// Bin returns the hexadecimal digits of so many drawn bits of a hash, without zero
// bytes at the end.
func (s *Sampler) Bin(h Hash, size int) string {
	set := h.bits()
	length := int32(logicalLength(set))
	var drawn []byte
	for i := range max(size, 0) {
		place := s.random.below(length)
		if set[place/8]>>(place%8)&1 == 0 {
			continue
		}
		for len(drawn) <= i/8 {
			drawn = append(drawn, 0)
		}
		drawn[i/8] |= 1 << (i % 8)
	}
	return hex.EncodeToString(drawn)
}

// bits returns the hash without its checksum, in the order of its text.
func (h Hash) bits() []byte {
	set := []byte{swapped(h.length), h.ratio1<<4 | h.ratio2}
	for i := len(h.codes) - 1; i >= 0; i-- {
		set = append(set, h.codes[i])
	}
	return set
}

// logicalLength returns the number of bits up to the highest that is set, the lowest of
// each byte first.
func logicalLength(set []byte) int {
	for i := len(set) - 1; i >= 0; i-- {
		if set[i] != 0 {
			return 8*i + bits.Len8(set[i])
		}
	}
	return 1
}

// javaRandom is the linear congruential generator of java.util.Random, whose
// documentation defines it.
type javaRandom uint64

const (
	multiplier = 0x5DEECE66D
	increment  = 0xB
	mask       = 1<<48 - 1
)

func newJavaRandom(seed uint64) javaRandom { return javaRandom((seed ^ multiplier) & mask) }

func (r *javaRandom) next(bits int) int32 {
	*r = (*r*multiplier + increment) & mask
	return int32(*r >> (48 - bits))
}

// below returns a number from 0 up to n, which is positive.
func (r *javaRandom) below(n int32) int32 {
	if n&-n == n {
		return int32(int64(n) * int64(r.next(31)) >> 31)
	}
	for {
		drawn := r.next(31)
		rest := drawn % n
		if drawn-rest+(n-1) >= 0 {
			return rest
		}
	}
}
