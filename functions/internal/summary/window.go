package summary

import (
	"math"
	"slices"

	"github.com/stellarlang/stellar/functions/internal/elementary"
)

// window holds the last numbers that were added, and what makes their figures cost the
// same whatever its size: exact sums, from which numbers are taken away as they leave,
// and moments of stretches of it, see queue. NaN and infinities are counted only. Huge
// numbers, whose powers would overflow, are in none of these: as long as there is one,
// all figures are computed from all numbers.
type window struct {
	size    int
	numbers []float64 // a ring once there are size of them
	oldest  int       // the index of the oldest number

	sums  sums // of the numbers that are neither huge nor infinite; logs of all that have one
	kinds kinds
	queue queue
	ranks ranks
}

// kinds count the numbers that are not in all sums.
type kinds struct{ nan, infinite, negativeInfinite, huge, zero, negative int }

// hugest is where numbers begin to be huge. Sums of the fourth powers of smaller ones
// are doubles in any window.
const hugest = 0x1p240

func newWindow(size int) *window { return &window{size: size, queue: queue{back: noNumbers}} }

// add takes in a number, in place of the oldest one if there are size of them.
func (w *window) add(x float64) {
	if len(w.numbers) < w.size {
		w.count(x, 1)
		w.ranks.replace(math.NaN(), x)
		w.numbers = append(w.numbers, x)
		w.queue.push(x)
		return
	}
	if w.queue.front == 0 {
		w.queue.turn(w)
	}
	left := w.numbers[w.oldest]
	w.count(left, -1)
	w.count(x, 1)
	w.ranks.replace(left, x)
	w.numbers[w.oldest] = x
	if w.oldest++; w.oldest == w.size {
		w.oldest = 0
	}
	w.queue.pop()
	w.queue.push(x)
}

// count takes x into the sums and counts if sign is 1, and away if it is -1.
func (w *window) count(x float64, sign int) {
	switch {
	case x != x:
		w.kinds.nan += sign
		return
	case x < 0:
		w.kinds.negative += sign
	case x == 0:
		w.kinds.zero += sign
	case !math.IsInf(x, 0):
		w.sums.logs.add(float64(sign) * elementary.Log(x))
	}
	switch {
	case math.IsInf(x, 1):
		w.kinds.infinite += sign
	case math.IsInf(x, -1):
		w.kinds.negativeInfinite += sign
	case math.Abs(x) >= hugest:
		w.kinds.huge += sign
	default:
		w.sums.numbers.add(float64(sign) * x)
		w.sums.squares.addSquare(x, float64(sign))
	}
}

// at returns number i of those in order, the oldest first.
func (w *window) at(i int) float64 {
	if i += w.oldest; i >= len(w.numbers) {
		i -= len(w.numbers)
	}
	return w.numbers[i]
}

// all goes through the numbers in order, so that what is rounded does not depend on
// where the ring begins.
func (w *window) all(yield func(float64) bool) {
	for i := range w.numbers {
		if !yield(w.at(i)) {
			return
		}
	}
}

func (w *window) clone() *window {
	return &window{
		size: w.size, numbers: slices.Clone(w.numbers), oldest: w.oldest,
		sums: w.sums.clone(), kinds: w.kinds, queue: w.queue.clone(),
	}
}

func (w *window) equal(o *window) bool {
	if w.size != o.size || len(w.numbers) != len(o.numbers) {
		return false
	}
	for i := range w.numbers {
		if !same(w.at(i), o.at(i)) {
			return false
		}
	}
	return true
}

// nonFinite returns the sum of NaN and the infinities, 0 if there are none.
func (w *window) nonFinite() float64 {
	switch k := &w.kinds; {
	case k.nan > 0 || k.infinite > 0 && k.negativeInfinite > 0:
		return math.NaN()
	case k.infinite > 0:
		return math.Inf(1)
	case k.negativeInfinite > 0:
		return math.Inf(-1)
	}
	return 0
}

func (w *window) sum() float64 {
	if rest := w.nonFinite(); rest != 0 { // NaN too
		return rest
	}
	if w.kinds.huge > 0 {
		var sum exactSum
		for x := range w.all {
			sum.add(x)
		}
		return sum.value()
	}
	return w.sums.numbers.value()
}

func (w *window) sumSquares() float64 {
	switch k := &w.kinds; {
	case k.nan > 0:
		return math.NaN()
	case k.infinite > 0 || k.negativeInfinite > 0:
		return math.Inf(1)
	case k.huge > 0:
		var sum exactSum
		for x := range w.all {
			sum.addSquare(x, 1)
		}
		return sum.value()
	}
	return w.sums.squares.value()
}

func (w *window) sumLogs() float64 {
	switch k := &w.kinds; {
	case k.nan > 0 || k.negative > 0 || k.zero > 0 && k.infinite > 0:
		return math.NaN()
	case k.zero > 0:
		return math.Inf(-1)
	case k.infinite > 0:
		return math.Inf(1)
	}
	return w.sums.logs.value()
}

// mean returns the arithmetic mean, NaN of no numbers.
func (w *window) mean() float64 {
	count := float64(len(w.numbers))
	if mean := w.sum() / count; !math.IsInf(mean, 0) || w.nonFinite() != 0 {
		return mean
	}
	mean, rest := 0.0, 0.0 // the sum overflows, but the mean need not
	for x := range w.all {
		mean += x / count
	}
	if math.IsInf(mean, 0) {
		return mean
	}
	for x := range w.all {
		rest += (x - mean) / count
	}
	return mean + rest
}

// moments returns the number of numbers, the extremes and the sums of the powers of the
// distances from the mean. These are NaN if a number is NaN or infinite; the extremes
// leave NaN out.
func (w *window) moments() moments {
	all := w.queue.all(w)
	m := all.moments
	m.count, m.min, m.max = float64(len(w.numbers)), all.min, all.max
	switch {
	case w.nonFinite() != 0:
		m.m2, m.m3, m.m4 = math.NaN(), math.NaN(), math.NaN()
	case w.kinds.huge > 0:
		m.mean, m.m2, m.m3, m.m4 = w.mean(), 0, 0, 0
		for x := range w.all {
			distance := x - m.mean
			square := distance * distance
			m.m2 += square
			m.m3 += square * distance
			m.m4 += square * square
		}
	}
	return m
}

// steps returns what a figure costs, in steps of an evaluation.
func (w *window) steps() int64 {
	const usual, each = 6, 2
	if w.kinds.huge > 0 {
		return usual + each*int64(len(w.numbers))
	}
	return usual
}
