package maas_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// faultFigures lets the tests here measure what users are promised, which needs a machine
// that does nothing else. Without it they make fewer calls with more time.
var faultFigures = flag.Bool("faults", false, "measure what faults of instances cost")

// promise is what callers are promised as long as one instance is healthy, and how many
// there are.
type promise struct {
	callers     int
	timeout     time.Duration // of each call
	length      time.Duration // for which they call
	burst       int           // calls at once
	failures    int           // in 1000 calls
	late, worst time.Duration // beyond the deadline, of 999 in 1000 calls and of all
	recovery    time.Duration // until an instance that has recovered is called again
	hanging     time.Duration // that a single hanging instance costs 1,000 messages
}

func promised() promise {
	if *faultFigures {
		return promise{
			callers: 64, timeout: time.Second, length: 2 * time.Second, burst: 3000, failures: 1,
			late: 20 * time.Millisecond, worst: 100 * time.Millisecond, recovery: 2 * time.Second, hanging: 3 * time.Second,
		}
	}
	// So few calls may meet an instance that hangs once only, which is slow then and not
	// ejected: it is asked again after ten times what was waited for it, half of the timeout.
	const timeout = 4 * time.Second
	return promise{
		callers: 4, timeout: timeout, length: time.Second / 4, burst: 300, failures: 20,
		late: patience, worst: patience, recovery: 10*timeout/2 + patience, hanging: 20 * time.Second,
	}
}

// healthyTime is what a healthy instance takes.
const healthyTime = 20 * time.Millisecond

// healthy answers as a model does.
func healthy(w http.ResponseWriter, r *http.Request) {
	select {
	case <-time.After(healthyTime):
		fmt.Fprint(w, `{"score": 0.5}`)
	case <-r.Context().Done():
	}
}

// raw says a text on the bare connection, and then another one again and again.
func raw(text, more string, pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		goesOn(text, more, pause)(conn)
	}
}

// faults are what instances are known to do.
var faults = map[string]http.HandlerFunc{
	"hangs":              func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"fails":              status(500, "no"),
	"is full":            status(503, "no"),
	"answers 101":        raw("HTTP/1.1 101 Switching Protocols\r\n\r\n", "x", time.Second),
	"closes connections": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	"endless body":       raw("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat(" ", 32<<10), 0),
	"dripping body":      raw("HTTP/1.1 200 OK\r\n\r\n", " ", time.Millisecond),
	"is no model":        status(200, "<html>"),
	"slow at p99": func() http.HandlerFunc {
		var n atomic.Int64
		return func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1)%100 == 0 {
				<-r.Context().Done()
				return
			}
			healthy(w, r)
		}
	}(),
}

// switchable is a model whose behaviour changes.
type switchable struct {
	handler atomic.Pointer[http.HandlerFunc]
}

func (s *switchable) set(h http.HandlerFunc) { s.handler.Store(&h) }

func (s *switchable) serve(t *testing.T) *service {
	return serve(t, func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load())(w, r) })
}

// load is what became of calls that were made for a while.
type load struct {
	calls, failed int
	first         error           // of the failures
	late          []time.Duration // beyond the deadline, of all calls, sorted
}

