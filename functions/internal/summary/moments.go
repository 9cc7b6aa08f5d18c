package summary

// moments are what all figures of a summary but its quantiles are made of, except
// for the exact sums. The zero moments are those of no numbers.
type moments struct {
	count, sum, sumSquares float64 // the sums are rounded
	min, max               float64 // meaningless without numbers

	// The mean is mean + meanRest, where meanRest is below the precision of
	// mean: without it the steps of a mean far from zero would be rounded away.
	mean, meanRest float64

	// The sums of the second, third and fourth powers of the distances of the
	// numbers from their mean.
	m2, m3, m4 float64
}

// add takes in one number, after P. Pébay, Formulas for Robust, One-Pass
// Parallel Computation of Covariances and Arbitrary-Order Statistical Moments
// (Sandia report SAND2008-6212).
func (m *moments) add(x float64) {
	if m.count == 0 {
		m.min, m.max = x, x
	}
	m.min, m.max = min(m.min, x), max(m.max, x)
	m.sum += x
	m.sumSquares += x * x

	before := m.count
	m.count++
	n := m.count
	distance := (x - m.mean) - m.meanRest
	step := distance / n
	growth := distance * step * before
	m.m4 += growth*step*step*(n*n-3*n+3) + 6*step*step*m.m2 - 4*step*m.m3
	m.m3 += growth*step*(n-2) - 3*step*m.m2
	m.m2 += growth
	m.moveMean(step)
}

// merge takes in the numbers of o; see add.
func (m *moments) merge(o moments) {
	if o.count == 0 {
		return
	}
	if m.count == 0 {
		*m = o
		return
	}
	m.min, m.max = min(m.min, o.min), max(m.max, o.max)
	m.sum += o.sum
	m.sumSquares += o.sumSquares

	a, b := m.count, o.count
	n := a + b
	distance := (o.mean - m.mean) + (o.meanRest - m.meanRest)
	step := distance / n
	m.m4 += o.m4 + distance*step*step*step*a*b*(a*a-a*b+b*b) +
		6*step*step*(a*a*o.m2+b*b*m.m2) + 4*step*(a*o.m3-b*m.m3)
	m.m3 += o.m3 + distance*step*step*a*b*(a-b) + 3*step*(a*o.m2-b*m.m2)
	m.m2 += o.m2 + distance*step*a*b
	m.count = n
	m.moveMean(step * b)
}

func (m *moments) moveMean(step float64) {
	step += m.meanRest
	mean := m.mean + step
	// What the addition lost (D. E. Knuth, The Art of Computer Programming 2,
	// section 4.2.2, theorem B).
	part := mean - m.mean
	m.meanRest = (m.mean - (mean - part)) + (step - part)
	m.mean = mean
}

// check reports sums that do not fit a double. What is not finite stays so, so that it
// may be asked after many numbers.
func (m *moments) check() error {
	for _, sum := range [...]float64{m.sum, m.sumSquares, m.mean, m.m2, m.m3, m.m4} {
		if sum-sum != 0 {
			return ErrOverflow
		}
	}
	return nil
}

// underflows reports whether there are numbers whose squares are zero.
func (m *moments) underflows() bool { return m.sumSquares == 0 && m.sum > 0 }

func (m *moments) equal(o *moments) bool {
	return m.count == o.count && m.min == o.min && m.max == o.max &&
		m.mean == o.mean && m.meanRest == o.meanRest &&
		m.m2 == o.m2 && m.m3 == o.m3 && m.m4 == o.m4
}
