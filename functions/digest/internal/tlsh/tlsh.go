// Package tlsh computes locality-sensitive hashes: texts that are alike have hashes
// at a small distance. The algorithm is that of Oliver, Cheng and Chen, "TLSH - A
// Locality Sensitive Hash", 2013, in the form of the Java library that Metron uses.
package tlsh

import (
	"math"
	"slices"
)

// Options say what a hash is made of. The zero Options are 128 buckets and one byte
// of checksum.
type Options struct {
	Buckets  int  // 128 or 256
	Checksum int  // bytes: 1 or 3
	Anyway   bool // hashes texts from 50 bytes on, not from 256
}

// window is how many bytes are looked at together.
const window = 5

// The shortest texts that have a hash.
const (
	minLength    = 256
	minForced    = 50
	maxChecksum  = 3
	bitsPerCode  = 2
	codesPerByte = 8 / bitsPerCode
)

// Hash is the hash of a text. Its first bytes are the checksum, the next two the
// length of the text on a logarithmic scale and the ratios of the quartiles, and the
// rest two bits for each bucket.
type Hash struct {
	checksum []byte
	length   byte
	ratio1   byte // of the first and the third quartile
	ratio2   byte // of the second and the third
	codes    []byte
}

// Builder takes in a text, piece by piece.
type Builder struct {
	options  Options
	buckets  [256]uint32
	checksum [maxChecksum]byte
	last     [window - 1]byte // bytes before the next, the latest first
	length   int
}

// NewBuilder returns a builder that has no text yet.
func NewBuilder(o Options) *Builder {
	if o.Buckets != 256 {
		o.Buckets = 128
	}
	if o.Checksum != 3 {
		o.Checksum = 1
	}
	return &Builder{options: o}
}

// mixed is the hash of three bytes by a table that depends on where in the window
// they are.
func mixed(salt, a, b, c byte) byte { return pearson[pearson[pearson[salt^a]^b]^c] }

// The first two steps of mixed, done once for each place.
var salts = [...]byte{pearson[0], pearson[2], pearson[3], pearson[5], pearson[7], pearson[11], pearson[13]}

// Write takes in the next piece.
func (b *Builder) Write(text string) {
	p, q, r, s := b.last[0], b.last[1], b.last[2], b.last[3]
	for i := range len(text) {
		x := text[i]
		if b.length++; b.length >= window {
			b.checksum[0] = mixed(salts[0], x, p, b.checksum[0])
			for i := 1; i < b.options.Checksum; i++ {
				b.checksum[i] = mixed(pearson[b.checksum[i-1]], x, p, b.checksum[i])
			}
			b.buckets[mixed(salts[1], x, p, q)]++
			b.buckets[mixed(salts[2], x, p, r)]++
			b.buckets[mixed(salts[3], x, q, r)]++
			b.buckets[mixed(salts[4], x, q, s)]++
			b.buckets[mixed(salts[5], x, p, s)]++
			b.buckets[mixed(salts[6], x, r, s)]++
		}
		p, q, r, s = x, p, q, r
	}
	b.last = [window - 1]byte{p, q, r, s}
}

// Hash returns the hash of the text. ok is false if that is too short or too uniform.
func (b *Builder) Hash() (h Hash, ok bool) {
	shortest := minLength
	if b.options.Anyway {
		shortest = minForced
	}
	buckets := b.buckets[:b.options.Buckets]
	used := 0
	for _, count := range buckets {
		if count > 0 {
			used++
		}
	}
	if b.length < shortest || used <= len(buckets)/2 {
		return Hash{}, false
	}
	sorted := slices.Clone(buckets)
	slices.Sort(sorted)
	n := len(sorted)
	q1, q2, q3 := sorted[n/4-1], sorted[n/2-1], sorted[n*3/4-1]
	if q3 == 0 {
		return Hash{}, false
	}
	h = Hash{
		checksum: slices.Clone(b.checksum[:b.options.Checksum]),
		length:   lengthClass(b.length),
		ratio1:   ratio(q1, q3),
		ratio2:   ratio(q2, q3),
		codes:    make([]byte, n/codesPerByte),
	}
	for i, count := range buckets {
		var code byte
		switch {
		case count > q3:
			code = 3
		case count > q2:
			code = 2
		case count > q1:
			code = 1
		}
		h.codes[i/codesPerByte] |= code << (i % codesPerByte * bitsPerCode)
	}
	return h, true
}

func ratio(quartile, third uint32) byte {
	return byte(uint32(float32(quartile*100)/float32(third)) % 16)
}

// lengthClass puts a length on a scale whose steps become finer for longer texts.
func lengthClass(length int) byte {
	log := math.Log(float64(length))
	var class float64
	switch {
	case length <= 656:
		class = log / math.Log(1.5)
	case length <= 3199:
		class = log/math.Log(1.3) - 8.72777
	default:
		class = log/math.Log(1.1) - 62.5472
	}
	return byte(int(math.Floor(class)) % 256)
}
