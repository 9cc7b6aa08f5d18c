package summary

import (
	"encoding/binary"
	"math"

	"github.com/stellarlang/stellar/functions/internal/tdigest"
	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
)

// The binary form of statistics, version 1. Numbers are written as package
// stellar/binary says: doubles in 8 bytes, uvarints in one or more.
//
//	byte     1, the version
//	byte     0 if all numbers count, 1 if those of a window do
//
// If all numbers count:
//
//	uvarint  how many there are; nothing follows if there are none
//	double   the least
//	double   the greatest
//	double   the mean
//	double   what the mean lost by rounding
//	double   the sum of the squares of the distances from the mean
//	double   that of the third powers
//	double   that of the fourth powers
//	sum      of the numbers
//	sum      of their squares
//	sum      of their natural logarithms
//	digest   see package tdigest
//
// A sum is exact: it is that of its parts.
//
//	double   the sum of the parts that are infinite or NaN, 0 if there are none
//	uvarint  the number of other parts, at most 40
//	each     double   it
//
// Of a window, from which all else is computed:
//
//	uvarint  the size, from 1 to 2³¹-1
//	uvarint  the number of numbers, at most the size
//	each     double   it, the oldest first
//	uvarint  how many of these, from the oldest, are in front: see queue; 0 unless the window is full

// Statistics is the type of summaries in expressions.
var Statistics = &fn.Type{Name: "STATS", Doc: "statistics of a series of numbers, which STATS_INIT makes", Decode: decode}

// Type implements fn.Typed.
func (*Summary) Type() *fn.Type { return Statistics }

const version = 1

// The kinds of statistics.
const (
	ofAll = iota
	ofWindow
)

// AppendBinary implements encoding.BinaryAppender.
func (s *Summary) AppendBinary(b []byte) ([]byte, error) {
	if s.window != nil {
		return s.window.appendBinary(append(b, version, ofWindow)), nil
	}
	m := &s.running
	b = binary.AppendUvarint(append(b, version, ofAll), uint64(m.count))
	if m.count == 0 {
		return b, nil
	}
	for _, x := range [...]float64{m.min, m.max, m.mean, m.meanRest, m.m2, m.m3, m.m4} {
		b = form.AppendDouble(b, x)
	}
	for _, sum := range [...]*exactSum{&s.sums.numbers, &s.sums.squares, &s.sums.logs} {
		b = sum.appendBinary(b)
	}
	return s.digest.AppendBinary(b), nil
}

func (w *window) appendBinary(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(w.size))
	b = binary.AppendUvarint(b, uint64(len(w.numbers)))
	for x := range w.all {
		b = form.AppendDouble(b, x)
	}
	return binary.AppendUvarint(b, uint64(w.queue.front))
}

func (s *exactSum) appendBinary(b []byte) []byte {
	b = form.AppendDouble(b, s.rest)
	parts := s.shortest()
	b = binary.AppendUvarint(b, uint64(len(parts)))
	for _, part := range parts {
		b = form.AppendDouble(b, part)
	}
	return b
}

// decode reads what AppendBinary wrote.
func decode(data []byte, d fn.Decoding) (any, error) {
	r := form.NewReader(data, d)
	r.Version(version)
	var s *Summary
	switch kind := r.Byte(); kind {
	case ofAll:
		s = readSummary(r)
	case ofWindow:
		r.Charge(int64(r.Left()/8*stepsPerNumber), 0)
		s = &Summary{window: readWindow(r)}
	default:
		r.Fail("there is no kind %d of statistics", kind)
	}
	if err := r.End(); err != nil {
		return nil, err
	}
	return s, nil
}

// stepsPerNumber are those of a number of a window that is read.
const stepsPerNumber = 4

// largestCount is that of numbers that can be counted in a double.
const largestCount = 1 << 53

func readSummary(r *form.Reader) *Summary {
	s := New()
	count := r.Uvarint()
	if count == 0 {
		return s
	}
	m := &s.running
	m.count = float64(count)
	for _, x := range [...]*float64{&m.min, &m.max, &m.mean, &m.meanRest, &m.m2, &m.m3, &m.m4} {
		*x = r.Double()
	}
	for _, sum := range [...]*exactSum{&s.sums.numbers, &s.sums.squares, &s.sums.logs} {
		*sum = readSum(r)
	}
	s.digest = tdigest.Read(r)
	if r.Failed() {
		return nil
	}
	m.sum, m.sumSquares = s.sums.numbers.value(), s.sums.squares.value()
	switch {
	case count > largestCount || s.digest.Count() != int64(count):
		r.Fail("a digest of %d numbers in statistics of %d", s.digest.Count(), count)
	case m.min != s.digest.Quantile(0) || m.max != s.digest.Quantile(1):
		r.Fail("a digest of numbers from %g to %g in statistics from %g to %g", s.digest.Quantile(0), s.digest.Quantile(1), m.min, m.max)
	case m.check() != nil || s.sums.numbers.rest != 0 || s.sums.squares.rest != 0:
		r.Fail("sums that are not finite")
	case !(math.Abs(m.meanRest) <= math.Abs(m.mean)) || math.Abs(m.mean) > 2*max(math.Abs(m.min), math.Abs(m.max)):
		r.Fail("a mean of %g and %g", m.mean, m.meanRest)
	case m.m2 < 0 || m.sumSquares < 0:
		r.Fail("sums of squares that are negative")
	}
	return s
}

func readSum(r *form.Reader) exactSum {
	sum := exactSum{rest: r.Double()}
	if sum.rest-sum.rest == 0 && sum.rest != 0 {
		r.Fail("a rest of a sum that is a number")
	}
	n := r.Count(8)
	if n > mostParts {
		r.Fail("a sum of %d parts, where there can be %d", n, mostParts)
	}
	for range n {
		part := r.Double()
		if part-part != 0 || part == 0 {
			r.Fail("a part of a sum that is %g", part)
		}
		if r.Failed() {
			break
		}
		sum.add(part)
	}
	return sum
}

func readWindow(r *form.Reader) *window {
	size := r.Uvarint()
	n := r.Count(8)
	if size == 0 || size > math.MaxInt32 || uint64(n) > size {
		r.Fail("%d numbers in a window of %d", n, size)
	}
	if r.Failed() {
		return nil
	}
	w := newWindow(int(size))
	w.numbers = make([]float64, n)
	for i := range w.numbers {
		w.numbers[i] = r.Double()
		w.count(w.numbers[i], 1)
	}
	front := r.Uvarint()
	if front > uint64(n) || front > 0 && n < w.size {
		r.Fail("%d numbers in front of %d", front, n)
	}
	if r.Failed() {
		return nil
	}
	w.queue.setFront(w, int(front))
	for _, x := range w.numbers[front:] {
		w.queue.push(x)
	}
	return w
}
