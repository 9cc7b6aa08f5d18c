package profiler_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/metron"
)

func compile(t testing.TB, config []byte) *profiler.Set {
	parsed, findings := metron.ParseProfiler("profiles.json", config)
	for _, d := range findings {
		require.Equal(t, diag.Warning, d.Severity, "%v", d) // such as of a profile that is there twice
	}
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	set, findings := profiler.Compile(t.Context(), env, parsed)
	require.Empty(t, findings)
	return set
}

// minutes is a clock that stands so many minutes after 1970.
func minutes(n float64) func() time.Time {
	return func() time.Time { return time.Unix(0, 0).Add(time.Duration(n * float64(time.Minute))) }
}

// withTime returns a message as JSON, with a time in minutes if that is a number.
func withTime(t *testing.T, fields map[string]json.RawMessage, at any) []byte {
	all := map[string]any{"at": at}
	if minutes, ok := at.(float64); ok {
		all["at"] = int64(minutes * 60_000)
	}
	for name, v := range fields {
		all[name] = v
	}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return text
}

func written(m profiler.Measurement) string {
	var groups, triage strings.Builder
	for _, g := range m.Groups {
		groups.WriteString("/" + g.String())
	}
	for i, v := range m.Triage {
		fmt.Fprintf(&triage, " %s=%s", m.Fields[i], v)
	}
	return fmt.Sprintf("%d %s/%s%s = %s%s", m.Period.ID, m.Profile, m.Entity, groups.String(), m.Value, triage.String())
}

// TestStream takes the messages of the cases in testdata/streams.json, whose times are
// in minutes, and compares what is measured when. Periods last ten minutes, messages
// come up to two minutes late.
func TestStream(t *testing.T) {
	text, err := os.ReadFile("testdata/streams.json")
	require.NoError(t, err)
	var cases []struct {
		Name     string
		Profiles json.RawMessage
		States   int
		Values   int64
		Clock    float64 // in minutes; 1,000 by default
		Messages []struct {
			At   any // the time in minutes, if it is a number
			Is   map[string]json.RawMessage
			Tick float64 // there is no message, for so many minutes
			Out  []string
		}
		Open   []string // what is measured of the periods that are open
		Counts map[string]int64
		Fails  []string
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			set := compile(t, fmt.Appendf(nil, `{"timestampField": "at", "profiles": %s}`, c.Profiles))
			if c.Clock == 0 {
				c.Clock = 1000
			}
			var fails []string
			s := profiler.NewStream(set, profiler.Options{
				Period: 10 * time.Minute, Late: 2 * time.Minute, Clock: func() time.Time { return minutes(c.Clock)() }, States: c.States, Values: c.Values,
				Failed: func(err error) { fails = append(fails, err.Error()) },
			})
			var out []string
			emit := func(m profiler.Measurement) error {
				out = append(out, written(m))
				return nil
			}
			for i, m := range c.Messages {
				out = nil
				if m.Tick > 0 {
					c.Clock += m.Tick
					require.NoError(t, s.Tick(t.Context(), emit))
				} else {
					message, err := stellar.JSON(withTime(t, m.Is, m.At))
					require.NoError(t, err)
					require.NoError(t, s.Apply(t.Context(), message, emit))
				}
				require.Equal(t, m.Out, out, "message %d", i)
			}
			out = nil
			require.NoError(t, s.Measure(t.Context(), emit))
			require.Equal(t, c.Open, out)
			counts := s.Counts()
			got := map[string]int64{
				"late": counts.Late, "without": counts.WithoutTime, "ahead": counts.Ahead, "refused": counts.Refused, "seconds": counts.Seconds,
			}
			for name, n := range got {
				require.Equal(t, c.Counts[name], n, name)
			}
			require.Equal(t, c.Fails, fails)
			require.Equal(t, len(fails), int(counts.Failed))
		})
	}
}

const mixed = `{"timestampField": "at", "profiles": [
	{"profile": "sum", "foreach": "who", "init": {"s": "0"}, "update": {"s": "s + n"}, "result": "s"},
	{"profile": "all", "foreach": "'all'", "init": {"l": "[]", "x": "STATS_INIT()"}, "update": {"l": "LIST_ADD(l, n)", "x": "STATS_ADD(x, n)"}, "result": "[l, STATS_MEAN(x)]"},
	{"profile": "words", "foreach": "who", "init": {"m": "{}"}, "update": {"m": "MAP_PUT(TO_STRING(n), 1 + MAP_GET(TO_STRING(n), m, 0), m)"}, "result": "m"}]}`

