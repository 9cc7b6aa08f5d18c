package rules

import "math"

// Aggregator makes one score of many. Without any, the score is 0.
type Aggregator uint8

// The aggregators.
const (
	Max          Aggregator = iota // the greatest, at least 0
	Min                            // the least
	Mean                           // the sum divided by the number
	Sum                            // the sum
	PositiveMean                   // the mean of those above 0, 0 if there is none
)

var aggregatorNames = [...]string{Max: "MAX", Min: "MIN", Mean: "MEAN", Sum: "SUM", PositiveMean: "POSITIVE_MEAN"}

// String returns the name, as MAX.
func (a Aggregator) String() string { return aggregatorNames[a] }

// Aggregators lists all aggregators.
func Aggregators() []Aggregator { return []Aggregator{Max, Min, Mean, Sum, PositiveMean} }

// Aggregate returns the score of scores.
func (a Aggregator) Aggregate(scores []float64) float64 {
	if len(scores) == 0 {
		return 0
	}
	sum, positive, number := 0.0, 0.0, 0
	least, greatest := math.MaxFloat64, 0.0
	for _, s := range scores {
		sum += s
		least, greatest = math.Min(least, s), math.Max(greatest, s)
		if s > 0 {
			positive += s
			number++
		}
	}
	switch a {
	case Max:
		return greatest
	case Min:
		return least
	case Mean:
		return sum / float64(len(scores))
	case PositiveMean:
		if number == 0 {
			return 0
		}
		return positive / float64(number)
	}
	return sum
}
