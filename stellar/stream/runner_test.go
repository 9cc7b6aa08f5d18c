package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

func setOf(t testing.TB, source string, policy rules.ErrorPolicy, functions ...fn.Func) *rules.Set {
	env, err := stellar.NewEnv(stellar.Options{Functions: functions})
	require.NoError(t, err)
	set, _, err := rules.Compile(context.Background(), env, script.Parse("r.stellar", []byte(source)))
	require.NoError(t, err)
	set, err = set.With(rules.Options{OnError: policy})
	require.NoError(t, err)
	return set
}

func from(name string, r io.Reader) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}
}

// failuresOf runs messages, and returns the places and beginnings of what was
// reported too.
func failuresOf(t testing.TB, set *rules.Set, sources ...Source) (out string, failures []string, counters Counters, err error) {
	var written bytes.Buffer
	var runner *Runner
	runner = New(Options{Set: set, Output: &written, Failed: func(at Place, err error) {
		runner.Flush()
		failures = append(failures, fmt.Sprintf("%v after %d bytes: %.40v", at, written.Len(), err))
	}})
	counters, err = runner.Run(context.Background(), sources...)
	return written.String(), failures, counters, err
}

// TestPolicies: one policy for messages with errors, and for lines that are none
// for whatever reason.
func TestPolicies(t *testing.T) {
	long := strings.Repeat("y", maxLine+bufferSize+1)
	lines := []struct{ name, line, why string }{
		{"no JSON", `time=1 host=a`, "a JSON object is wanted, and this is no "},
		{"cut off", ` {"n":1`, "the JSON object ends too early"},
		{"no object", `[1, 2 ]`, "a JSON object is wanted, and this is an"},
		{"blanks only in part", "\ufeff\t", "a JSON object is wanted, and this is no "},
		{"bad UTF-8", "{\"n\" \xff\x00", "invalid JSON at offset 5"},
		{"too long", long, "the line is longer than 16 MiB, so the r"},
		{"too long a message", `{"n":"` + long + `"}`, "the line is longer than 16 MiB, so the r"},
		{"an error", `{ "n" : "x" }`, "r.stellar:1:6: type error: + takes numbe"},
	}
	for _, test := range lines {
		for policy, name := range map[rules.ErrorPolicy]string{rules.Report: "report", rules.Null: "null", rules.Skip: "skip", rules.Fail: "fail"} {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				passed := test.line
				if test.name == "an error" && policy == rules.Report {
					passed = `{ "n" : "x","stellar_errors":["r.stellar:1:6: type error: + takes numbers, and 'x' is a string (with n = 'x')"] }`
				}
				before, after := "{\"n\":1,\"m\":2}\n", "{\"n\":3,\"m\":4}\n"
				want := map[rules.ErrorPolicy]string{
					rules.Report: before + passed + "\n" + after + passed + "\n", rules.Null: before + passed + "\n" + after + passed + "\n",
					rules.Skip: before + after, rules.Fail: before,
				}[policy]
				out, failures, counters, err := failuresOf(t, setOf(t, "m := n + 1", policy),
					from("a", strings.NewReader(`{"n":1}`+"\n\n"+test.line+"\n"+`{"n":3}`)), from("b", strings.NewReader(" \r\n"+test.line)))
				require.True(t, want == out, "%.300q", out)
				first := fmt.Sprintf("a:3 after %d bytes: %s", len(before), test.why)
				require.True(t, strings.HasPrefix(failures[0], first), failures[0])
				if policy == rules.Fail {
					require.ErrorIs(t, err, ErrStopped)
					require.Len(t, failures, 1)
					require.Equal(t, Counters{Read: 2, Failed: 1, Passed: 1, Written: 1}, counters)
					return
				}
				require.NoError(t, err)
				require.Len(t, failures, 2)
				require.True(t, strings.HasPrefix(failures[1], "b:2 "), failures[1])
				n := int64(strings.Count(want, "\n"))
				require.Equal(t, Counters{Read: 4, Failed: 2, Passed: n, Written: n}, counters)
			})
		}
	}
}