// A stream that is interrupted at any place, and goes on from what was kept, measures
// what an uninterrupted one does. Keeping it changes nothing either.
func TestRestore(t *testing.T) {
	set := compile(t, []byte(strings.Replace(mixed, "[\n", `[
	{"profile": "goes on", "foreach": "who", "update": {"t": "if t == null then n else t + n"}, "result": "t"},
	{"profile": "sum", "foreach": "who", "init": {"s": "0"}, "update": {"s": "s + n"}, "groupBy": ["'other'"], "result": "[s]"},
	{"profile": "goes on", "foreach": "who", "update": {"t": "if t == null then n else t + n"}, "groupBy": ["'other'"], "result": "[t]"},
`, 1)))
	options := profiler.Options{Period: 10 * time.Minute, Late: 3 * time.Minute, Clock: minutes(1e6)}
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		var messages []stellar.Vars
		for at := 0.0; at < 60; at += random.Float64() * 2 {
			messages = append(messages, stellar.Vars{
				"at": int64((at - random.Float64()*4 + 10) * 60_000), "who": string('a' + rune(random.IntN(3))), "n": random.IntN(4),
			})
		}
		run := func(stops ...int) []string {
			var out []string
			emit := func(m profiler.Measurement) error {
				out = append(out, written(m))
				return nil
			}
			s := profiler.NewStream(set, options)
			for i, m := range messages {
				if slices.Contains(stops, i) {
					next := profiler.NewStream(set, options)
					require.True(t, next.Resume(s.Position()))
					for state := range s.States() {
						require.True(t, next.Restore(state))
					}
					s = next
				}
				require.NoError(t, s.Apply(t.Context(), m, emit))
			}
			require.NoError(t, s.Measure(t.Context(), emit))
			slices.Sort(out)
			return out
		}
		whole := run()
		require.NotEmpty(t, whole)
		require.Equal(t, whole, run(random.IntN(len(messages)), random.IntN(len(messages))), "seed %d", seed)
	}
}

// A stream that goes on from the changes that were kept measures what an uninterrupted one
// does, wherever they were taken.
func TestChanges(t *testing.T) {
	set := compile(t, []byte(strings.Replace(mixed, "[\n", `[
	{"profile": "goes on", "foreach": "who", "update": {"t": "if t == null then n else t + n"}, "result": "t"},
`, 1)))
	options := profiler.Options{Period: 10 * time.Minute, Late: 3 * time.Minute, Clock: minutes(1e6), Track: true}
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 2))
		var out, whole []string
		emitTo := func(out *[]string) func(profiler.Measurement) error {
			return func(m profiler.Measurement) error {
				*out = append(*out, written(m))
				return nil
			}
		}
		log := map[string]profiler.State{}
		most := 0
		s, uninterrupted := profiler.NewStream(set, options), profiler.NewStream(set, profiler.Options{Period: options.Period, Late: options.Late, Clock: options.Clock})
		for at := 0.0; at < 200; at += random.Float64() * 2 {
			m := stellar.Vars{"at": int64((at - random.Float64()*4 + 10) * 60_000), "who": string('a' + rune(random.IntN(3))), "n": random.IntN(4)}
			require.NoError(t, s.Apply(t.Context(), m, emitTo(&out)))
			require.NoError(t, uninterrupted.Apply(t.Context(), m, emitTo(&whole)))
			if random.IntN(4) > 0 {
				continue
			}
			for c := range s.Changes() {
				id := fmt.Sprintln(c.Profile, c.Definition, c.Entity, c.Ended, c.Period)
				if c.Ended {
					id = fmt.Sprintln(c.Profile, c.Definition, c.Entity)
				}
				if delete(log, id); !c.Gone {
					log[id] = c.State
				}
			}
			for c := range s.Changes() {
				require.Fail(t, "a change came twice", "%v", c)
			}
			most = max(most, len(log))
			if random.IntN(4) > 0 {
				continue
			}
			next := profiler.NewStream(set, options)
			require.True(t, next.Resume(s.Position()))
			for _, state := range log {
				require.True(t, next.Restore(state))
			}
			s = next
		}
		require.NoError(t, s.Measure(t.Context(), emitTo(&out)))
		require.NoError(t, uninterrupted.Measure(t.Context(), emitTo(&whole)))
		slices.Sort(out)
		slices.Sort(whole)
		require.Equal(t, whole, out, "seed %d", seed)
		require.Less(t, most, 60, "what is gone leaves the log")
	}
}

