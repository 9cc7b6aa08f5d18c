package models

import "time"

// Monitor has what was measured of models. It is safe for concurrent use, and does not
// wait.
type Monitor interface {
	// Model returns what was measured of the versions of a model in the time before now,
	// the newest version first. Versions of which nothing was are left out.
	Model(model string, last time.Duration) []Measured
}

// Measured is what was measured of a version.
type Measured struct {
	Version string
	Calls   int64   // in all of the time
	Rate    float64 // of calls, in a second
	Errors  float64 // the share of calls that failed
	P50     time.Duration
	P95     time.Duration
	Drift   Light
	Reasons []string // of the light
	Points  []Point  // the oldest first
	Outputs []Output
}

// Point is what was measured in a piece of the time.
type Point struct {
	At     time.Time // its beginning
	Calls  float64   // in a second
	Errors float64   // in a second
	P50    time.Duration
	P95    time.Duration
}

// Output is how the values of an output, or of an argument, are distributed, beside those
// of the reference.
type Output struct {
	Name string
	// Bins are named by what they hold, such as "0.1 to 0.2".
	Bins []string
	// Reference and Now are the shares of the bins, of N and M values.
	Reference, Now []float64
	N, M           int64
	Nulls          float64 // the share of values that are null
	PSI            float64
	Light          Light
	Reason         string
}

// Light says how far answers have moved away from the reference.
type Light string

// The lights. The empty one means that there is too little to say.
const (
	Green Light = "green"
	Amber Light = "amber"
	Red   Light = "red"
)

// Said says the light for people.
func (l Light) Said() string {
	switch l {
	case Green:
		return "steady"
	case Amber:
		return "moving"
	case Red:
		return "drifted"
	}
	return "too few"
}

// recent is the time of the figures that lists show.
const recent = 15 * time.Minute

// measured returns what was measured of a model. ok is false if nothing is measured at all.
func (c *console) measured(model string, last time.Duration) (all []Measured, ok bool) {
	if c.Monitor == nil {
		return nil, false
	}
	return c.Monitor.Model(model, last), true
}

// total joins what was measured of versions: the rates added, the worst of the others.
func total(all []Measured) (sum Measured) {
	order := map[Light]int{Green: 1, Amber: 2, Red: 3}
	failed := 0.0
	for _, m := range all {
		sum.Calls += m.Calls
		sum.Rate += m.Rate
		failed += m.Errors * float64(m.Calls)
		sum.P50, sum.P95 = max(sum.P50, m.P50), max(sum.P95, m.P95)
		if order[m.Drift] > order[sum.Drift] {
			sum.Drift = m.Drift
		}
	}
	if sum.Calls > 0 {
		sum.Errors = failed / float64(sum.Calls)
	}
	return sum
}
