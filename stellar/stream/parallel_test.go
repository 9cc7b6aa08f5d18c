package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

const deadline = 20 * time.Second

// calling returns a function CALL of a number, as a model would be called.
func calling(body func(ctx context.Context, n int64)) fn.Func {
	return fn.Func{
		Name: "CALL", Doc: "Returns its argument, later.", Purity: fn.External,
		Params: []fn.Param{{Name: "n", Kinds: fn.Any, Doc: "the number"}}, Result: fn.Any, ResultDoc: "the number",
		Body: func(c *fn.Call) (value.Value, error) {
			var n int64
			if c.Args[0].Kind() == value.KindInt {
				n = c.Args[0].Int64()
			}
			body(c.Context(), n)
			return c.Args[0], nil
		},
	}
}

// numbered is so many messages.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"n":%d}`+"\n", i+1)
	}
	return b.String()
}

// called is what CALL makes of messages from, ..., to.
func called(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, `{"n":%d,"a":%d}`+"\n", i, i)
	}
	return b.String()
}

// noGoroutinesLeft checks at the end of a test that there are no more goroutines than
// now.
func noGoroutinesLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, // that of Eventually
			deadline, time.Millisecond)
	})
}

// eventually receives, or fails the test.
func eventually[T any](t *testing.T, from <-chan T) (received T) {
	select {
	case received = <-from:
	case <-time.After(deadline):
		require.FailNow(t, "nothing happens")
	}
	return received
}

// raise makes a maximum that of what was and now.
func raise(most *atomic.Int64, now int64) {
	for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
	}
}

// ending is what came of a run.
type ending struct {
	counters Counters
	err      error
}

// running starts a run.
func running(ctx context.Context, options Options, sources ...Source) <-chan ending {
	ended := make(chan ending, 1)
	go func() {
		counters, err := New(options).Run(ctx, sources...)
		ended <- ending{counters, err}
	}()
	return ended
}

// randomInput is messages, messages for which a rule fails, and lines that are none.
func randomInput(random *rand.Rand, lines int) string {
	var b strings.Builder
	if random.IntN(2) == 0 {
		b.WriteString("\ufeff")
	}
	for i := range lines {
		switch random.IntN(20) {
		case 0:
			b.WriteString(" \t")
		case 1:
			fmt.Fprintf(&b, `{"n":"failing %d"}`, i)
		case 2:
			fmt.Fprintf(&b, `{"n":%d`, i)
		case 3:
			fmt.Fprintf(&b, `{"n":%d,"huge":1e400}`, i)
		case 4:
			fmt.Fprintf(&b, `{"n":%d,"long":"%s"}`, i, strings.Repeat("x", random.IntN(100_000)))
		default:
			fmt.Fprintf(&b, `{"n":%d}`, i)
		}
		b.WriteString([]string{"\n", "\r\n"}[random.IntN(2)])
	}
	return b.String()
}

// outcomeOf runs rules on inputs, and returns all that can be seen of it.
func outcomeOf(t testing.TB, set *rules.Set, parallel int, dead bool, last io.Reader, inputs ...string) string {
	var written, letters bytes.Buffer
	var seen strings.Builder
	sources := make([]Source, 0, len(inputs)+1)
	for i, input := range inputs {
		sources = append(sources, from(fmt.Sprint("input ", i), strings.NewReader(input)))
	}
	sources = append(sources, from("last", last))
	var runner *Runner
	options := Options{Set: set, Output: &written, Parallel: parallel,
		Failed: func(at Place, err error) {
			runner.Flush()
			fmt.Fprintf(&seen, "%v after %d bytes: %v\n", at, written.Len(), err)
		},
		NotFinite: func(at Place, field string) {
			runner.Flush()
			fmt.Fprintf(&seen, "%v after %d bytes: %s\n", at, written.Len(), field)
		},
	}
	if dead {
		options.DeadLetters = &letters
	}
	runner = New(options)
	counters, err := runner.Run(context.Background(), sources...)
	fmt.Fprintf(&seen, "%+v, %v\n", counters, err)
	return seen.String() + written.String() + letters.String()
}

