// Package xxhash is the 64-bit hash XXH64 of Yann Collet, whose results are the same
// on every machine and in every version: sketches that are stored rely on it.
package xxhash

import "math/bits"

// The primes of the algorithm.
const (
	prime1 uint64 = 0x9E3779B185EBCA87
	prime2 uint64 = 0xC2B2AE3D27D4EB4F
	prime3 uint64 = 0x165667B19E3779F9
	prime4 uint64 = 0x85EBCA77C2B2AE63
	prime5 uint64 = 0x27D4EB2F165667C5
)

// stripe is how many bytes a round takes in.
const stripe = 32

// Sum returns the hash of the bytes of text.
func Sum(text string, seed uint64) uint64 {
	length := uint64(len(text))
	sum := seed + prime5
	if len(text) >= stripe {
		sum, text = stripes(text, seed)
	}
	sum += length
	for ; len(text) >= 8; text = text[8:] {
		sum = bits.RotateLeft64(sum^round(0, word(text)), 27)*prime1 + prime4
	}
	if len(text) >= 4 {
		sum = bits.RotateLeft64(sum^uint64(halfWord(text))*prime1, 23)*prime2 + prime3
		text = text[4:]
	}
	for i := range len(text) {
		sum = bits.RotateLeft64(sum^uint64(text[i])*prime5, 11) * prime1
	}
	return avalanche(sum)
}

// Word returns the hash of the eight bytes of x, the lowest first.
func Word(x, seed uint64) uint64 {
	sum := seed + prime5 + 8
	return avalanche(bits.RotateLeft64(sum^round(0, x), 27)*prime1 + prime4)
}

// stripes takes in whole stripes, and returns what is left of text.
func stripes(text string, seed uint64) (sum uint64, rest string) {
	a, b, c, d := seed+prime1+prime2, seed+prime2, seed, seed-prime1
	for ; len(text) >= stripe; text = text[stripe:] {
		a, b = round(a, word(text)), round(b, word(text[8:]))
		c, d = round(c, word(text[16:])), round(d, word(text[24:]))
	}
	sum = bits.RotateLeft64(a, 1) + bits.RotateLeft64(b, 7) + bits.RotateLeft64(c, 12) + bits.RotateLeft64(d, 18)
	for _, lane := range [...]uint64{a, b, c, d} {
		sum = (sum^round(0, lane))*prime1 + prime4
	}
	return sum, text
}

func round(lane, input uint64) uint64 {
	return bits.RotateLeft64(lane+input*prime2, 31) * prime1
}

func avalanche(sum uint64) uint64 {
	sum = (sum ^ sum>>33) * prime2
	sum = (sum ^ sum>>29) * prime3
	return sum ^ sum>>32
}

// word and halfWord are one load each where the compiler knows the machine's order.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func halfWord(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
