package summary

import (
	"math"
	"slices"

	"github.com/stellarlang/stellar/functions/internal/elementary"
)

// window holds the last numbers that were added.
type window struct {
	numbers []float64 // a ring once there are size of them
	oldest  int
	size    int
}

func (w *window) add(x float64) {
	if len(w.numbers) < w.size {
		w.numbers = append(w.numbers, x)
		return
	}
	w.numbers[w.oldest] = x
	w.oldest = (w.oldest + 1) % w.size
}

// inOrder gives the numbers, the oldest first. The result is the caller's.
func (w *window) inOrder() []float64 {
	return append(slices.Clone(w.numbers[w.oldest:]), w.numbers[:w.oldest]...)
}

func (w *window) clone() *window {
	return &window{numbers: slices.Clone(w.numbers), oldest: w.oldest, size: w.size}
}

func (w *window) equal(o *window) bool {
	return w.size == o.size && slices.EqualFunc(w.inOrder(), o.inOrder(), func(x, y float64) bool {
		return x == y || x != x && y != y
	})
}

// moments computes the sums from the numbers: first the mean, then the distances
// from it. NaN and infinities make those sums NaN or infinite that they enter;
// only min and max leave NaN out. Of equal numbers the last is min and max,
// which matters for the two zeros.
func (w *window) moments() moments {
	m := moments{count: float64(len(w.numbers)), min: math.NaN(), max: math.NaN()}
	for _, x := range w.inOrder() {
		m.sum += x
		m.sumSquares += x * x
		m.sumLogs += elementary.Log(x)
		m.mean += x / m.count // not sum / count: the sum may overflow
		if x == x {
			if !(m.min < x) {
				m.min = x
			}
			if !(m.max > x) {
				m.max = x
			}
		}
	}
	if math.IsInf(m.mean, 0) {
		m.m2, m.m3, m.m4 = math.NaN(), math.NaN(), math.NaN()
		return m
	}
	rest := 0.0
	for _, x := range w.numbers {
		rest += (x - m.mean) / m.count
	}
	m.mean += rest
	for _, x := range w.numbers {
		distance := x - m.mean
		square := distance * distance
		m.m2 += square
		m.m3 += square * distance
		m.m4 += square * square
	}
	return m
}
