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

// inOrder returns the numbers, the oldest first. The result is the caller's.
func (w *window) inOrder() []float64 {
	return append(slices.Clone(w.numbers[w.oldest:]), w.numbers[:w.oldest]...)
}

func (w *window) clone() *window {
	return &window{numbers: slices.Clone(w.numbers), oldest: w.oldest, size: w.size}
}

func (w *window) equal(o *window) bool {
	return w.size == o.size && slices.EqualFunc(w.inOrder(), o.inOrder(), same)
}

// sums computes the exact sums.
func (w *window) sums() sums {
	var s sums
	for _, x := range w.numbers {
		s.add(x, elementary.Log(x))
	}
	return s
}

// mean computes the arithmetic mean, NaN of no numbers.
func (w *window) mean() float64 {
	count := float64(len(w.numbers))
	var sum exactSum
	for _, x := range w.numbers {
		sum.add(x)
	}
	if mean := sum.value() / count; !math.IsInf(mean, 0) || count == 0 {
		return mean
	}
	mean, rest := 0.0, 0.0 // the sum overflows, but the mean need not
	for _, x := range w.numbers {
		mean += x / count
	}
	if math.IsInf(mean, 0) {
		return mean
	}
	for _, x := range w.numbers {
		rest += (x - mean) / count
	}
	return mean + rest
}

// moments computes what is not an exact sum: the distances from the mean, and the
// extremes. NaN and infinities make those NaN or infinite that they enter; only
// min and max leave NaN out. Of equal numbers the last is min and max, which
// matters for the two zeros.
func (w *window) moments() moments {
	m := moments{count: float64(len(w.numbers)), min: math.NaN(), max: math.NaN(), mean: w.mean()}
	for _, x := range w.inOrder() {
		if !(m.min < x) && x == x {
			m.min = x
		}
		if !(m.max > x) && x == x {
			m.max = x
		}
	}
	if math.IsInf(m.mean, 0) {
		m.m2, m.m3, m.m4 = math.NaN(), math.NaN(), math.NaN()
		return m
	}
	for _, x := range w.numbers {
		distance := x - m.mean
		square := distance * distance
		m.m2 += square
		m.m3 += square * distance
		m.m4 += square * square
	}
	return m
}

// percentile returns the number that p percent of the numbers do not exceed.
func (w *window) percentile(p float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(w.numbers), math.IsNaN)
	slices.Sort(sorted)
	n := len(sorted)
	if n == 0 || !(p >= 0 && p <= 100) {
		return math.NaN()
	}
	position := p * float64(n+1) / 100
	switch {
	case position < 1:
		return sorted[0]
	case position >= float64(n):
		return sorted[n-1]
	}
	index := int(position)
	return between(sorted[index-1], sorted[index], position-float64(index))
}

// between returns the number that is a share of the way from low to high.
func between(low, high, share float64) float64 {
	switch {
	case low == high || share == 0:
		return low
	case math.IsInf(low, 0) && !math.IsInf(high, 0):
		return low
	case math.IsInf(high-low, 0) && !math.IsInf(high, 0):
		return low*(1-share) + high*share
	}
	return low + (high-low)*share
}
