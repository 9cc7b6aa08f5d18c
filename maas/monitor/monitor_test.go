package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// watch is a clock that stands still unless it is moved.
type watch struct{ now time.Time }

func newWatch() *watch { return &watch{time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC)} }

func (w *watch) time() time.Time           { return w.now }
func (w *watch) forward(by time.Duration)  { w.now = w.now.Add(by) }
func (w *watch) monitor() *monitor.Monitor { return monitor.New(monitor.Options{Now: w.time}) }

func done(version string, outcome maas.Outcome, took time.Duration) maas.Event {
	return maas.Event{Kind: maas.CallDone, Model: "dga", Version: version, Protocol: "get", Outcome: outcome, Duration: took}
}

func mapOf(entries ...any) *value.Map {
	m := value.NewMap(len(entries) / 2)
	for i := 0; i < len(entries); i += 2 {
		m.Put(value.String(entries[i].(string)), value.FromGo(entries[i+1]))
	}
	return m
}

// answered is an exchange of dga 1, with an argument and an answer.
func answered(answer ...any) maas.Exchange {
	return maas.Exchange{Model: "dga", Version: "1", Function: maas.DefaultFunction, Args: mapOf("host", "a"), Answer: value.FromMap(mapOf(answer...))}
}

// TestCalls counts calls over a day and more, and looks at them in different spans.
func TestCalls(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	minute := func(calls int, outcome maas.Outcome) {
		for range calls {
			m.Observe(done("1", outcome, 7*time.Millisecond))
		}
	}
	minute(100, maas.OK)
	w.forward(2 * time.Hour)
	minute(90, maas.OK)
	minute(10, maas.Timeout)
	minute(5, maas.CalledOff)
	w.forward(time.Minute)
	minute(50, maas.Cached)

	f := m.Models(time.Minute)
	require.Len(t, f, 1)
	require.Equal(t, uint64(50), f[0].Calls)
	require.InDelta(t, 50.0/30, f[0].Rate, 1e-9) // the minute is half over
	f = m.Models(15 * time.Minute)
	require.Equal(t, uint64(150), f[0].Calls)
	require.InDelta(t, 10.0/150, f[0].Errors, 1e-9)
	require.Equal(t, map[string]uint64{"ok": 90, "timeout": 10, "called_off": 5, "cached": 50}, f[0].Outcomes)
	require.InDelta(t, 7.5, float64(f[0].P50)/1e6, 0.01) // between 5 and 10 ms
	require.Equal(t, uint64(250), m.Models(24 * time.Hour)[0].Calls)
	require.Equal(t, uint64(150), m.Models(time.Hour)[0].Calls)

	points := m.Series("dga", "1", 3*time.Minute)
	require.Len(t, points, 3)
	require.Equal(t, []uint64{0, 100, 50}, []uint64{points[0].Calls, points[1].Calls, points[2].Calls})
	require.Equal(t, uint64(10), points[1].Errors)
	require.Equal(t, time.Minute, points[1].Span)
	require.Equal(t, 30*time.Second, points[2].Span)
	points = m.Series("dga", "1", 24*time.Hour)
	require.Len(t, points, 144)
	require.Equal(t, uint64(100), points[144-13].Calls)

	w.forward(24 * time.Hour)
	require.Zero(t, m.Models(24 * time.Hour)[0].Calls)
	require.Nil(t, m.Series("dga", "2", time.Hour))
}

func TestInstances(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	attempt := func(url string, outcome maas.Outcome) {
		m.Observe(maas.Event{Kind: maas.AttemptDone, Model: "dga", Version: "1", Instance: url, Outcome: outcome, Duration: time.Millisecond})
	}
	for n := range 20 {
		attempt(fmt.Sprint("http://h", n), maas.OK)
	}
	attempt("http://h1", maas.Transport)
	f := m.Models(time.Hour)[0]
	require.Len(t, f.Instances, 16)
	require.Equal(t, uint64(4), m.Dropped())
	require.Equal(t, "http://h1", f.Instances[1].URL)
	require.Equal(t, []uint64{2, 1}, []uint64{f.Instances[1].Asked, f.Instances[1].Failed})

	w.forward(2 * time.Hour)
	attempt("http://new", maas.OK)
	f = m.Models(time.Hour)[0]
	require.Len(t, f.Instances, 1)
	require.Equal(t, "http://new", f.Instances[0].URL)
	require.Equal(t, uint64(1), f.Instances[0].Asked)
}