// callAll makes distinct calls from many goroutines until the time is over.
func callAll(c *maas.Client, callers int, timeout, length time.Duration) load {
	var mu sync.Mutex
	var all load
	var wait sync.WaitGroup
	var n atomic.Int64
	end := time.Now().Add(length)
	for range callers {
		wait.Go(func() {
			for time.Now().Before(end) {
				ctx, cancel := context.WithTimeout(context.Background(), timeout)
				start := time.Now()
				_, err := c.Call(ctx, maas.Request{Model: "dga", Args: args("n", int(n.Add(1)))})
				late := max(time.Since(start)-timeout, 0)
				cancel()
				mu.Lock()
				all.calls++
				if err != nil {
					all.failed++
					if all.first == nil {
						all.first = err
					}
				}
				all.late = append(all.late, late)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	slices.Sort(all.late)
	return all
}

// require checks what is promised.
func (l load) require(t *testing.T, p promise) {
	late := l.late[len(l.late)*999/1000]
	worst := l.late[len(l.late)-1]
	t.Logf("%d calls, %.3f %% succeed, beyond their deadline: p99.9 %v, at most %v; the first failure: %v",
		l.calls, 100-100*float64(l.failed)/float64(l.calls), late, worst, l.first)
	require.LessOrEqual(t, l.failed*1000, l.calls*p.failures, "%d of %d calls failed, first: %v", l.failed, l.calls, l.first)
	require.LessOrEqual(t, late, p.late)
	require.LessOrEqual(t, worst, p.worst)
}

// TestFaults: with one instance that is healthy, calls succeed whatever another one does,
// and an instance that recovers is called again soon.
func TestFaults(t *testing.T) {
	p := promised()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			var one switchable
			one.set(fault)
			faulty, good := one.serve(t), serve(t, healthy)
			c := newClient(t, maas.Options{Timeout: p.timeout}, instancesOf(faulty, good)...)
			callAll(c, p.callers, p.timeout, p.length).require(t, p)
			if name == "slow at p99" {
				return
			}
			one.set(healthy)
			recovered, before := time.Now(), faulty.requests.Load()
			for faulty.requests.Load() < before+10 && time.Since(recovered) < p.recovery {
				callAll(c, p.callers, p.timeout, 50*time.Millisecond)
			}
			t.Logf("called again %v after its recovery", time.Since(recovered).Round(time.Millisecond))
			require.Less(t, time.Since(recovered), p.recovery)
		})
	}
}

// TestInstancesComeAndGo: instances are registered, and die without a word, every 100
// ms; one is there all the time.
func TestInstancesComeAndGo(t *testing.T) {
	p := promised()
	good := serve(t, healthy)
	var m maas.Memory
	require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "dga", Version: "1.0", ID: "good", URL: good.URL}))
	c := newClientOf(t, &m, maas.Options{Timeout: p.timeout})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var churn sync.WaitGroup
	churn.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		var last *service
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if last != nil { // dead, and some time later unregistered
				last.CloseClientConnections()
				last.Listener.Close()
			}
			last = serve(t, healthy)
			_ = m.Register(ctx, maas.Instance{Model: "dga", Version: "1.0", ID: fmt.Sprint(n), URL: last.URL})
			_ = m.Deregister(ctx, "dga", fmt.Sprint(n-2))
		}
	})
	all := callAll(c, p.callers, p.timeout, 2*p.length)
	cancel()
	churn.Wait()
	all.require(t, p)
}

// TestManyCallsOfOneInstance: a burst of one's own calls does not make an instance look
// ill.
func TestManyCallsOfOneInstance(t *testing.T) {
	p := promised()
	good := serve(t, healthy)
	var ejected atomic.Int64
	c := newClient(t, maas.Options{Timeout: p.timeout, Observe: func(e maas.Event) {
		if e.Kind == maas.Ejected {
			ejected.Add(1)
		}
	}}, instancesOf(good)...)
	var failed atomic.Int64
	var first atomic.Pointer[error]
	var all sync.WaitGroup
	start := time.Now()
	for n := range p.burst {
		all.Go(func() {
			if _, err := c.Call(context.Background(), maas.Request{Model: "dga", Args: args("n", n)}); err != nil {
				failed.Add(1)
				first.Store(&err)
			}
		})
	}
	all.Wait()
	t.Logf("%d calls of one instance in %v", p.burst, time.Since(start).Round(time.Millisecond))
	if err := first.Load(); err != nil {
		t.Error(*err)
	}
	require.Zero(t, failed.Load())
	require.Zero(t, ejected.Load())
}

