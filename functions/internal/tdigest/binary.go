package tdigest

import (
	"encoding/binary"
	"math"

	form "github.com/stellarlang/stellar/stellar/binary"
)

// The binary form of a digest, which is part of the forms of other objects and has no
// version of its own:
//
//	uvarint  the number of centroids, at most 500
//	each     double   its mean, at least that of the one before
//	         uvarint  twice how many numbers it holds, and 1 more if they differ
//	uvarint  the number of numbers that wait, at most 64
//	each     double   it, at least the one before
//
// The first and the last centroid hold equal numbers. All numbers are finite.

// AppendBinary appends the binary form to b.
func (d *Digest) AppendBinary(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(d.means)))
	for i, mean := range d.means {
		b = form.AppendDouble(b, mean)
		count := uint64(d.ends[i]-d.start(i)) * 2
		if d.mixed[i] {
			count++
		}
		b = binary.AppendUvarint(b, count)
	}
	b = binary.AppendUvarint(b, uint64(len(d.recent)))
	for _, x := range d.recent {
		b = form.AppendDouble(b, x)
	}
	return b
}

// mostCount is how many numbers a digest can hold: all less are doubles.
const mostCount = 1 << 53

// Read reads what AppendBinary wrote.
func Read(r *form.Reader) Digest {
	var d Digest
	n := count(r, 9, mostCentroids)
	d.means, d.ends, d.mixed = make([]float64, 0, n), make([]int64, 0, n), make([]bool, 0, n)
	before, end := -math.MaxFloat64, uint64(0)
	for i := range n {
		mean, count := r.Double(), r.Uvarint()
		mixed := count%2 == 1
		count /= 2
		switch end += count; {
		case !(mean >= before && mean <= math.MaxFloat64):
			r.Fail("the centroids of a digest do not ascend")
		case count == 0 || count > mostCount || end > mostCount:
			r.Fail("a centroid of %d numbers, %d in all", count, end)
		case mixed && (count == 1 || i == 0 || i == n-1):
			r.Fail("centroid %d of %d cannot hold different numbers", i+1, n)
		}
		if r.Failed() {
			return Digest{}
		}
		before = mean
		d.means, d.ends, d.mixed = append(d.means, mean), append(d.ends, int64(end)), append(d.mixed, mixed)
	}
	d.recent = make([]float64, 0, count(r, 8, mostRecent))
	before = -math.MaxFloat64
	for range cap(d.recent) {
		x := r.Double()
		if !(x >= before && x <= math.MaxFloat64) {
			r.Fail("the numbers of a digest do not ascend")
		}
		if r.Failed() {
			return Digest{}
		}
		before = x
		d.recent = append(d.recent, x)
	}
	return d
}

// count reads a number of parts of which there may be so many.
func count(r *form.Reader, bytesEach, most int) int {
	n := r.Count(bytesEach)
	if n > most {
		r.Fail("a digest of %d parts, where there can be %d", n, most)
		return 0
	}
	return n
}
