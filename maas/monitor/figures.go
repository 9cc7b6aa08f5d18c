package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Figures are what was measured of a version in a time before now.
type Figures struct {
	Model     string            `json:"model"`
	Version   string            `json:"version"`
	Calls     uint64            `json:"calls"`
	Rate      float64           `json:"rate"`   // calls in a second
	Errors    float64           `json:"errors"` // the share of calls that failed
	Outcomes  map[string]uint64 `json:"outcomes"`
	P50       time.Duration     `json:"p50"` // nanoseconds, as callers see it
	P95       time.Duration     `json:"p95"`
	Instances []Instance        `json:"instances,omitempty"`

	// Light is the worst of those of the outputs and arguments, empty if no output can be
	// compared and nothing else is wrong. Reasons say why it is not green.
	Light   Light    `json:"light,omitzero"`
	Reasons []string `json:"reasons,omitempty"`

	Asked   uint64   `json:"asked"` // questions that were sent, whose values were looked at
	Unfit   uint64   `json:"unfit"` // those whose arguments are not those declared
	Extra   uint64   `json:"extra"` // those with an argument that is not declared
	Inputs  []Values `json:"inputs,omitempty"`
	Outputs []Values `json:"outputs,omitempty"`
	// Drift compares outputs with the reference, as far as there is one.
	Drift []Drift `json:"drift,omitempty"`
}

// Instance is what was measured of an instance, in the last hour at most.
type Instance struct {
	URL    string        `json:"url"` // as it may be logged
	Asked  uint64        `json:"asked"`
	Failed uint64        `json:"failed"`
	P50    time.Duration `json:"p50"`
	P95    time.Duration `json:"p95"`
}

// Values are those of an input or output.
type Values struct {
	Name    string  `json:"name"`
	Seen    uint64  `json:"seen"`
	Nulls   float64 `json:"nulls"`   // the share
	Usual   float64 `json:"usual"`   // the share of nulls in the reference
	Missing uint64  `json:"missing"` // inputs that are declared and were not given, outputs that other answers have
	Other   uint64  `json:"other"`   // inputs that do not fit, outputs of another kind
	Light   Light   `json:"light,omitzero"`
}

// Point is what was measured in a piece of time.
type Point struct {
	At     time.Time     `json:"at"`   // its beginning
	Span   time.Duration `json:"span"` // a minute, or ten; so far, if it is not over
	Calls  uint64        `json:"calls"`
	Errors uint64        `json:"errors"`
	P50    time.Duration `json:"p50"`
	P95    time.Duration `json:"p95"`
}

// Models returns the figures of all versions, by model, the newest version first. The time
// is rounded up to minutes, and above an hour to ten minutes, of a day at most.
func (m *Monitor) Models(last time.Duration) []Figures {
	all := []Figures{}
	for _, v := range m.sorted() {
		all = append(all, v.figures(last))
	}
	return all
}

// Model returns the figures of the versions of a model, the newest first.
func (m *Monitor) Model(model string, last time.Duration) []Figures {
	all := []Figures{}
	for _, v := range m.sorted() {
		if v.name.model == model {
			all = append(all, v.figures(last))
		}
	}
	return all
}

func (m *Monitor) sorted() []*version {
	var all []*version
	for _, v := range *m.versions.Load() {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b *version) int {
		return cmp.Or(cmp.Compare(a.name.model, b.name.model), maas.CompareVersions(b.name.version, a.name.version), cmp.Compare(a.name.version, b.name.version))
	})
	return all
}

