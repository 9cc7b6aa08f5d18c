package summary

import (
	"math"
	"slices"
)

// exactSum is a sum of doubles that is not rounded, so that it does not depend on
// the order of the numbers. It is the sum of its parts, whose magnitudes grow and
// whose digits do not overlap: J. R. Shewchuk, Adaptive Precision Floating-Point
// Arithmetic and Fast Robust Geometric Predicates (1997).
type exactSum struct {
	parts []float64
	// rest is the sum of what is not finite: numbers, and sums that overflow.
	rest float64
}

// mostParts is how many parts the shortest form of a sum can have: each of them
// takes 53 of the 2,098 binary places of a double.
const mostParts = 40

// add takes in one number.
func (s *exactSum) add(x float64) {
	s.addPart(x)
	if len(s.parts) > mostParts {
		s.parts = s.shortest()
	}
}

// addSquare takes in the square of x, which takes up to two doubles, or takes it away
// if sign is -1.
func (s *exactSum) addSquare(x, sign float64) {
	square := x * x
	s.add(sign * square)
	if !math.IsInf(square, 0) && square != 0 {
		s.add(sign * math.FMA(x, x, -square))
	}
}

// merge takes in the numbers of o.
func (s *exactSum) merge(o *exactSum) {
	for _, part := range o.parts {
		s.add(part)
	}
	s.rest += o.rest
}

func (s *exactSum) addPart(x float64) {
	if x-x != 0 { // NaN or infinite
		s.rest += x
		return
	}
	n := 0
	for _, part := range s.parts {
		// What the addition lost, after D. E. Knuth (see moveMean), without a look at
		// which is greater.
		sum := x + part
		taken := sum - x
		lost := (x - (sum - taken)) + (part - taken)
		s.parts[n] = lost
		if lost != 0 {
			n++
		}
		x = sum
	}
	s.parts = s.parts[:n]
	switch {
	case x-x != 0:
		s.rest += x
		s.parts = s.parts[:0]
	case x != 0:
		s.parts = append(s.parts, x)
	}
}

// value returns the double that is nearest to the sum.
func (s *exactSum) value() float64 {
	if s.rest != 0 { // NaN too
		return s.rest
	}
	i := len(s.parts) - 1
	if i < 0 {
		return 0
	}
	sum := s.parts[i]
	for i--; i >= 0; i-- {
		before := sum
		sum += s.parts[i]
		lost := s.parts[i] - (sum - before)
		if lost == 0 {
			continue
		}
		// If lost is half of the last place, what is below it decides where to
		// round: away from where the addition went, if it has the sign of lost.
		if i > 0 && (lost < 0) == (s.parts[i-1] < 0) {
			if next := sum + 2*lost; next-sum == 2*lost {
				sum = next
			}
		}
		break
	}
	return sum
}

// shortest returns the parts in the one form in which each is the nearest double
// to the sum of itself and those before it.
func (s *exactSum) shortest() []float64 {
	left := exactSum{parts: slices.Clone(s.parts)}
	var parts []float64
	for len(left.parts) > 0 && left.rest == 0 {
		part := left.value()
		parts = append(parts, part)
		left.addPart(-part)
	}
	slices.Reverse(parts)
	return parts
}

func (s *exactSum) clone() exactSum {
	return exactSum{parts: slices.Clone(s.parts), rest: s.rest}
}

func (s *exactSum) equal(o *exactSum) bool {
	return same(s.rest, o.rest) && slices.Equal(s.shortest(), o.shortest())
}

func same(x, y float64) bool { return x == y || x != x && y != y }

// sums are the exact sums of a series, of the numbers and of what is made of each
// of them.
type sums struct{ numbers, squares, logs exactSum }

func (s *sums) add(x, log float64) {
	s.numbers.add(x)
	s.squares.addSquare(x, 1)
	s.logs.add(log)
}

func (s *sums) merge(o *sums) {
	s.numbers.merge(&o.numbers)
	s.squares.merge(&o.squares)
	s.logs.merge(&o.logs)
}

func (s *sums) clone() sums {
	return sums{s.numbers.clone(), s.squares.clone(), s.logs.clone()}
}

func (s *sums) equal(o *sums) bool {
	return s.numbers.equal(&o.numbers) && s.squares.equal(&o.squares) && s.logs.equal(&o.logs)
}

// parts returns the number of doubles that the sums are kept in.
func (s *sums) parts() int {
	return len(s.numbers.parts) + len(s.squares.parts) + len(s.logs.parts)
}