// TestParallelIsLikeSequential: nothing but the time shows that messages are
// evaluated at the same time.
func TestParallelIsLikeSequential(t *testing.T) {
	noGoroutinesLeft(t)
	random := rand.New(rand.NewPCG(1, 2))
	lag := calling(func(_ context.Context, n int64) {
		switch hash := uint64(n) * 0x9e3779b97f4a7c15 >> 40; hash % 32 {
		case 0:
			time.Sleep(time.Duration(hash%500) * time.Microsecond)
		case 1:
			panic("a defect of the host")
		}
	})
	for round := range 2 {
		inputs := []string{randomInput(random, random.IntN(2000)), randomInput(random, random.IntN(20))}
		for policy := range rules.Null + 1 {
			if policy == rules.Fail { // at some place other than the first lines
				inputs[0] = numbered(random.IntN(1000)) + inputs[0]
			}
			set := setOf(t, "a := CALL(n)\nb := n + 1\nc := huge + huge", policy, lag)
			last := func() io.Reader {
				if round%2 == 0 {
					return io.MultiReader(strings.NewReader(numbered(9)), iotest.ErrReader(errors.New("broken")))
				}
				return iotest.HalfReader(strings.NewReader(numbered(2000)))
			}
			dead := random.IntN(2) == 0
			want := outcomeOf(t, set, 1, dead, last(), inputs...)
			for _, parallel := range []int{2, 3, 64} {
				got := outcomeOf(t, set, parallel, dead, last(), inputs...)
				require.True(t, want == got, "round %d, policy %d, parallel %d", round, policy, parallel)
			}
		}
	}
}

// TestParallelLongLines: the beginning of a line that is too long goes out after the
// messages before it, and what is after it comes after its end.
func TestParallelLongLines(t *testing.T) {
	long := strings.Repeat("y", maxLine+bufferSize+1)
	input := numbered(100) + long + "\n" + numbered(100) + "\n" + long
	yielding := calling(func(_ context.Context, n int64) {
		for range n % 7 {
			runtime.Gosched()
		}
	})
	for _, policy := range []rules.ErrorPolicy{rules.Report, rules.Fail} {
		set := setOf(t, "a := CALL(n)", policy, yielding)
		want := outcomeOf(t, set, 1, false, strings.NewReader(""), input)
		require.True(t, want == outcomeOf(t, set, 8, false, strings.NewReader(""), input), policy)
	}
}

// TestParallelCallsOverlap: as many calls as there may be, and no more, are under way
// at the same time, however few or many messages there are.
func TestParallelCallsOverlap(t *testing.T) {
	noGoroutinesLeft(t)
	for _, parallel := range []int{2, 5, 64, 1000, 4096} {
		for _, messages := range []int{parallel, 2*parallel + 1} {
			var underWay, most, begun atomic.Int64
			all := make(chan struct{})
			meet := calling(func(context.Context, int64) {
				now := underWay.Add(1)
				defer underWay.Add(-1)
				raise(&most, now)
				if begun.Add(1) == int64(parallel) {
					close(all)
				}
				<-all
			})
			var out bytes.Buffer
			got := eventually(t, running(context.Background(),
				Options{Set: setOf(t, "a := CALL(n)", rules.Report, meet), Output: &out, Parallel: parallel},
				from("a", iotest.OneByteReader(strings.NewReader(numbered(messages))))))
			require.NoError(t, got.err)
			require.Equal(t, called(1, messages), out.String())
			require.EqualValues(t, parallel, most.Load())
		}
	}
}