// TestArguments: what is null, missing, of another kind or too much.
func TestArguments(t *testing.T) {
	declared := []protocol.Tensor{{Name: "host", Datatype: "BYTES", Shape: []int64{-1}}, {Name: "n", Datatype: "INT64"}, {Name: "v", Datatype: "FP32", Shape: []int64{-1, 2}}}
	vector := []any{1.5, 2.5}
	tests := []struct {
		name                        string
		args                        *value.Map
		unfit, extra                uint64
		nulls                       float64
		missing, other, otherVector uint64
	}{
		{"as declared", mapOf("host", "a", "n", 5, "v", vector), 0, 0, 0, 0, 0, 0},
		{"none at all", nil, 1, 0, 0, 1, 0, 0},
		{"null", mapOf("host", nil, "n", 5, "v", vector), 0, 0, 1, 0, 0, 0},
		{"missing", mapOf("n", 5, "v", vector), 1, 0, 0, 1, 0, 0},
		{"of another kind", mapOf("host", 5, "n", 5, "v", vector), 1, 0, 0, 0, 1, 0},
		{"of another length", mapOf("host", "a", "n", 5, "v", []any{1.5}), 1, 0, 0, 0, 0, 1},
		{"one more", mapOf("host", "a", "n", 5, "v", vector, "x", 1), 1, 1, 0, 0, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newWatch().monitor()
			m.Inspect(maas.Exchange{Model: "dga", Version: "1", Function: maas.DefaultFunction, Inputs: declared, Args: test.args, Err: maas.ErrRequest})
			f := m.Models(time.Minute)[0]
			require.Equal(t, []uint64{1, test.unfit, test.extra}, []uint64{f.Asked, f.Unfit, f.Extra})
			require.Len(t, f.Inputs, 3)
			require.Equal(t, test.nulls, f.Inputs[0].Nulls)
			require.Equal(t, test.missing, f.Inputs[0].Missing)
			require.Equal(t, test.other, f.Inputs[0].Other)
			require.Equal(t, test.otherVector, f.Inputs[2].Other)
		})
	}
}

// TestOutputs: outputs of all kinds, and more of them than are kept.
func TestOutputs(t *testing.T) {
	m := newWatch().monitor()
	m.Inspect(answered("score", 0.5, "kind", "dga", "is", true, "list", []any{1}, "none", nil))
	m.Inspect(answered("score", "high", "kind", "dga", "is", false, "list", []any{1}, "none", nil))
	f := m.Models(time.Minute)[0]
	var got []string
	for _, o := range f.Outputs {
		got = append(got, fmt.Sprint(o.Name, o.Seen, o.Nulls, o.Other))
	}
	require.Equal(t, []string{"score2 0 1", "kind2 0 0", "is2 0 0", "list2 0 2", "none2 1 0"}, got)
	require.Len(t, f.Inputs, 1)
	for n := range 20 {
		m.Inspect(answered(fmt.Sprint("o", n), 1))
	}
	require.Len(t, m.Models(time.Minute)[0].Outputs, 8)
	require.Equal(t, uint64(17), m.Dropped())
	m.Inspect(maas.Exchange{Model: "dga", Version: "1", Function: "other", Answer: value.FromMap(mapOf("x", 1))})
	require.Equal(t, uint64(22), m.Models(time.Minute)[0].Asked)
}

// stream lets a monitor see answers of dga 1.
func stream(m *monitor.Monitor, n int, answer func() []any) {
	for range n {
		m.Inspect(answered(answer()...))
	}
}