// What cannot be taken over is not: another definition, another length of periods.
func TestRestoreOthers(t *testing.T) {
	options := profiler.Options{Period: 10 * time.Minute, Clock: minutes(1e6)}
	s := profiler.NewStream(compile(t, []byte(mixed)), options)
	require.NoError(t, s.Apply(t.Context(), stellar.Vars{"at": 1, "who": "a", "n": 1}, nil))
	other := profiler.NewStream(compile(t, []byte(strings.Replace(mixed, "s + n", "s + n + 0", 1))), options)
	longer := profiler.NewStream(compile(t, []byte(mixed)), profiler.Options{Period: 20 * time.Minute, Clock: minutes(1e6)})
	require.True(t, other.Resume(s.Position()))
	require.False(t, longer.Resume(s.Position()))
	for state := range s.States() {
		require.Equal(t, state.Profile != "sum", other.Restore(state), state.Profile)
		require.False(t, longer.Restore(state))
	}
}

// An update in place costs no copy of what it changes.
func TestOwnership(t *testing.T) {
	set := compile(t, []byte(`{"timestampField": "at", "profiles": [{"profile": "p", "foreach": "'e'",
		"init": {"l": "[]", "m": "{}", "s": "STATS_INIT(5000)"},
		"update": {"l": "LIST_ADD(l, n)", "m": "MAP_PUT(n, n, m)", "s": "STATS_ADD(s, n)"}, "result": "LENGTH(l)"}]}`))
	s := profiler.NewStream(set, profiler.Options{Clock: minutes(1e6)})
	apply := func(n int) {
		for i := range n {
			require.NoError(t, s.Apply(t.Context(), stellar.Vars{"at": 1, "n": i}, nil))
		}
	}
	apply(5000)
	few := testing.Benchmark(func(b *testing.B) {
		for range b.N {
			require.NoError(t, s.Apply(t.Context(), stellar.Vars{"at": 1, "n": 7}, nil))
		}
	})
	require.Less(t, few.AllocedBytesPerOp(), int64(5000), "a copy of 5,000 numbers takes more than 100,000 bytes")
}

// Long names of entities count as what is held.
func TestLongNames(t *testing.T) {
	set := compile(t, []byte(`{"timestampField": "at", "profiles": [{"profile": "p", "foreach": "who", "result": "1"}]}`))
	s := profiler.NewStream(set, profiler.Options{Clock: minutes(1e6), Values: 100_000})
	for i := range 1000 {
		require.NoError(t, s.Apply(t.Context(), stellar.Vars{"at": 1, "who": strings.Repeat("x", 100_000) + fmt.Sprint(i)}, nil))
	}
	_, values := s.Held()
	require.Less(t, values, int64(110_000))
	require.Greater(t, s.Counts().Refused, int64(900))
}

func TestErrors(t *testing.T) {
	set := compile(t, []byte(mixed))
	s := profiler.NewStream(set, profiler.Options{Period: time.Minute, Late: time.Second, Clock: minutes(1e6)})
	failed := errors.New("the store is gone")
	message := func(at int) stellar.Resolver { return stellar.Vars{"at": at, "who": "a", "n": 1} }
	require.NoError(t, s.Apply(t.Context(), message(1), nil))
	fail := func(profiler.Measurement) error { return failed }
	require.ErrorIs(t, s.Apply(t.Context(), message(600_000), fail), failed)

	// The period is still there.
	var out []string
	require.NoError(t, s.Measure(t.Context(), func(m profiler.Measurement) error {
		out = append(out, written(m))
		return nil
	}))
	require.Equal(t, []string{"0 sum/a = 1", "0 all/all = [[1], 1.0]", "0 words/a = {1=1}", "10 sum/a = 1", "10 all/all = [[1], 1.0]", "10 words/a = {1=1}"}, out)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Apply(ended, message(700_000), nil), context.Canceled)
}

func BenchmarkApply(b *testing.B) {
	set := compile(b, []byte(`{"timestampField": "timestamp", "profiles": [
		{"profile": "bytes", "foreach": "ip_src_addr", "init": {"s": "STATS_INIT()"}, "update": {"s": "STATS_ADD(s, bytes)"}, "result": "s"}]}`))
	s := profiler.NewStream(set, profiler.Options{Clock: minutes(1e9)})
	var texts [][]byte
	for i := range 10_000 {
		texts = append(texts, fmt.Appendf(nil, `{"timestamp": %d, "ip_src_addr": "10.0.%d.%d", "bytes": %d, "url": "http://example.com/a/b"}`, i, i/250, i%250, i))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m, err := rules.ParseMessage(texts[i%len(texts)])
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Apply(b.Context(), m, nil); err != nil {
			b.Fatal(err)
		}
	}
}