// TestParallelDoesNotWaitForInput: what is done is written while the input is waited
// for, and so is what is done before something that takes long.
func TestParallelDoesNotWaitForInput(t *testing.T) {
	noGoroutinesLeft(t)
	input, toInput, err := os.Pipe()
	require.NoError(t, err)
	fromOutput, output, err := os.Pipe()
	require.NoError(t, err)
	defer fromOutput.Close()
	require.NoError(t, fromOutput.SetReadDeadline(time.Now().Add(deadline)))
	released := make([]chan struct{}, 10)
	for i := range released {
		released[i] = make(chan struct{})
	}
	waiting := calling(func(_ context.Context, n int64) { <-released[n-1] })
	ended := running(context.Background(), Options{Set: setOf(t, "a := CALL(n)", rules.Report, waiting), Output: output, Parallel: 8},
		Source{Name: "a", Open: func() (io.ReadCloser, error) { return input, nil }})
	expect := func(want string) {
		got := make([]byte, len(want))
		_, err := io.ReadFull(fromOutput, got)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	write := func(text string) {
		_, err := toInput.WriteString(text)
		require.NoError(t, err)
	}
	write(numbered(4) + `{"n":`)
	close(released[1])
	close(released[0])
	expect(called(1, 2))
	close(released[3])
	close(released[2])
	expect(called(3, 4))
	close(released[4])
	write("5}\n")
	expect(called(5, 5))
	close(released[5])
	write(`{"n":6}` + "\n" + `{"n":7}`)
	expect(called(6, 6))
	require.NoError(t, toInput.Close())
	close(released[6])
	expect(called(7, 7))
	require.NoError(t, eventually(t, ended).err)
	require.NoError(t, output.Close())
}

// TestParallelGrace: what is under way when the context ends may take some time, what
// was not begun is not begun, and nothing counts after a message that is called off.
func TestParallelGrace(t *testing.T) {
	noGoroutinesLeft(t)
	for _, test := range []struct {
		name  string
		grace time.Duration
		hangs int64 // the message that does not end
		want  int   // messages that count
	}{
		{"in time", time.Hour, 0, 4},
		{"too late", time.Millisecond, 3, 2},
		{"the first too late", time.Millisecond, 1, 0},
	} {
		for _, more := range []int{0, 1, 1000} {
			t.Run(fmt.Sprintf("%s/%d", test.name, more), func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				var begun atomic.Int64
				block := calling(func(evaluation context.Context, n int64) {
					if begun.Add(1) == 4 {
						for range 100 * more { // the run reads as far ahead as it will
							runtime.Gosched()
						}
						cancel()
					}
					<-ctx.Done()
					if n == test.hangs {
						<-evaluation.Done()
					}
				})
				endless, w := io.Pipe() // after the messages
				defer w.Close()
				var out bytes.Buffer
				got := eventually(t, running(ctx,
					Options{Set: setOf(t, "a := CALL(n)", rules.Null, block), Output: &out, Grace: test.grace, Parallel: 4},
					from("a", io.MultiReader(strings.NewReader(numbered(4+more)), endless))))
				require.ErrorIs(t, got.err, ErrInterrupted)
				require.EqualValues(t, 4, begun.Load())
				require.Equal(t, called(1, test.want), out.String())
				n := int64(test.want)
				require.Equal(t, Counters{Read: n, Passed: n, Written: n}, got.counters)
			})
		}
	}
}

// canceling ends a context at a certain moment of those at which it is told that
// something happens.
type canceling struct {
	left   atomic.Int64
	cancel context.CancelFunc
}

func (c *canceling) moment() {
	if c.left.Add(-1) == 0 {
		c.cancel()
	}
}

// Read, Write and Close of watched are moments.
type watched struct {
	io.ReadWriteCloser
	*canceling
}

func (w watched) Read(p []byte) (int, error) {
	defer w.moment()
	w.moment()
	return w.ReadWriteCloser.Read(p)
}

func (w watched) Write(p []byte) (int, error) {
	defer w.moment()
	w.moment()
	return w.ReadWriteCloser.Write(p)
}

func (w watched) Close() error {
	w.moment()
	return w.ReadWriteCloser.Close()
}

// inMemory reads and writes.
type inMemory struct {
	io.Reader
	io.Writer
}

func (inMemory) Close() error { return nil }

// TestParallelInterrupted: whenever the context ends, what was written is what would
// have come first, and is what was counted.
func TestParallelInterrupted(t *testing.T) {
	noGoroutinesLeft(t)
	const first, second = 20, 25
	want := called(1, first) + "no JSON\n" + called(1, second)
	moments := int64(1)
	ended := 0
	for cut := int64(1); cut <= moments+1; cut++ {
		ctx, cancel := context.WithCancel(context.Background())
		c := &canceling{cancel: cancel}
		c.left.Store(cut)
		call := calling(func(context.Context, int64) {
			defer c.moment()
			c.moment()
			runtime.Gosched()
		})
		var out bytes.Buffer
		files := func(text string) func() (io.ReadCloser, error) {
			return func() (io.ReadCloser, error) {
				c.moment()
				return watched{inMemory{Reader: &portions{text, 7 + int(cut)%50}}, c}, nil
			}
		}
		got := eventually(t, running(ctx, Options{
			Set: setOf(t, "a := CALL(n)", rules.Report, call), Parallel: 2 + int(cut)%7,
			Output: watched{inMemory{Writer: &out}, c},
			Failed: func(Place, error) { c.moment() },
		}, Source{"a", files(numbered(first) + "no JSON\n")}, Source{"b", files(numbered(second))}))
		if got.err == nil {
			require.Equal(t, want, out.String())
			ended++
		} else {
			require.ErrorIs(t, got.err, ErrInterrupted)
		}
		cancel()
		require.True(t, strings.HasPrefix(want, out.String()), "cut %d: %s", cut, &out)
		lines := int64(strings.Count(out.String(), "\n"))
		failed := int64(strings.Count(out.String(), "no JSON"))
		require.Equal(t, Counters{Read: lines, Failed: failed, Passed: lines, Written: lines}, got.counters)
		moments = max(moments, cut-c.left.Load())
	}
	t.Logf("%d moments", moments)
	require.Positive(t, ended)
	require.Greater(t, moments, int64(2*(first+second)))
}

