package model

import "math"

// sample is what the regression learns from.
type sample struct {
	features features
	positive bool
}

// logisticRegression is the probability that a sample is positive: the logistic
// function of a weighted sum of its features, each scaled to mean 0 and deviation 1
// over the training samples.
type logisticRegression struct {
	weights, mean, deviation features
	bias                     float64
}

// Settings of gradient descent. The fit hardly depends on them: more steps change
// next to no verdict, and the penalty only keeps the weights finite when the
// samples can be told apart completely.
const (
	descentSteps   = 500
	learningRate   = 0.5
	weightsPenalty = 0.001
)

// fitLogisticRegression minimises the mean log loss by gradient descent over all
// samples at once.
func fitLogisticRegression(samples []sample) logisticRegression {
	r := logisticRegression{}
	r.mean, r.deviation = scale(samples)
	scaled := make([]sample, len(samples))
	for i, s := range samples {
		scaled[i] = sample{features: r.standardise(s.features), positive: s.positive}
	}
	for range descentSteps {
		r.descend(scaled)
	}
	return r
}

func (r *logisticRegression) descend(scaled []sample) {
	var slope features
	biasSlope := 0.0
	for _, s := range scaled {
		miss := logistic(r.weightedSum(s.features))
		if s.positive {
			miss--
		}
		for j := range slope {
			slope[j] += miss * s.features[j]
		}
		biasSlope += miss
	}
	n := float64(len(scaled))
	for j := range slope {
		r.weights[j] -= learningRate * (slope[j]/n + weightsPenalty*r.weights[j])
	}
	r.bias -= learningRate * biasSlope / n
}

func (r *logisticRegression) probability(f features) float64 {
	return logistic(r.weightedSum(r.standardise(f)))
}

func (r *logisticRegression) standardise(f features) features {
	for j := range f {
		f[j] = (f[j] - r.mean[j]) / r.deviation[j]
	}
	return f
}

func (r *logisticRegression) weightedSum(standardised features) float64 {
	sum := r.bias
	for j := range standardised {
		sum += r.weights[j] * standardised[j]
	}
	return sum
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// scale returns the mean and standard deviation of every feature; 1 for the deviation
// of one that is the same everywhere.
func scale(samples []sample) (mean, deviation features) {
	n := float64(len(samples))
	for j := range mean {
		for _, s := range samples {
			mean[j] += s.features[j] / n
		}
		for _, s := range samples {
			distance := s.features[j] - mean[j]
			deviation[j] += distance * distance / n
		}
		if deviation[j] = math.Sqrt(deviation[j]); deviation[j] == 0 {
			deviation[j] = 1
		}
	}
	return mean, deviation
}