// Series returns what was measured of a version piece by piece, the oldest first: minutes
// of up to an hour, ten minutes of up to a day. Pieces without calls are there.
func (m *Monitor) Series(model, name string, last time.Duration) []Point {
	v := m.known(model, name)
	if v == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	now := m.options.Now()
	s := spanOf(last, minuteOf(now))
	var points []Point
	s.each(&v.clock, func(minute int64, slot int) {
		p := Point{At: time.Unix(minute*minuteSpan, 0).UTC(), Span: time.Duration(s.size) * time.Minute}
		p.Span = min(p.Span, max(now.Sub(p.At), time.Second))
		if slot >= 0 {
			row := widen(s.row(&v.counts, slot))
			p.Calls, p.Errors = callsOf(row)
			p.P50, p.P95 = quantile(row[columnTimes:columnAsked], 0.5), quantile(row[columnTimes:columnAsked], 0.95)
		}
		points = append(points, p)
	})
	return points
}

func widen(row []uint32) []uint64 {
	wide := make([]uint64, len(row))
	for i, n := range row {
		wide[i] = uint64(n)
	}
	return wide
}

// callsOf returns how many calls counts of outcomes have, and how many failed. What was
// called off is neither.
func callsOf(counts []uint64) (calls, errors uint64) {
	for o := maas.OK; o <= maas.CalledOff; o++ {
		n := counts[o]
		switch o {
		case maas.OK, maas.Cached, maas.Coalesced:
			calls += n
		case maas.CalledOff:
		default:
			calls += n
			errors += n
		}
	}
	return calls, errors
}

// quantile returns a quantile of times that were counted in buckets, as Prometheus does
// it: within a bucket it is in proportion, and in the last one the bound below.
func quantile(counts []uint64, share float64) time.Duration {
	total := uint64(0)
	for _, n := range counts {
		total += n
	}
	if total == 0 {
		return 0
	}
	rank, below := share*float64(total), 0.0
	for i, n := range counts[:len(durations)] {
		if below+float64(n) >= rank && n > 0 {
			lower := time.Duration(0)
			if i > 0 {
				lower = durations[i-1]
			}
			return lower + time.Duration(float64(durations[i]-lower)*(rank-below)/float64(n))
		}
		below += float64(n)
	}
	return durations[len(durations)-1]
}

func (v *version) figures(last time.Duration) Figures {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.monitor.options.Now()
	minute := minuteOf(now)
	s := spanOf(last, minute)
	sum := s.sum(&v.clock, &v.counts)
	f := Figures{
		Model: v.name.model, Version: v.name.version, Outcomes: make(map[string]uint64),
		Asked: sum[columnAsked], Unfit: sum[columnUnfit], Extra: sum[columnExtra],
	}
	f.Calls, f.Errors = share(callsOf(sum))
	f.Rate = float64(f.Calls) / s.length(now).Seconds()
	for o := maas.OK; o <= maas.CalledOff; o++ {
		if sum[o] > 0 {
			f.Outcomes[o.String()] = sum[o]
		}
	}
	times := sum[columnTimes:columnAsked]
	f.P50, f.P95 = quantile(times, 0.5), quantile(times, 0.95)
	v.addInstances(&f, last, minute)
	v.addDrift(&f, s, minute)
	return f
}

func share(calls, errors uint64) (uint64, float64) {
	return calls, float64(errors) / float64(max(calls, 1))
}

// length returns how much time a span holds, without what is still to come of its last
// piece.
func (s span) length(now time.Time) time.Duration {
	begin := time.Unix((s.last-int64(s.pieces)+1)*s.size*minuteSpan, 0)
	return max(now.Sub(begin), time.Second)
}

func (v *version) addInstances(f *Figures, last time.Duration, minute int64) {
	s := spanOf(min(last, time.Hour), minute)
	for _, i := range v.instances {
		sum := s.sum(&v.clock, &i.counts)
		if sum[columnAnswered]+sum[columnFailed] == 0 {
			continue
		}
		f.Instances = append(f.Instances, Instance{
			URL: i.url, Asked: sum[columnAnswered] + sum[columnFailed], Failed: sum[columnFailed],
			P50: quantile(sum[:buckets], 0.5), P95: quantile(sum[:buckets], 0.95),
		})
	}
	slices.SortFunc(f.Instances, func(a, b Instance) int { return cmp.Compare(a.URL, b.URL) })
}