// TestFilters: a message that is dropped is no failure, whatever the policy.
func TestFilters(t *testing.T) {
	for _, policy := range []rules.ErrorPolicy{rules.Report, rules.Null, rules.Skip, rules.Fail} {
		for _, parallel := range []int{1, 8} {
			env, err := stellar.NewEnv(stellar.Options{})
			require.NoError(t, err)
			set, _, err := rules.Compile(context.Background(), env, rules.Parsed{Steps: []rules.Step{
				&rules.Filter{Condition: rules.Expression{Text: "n > 1"}},
			}})
			require.NoError(t, err)
			set, err = set.With(rules.Options{OnError: policy})
			require.NoError(t, err)
			var out bytes.Buffer
			counters, err := New(Options{Set: set, Output: &out, Parallel: parallel}).Run(context.Background(),
				from("a", strings.NewReader("{\"n\":1}\n{\"n\":2}\n{\"n\":0}\n{\"n\":3}")))
			require.NoError(t, err)
			require.Equal(t, "{\"n\":2}\n{\"n\":3}\n", out.String())
			require.Equal(t, Counters{Read: 4, Dropped: 2, Passed: 2, Written: 2}, counters)
		}
	}
}

// TestBytesStay: whatever a message holds, the bytes of fields that no rule assigns
// are those that came, and so are lines that are no message.
func TestBytesStay(t *testing.T) {
	parts := []string{
		`"e":"\u0041\/\ud83d\ude00"`, `"lone":"\ud800"`, "\"bad\":\"\xff\xfe\"", `"big":1e999999`, `"digits":1.500E+00`, `"z":-0`,
		`"twice":1,"twice":2`, `"":{ }`, `"o":{"b" : [1 ,2],"b":3}`, "\"tab\"\t:\t1", `"long":123456789012345678901234567890`,
	}
	var input, want strings.Builder
	for i := range 3000 {
		fields := " "
		for k := range 1 + i%5 {
			if k > 0 {
				fields += []string{",", " , ", "\t,"}[i%3]
			}
			fields += parts[(i*7+k*k+i/11)%len(parts)]
		}
		switch i % 10 {
		case 3:
			broken := "{" + fields + "\r"
			input.WriteString(broken + "\n")
			want.WriteString(broken + "\n")
		default:
			input.WriteString("{" + fields + "}\r\n")
			want.WriteString("{" + fields + `,"new":1}` + "\r\n")
		}
	}
	out, failures, _, err := failuresOf(t, setOf(t, "new := 1", rules.Report), from("a", iotest.OneByteReader(strings.NewReader(input.String()))))
	require.NoError(t, err)
	require.Len(t, failures, 300)
	require.True(t, want.String() == out)
}

var xs = bytes.Repeat([]byte("x"), bufferSize)

// endless is a line of so many bytes.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p, xs[:min(len(xs), e.left)])
	e.left -= n
	return n, nil
}

// heapMeter counts what is written to it, and the most memory in use meanwhile.
type heapMeter struct {
	written int
	peak    uint64
}

func (m *heapMeter) Write(p []byte) (int, error) {
	if m.written/(32<<20) != (m.written+len(p))/(32<<20) {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		m.peak = max(m.peak, stats.HeapAlloc)
	}
	m.written += len(p)
	return len(p), nil
}

func TestLongLinesTakeNoMemory(t *testing.T) {
	const size = 200 << 20
	for _, policy := range []rules.ErrorPolicy{rules.Report, rules.Skip} {
		var out heapMeter
		counters, err := New(Options{Set: setOf(t, "a := 1", policy), Output: &out}).
			Run(context.Background(), from("a", io.MultiReader(&endless{size}, strings.NewReader("\n{}\n"))))
		require.NoError(t, err)
		require.Equal(t, Counters{Read: 2, Failed: 1, Passed: counters.Passed, Written: counters.Passed}, counters)
		require.Less(t, out.peak, uint64(100<<20))
		if policy == rules.Report {
			require.Equal(t, size+1+len(`{"a":1}`)+1, out.written)
		}
	}
}

