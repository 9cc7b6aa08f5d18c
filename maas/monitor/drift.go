package monitor

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Light says how far something has moved away from the reference. The empty one means that
// there is too little to say.
type Light string

const (
	Green Light = "green"
	Amber Light = "amber"
	Red   Light = "red"
)

// worse reports whether a light is worse than another one.
func (l Light) worse(than Light) bool { return l.level() > than.level() }

func (l Light) level() int {
	return slices.Index([]Light{"", Green, Amber, Red}, l)
}

// minValues is how many values there must be, now and in the reference.
const minValues = 500

// limits are from where a statistic turns a light amber, and red.
type limits struct{ amber, red float64 }

var (
	stabilityLimits  = limits{0.1, 0.25}
	distanceLimits   = limits{0.1, 0.2}
	divergenceLimits = limits{0.1, 0.2}
	nullLimits       = limits{0.05, 0.2}
	absentLimits     = limits{0.05, 0.2}
	unfitLimits      = limits{0.01, 0.1}

	// As long as a reference has not seen a whole day.
	youngStability  = limits{0.25, 0.75}
	youngDistance   = limits{0.2, 0.4}
	youngDivergence = limits{0.2, 0.4}
)

func (l limits) light(x float64) Light {
	switch {
	case x >= l.red:
		return Red
	case x >= l.amber:
		return Amber
	}
	return Green
}

// level is the chance of a test to see drift where there is none.
const level = 0.001

// Drift compares the values of an output with those of the reference.
type Drift struct {
	Output string        `json:"output"`
	Kind   Kind          `json:"kind"`
	N      uint64        `json:"n"`      // values of the reference
	M      uint64        `json:"m"`      // current values
	Window time.Duration `json:"window"` // in which these came, in nanoseconds

	// PSI is the population stability index, and ExpectedPSI what it is expected to be if
	// nothing has drifted.
	PSI         float64 `json:"psi"`
	ExpectedPSI float64 `json:"expectedPsi"`
	// KS is the distance of Kolmogorov and Smirnov at the edges of the bins, and CriticalKS
	// the one from where it tells of drift. Both are 0 for texts.
	KS         float64 `json:"ks,omitzero"`
	CriticalKS float64 `json:"criticalKs,omitzero"`
	// JS is the distance of Jensen and Shannon, with the natural logarithm.
	JS float64 `json:"js"`

	Light  Light  `json:"light,omitzero"`
	Reason string `json:"reason"`
	Bins   []Bin  `json:"bins"`
}

// Bin is a bin of a distribution, with the shares of values in it.
type Bin struct {
	Name      string  `json:"name"` // what it holds, such as 0.1 to 0.2
	Reference float64 `json:"reference"`
	Now       float64 `json:"now"`
}

// compare compares counts of current values with those of a reference. Tests is how many
// comparisons are made beside each other.
func compare(r *Field, now []uint64, last time.Duration, tests int) Drift {
	d := Drift{Output: r.Name, Kind: r.Kind, Window: last}
	now = now[:len(r.Counts)]
	p, n := shares(r.Counts)
	q, m := shares(now)
	d.N, d.M = n, m
	for i := range r.Counts {
		d.Bins = append(d.Bins, Bin{r.binName(i), p[i], q[i]})
	}
	if n < minValues || m < minValues {
		d.Reason = fmt.Sprintf("too few values: %d now, %d in the reference; %d are needed", m, n, minValues)
		return d
	}
	level := level / float64(max(tests, 1))
	a, b := r.grouped(r.Counts), r.grouped(now)
	d.PSI, d.ExpectedPSI = stability(a, b), float64(len(a)-1)*(1/float64(n)+1/float64(m))
	d.JS = math.Sqrt(divergence(p, q))
	different := chiSquareTest(a, b) < level

	d.Light, d.Reason = Green, fmt.Sprintf("as in the reference: PSI %.2g of %d values", d.PSI, m)
	usual, of := Usual{}, "without drift it were"
	psi, ks, js := stabilityLimits, distanceLimits, divergenceLimits
	switch {
	case r.Usual != nil:
		usual, of = *r.Usual, "in a day of the reference it was up to"
	case !r.Accepted:
		psi, ks, js = youngStability, youngDistance, youngDivergence
	}
	worst := func(light Light, format string, args ...any) {
		if light.worse(d.Light) {
			d.Light, d.Reason = light, fmt.Sprintf(format, args...)
		}
	}
	if different {
		worst(psi.beyond(usual.PSI).light(d.PSI-d.ExpectedPSI), "PSI is %.2g, %s %.2g", d.PSI, of, d.ExpectedPSI+usual.PSI)
	}
	if r.Kind == Number {
		d.KS, d.CriticalKS = distance(p, q), criticalDistance(level, n, m)
		if d.KS > d.CriticalKS {
			worst(ks.beyond(usual.KS).light(d.KS), "the Kolmogorov-Smirnov distance is %.2g, without drift at most %.2g", d.KS, max(d.CriticalKS, usual.KS))
		}
	} else if different {
		beyond := d.beyondJS()
		worst(js.beyond(usual.JS).light(beyond), "the Jensen-Shannon distance is %.2g", d.JS)
	}
	return d
}

// beyondJS returns the distance of Jensen and Shannon beyond what it is expected to be.
func (d *Drift) beyondJS() float64 {
	expected := float64(len(d.Bins)-1) * (1/float64(d.N) + 1/float64(d.M)) / 8
	return math.Sqrt(max(0, d.JS*d.JS-expected))
}

