package summary

import (
	"math"
	"slices"
	"sync/atomic"
)

// ranks are the numbers of a window in order of size, without NaN. They are put in order
// when a percentile is asked for. While the window is small they are kept in order from
// then on, which costs less than sorting again; of a larger one they are dropped when it
// changes.
type ranks struct{ sorted atomic.Pointer[[]float64] }

// mostRanks is the size of a window whose ranks are kept.
const mostRanks = 1024

// isKnown reports whether the numbers are in order.
func (r *ranks) isKnown() bool { return r.sorted.Load() != nil }

// of returns the numbers in order, which must only be read.
func (r *ranks) of(numbers []float64) []float64 {
	if sorted := r.sorted.Load(); sorted != nil {
		return *sorted
	}
	sorted := slices.DeleteFunc(slices.Clone(numbers), math.IsNaN)
	slices.Sort(sorted)
	r.sorted.Store(&sorted)
	return sorted
}

// replace puts x in the place of left, either of which may be NaN.
func (r *ranks) replace(left, x float64) {
	known := r.sorted.Load()
	if known == nil {
		return
	}
	sorted := *known
	if len(sorted) > mostRanks {
		r.sorted.Store(nil)
		return
	}
	from, to := len(sorted), len(sorted)
	if left == left {
		from, _ = slices.BinarySearch(sorted, left)
	} else {
		sorted = append(sorted, math.Inf(1))
	}
	if x == x {
		to, _ = slices.BinarySearch(sorted[:to], x)
	}
	if from < to {
		copy(sorted[from:], sorted[from+1:to])
		to--
	} else {
		copy(sorted[to+1:from+1], sorted[to:from])
	}
	if x == x {
		sorted[to] = x
	} else {
		sorted = sorted[:len(sorted)-1]
	}
	*known = sorted
}

// percentile returns the number that p percent of the numbers do not exceed.
func (w *window) percentile(p float64) float64 {
	sorted := w.ranks.of(w.numbers)
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