// portions is a text that is read in portions of some bytes.
type portions struct {
	text string
	size int
}

func (p *portions) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(b, p.text[:min(p.size, len(p.text))])
	p.text = p.text[n:]
	return n, nil
}

// TestParallelStops: what is under way after a message that fails is called off.
func TestParallelStops(t *testing.T) {
	noGoroutinesLeft(t)
	hanging := calling(func(ctx context.Context, n int64) {
		if n > 2 {
			<-ctx.Done()
		}
	})
	var out bytes.Buffer
	var failures []string
	got := eventually(t, running(context.Background(), Options{
		Set: setOf(t, "a := CALL(n)\nb := n + x", rules.Fail, hanging), Output: &out, Parallel: 4, Grace: time.Hour,
		Failed: func(at Place, err error) { failures = append(failures, at.String()) },
	}, from("a", strings.NewReader(`{"n":1,"x":1}`+"\n"+`{"n":2,"x":"x"}`+"\n"+numbered(1000)))))
	require.ErrorIs(t, got.err, ErrStopped)
	require.Equal(t, `{"n":1,"x":1,"a":1,"b":2}`+"\n", out.String())
	require.Equal(t, Counters{Read: 2, Failed: 1, Passed: 1, Written: 1}, got.counters)
	require.Equal(t, []string{"a:2"}, failures)
}

// refusing is a writer that takes so many bytes.
type refusing struct{ left int }

func (w *refusing) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestParallelErrorsOfOutput(t *testing.T) {
	noGoroutinesLeft(t)
	hanging := calling(func(ctx context.Context, n int64) {
		if n == 20_000 {
			<-ctx.Done()
		}
	})
	for _, left := range []int{0, 100_000} {
		got := eventually(t, running(context.Background(), Options{
			Set: setOf(t, "a := CALL(n)", rules.Report, hanging), Output: &refusing{left}, Parallel: 4, Grace: time.Hour,
		}, from("a", strings.NewReader(numbered(30_000)))))
		var output *OutputError
		require.ErrorAs(t, got.err, &output)
		require.ErrorIs(t, got.err, io.ErrShortWrite)
		require.LessOrEqual(t, len(called(1, int(got.counters.Written))), left)
	}
}

func TestParallelBlockedOutput(t *testing.T) {
	r, w := io.Pipe()
	defer r.Close()
	ctx, cancel := context.WithCancel(context.Background())
	ended := running(ctx, Options{Set: setOf(t, "a := n", rules.Report), Output: w, Grace: time.Millisecond, Parallel: 4},
		from("a", strings.NewReader(numbered(100_000))))
	_, err := r.Read(make([]byte, 1)) // the run is writing
	require.NoError(t, err)
	cancel()
	got := eventually(t, ended)
	require.ErrorIs(t, got.err, ErrBlocked)
	require.Zero(t, got.counters.Written)
	require.Less(t, got.counters.Read, int64(100_000))
}

// TestParallelMemory: the lines in flight are bounded in bytes, and each may have its
// share of that only.
func TestParallelMemory(t *testing.T) {
	const size, most = 1 << 20, maxInFlight >> 20
	var underWay, largest atomic.Int64
	all := make(chan struct{})
	meet := calling(func(_ context.Context, n int64) {
		now := underWay.Add(1)
		defer underWay.Add(-1)
		if now == most {
			close(all)
		}
		raise(&largest, now)
		<-all
	})
	line := `{"n":1,"x":"` + strings.Repeat("x", size-14) + "\"}\n"
	var out heapMeter
	got := eventually(t, running(context.Background(), Options{Set: setOf(t, "a := CALL(n)", rules.Report, meet), Output: &out, Parallel: 64},
		from("a", &repeated{text: line, times: 40})))
	require.NoError(t, got.err)
	require.EqualValues(t, 40, got.counters.Written)
	require.EqualValues(t, most, largest.Load())
	require.Less(t, out.peak, uint64(200<<20))
}

// TestParallelPanics: what callbacks panic with goes to the caller of Run, and leaves
// nothing behind.
func TestParallelPanics(t *testing.T) {
	noGoroutinesLeft(t)
	hanging := calling(func(ctx context.Context, n int64) { <-ctx.Done() })
	runner := New(Options{Set: setOf(t, "a := CALL(n)", rules.Report, hanging), Output: io.Discard, Parallel: 4, Grace: time.Hour,
		Failed: func(Place, error) { panic("a callback") }})
	require.PanicsWithValue(t, "a callback", func() {
		_, _ = runner.Run(context.Background(), from("a", strings.NewReader("no JSON\n"+numbered(10))))
	})
}