func TestErrorsOfSources(t *testing.T) {
	broken := errors.New("broken")
	set := setOf(t, "a := 1", rules.Report)
	out, _, counters, err := failuresOf(t, set, from("a", io.MultiReader(strings.NewReader("{}\n{"), iotest.ErrReader(broken))))
	require.ErrorIs(t, err, broken)
	require.EqualError(t, err, "a:2: broken")
	require.Equal(t, "{\"a\":1}\n", out)
	require.Equal(t, Counters{Read: 1, Passed: 1, Written: 1}, counters)

	_, _, _, err = failuresOf(t, set, Source{Open: func() (io.ReadCloser, error) { return nil, broken }})
	require.ErrorIs(t, err, broken)

	// In the middle of a line that is too long.
	out, _, _, err = failuresOf(t, set, from("a", io.MultiReader(&endless{2 * maxLine}, iotest.ErrReader(broken))))
	require.ErrorIs(t, err, broken)
	require.GreaterOrEqual(t, len(out), 2*maxLine-bufferSize)
}

func TestErrorsOfOutput(t *testing.T) {
	r, w := io.Pipe()
	require.NoError(t, r.Close())
	for _, input := range []string{"{}\n", "no JSON\n", strings.Repeat("x", maxLine+1)} {
		counters, err := New(Options{Set: setOf(t, "a := 1", rules.Report), Output: w}).Run(context.Background(), from("a", strings.NewReader(input)))
		var output *OutputError
		require.ErrorAs(t, err, &output)
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.Zero(t, counters.Written)
	}
}

// TestGrace: what is under way when the context ends may take some time, and is then
// called off; a message that was not finished is neither counted nor written.
func TestGrace(t *testing.T) {
	for _, test := range []struct {
		name  string
		grace time.Duration
		want  string
	}{
		{"in time", time.Hour, "{\"n\":1,\"a\":1}\n{\"n\":2,\"a\":2}\n"},
		{"too late", time.Nanosecond, "{\"n\":1,\"a\":1}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			wait := fn.Func{
				Name: "WAIT", Doc: "Waits for the end, of the context if it must.", Purity: fn.External,
				Params: []fn.Param{{Name: "n", Kinds: fn.Any, Doc: "the number"}}, Result: fn.Any, ResultDoc: "the number",
				Body: func(c *fn.Call) (value.Value, error) {
					if c.Args[0].Int64() == 2 {
						cancel()
						if test.grace != time.Hour {
							<-c.Context().Done()
							return value.Null, nil // as of a model that was called off
						}
					}
					return c.Args[0], nil
				},
			}
			var out bytes.Buffer
			runner := New(Options{Set: setOf(t, "a := WAIT(n)", rules.Null, wait), Output: &out, Grace: test.grace})
			counters, err := runner.Run(ctx, from("a", strings.NewReader("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n")))
			require.ErrorIs(t, err, ErrInterrupted)
			require.Equal(t, test.want, out.String())
			lines := int64(strings.Count(test.want, "\n"))
			require.Equal(t, Counters{Read: lines, Passed: lines, Written: lines}, counters)
		})
	}
}

func TestBlockedOutput(t *testing.T) {
	r, w := io.Pipe()
	defer r.Close()
	ctx, cancel := context.WithCancel(context.Background())
	runner := New(Options{Set: setOf(t, "a := 1", rules.Report), Output: w, Grace: time.Millisecond})
	ended := make(chan error, 1)
	go func() {
		counters, err := runner.Run(ctx, from("a", strings.NewReader("{}\n{}\n")))
		if counters != (Counters{Read: 2, Passed: 2}) {
			err = fmt.Errorf("%+v", counters)
		}
		ended <- err
	}()
	_, err := r.Read(make([]byte, 1)) // the run is writing
	require.NoError(t, err)
	cancel()
	select {
	case err := <-ended:
		require.ErrorIs(t, err, ErrBlocked)
	case <-time.After(10 * time.Second):
		require.FailNow(t, "the run does not end")
	}
}

func TestNotFinite(t *testing.T) {
	var noted []string
	var out bytes.Buffer
	_, err := New(Options{Set: setOf(t, "a := n + n", rules.Report), Output: &out, NotFinite: func(at Place, field string) {
		noted = append(noted, at.String()+" "+field)
	}}).Run(context.Background(), from("a", strings.NewReader("{\"n\":1}\n{\"n\":1e400}\n{\"n\":1e400}\n")))
	require.NoError(t, err)
	require.Equal(t, []string{"a:2 a"}, noted)
}
