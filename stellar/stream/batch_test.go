package stream

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// records are a batch in memory, and what came of it.
type records struct {
	texts  []string // "nil" for none
	came   []string
	failAt int // the message for which Pass fails; 0 for none
}

func (b *records) Len() int          { return len(b.texts) }
func (b *records) Place(n int) Place { return Place{Source: "t/0", Record: true, Offset: int64(n + 7)} }

func (b *records) Text(n int) []byte {
	if b.texts[n] == "nil" {
		return nil
	}
	return []byte(b.texts[n])
}

func (b *records) Pass(n int, text []byte) error {
	if b.failAt > 0 && n == b.failAt {
		return errFull
	}
	b.came = append(b.came, fmt.Sprintf("%d %.40s", n, text))
	return nil
}

func (b *records) Refuse(n int, letter []byte, why error) error {
	b.came = append(b.came, fmt.Sprintf("%d refused %.27s %.25v", n, letter, why))
	return nil
}

// filtered drops messages with n = 0.
func filtered(t *testing.T, policy rules.ErrorPolicy) *rules.Set {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	parsed := script.Parse("r.stellar", []byte("m := n + 1"))
	parsed.Steps = append([]rules.Step{&rules.Filter{Condition: rules.Expression{Text: "n != 0"}}}, parsed.Steps...)
	set, _, err := rules.Compile(context.Background(), env, parsed)
	require.NoError(t, err)
	set, err = set.With(rules.Options{OnError: policy})
	require.NoError(t, err)
	return set
}

// TestBatches: what comes of messages goes to their batch, in their order, as of lines.
func TestBatches(t *testing.T) {
	long := strings.Repeat("y", maxLine+1)
	texts := []string{`{"n":1}`, "nil", `{"n":"x"}`, "time", long, `{"n":0}`, `{"n":3}`}
	passed := []string{`0 {"n":1,"m":2}`, "1 "}
	refused := []string{
		`2 refused {"source":"t/0","offset":9, r.stellar:1:6: type error`,
		`3 refused {"source":"t/0","offset":10 a JSON object is wanted, `,
		`4 refused {"source":"t/0","offset":11 the message is longer tha`,
	}
	last := []string{`6 {"n":3,"m":4}`}
	lines := func(lists ...[]string) (all []string) {
		for _, list := range lists {
			all = append(all, list...)
		}
		return all
	}
	asTheyAre := []string{`3 time`, `4 ` + long[:40]}
	tests := []struct {
		name   string
		policy rules.ErrorPolicy
		refuse bool
		failAt int
		want   []string
		done   int
		err    error
		counts Counters
	}{
		{"report", rules.Report, false, 0, lines(passed, []string{`2 {"n":"x","stellar_errors":["r.stellar:1:`}, asTheyAre, last), 7, nil, Counters{Read: 7, Failed: 3, Dropped: 1, Passed: 6, Written: 6}},
		{"refuse", rules.Report, true, 0, lines(passed, refused, last), 7, nil, Counters{Read: 7, Failed: 3, Dropped: 1, Passed: 3, Written: 3}},
		{"null", rules.Null, false, 0, lines(passed, []string{`2 {"n":"x"}`}, asTheyAre, last), 7, nil, Counters{Read: 7, Failed: 3, Dropped: 1, Passed: 6, Written: 6}},
		{"skip", rules.Skip, false, 0, lines(passed, last), 7, nil, Counters{Read: 7, Failed: 3, Dropped: 1, Passed: 3, Written: 3}},
		{"fail", rules.Fail, false, 0, passed, 2, ErrStopped, Counters{Read: 3, Failed: 1, Passed: 2, Written: 2}},
		{"fail and refuse", rules.Fail, true, 0, lines(passed, refused[:1]), 3, ErrStopped, Counters{Read: 3, Failed: 1, Passed: 2, Written: 2}},
		{"batch fails", rules.Skip, false, 6, passed, 6, errFull, Counters{Read: 7, Failed: 3, Dropped: 1, Passed: 3, Written: 3}},
	}
	for _, test := range tests {
		for _, parallel := range []int{1, 8} {
			t.Run(fmt.Sprint(test.name, " parallel ", parallel), func(t *testing.T) {
				var failed []string
				runner := New(Options{
					Set: filtered(t, test.policy), Refuse: test.refuse, Parallel: parallel,
					Failed: func(at Place, _ error) { failed = append(failed, at.String()) },
				})
				batches := runner.Batches(context.Background())
				defer batches.Close()
				batch := &records{texts: texts, failAt: test.failAt}
				done, err := batches.Apply(batch)
				require.ErrorIs(t, err, test.err)
				require.Equal(t, test.done, done)
				require.Equal(t, test.want, batch.came)
				if test.err != nil {
					return
				}
				require.Equal(t, []string{"t/0@9", "t/0@10", "t/0@11"}, failed)
				require.NoError(t, batches.Written())
				require.Equal(t, test.counts, batches.Counters())
				require.Equal(t, test.counts, runner.Progress())
				_, err = batches.Apply(&records{texts: []string{`{"n":1}`}})
				require.NoError(t, err)
				require.Equal(t, test.counts.Read+1, batches.Counters().Read)
			})
		}
	}
}

// TestBatchesToWriter: with an output and dead letters, messages of batches are lines.
func TestBatchesToWriter(t *testing.T) {
	var out, letters bytes.Buffer
	runner := New(Options{Set: setOf(t, "m := n + 1", rules.Report), Output: &out, DeadLetters: &letters})
	batches := runner.Batches(context.Background())
	defer batches.Close()
	batch := &records{texts: []string{`{"n":1}`, "nil", "x", `{"n":2}`}}
	done, err := batches.Apply(batch)
	require.NoError(t, err)
	require.Equal(t, 4, done)
	require.NoError(t, batches.Written())
	require.Empty(t, batch.came)
	require.Equal(t, "{\"n\":1,\"m\":2}\n{\"n\":2,\"m\":3}\n", out.String())
	require.Equal(t, `{"source":"t/0","offset":9,"errors":[{"severity":"error","message":"a JSON object is wanted, and this is no JSON: it begins with 'x'"}],"text":"x"}`+"\n", letters.String())
}

// TestBatchesInterrupted: when the context ends, the messages under way are the last ones.
func TestBatchesInterrupted(t *testing.T) {
	for _, parallel := range []int{1, 8} {
		ctx, cancel := context.WithCancel(context.Background())
		runner := New(Options{Set: setOf(t, "m := n + 1", rules.Report), Parallel: parallel})
		batches := runner.Batches(ctx)
		cancel()
		done, err := batches.Apply(&records{texts: []string{`{"n":1}`, `{"n":1}`}})
		require.ErrorIs(t, err, ErrInterrupted)
		require.Zero(t, done)
		batches.Close()
	}
}