// TestQueueIsBounded: what is too much fails at once, and is not blamed on the instance.
func TestQueueIsBounded(t *testing.T) {
	release := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		fmt.Fprint(w, `{}`)
	})
	c := newClient(t, maas.Options{Timeout: patience, Concurrency: 2, QueueLength: 3}, instancesOf(s)...)
	outcomes := make(chan error)
	for n := range 10 {
		go func() {
			_, err := c.Call(context.Background(), maas.Request{Model: "dga", Args: args("n", n)})
			outcomes <- err
		}()
	}
	for range 5 {
		require.ErrorIs(t, <-outcomes, maas.ErrBusy)
	}
	require.Eventually(t, func() bool { return s.requests.Load() == 2 }, patience, tick)
	close(release)
	for range 5 {
		require.NoError(t, <-outcomes)
	}

	c = newClient(t, maas.Options{Timeout: patience, Concurrency: 1, QueueBytes: 1000}, instancesOf(serve(t, healthy))...)
	for n := range 3 {
		go func() {
			_, err := c.Call(context.Background(), maas.Request{Model: "dga", Args: args("n", n, "text", strings.Repeat("x", 2000))})
			outcomes <- err
		}()
	}
	failed := 0
	for range 3 {
		if err := <-outcomes; err != nil {
			require.ErrorIs(t, err, maas.ErrBusy)
			failed++
		}
	}
	require.Equal(t, 2, failed, "none fits into the queue")
}

// TestSingleHangingInstance: it costs a stream of messages that come one after the other
// little, though there is no other.
func TestSingleHangingInstance(t *testing.T) {
	const messages = 1000
	p := promised()
	var one switchable
	one.set(faults["hangs"])
	s := one.serve(t)
	c := newClient(t, maas.Options{}, instancesOf(s)...)
	start := time.Now()
	for n := range messages {
		_, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("n", n)})
		require.Error(t, err)
	}
	t.Logf("%d messages in %v, %d requests", messages, time.Since(start).Round(time.Millisecond), s.requests.Load())
	require.Less(t, time.Since(start), p.hanging)

	one.set(healthy)
	recovered := time.Now()
	for n := 0; ; n++ {
		if _, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("n", n)}); err == nil {
			break
		}
		require.Less(t, time.Since(recovered), patience)
	}
	t.Logf("back %v after its recovery", time.Since(recovered).Round(time.Millisecond))
	require.Less(t, time.Since(recovered), p.recovery)
}

// TestManyEqualCalls: they reach the model once.
func TestManyEqualCalls(t *testing.T) {
	const calls = 10_000
	s := serve(t, healthy)
	c := newClient(t, maas.Options{Timeout: patience}, instancesOf(s)...)
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			if _, err := c.Call(context.Background(), maas.Request{Model: "dga", Args: args("host", "x")}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, s.requests.Load())
}

// TestNothingIsLeft: a client that is closed leaves neither goroutines nor connections.
func TestNothingIsLeft(t *testing.T) {
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			faulty, good := serve(t, fault), serve(t, healthy)
			c := newClient(t, maas.Options{Timeout: 200 * time.Millisecond}, instancesOf(faulty, good)...)
			callAll(c, 64, 100*time.Millisecond, 300*time.Millisecond)
			require.Eventually(t, func() bool { // what was called off may be idle only after a Close
				return c.Close() == nil && !clientIsBusy()
			}, patience, tick)
		})
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= goroutines+2 && openFiles(t) <= files+2 }, patience, tick,
		"%d goroutines, %d files before", goroutines, files)
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("there is no /proc here")
	}
	return len(entries)
}

// TestMemoryOfManyAnswers: the cache holds what its default says, within what it says.
func TestMemoryOfManyAnswers(t *testing.T) {
	const answers, bound = 100_000, 80 << 20
	body := fmt.Sprintf(`{"is_malicious": "dga", "score": 0.93, "reasons": "%s"}`, strings.Repeat("x", 200-52))
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
	c := newClient(t, maas.Options{Timeout: patience, CacheBytes: 1 << 30}, instancesOf(s)...)
	before := heapInUse()
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for n := worker; n < answers; n += 16 {
				if _, err := c.Call(context.Background(), maas.Request{Model: "dga", Args: args("host", fmt.Sprintf("host%d.example.com", n))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	used := heapInUse() - before
	t.Logf("%d answers of %d bytes take %.1f MiB", answers, len(body), float64(used)/(1<<20))
	require.Less(t, used, int64(bound))
	require.EqualValues(t, answers, s.requests.Load())
	_, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("host", "host0.example.com")})
	require.NoError(t, err)
	require.EqualValues(t, 1, c.Statistics().Hits, "the first answer is still there")
}