// shares returns the shares of counts in their sum.
func shares(counts []uint64) (of []float64, total uint64) {
	for _, n := range counts {
		total += n
	}
	of = make([]float64, len(counts))
	for i, n := range counts {
		of[i] = float64(n) / float64(max(total, 1))
	}
	return of, total
}

// groups is how many bins the population stability index has at most, and groupFrom from
// where on neighbouring bins of numbers are joined: fewer stand for single values.
const (
	groups    = 10
	groupFrom = 16
)

// grouped joins bins of numbers to tenths of the reference, as far as possible.
func (r *Field) grouped(counts []uint64) []uint64 {
	if r.Kind != Number || len(counts) < groupFrom {
		return counts
	}
	_, total := shares(r.Counts)
	joined := make([]uint64, 1, groups)
	below := uint64(0) // of the reference
	for i, n := range counts {
		joined[len(joined)-1] += n
		below += r.Counts[i]
		if i < len(counts)-1 && len(joined) < groups && below*groups+total/100 >= uint64(len(joined))*total {
			joined = append(joined, 0)
		}
	}
	return joined
}

// stability returns the population stability index. Empty bins count as if they had a
// share of 0.0001.
func stability(reference, now []uint64) float64 {
	const least = 0.0001
	p, _ := shares(reference)
	q, _ := shares(now)
	sum := 0.0
	for i := range p {
		p, q := max(p[i], least), max(q[i], least)
		sum += (q - p) * math.Log(q/p)
	}
	return sum
}

// distance returns the largest difference of two distributions at the edges of bins.
func distance(p, q []float64) float64 {
	most, difference := 0.0, 0.0
	for i := range p {
		difference += p[i] - q[i]
		most = max(most, math.Abs(difference))
	}
	return most
}

// criticalDistance returns the distance of two samples of one distribution that is
// exceeded with a chance of level, by the limit distribution of Kolmogorov.
func criticalDistance(level float64, n, m uint64) float64 {
	c := math.Sqrt(-math.Log(level/2) / 2)
	return c * math.Sqrt(1/float64(n)+1/float64(m))
}

// divergence returns the divergence of Jensen and Shannon, at most ln 2.
func divergence(p, q []float64) float64 {
	sum := 0.0
	term := func(x, middle float64) {
		if x > 0 {
			sum += x * math.Log(x/middle) / 2
		}
	}
	for i := range p {
		middle := (p[i] + q[i]) / 2
		term(p[i], middle)
		term(q[i], middle)
	}
	return max(0, sum)
}

// leastExpected is how many values a cell of a chi-square test is expected to have in the
// smaller sample. Others are joined with the next ones.
const leastExpected = 5

// chiSquareTest returns the chance that two samples of one distribution differ as much as
// these.
func chiSquareTest(a, b []uint64) float64 {
	_, n := shares(a)
	_, m := shares(b)
	ratio := math.Sqrt(float64(m) / float64(n))
	smaller := float64(min(n, m)) / float64(n+m)
	statistic, cells := 0.0, 0
	x, y := 0.0, 0.0
	cell := func() {
		difference := ratio*x - y/ratio
		statistic += difference * difference / (x + y)
		cells++
		x, y = 0, 0
	}
	for i := range a {
		x, y = x+float64(a[i]), y+float64(b[i])
		if (x+y)*smaller >= leastExpected {
			cell()
		}
	}
	if x+y > 0 {
		cell() // perhaps with a few values too few
	}
	return chiSquareAbove(statistic, cells-1)
}

// chiSquareAbove returns the chance that a chi-square of some degrees of freedom is above
// x. The regularized gamma function has a closed form for halves and whole numbers.
func chiSquareAbove(x float64, degrees int) float64 {
	if degrees < 1 {
		return 1
	}
	x /= 2
	a, above, term := 1.0, math.Exp(-x), math.Exp(-x)
	if degrees%2 == 1 {
		a, above, term = 0.5, math.Erfc(math.Sqrt(x)), math.Exp(-x)/math.Sqrt(math.Pi*x)
		if x == 0 {
			return 1
		}
	}
	// Q(a+1, x) = Q(a, x) + x^a e^-x / Γ(a+1)
	for ; a < float64(degrees)/2; a++ {
		term *= x / a
		above += term
	}
	return min(1, above)
}

// binName says what a bin holds.
func (r *Field) binName(i int) string {
	switch {
	case r.Kind == Text && i == len(r.Categories):
		return "all others"
	case r.Kind == Text:
		return r.Categories[i]
	case len(r.Edges) == 0:
		return "all"
	case i == 0:
		return fmt.Sprintf("to %.3g", r.Edges[0])
	case i == len(r.Edges):
		return fmt.Sprintf("above %.3g", r.Edges[i-1])
	}
	return fmt.Sprintf("%.3g to %.3g", r.Edges[i-1], r.Edges[i])
}

// isMore reports whether a share of nulls is above that of a reference by more than chance,
// and by how much.
func isMore(nulls, seen, referenceNulls, referenceSeen uint64) (by float64, more bool) {
	if seen < minValues || referenceSeen < minValues {
		return 0, false
	}
	n, m := float64(referenceSeen), float64(seen)
	by = float64(nulls)/m - float64(referenceNulls)/n
	all := float64(nulls+referenceNulls) / (n + m)
	const deviations = 3.1 // exceeded with a chance of level
	return by, by > deviations*math.Sqrt(all*(1-all)*(1/n+1/m))
}
