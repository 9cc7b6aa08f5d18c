// Package deviation finds numbers that are far from the usual ones by the median
// absolute deviation (MAD), on which outliers themselves have little influence.
//
// A stream is cut into ticks, such as hours, and a number is judged by a window of the
// last ticks. A State has the numbers of its tick, for the windows of later states, and
// those of its window, which are the ones of earlier states and its own.
package deviation

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/stellarlang/stellar/functions/internal/tdigest"
	"github.com/stellarlang/stellar/stellar/value"
)

// Scale makes the score of a normal distribution one in standard deviations.
const Scale = 0.6745

// State judges numbers. The zero State has seen none. It implements value.Accumulator.
// It may be read by several goroutines at once, if none adds to it.
type State struct {
	tick, window series
}

// series describes numbers by their median, and by that of their deviations from the
// median as it was when each number came.
type series struct {
	numbers, deviations tdigest.Digest
}

// ErrRange says that numbers lie too far from others for their powers to be doubles.
var ErrRange = errors.New("numbers too large: powers of their differences exceed the largest double")

// farthest is the difference from which on the fourth power is no double, and largest
// the number from which on the square is none.
const (
	farthest = 1.15e77
	largest  = 1.34e154
)

// Add takes in numbers, all or, if there is an error, ErrRange, none. NaN is skipped.
func (s *State) Add(numbers ...float64) error {
	if err := s.check(numbers); err != nil {
		return err
	}
	for _, x := range numbers {
		if math.IsNaN(x) {
			continue
		}
		deviation := math.Abs(x - s.Median()) // NaN for the first number
		s.tick.numbers.Add(x)
		s.window.numbers.Add(x)
		if !math.IsNaN(deviation) {
			s.tick.deviations.Add(deviation)
			s.window.deviations.Add(deviation)
		}
	}
	return nil
}

// check returns ErrRange if the numbers cannot be added.
func (s *State) check(numbers []float64) error {
	least, greatest := s.window.numbers.Quantile(0), s.window.numbers.Quantile(1) // NaN of no numbers
	for _, x := range numbers {
		if math.Abs(x) > largest || x-least > farthest || greatest-x > farthest {
			return ErrRange
		}
		if !(x >= least) && x == x {
			least = x
		}
		if !(x <= greatest) && x == x {
			greatest = x
		}
	}
	return nil
}

// Median returns that of the window, NaN of no numbers.
func (s *State) Median() float64 { return s.window.numbers.Quantile(0.5) }

// Deviation returns the median deviation in the window, NaN of fewer than two numbers.
func (s *State) Deviation() float64 { return s.window.deviations.Quantile(0.5) }

// Score returns how many deviations x is away from the median of the window, times
// scale. It is NaN or infinite if there is no deviation.
func (s *State) Score(x, scale float64) float64 {
	return scale * math.Abs(x-s.Median()) / s.Deviation()
}

// Remember adds the numbers that an earlier state, which does not change, had in its
// tick to the window.
func (s *State) Remember(earlier *State) {
	s.window.numbers.Merge(&earlier.tick.numbers)
	s.window.deviations.Merge(&earlier.tick.deviations)
}

func (s *series) clone() series {
	return series{s.numbers.Clone(), s.deviations.Clone()}
}

func (s *series) equal(o *series) bool {
	return s.numbers.Equal(&o.numbers) && s.deviations.Equal(&o.deviations)
}

func (s *series) size() int { return s.numbers.Size() + s.deviations.Size() }

// Copy implements value.Accumulator.
func (s *State) Copy() value.Accumulator { return s.Clone() }

// Clone returns a state of the same content.
func (s *State) Clone() *State { return &State{s.tick.clone(), s.window.clone()} }

// Weight implements value.Accumulator.
func (s *State) Weight() int64 {
	return (int64(unsafe.Sizeof(*s)) + int64(s.tick.size()+s.window.size())) / value.WeightSize
}

// Equal reports whether other is a state of the same content.
func (s *State) Equal(other any) bool {
	o, ok := other.(*State)
	return ok && s.tick.equal(&o.tick) && s.window.equal(&o.window)
}

// String returns the figures of the window:
// OUTLIER_MAD_STATE{count=5, median=3.0, deviation=1.75}.
func (s *State) String() string {
	text := fmt.Appendf(nil, "OUTLIER_MAD_STATE{count=%d, median=", s.window.numbers.Count())
	text = value.AppendDouble(text, s.Median())
	text = value.AppendDouble(append(text, ", deviation="...), s.Deviation())
	return string(append(text, '}'))
}
