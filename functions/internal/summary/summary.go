// Package summary describes series of numbers: their number, sums, extremes, central
// moments and percentiles, of all numbers or of the last few.
package summary

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/stellarlang/stellar/functions/internal/elementary"
	"github.com/stellarlang/stellar/functions/internal/tdigest"
	"github.com/stellarlang/stellar/stellar/value"
)

// Errors of Add and Merge.
var (
	// ErrNaN: NaN was added to a summary of all numbers.
	ErrNaN = errors.New("NaN has no place in statistics")
	// ErrOverflow: a sum of powers would exceed the largest double.
	ErrOverflow = errors.New("numbers too large: their powers add up to more than the largest double")
	// ErrUnderflow: the numbers are not zero, but their squares are.
	ErrUnderflow = errors.New("numbers too small: their squares are below the smallest double")
	// ErrWindow: windows cannot be merged.
	ErrWindow = errors.New("statistics of a window cannot be merged")
)

// Summary describes a series of numbers: all numbers that were added, in
// constant space, or the last ones, which it keeps. Figures that are not
// defined, such as the mean of no numbers, are NaN. It implements
// value.Accumulator. A Summary may be read by several goroutines at once, if
// none adds to it.
type Summary struct {
	running moments        // of all numbers, without a window
	sums    sums           // of all numbers, without a window
	digest  tdigest.Digest // of all numbers, without a window
	window  *window        // the last numbers; nil when all count
}

// New makes a summary of all numbers to come.
func New() *Summary { return &Summary{} }

// NewWindow makes a summary of the last size numbers; size must be positive.
// Memory is taken as numbers arrive.
func NewWindow(size int) *Summary { return &Summary{window: newWindow(size)} }

// Copy implements value.Accumulator.
func (s *Summary) Copy() value.Accumulator { return s.Clone() }

// Clone returns a summary of the same numbers.
func (s *Summary) Clone() *Summary {
	c := &Summary{running: s.running, sums: s.sums.clone(), digest: s.digest.Clone()}
	if s.window != nil {
		c.window = s.window.clone()
	}
	return c
}

// Weight implements value.Accumulator. Each number of a window counts, which takes up to
// 24 bytes: itself, its share of the queue, and its rank. Else each 24 bytes count of what
// exact sums and quantiles are kept in.
func (s *Summary) Weight() int64 {
	if s.window != nil {
		return ownWeight + windowWeight + int64(len(s.window.numbers))
	}
	return ownWeight + int64(8*s.sums.parts()+s.digest.Size())/value.WeightSize
}

// The weight of a Summary itself, and of a window, with its sums.
const (
	ownWeight    = int64(unsafe.Sizeof(Summary{})) / value.WeightSize
	windowWeight = int64(unsafe.Sizeof(window{})+3*8*mostParts) / value.WeightSize
)

// Equal reports whether other is a summary with the same content.
func (s *Summary) Equal(other any) bool {
	o, ok := other.(*Summary)
	switch {
	case !ok || (s.window == nil) != (o.window == nil):
		return false
	case s.window != nil:
		return s.window.equal(o.window)
	}
	return s.running.equal(&o.running) && s.sums.equal(&o.sums) && s.digest.Equal(&o.digest)
}

// Add takes in the numbers, all or, if there is an error, none. A window takes
// any numbers. A summary of all numbers takes neither NaN nor what makes a sum
// overflow or underflow: ErrNaN, ErrOverflow, ErrUnderflow.
func (s *Summary) Add(numbers ...float64) error {
	if s.window != nil {
		for _, x := range numbers {
			s.window.add(x)
		}
		return nil
	}
	m := s.running
	for _, x := range numbers {
		switch m.add(x); {
		case x != x:
			return ErrNaN
		case m.underflows():
			return ErrUnderflow
		}
	}
	if err := m.check(); err != nil {
		return err
	}
	s.running = m
	for _, x := range numbers {
		s.sums.add(x, elementary.Log(x))
		s.digest.Add(x)
	}
	return nil
}

// Merge takes in the numbers of o, which stays as it is. Neither may be of a window
// (ErrWindow). After ErrOverflow s cannot be used.
func (s *Summary) Merge(o *Summary) error {
	if s.window != nil || o.window != nil {
		return ErrWindow
	}
	s.running.merge(o.running)
	s.sums.merge(&o.sums)
	s.digest.Merge(&o.digest)
	return s.running.check()
}

// moments returns what the figures below are made of, but for the exact sums.
func (s *Summary) moments() moments {
	if s.window != nil {
		return s.window.moments()
	}
	return s.running
}

// Steps returns what a figure other than a percentile costs, in steps of an evaluation.
// It depends on the size of a window only while that holds a number of 2^240 or more.
func (s *Summary) Steps() int64 {
	const ofAll = 2
	if s.window != nil {
		return s.window.steps()
	}
	return ofAll
}

// Count returns the number of numbers.
func (s *Summary) Count() float64 {
	if s.window != nil {
		return float64(len(s.window.numbers))
	}
	return s.running.count
}

