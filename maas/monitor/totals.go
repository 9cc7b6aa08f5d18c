package monitor

// Totals are what this process has counted of a version since the monitor began, without
// what others have reported: for counters that others add up.
type Totals struct {
	Model, Version string
	Inputs         []InputTotals
	Extra          uint64 // questions with an argument that is not declared
	Scores         []ScoreTotals
}

// InputTotals are those of an input.
type InputTotals struct {
	Name                        string
	Seen, Nulls, Missing, Other uint64 // as in Values
}

// ScoreTotals are those of an output of numbers.
type ScoreTotals struct {
	Output string
	// Buckets say how many numbers were at most as large as their keys, which are the same
	// for all outputs: those of probabilities.
	Buckets map[float64]uint64
	Count   uint64
	Sum     float64
}

// Totals returns those of all versions, sorted as Models does it.
func (m *Monitor) Totals() []Totals {
	var all []Totals
	for _, v := range m.sorted() {
		all = append(all, v.totals())
	}
	return all
}

func (v *version) totals() Totals {
	v.mu.Lock()
	defer v.mu.Unlock()
	t := Totals{Model: v.name.model, Version: v.name.version, Extra: v.extra}
	for _, f := range v.inputs {
		t.Inputs = append(t.Inputs, InputTotals{f.name, f.totals[columnSeen], f.totals[columnNull], f.totals[columnMissing], f.totals[columnOther]})
	}
	for _, f := range v.outputs {
		if f.scores.count == 0 {
			continue
		}
		s := ScoreTotals{Output: f.name, Buckets: make(map[float64]uint64), Count: f.scores.count, Sum: f.scores.sum}
		below := uint64(0)
		for i, bound := range scoreBounds {
			below += f.scores.buckets[i]
			s.Buckets[bound] = below
		}
		t.Scores = append(t.Scores, s)
	}
	return t
}