// addDrift adds what is to be said of arguments and outputs, and the light of all.
func (v *version) addDrift(f *Figures, s span, minute int64) {
	worst := func(light Light, format string, args ...any) {
		if !light.worse(Green) {
			return
		}
		f.Reasons = append(f.Reasons, fmt.Sprintf(format, args...))
		if light.worse(f.Light) {
			f.Light = light
		}
	}
	tests := 0
	for _, o := range v.outputs {
		if o.reference != nil {
			tests++
		}
	}
	for _, o := range v.outputs {
		f.Outputs = append(f.Outputs, v.values(o, s, minute, "output", worst))
		if o.reference == nil || o.distribution.width == 0 {
			continue
		}
		counts, window := o.window(v, minute)
		d := compare(o.reference, counts, window, tests)
		f.Drift = append(f.Drift, d)
		if d.Light.worse(f.Light) {
			f.Light = d.Light // green too, which needs an output that can be compared
		}
		worst(d.Light, "%s: %s", o.name, d.Reason)
	}
	for _, i := range v.inputs {
		f.Inputs = append(f.Inputs, v.values(i, s, minute, "argument", worst))
	}
	counts, _ := enough(&v.clock, &v.counts, minute, func(sum []uint64) uint64 { return sum[columnAsked] })
	if asked := counts[columnAsked]; asked >= minValues {
		part := float64(counts[columnUnfit]) / float64(asked)
		worst(unfitLimits.light(part), "%.3g %% of the questions have arguments that are not those declared", 100*part)
	}
}

// values returns what there is to say of an input or output in a span. What its light says
// is of the shortest time with enough values.
func (v *version) values(f *field, s span, minute int64, what string, worst func(Light, string, ...any)) Values {
	sum := s.sum(&v.clock, &f.counts)
	seen := sum[columnSeen]
	got := Values{Name: f.name, Seen: seen, Nulls: float64(sum[columnNull]) / float64(max(seen, 1)), Missing: sum[columnMissing], Other: sum[columnOther]}
	if f.reference == nil {
		return got
	}
	got.Usual = float64(f.reference.Nulls) / float64(max(f.reference.Seen, 1))
	now, _ := enough(&v.clock, &f.counts, minute, func(sum []uint64) uint64 { return sum[columnSeen] + sum[columnMissing] })
	turn := func(light Light, format string, args ...any) {
		if light.worse(got.Light) {
			got.Light = light
		}
		worst(light, format, args...)
	}
	if what == "output" {
		light, reason := f.absent(now)
		turn(light, "%s", reason)
	}
	seen, nulls := now[columnSeen], now[columnNull]
	if seen < minValues || f.reference.Seen < minValues {
		return got
	}
	light := Green
	if by, more := isMore(nulls, seen, f.reference.Nulls, f.reference.Seen); more {
		light = nullLimits.light(by)
	}
	turn(light, "%s %s: null in %.3g %% of %d values, %.3g %% in the reference", what, f.name, 100*float64(nulls)/float64(seen), seen, 100*got.Usual)
	return got
}

// absent returns how bad it is that answers do not have an output any more, or one of
// another kind, and what to say of it: the values that come are then too few to be compared.
func (f *field) absent(now []uint64) (light Light, reason string) {
	all, allBefore := now[columnSeen]+now[columnMissing], f.reference.Seen+f.reference.Missing
	absent, before := now[columnMissing]+now[columnOther], f.reference.Missing+f.reference.Other
	by, more := isMore(absent, all, before, allBefore)
	if !more {
		return "", ""
	}
	return absentLimits.light(by), fmt.Sprintf("output %s: missing or of another kind in %.3g %% of %d answers, %.3g %% in the reference",
		f.name, 100*float64(absent)/float64(all), all, 100*float64(before)/float64(allBefore))
}