// Sum returns the sum, 0 of no numbers.
func (s *Summary) Sum() float64 {
	if s.window != nil {
		return s.window.sum()
	}
	return s.sums.numbers.value()
}

// SumSquares returns the sum of the squares, 0 of no numbers.
func (s *Summary) SumSquares() float64 {
	if s.window != nil {
		return s.window.sumSquares()
	}
	return s.sums.squares.value()
}

// SumLogs returns the sum of the natural logarithms, 0 of no numbers, -Inf if one
// number is 0, NaN if one is negative.
func (s *Summary) SumLogs() float64 {
	if s.window != nil {
		return s.window.sumLogs()
	}
	return s.sums.logs.value()
}

// Min returns the smallest number; NaN is left out.
func (s *Summary) Min() float64 {
	if s.Count() == 0 {
		return math.NaN()
	}
	return s.moments().min
}

// Max returns the largest number; NaN is left out.
func (s *Summary) Max() float64 {
	if s.Count() == 0 {
		return math.NaN()
	}
	return s.moments().max
}

// Mean returns the arithmetic mean. Of numbers whose squares are doubles it does
// not depend on their order.
func (s *Summary) Mean() float64 {
	if s.window != nil {
		return s.window.mean()
	}
	return s.sums.numbers.value() / s.running.count // NaN of no numbers
}

// GeometricMean returns the geometric mean: 0 if one number is 0, NaN if one is
// negative.
func (s *Summary) GeometricMean() float64 { return elementary.Exp(s.SumLogs() / s.Count()) }

// QuadraticMean returns the square root of the mean of the squares.
func (s *Summary) QuadraticMean() float64 { return math.Sqrt(s.SumSquares() / s.Count()) }

// Variance returns the unbiased variance, with the number of numbers less one as
// divisor. As in Metron it is, of all numbers, -0 of none and NaN of one; of a
// window NaN of none and 0 of one.
func (s *Summary) Variance() float64 {
	m := s.moments()
	if s.window != nil && m.count <= 1 {
		return m.m2 / m.count
	}
	return m.m2 / (m.count - 1)
}

// StandardDeviation returns the square root of the unbiased variance.
func (s *Summary) StandardDeviation() float64 { return math.Sqrt(s.Variance()) }

// PopulationVariance returns the variance with the number of numbers as divisor.
func (s *Summary) PopulationVariance() float64 {
	m := s.moments()
	return m.m2 / m.count
}

// Skewness returns the unbiased skewness of a sample; it is NaN of fewer than
// three numbers and of equal numbers.
func (s *Summary) Skewness() float64 {
	m := s.moments()
	n := m.count
	if n < 3 {
		return math.NaN()
	}
	variance := m.m2 / (n - 1)
	return n / ((n - 1) * (n - 2)) * m.m3 / (variance * math.Sqrt(variance))
}

// Kurtosis returns the unbiased excess kurtosis of a sample; it is NaN of fewer
// than four numbers and of equal numbers.
func (s *Summary) Kurtosis() float64 {
	m := s.moments()
	n := m.count
	if n < 4 {
		return math.NaN()
	}
	variance := m.m2 / (n - 1)
	return n*(n+1)/((n-1)*(n-2)*(n-3))*(m.m4/variance/variance) -
		3*(n-1)*(n-1)/((n-2)*(n-3))
}

// Percentile returns the number that p percent of the numbers do not exceed; p is from
// 0 to 100. Between two numbers it interpolates. It is exact for a window and for few
// or for few different numbers, and an estimate otherwise: see package tdigest. NaN is left
// out. As in Metron the rule differs: of n numbers in order it is the one at the index
// p/100·(n-1), and for a window at p/100·(n+1)-1, or the nearest that there is.
func (s *Summary) Percentile(p float64) float64 {
	if s.window != nil {
		return s.window.percentile(p)
	}
	return s.digest.Quantile(p / 100)
}

// Unsorted returns how many numbers the next Percentile has to sort.
func (s *Summary) Unsorted() int {
	if s.window != nil && !s.window.ranks.isKnown() {
		return len(s.window.numbers)
	}
	return 0
}

// IsWindow reports whether only the last numbers count.
func (s *Summary) IsWindow() bool { return s.window != nil }

// String returns the main figures: Statistics{count=3.0, mean=2.0, …}.
func (s *Summary) String() string {
	text := []byte("Statistics{")
	if s.window != nil {
		text = fmt.Appendf(text, "last %d, ", s.window.size)
	}
	for i, figure := range []struct {
		name  string
		value float64
	}{
		// Without numbers the deviation is the negative zero, which says nothing to people.
		{"count", s.Count()}, {"mean", s.Mean()}, {"sd", s.StandardDeviation() + 0}, {"min", s.Min()}, {"max", s.Max()},
	} {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = append(append(text, figure.name...), '=')
		text = value.AppendDouble(text, figure.value)
	}
	return string(append(text, '}'))
}