// TestDriftShows: a stream that changes is found in the window in which it changes, one
// that does not is not.
func TestDriftShows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	normal := func() []any { return []any{"score", r.NormFloat64()} }
	word := func(weights ...float64) func() []any {
		return func() []any {
			x := r.Float64()
			for n, w := range weights {
				if x -= w; x < 0 {
					return []any{"kind", fmt.Sprint("k", n)}
				}
			}
			return []any{"kind", fmt.Sprint("rare", r.IntN(1000))}
		}
	}
	tests := []struct {
		name          string
		before, after func() []any
		light         monitor.Light
		young         monitor.Light // while the reference is younger than a day
	}{
		{"the same numbers", normal, normal, monitor.Green, monitor.Green},
		{"moved by a standard deviation", normal, func() []any { return []any{"score", 1 + r.NormFloat64()} }, monitor.Red, monitor.Red},
		{"moved by a third", normal, func() []any { return []any{"score", 0.35 + r.NormFloat64()} }, monitor.Amber, monitor.Green},
		{"wider", normal, func() []any { return []any{"score", 3 * r.NormFloat64()} }, monitor.Red, monitor.Red},
		{"constant and another constant", func() []any { return []any{"score", 0} }, func() []any { return []any{"score", 1} }, monitor.Red, monitor.Red},
		{"constant", func() []any { return []any{"score", 0} }, func() []any { return []any{"score", 0} }, monitor.Green, monitor.Green},
		{"one of two becomes three", func() []any { return []any{"score", r.IntN(2)} }, func() []any { return []any{"score", 2 * r.IntN(2)} }, monitor.Red, monitor.Red},
		{"below all", func() []any { return []any{"score", 5 + r.IntN(3)} }, func() []any { return []any{"score", 1} }, monitor.Red, monitor.Red},
		{"integers as before", func() []any { return []any{"score", r.IntN(5)} }, func() []any { return []any{"score", r.IntN(5)} }, monitor.Green, monitor.Green},
		{"the same words", word(0.6, 0.3), word(0.6, 0.3), monitor.Green, monitor.Green},
		{"other shares of words", word(0.6, 0.3), word(0.3, 0.6), monitor.Red, monitor.Amber},
		{"new words", word(0.7, 0.3), word(0.1, 0.1), monitor.Red, monitor.Red},
		{"bools", func() []any { return []any{"is", r.Float64() < 0.05} }, func() []any { return []any{"is", r.Float64() < 0.5} }, monitor.Red, monitor.Red},
		{"nulls", normal, func() []any {
			if r.IntN(3) == 0 {
				return []any{"score", nil}
			}
			return normal()
		}, monitor.Red, monitor.Red},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWatch()
			m := w.monitor()
			stream(m, 1000, test.before)
			require.Empty(t, m.Models(time.Hour)[0].Light)
			w.forward(time.Minute)
			stream(m, 499, test.before)
			f := m.Models(10 * time.Minute)[0]
			require.Empty(t, f.Drift[0].Light)
			require.Contains(t, f.Drift[0].Reason, "too few values: 499 now, 1000 in the reference")
			w.forward(10 * time.Minute) // those before are out of the window
			stream(m, 1000, test.after)
			require.Equal(t, test.young, m.Models(10 * time.Minute)[0].Light)
			reference, ok := m.Reference("dga", "1")
			require.True(t, ok)
			reference.Outputs[0].Accepted = true
			require.NoError(t, m.SetReference(reference))
			f = m.Models(10 * time.Minute)[0]
			require.Equal(t, test.light, f.Light, "%+v", f)
			require.Equal(t, test.light != monitor.Green, len(f.Reasons) > 0)
			require.Equal(t, uint64(1000), f.Drift[0].N)
			require.Equal(t, 10*time.Minute, f.Drift[0].Window)
		})
	}
}

// TestRenew begins a new reference when a version is promoted.
func TestRenew(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	r := rand.New(rand.NewPCG(3, 4))
	score := func() []any { return []any{"score", r.Float64()} }
	moved := func() []any { return []any{"score", r.Float64() + 1} }
	stream(m, 1000, score)
	stream(m, 1000, moved)
	require.Equal(t, monitor.Red, m.Models(time.Hour)[0].Light)
	before := m.Bytes()
	m.Renew("dga", "1")
	m.Renew("dga", "unknown")
	require.Empty(t, m.Models(time.Hour)[0].Light)
	_, ok := m.Reference("dga", "1")
	require.False(t, ok)
	stream(m, 2000, moved)
	require.Equal(t, monitor.Green, m.Models(time.Hour)[0].Light)
	require.Equal(t, before, m.Bytes())
}

