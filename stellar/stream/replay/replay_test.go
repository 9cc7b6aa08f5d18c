package replay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/replay"
)

const before = `
enrich: { s: { assign: { double: n * 2, gone: "'x'" } } }
triage:
  aggregator: SUM
  rules:
    - { name: every third, id: a, when: 'MOD(n, 3) == 0', score: 1 }
    - { name: divides, id: b, when: '10 / MOD(n, 7) > 3', score: 2 }
    - { name: twice, when: n > 5, score: 3 }
    - { name: twice, when: n > 8, score: 3 }
`

const after = `
enrich: { s: { assign: { double: 'if MOD(n, 5) == 0 then null else n + n' } } }
drop: MOD(n, 11) == 10
triage:
  aggregator: SUM
  rules:
    - { name: twice, when: n > 5, score: 3 }
    - { name: each third, id: a, when: 'MOD(n, 3) == 0', score: n, reason: "'third'" }
    - { name: more, id: c, when: n > 90, score: 2, except: [ { when: n == 95 } ] }
`

func side(t *testing.T, text string) replay.Side {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	parsed := []rules.Parsed{yaml.Parse("rules.yaml", []byte(text), nil).Parsed}
	set, _, err := rules.Compile(context.Background(), env, parsed...)
	require.NoError(t, err)
	return replay.Side{Set: set, Parsed: parsed}
}

func source(text string) stream.Source {
	return stream.Source{Name: "history", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

func history(messages int) string {
	var b strings.Builder
	for n := range messages {
		fmt.Fprintf(&b, "{\"n\":%d}\n", n)
	}
	return b.String()
}

// TestReport counts by hand what differs.
func TestReport(t *testing.T) {
	report, err := replay.New(replay.Options{Old: side(t, before), New: side(t, after), First: 2}).
		Run(context.Background(), source(history(100)))
	require.NoError(t, err)
	require.EqualValues(t, 100, report.Messages)
	require.EqualValues(t, 100, report.Differing, "the field gone is gone from all that pass")
	require.Equal(t, [2]int64{0, 9}, report.Dropped, "10, 21, … 98")
	require.Equal(t, [2]int64{15, 0}, report.Failed, "0, 7, … 98")

	byKey := map[string]replay.Rule{}
	var keys []string
	for _, r := range report.Rules {
		keys = append(keys, r.Key)
		byKey[r.Key] = r
	}
	require.Equal(t, []string{"twice", "a", "c", "b", "twice (2)"}, keys)
	third := byKey["a"]
	require.Equal(t, [2]bool{true, true}, third.In)
	require.Equal(t, "each third", third.Name)
	require.Equal(t, [2]int64{34, 31}, third.Hits, "21, 54 and 87 are dropped")
	require.EqualValues(t, 3, third.Lost)
	require.EqualValues(t, 31, third.Rescored)
	require.EqualValues(t, 31, third.Reworded)
	require.Equal(t, [2]int64{0, 7}, byKey["c"].Hits, "98 is dropped, 95 excepted")
	require.EqualValues(t, 7, byKey["c"].Gained)
	require.Equal(t, [2]bool{false, true}, byKey["c"].In)
	require.Equal(t, [2]bool{true, false}, byKey["b"].In)

	fields := map[string]replay.Field{}
	for _, f := range report.Fields {
		fields[f.Name] = f
	}
	require.Len(t, fields, 2)
	require.EqualValues(t, 91, fields["gone"].Removed)
	require.EqualValues(t, 18, fields["double"].Removed, "20 that end with 0 or 5, without 10, 65")
	require.Len(t, report.First, 2)
	require.Equal(t, "history:1", report.First[0].At)
	require.Len(t, report.Errors[0], 1)
	require.EqualValues(t, 15, report.Errors[0][0].Count)
}

// TestParallel: what comes out does not depend on how many messages are evaluated at a time.
func TestParallel(t *testing.T) {
	var want *replay.Report
	for _, parallel := range []int{1, 2, 64} {
		report, err := replay.New(replay.Options{Old: side(t, before), New: side(t, after), First: 7, Parallel: parallel}).
			Run(context.Background(), source(history(600)), source("\ufeff{\"n\":1}\n\n  \nno\n"))
		require.NoError(t, err)
		require.Positive(t, report.Time[0])
		require.Positive(t, report.Time[1])
		report.Time = [2]time.Duration{}
		if want == nil {
			want = report
		}
		require.Equal(t, want, report)
	}
	require.EqualValues(t, 602, want.Messages)
	require.EqualValues(t, 1, want.NotMessages)
	require.Contains(t, want.NotMessage, "history:4: ")
}

func TestLongLine(t *testing.T) {
	report, err := replay.New(replay.Options{Old: side(t, before), New: side(t, before)}).
		Run(context.Background(), source(`{"n":"`+strings.Repeat("x", 17<<20)+"\"}\n{\"n\":4}\n"))
	require.NoError(t, err)
	require.EqualValues(t, 2, report.Messages)
	require.EqualValues(t, 1, report.NotMessages)
	require.Zero(t, report.Differing)
}

func TestSourceFails(t *testing.T) {
	broken := errors.New("broken")
	report, err := replay.New(replay.Options{Old: side(t, before), New: side(t, before)}).Run(context.Background(),
		source(history(10)),
		stream.Source{Name: "other", Open: func() (io.ReadCloser, error) { return nil, broken }})
	require.ErrorIs(t, err, broken)
	require.EqualValues(t, 10, report.Messages)

	_, err = replay.New(replay.Options{Old: side(t, before), New: side(t, before)}).Run(context.Background(),
		stream.Source{Name: "other", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("{}\n"), failing{broken})), nil
		}})
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "other:2: ")
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestInterrupted: a replay ends when its context does, though its source says nothing.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	pipe, end := io.Pipe()
	defer end.Close()
	go func() { _, _ = end.Write([]byte(history(5))) }()
	r := replay.New(replay.Options{Old: side(t, before), New: side(t, before)})
	go func() {
		for r.Progress().Read < 1 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	report, err := r.Run(ctx, stream.Source{Name: "pipe", Open: func() (io.ReadCloser, error) { return pipe, nil }})
	require.ErrorIs(t, err, stream.ErrInterrupted)
	require.Positive(t, report.Messages)
}

// TestBounded: what a report holds does not grow with what differs.
func TestBounded(t *testing.T) {
	var b strings.Builder
	for n := range 3000 {
		fmt.Fprintf(&b, "{\"m\":{\"f%d\":1}}\n", n)
	}
	report, err := replay.New(replay.Options{
		Old: side(t, "enrich: { s: m := m }"), New: side(t, "enrich: { s: m := 1 }"), First: 3,
	}).Run(context.Background(), source(b.String()))
	require.NoError(t, err)
	require.Len(t, report.Fields, 1000)
	require.EqualValues(t, 3000-999, report.OtherFields)
	require.Len(t, report.First, 3)
}