// TestSetReference compares with an accepted sample from the first answer on.
func TestSetReference(t *testing.T) {
	m := newWatch().monitor()
	r := rand.New(rand.NewPCG(5, 6))
	accepted := make([]float64, 600)
	for i := range accepted {
		accepted[i] = r.Float64()
	}
	output, err := monitor.NumberField("score", accepted)
	require.NoError(t, err)
	stream(m, 100, func() []any { return []any{"score", r.Float64()} }) // kept until there is a reference
	require.NoError(t, m.SetReference(monitor.Reference{Model: "dga", Version: "1", Outputs: []monitor.Field{output}}))
	stream(m, 500, func() []any { return []any{"score", r.Float64()} })
	f := m.Models(time.Hour)[0]
	require.Equal(t, monitor.Green, f.Light)
	require.Equal(t, []uint64{600, 600}, []uint64{f.Drift[0].N, f.Drift[0].M})
	got, ok := m.Reference("dga", "1")
	require.True(t, ok)
	require.Equal(t, output, got.Outputs[0])

	_, err = monitor.NumberField("score", accepted[:499])
	require.ErrorIs(t, err, monitor.ErrReference)
	text, err := monitor.TextField("kind", make([]string, 500))
	require.NoError(t, err)
	require.Empty(t, text.Categories)
}

// TestBounded: a hundred busy versions take what the documentation says, and what has no
// room is counted.
func TestBounded(t *testing.T) {
	w := newWatch()
	m := w.monitor()
	fill := func(version string) {
		m.Observe(done(version, maas.OK, time.Millisecond))
		for n := range 3 {
			m.Observe(maas.Event{Kind: maas.AttemptDone, Model: "dga", Version: version, Instance: fmt.Sprint("http://h", n), Outcome: maas.OK})
		}
		for n := range 1001 {
			m.Inspect(maas.Exchange{
				Model: "dga", Version: version, Function: maas.DefaultFunction, Args: mapOf("a", 1, "b", 2, "c", 3),
				Answer: value.FromMap(mapOf("score", float64(n%100)/100, "kind", "dga")),
			})
		}
	}
	for n := range 100 {
		fill(fmt.Sprint(n))
	}
	require.InDelta(t, 10<<20, float64(m.Bytes()), 1<<20)
	require.Zero(t, m.Dropped())
	for n := range 200 {
		m.Observe(done(fmt.Sprint("more", n), maas.OK, time.Millisecond))
	}
	require.Len(t, m.Models(time.Minute), 256)
	require.Equal(t, uint64(44), m.Dropped())

	w.forward(25 * time.Hour)
	m.Observe(done("late", maas.OK, time.Millisecond)) // in place of those that nobody calls
	require.Len(t, m.Models(time.Minute), 1)

	small := monitor.New(monitor.Options{MaxBytes: 100 << 10, Now: w.time})
	for n := range 10 {
		small.Observe(done(fmt.Sprint(n), maas.OK, time.Millisecond))
	}
	require.LessOrEqual(t, small.Bytes(), int64(100<<10))
	require.Positive(t, small.Dropped())
}

// TestAccept makes a reference of answers that were found right.
func TestAccept(t *testing.T) {
	answers := make([]*value.Map, 0, 800)
	for n := range 800 {
		m := mapOf("score", float64(n%100)/100, "label", []string{"dga", "ok"}[n%2], "list", []any{1})
		switch {
		case n%10 == 0:
			m.Put(value.String("score"), value.Null)
		case n%10 == 1:
			m.Put(value.String("score"), value.String("high"))
		case n%10 == 2:
			m = mapOf("label", "dga")
		}
		answers = append(answers, m)
	}
	r, err := monitor.Accept("dga", "1", slices.Values(answers))
	require.NoError(t, err)
	require.Len(t, r.Outputs, 2)
	score, label := r.Outputs[0], r.Outputs[1]
	require.Equal(t, []any{"score", monitor.Number, true}, []any{score.Name, score.Kind, score.Accepted})
	require.Equal(t, []uint64{720, 80, 80, 80}, []uint64{score.Seen, score.Nulls, score.Missing, score.Other})
	require.Equal(t, []string{"dga", "ok"}, label.Categories)

	m := newWatch().monitor()
	require.NoError(t, m.SetReference(r))
	for _, a := range answers {
		m.Inspect(maas.Exchange{Model: "dga", Version: "1", Function: maas.DefaultFunction, Answer: value.FromMap(a)})
	}
	f := m.Models(time.Minute)[0]
	require.Equal(t, monitor.Green, f.Light, "%v", f.Reasons)

	_, err = monitor.Accept("dga", "1", slices.Values(answers[:500]))
	require.NoError(t, err)
	_, err = monitor.Accept("dga", "1", slices.Values(answers[:499]))
	require.ErrorIs(t, err, monitor.ErrReference)
	require.ErrorContains(t, err, "499 answers have no output with 500 numbers or texts, but at most 499")
}
