package maas_test

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

const (
	patience = 10 * time.Second
	tick     = 2 * time.Millisecond
)

// service is a model behind HTTP that counts its requests and connections.
type service struct {
	*httptest.Server
	requests    atomic.Int64
	connections atomic.Int64
}

func serve(t *testing.T, handler http.HandlerFunc) *service {
	s := &service{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		handler(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// answer serves a fixed response.
func answer(t *testing.T, status int, body string) *service {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func newClient(t *testing.T, o maas.Options, instances ...maas.Instance) *maas.Client {
	registry, err := maas.NewMemory(instances...)
	require.NoError(t, err)
	return newClientOf(t, registry, o)
}

func newClientOf(t *testing.T, registry maas.Registry, o maas.Options) *maas.Client {
	c := maas.NewClient(registry, o)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// args makes a map of names and values in turn.
func args(namesAndValues ...any) *value.Map {
	m := value.NewMap(len(namesAndValues) / 2)
	for i := 0; i < len(namesAndValues); i += 2 {
		m.Put(value.FromGo(namesAndValues[i]), value.FromGo(namesAndValues[i+1]))
	}
	return m
}

// direct is a request to the instance at a URL, which needs no registry.
func direct(s *service, a *value.Map) maas.Request { return maas.Request{URL: s.URL, Args: a} }

// instancesOf are those of the model dga in version 1.0 at the services.
func instancesOf(services ...*service) []maas.Instance {
	var all []maas.Instance
	for n, s := range services {
		all = append(all, maas.Instance{Model: "dga", Version: "1.0", ID: fmt.Sprint(n), URL: s.URL})
	}
	return all
}

func TestCallSendsArgumentsAsQuery(t *testing.T) {
	var got *http.Request
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		fmt.Fprint(w, `{"is_malicious": "dga", "score": 0.5, "tags": ["a"]}`)
	})
	r := direct(s, args("host", "a b&ü", "port", 80, "ratio", 1e10, "tls", true, "big", int64(5)))
	r.Function = "/v1/apply?mode=fast"
	answer, err := newClient(t, maas.Options{}).Call(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, "{is_malicious=dga, score=0.5, tags=[a]}", answer.String())
	require.Equal(t, http.MethodGet, got.Method)
	require.Equal(t, "application/json", got.Header.Get("Accept"))
	require.Equal(t, "/v1/apply?mode=fast&big=5&host=a+b%26%C3%BC&port=80&ratio=1.0E10&tls=true", got.RequestURI)
}

// TestArgumentsStayWithTheCaller: they may be changed for the next call, whatever became
// of this one.
func TestArgumentsStayWithTheCaller(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"n": %s}`, r.URL.Query().Get("n")) })
	c := newClient(t, maas.Options{Timeout: patience}, instancesOf(s)...)
	a := value.NewMap(1)
	for _, n := range []int{1, 2, 1, 3} {
		a.Put(value.String("n"), value.Int(int32(n)))
		answer, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: a})
		require.NoError(t, err)
		require.EqualValues(t, n, member(t, answer, "n"))
	}
	require.False(t, value.FromMap(a).Frozen())
	require.EqualValues(t, 1, c.Statistics().Hits)
	require.EqualValues(t, 4, c.Statistics().Calls)
}

func TestCallFailures(t *testing.T) {
	elsewhere := answer(t, 200, `{}`)
	cases := map[string]struct {
		status int
		body   string
		want   string
	}{
		"status":          {503, "starting", "status 503 Service Unavailable"},
		"not found":       {404, `{"error": 1}`, "status 404 Not Found"},
		"created":         {201, `{}`, "status 201 Created"},
		"redirect":        {302, "", "status 302 Found"},
		"not an object":   {200, `["dga"]`, "unusable response: the JSON is a list, not an object"},
		"NaN of others":   {200, `{"a": nan}`, "unusable response: invalid JSON"},
		"not JSON":        {200, `<html>`, "unusable response: invalid JSON at offset 0"},
		"two values":      {200, `{} {}`, "unusable response: text after the JSON value"},
		"empty":           {200, ``, "unusable response: no JSON value"},
		"too large":       {200, `{"a": "` + strings.Repeat("x", 1<<20) + `"}`, "unusable response: more than 1048576 bytes"},
		"too deep":        {200, strings.Repeat(`{"a":`, 2000), "unusable response: nesting"},
		"large non-200":   {500, strings.Repeat("x", 1<<20), "status 500"},
		"truncated value": {200, `{"a": `, "unusable response: the JSON text ends too early"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", elsewhere.URL)
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.body)
			})
			_, err := newClient(t, maas.Options{}).Call(t.Context(), direct(s, args("secret", "x")))
			require.ErrorContains(t, err, s.URL+"/apply: "+test.want)
			require.NotContains(t, err.Error(), "secret")
			if test.status == 200 {
				require.ErrorIs(t, err, maas.ErrResponse)
			} else {
				var status *maas.StatusError
				require.ErrorAs(t, err, &status)
				require.Equal(t, test.status, status.Code)
			}
		})
	}
	require.Zero(t, elsewhere.requests.Load())
}

// TestOptionsWithoutLimits: the largest settings do not turn into the smallest.
func TestOptionsWithoutLimits(t *testing.T) {
	const most = math.MaxInt64
	for _, o := range []maas.Options{
		{Timeout: most, ResponseSize: most, CacheEntries: most, CacheBytes: most, CacheTime: most, StaleTime: most, FailureTime: most,
			Concurrency: most, QueueLength: most, QueueBytes: most, Hedge: true},
		{Timeout: -most, ResponseSize: -most, CacheEntries: -most, CacheBytes: -most, StaleTime: -most,
			Concurrency: -most, QueueLength: -most, QueueBytes: -most},
	} {
		s, ill := answer(t, 200, `{"score": 1}`), answer(t, 404, "")
		c := newClient(t, o)
		for range 3 {
			_, err := c.Call(t.Context(), direct(s, nil))
			require.NoError(t, err)
			_, err = c.Call(t.Context(), direct(ill, nil))
			require.ErrorContains(t, err, "status 404")
		}
		require.EqualValues(t, 1, s.requests.Load())
		require.EqualValues(t, 1, ill.requests.Load())
	}
}

func TestCallRefusesWhatCannotBeSent(t *testing.T) {
	s := answer(t, 200, `{}`)
	c := newClient(t, maas.Options{})
	for want, r := range map[string]maas.Request{
		`the argument "hosts" is a list, it must be a scalar`: direct(s, args("hosts", []any{"a"})),
		`the argument "host" is a map, it must be a scalar`:   direct(s, args("host", map[string]any{})),
		`the argument "host" is a null, it must be a scalar`:  direct(s, args("host", nil)),
		`the name of an argument is a list`:                   direct(s, args([]any{}, 1)),
		`the arguments exceed 65536 bytes`:                    direct(s, args("a", strings.Repeat("x", 65536))),
		`must have the form http://host:port`:                 {URL: "file:///etc/passwd"},
		`neither a query nor a fragment`:                      {URL: s.URL + "?a=b"},
		`user name or password`:                               {URL: "http://u:p@localhost"},
		`url is unreadable`:                                   {URL: "http://[::1"},
		`the path "%zz"`:                                      {URL: s.URL, Function: "%zz"},
		`the function or path has 16777217 bytes`:             {URL: s.URL, Function: "%" + strings.Repeat("25", 8<<20)},
	} {
		_, err := c.Call(t.Context(), r)
		require.ErrorIs(t, err, maas.ErrRequest)
		require.ErrorContains(t, err, want)
	}
	require.Zero(t, s.requests.Load())
	require.Zero(t, c.Statistics().Requests)
}

// TestCallsStayBelowTheirInstance: the name of a function is no way to other
// services of its host.
func TestCallsStayBelowTheirInstance(t *testing.T) {
	s := answer(t, 200, `{}`)
	c := newClient(t, maas.Options{})
	call := func(path string) error {
		_, err := c.Call(t.Context(), maas.Request{URL: s.URL + "/models/dga", Function: path})
		return err
	}
	for _, path := range []string{
		"..", "../", "/..", "../../admin", "/../../admin", "a/../../../admin", "a/../apply", "//../admin", "%2e%2e/admin",
		".%2E/admin", "..%2fadmin", `..\admin`, "..%5cadmin", "%252e%252e/admin", "..;/admin", "..;a=b/admin", "..%3b/admin",
		"../admin?a=b", "..?a", "..#a", "..%20/admin", "%25%32%65./admin", "%252e%252e/%25zz", "%2525252e./admin", "..%2f%",
	} {
		err := call(path)
		require.ErrorIs(t, err, maas.ErrRequest, path)
	}
	require.Zero(t, s.requests.Load())
	for n, path := range []string{"/", "apply", "v1/apply", "v1//apply", "a..b", "...", ".", "a?b=../..", "a?../..", "%41", "@other", "//other/a"} {
		require.NoError(t, call(path), path)
		require.EqualValues(t, n+1, s.requests.Load(), path)
	}
}

func TestCallTimeout(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := newClient(t, maas.Options{Timeout: 50 * time.Millisecond})
	start := time.Now()
	_, err := c.Call(t.Context(), direct(s, nil))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "no answer within 50ms")
	require.Less(t, time.Since(start), patience)
	require.EqualValues(t, 1, c.Statistics().Failures)
}

func TestCallTimeoutWithinTheBody(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"a":`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	_, err := newClient(t, maas.Options{Timeout: 50 * time.Millisecond}).Call(t.Context(), direct(s, nil))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestCallEndsWithItsContext(t *testing.T) {
	called, ended := make(chan struct{}), make(chan struct{})
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(called)
		<-r.Context().Done()
		close(ended)
	})
	c := newClient(t, maas.Options{Timeout: patience})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-called; cancel() }()
	_, err := c.Call(ctx, direct(s, nil))
	require.ErrorIs(t, err, context.Canceled)
	<-ended // the request does not outlast the last who waits
	_, err = c.Call(ctx, direct(s, nil))
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, c.Statistics().Failures)
}

func TestEqualCallsAreOneRequest(t *testing.T) {
	const callers = 64
	release := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		fmt.Fprint(w, `{"a": 1}`)
	})
	c := newClient(t, maas.Options{Timeout: patience})
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			got, err := c.Call(context.Background(), direct(s, args("host", "x")))
			if err != nil || got.String() != "{a=1}" {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	// One more joins and leaves again; the others must not notice.
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := c.Call(ctx, direct(s, args("host", "x")))
		left <- err
	}()
	require.Eventually(t, func() bool { return c.Statistics().Coalesced == callers }, patience, tick)
	cancel()
	require.ErrorIs(t, <-left, context.Canceled)
	close(release)
	all.Wait()
	require.EqualValues(t, 1, s.requests.Load())
	counts := c.Statistics()
	require.Positive(t, counts.Time)
	counts.Time = 0
	require.Equal(t, maas.Statistics{Calls: callers + 1, Coalesced: callers, Requests: 1}, counts)
}

func TestAnswersAreKeptByValue(t *testing.T) {
	s := answer(t, 200, `{"a": [1]}`)
	c := newClient(t, maas.Options{},
		maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL},
		maas.Instance{Model: "dga", Version: "2.0", ID: "2", URL: s.URL},
		maas.Instance{Model: "dgb", Version: "1.0", ID: "1", URL: s.URL})
	call := func(r maas.Request) value.Value {
		v, err := c.Call(t.Context(), r)
		require.NoError(t, err)
		return v
	}
	for n := range 1000 {
		host := fmt.Sprint("host", n%10)
		a := args("host", host, "port", 80)
		if n%2 == 0 {
			a = args("port", 80, "host", host)
		}
		got := call(direct(s, a))
		got.Map().Put(value.String("b"), value.Int(1)) // a copy: the answer is frozen
		require.Equal(t, "{a=[1]}", got.String())
	}
	require.EqualValues(t, 10, s.requests.Load())
	require.EqualValues(t, 990, c.Statistics().Hits)

	different := []maas.Request{
		direct(s, args("port", "80")), direct(s, args("port", 80)), direct(s, args("port", int64(80))), direct(s, args("port", 80.0)),
		direct(s, args("a", "b", "c", "d")), direct(s, args("a", "b", "cd", "")), direct(s, args("a", "bc", "d", "")), direct(s, nil),
		{Model: "dga", Version: "2.0"}, {Model: "dgb", Version: "1.0"}, {Model: "dga", Version: "1.0"},
		{Model: "dga", Version: "1.0", Function: "train"}, {URL: s.URL, Function: "train"}, {URL: s.URL + "/v1"},
	}
	for range 2 {
		for _, r := range different {
			call(r)
		}
	}
	require.EqualValues(t, 10+len(different), s.requests.Load())
}

func TestAnswersExpire(t *testing.T) {
	s := answer(t, 200, `{}`)
	c := newClient(t, maas.Options{CacheTime: 5 * time.Millisecond})
	require.Eventually(t, func() bool {
		_, err := c.Call(t.Context(), direct(s, nil))
		return err == nil && s.requests.Load() > 2
	}, patience, tick)
}

func TestCacheIsBounded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"x": %q}`, strings.Repeat("x", 1000))
	})
	for name, o := range map[string]maas.Options{"entries": {CacheEntries: 2}, "bytes": {CacheBytes: 3200}} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, o)
			for _, n := range []int{1, 2, 1, 3, 1, 2} { // 2 is the least recently used when 3 comes
				_, err := c.Call(t.Context(), direct(s, args("n", n)))
				require.NoError(t, err)
			}
			require.EqualValues(t, 4, c.Statistics().Requests)
		})
	}
}

// TestCacheIsBoundedInMemory: answers take more memory than their texts, and some
// take much more.
func TestCacheIsBoundedInMemory(t *testing.T) {
	const bound = 64 << 20 // the default
	for _, item := range []string{"{}", "[0]", `{"a":1}`, `"s"`, "1"} {
		t.Run(item, func(t *testing.T) {
			body := `{"k":[` + strings.Repeat(item+",", (1<<20-20)/(len(item)+1)) + item + "]}"
			s := answer(t, 200, body)
			c := newClient(t, maas.Options{Timeout: patience})
			before := heapInUse()
			for n := range 12 {
				_, err := c.Call(t.Context(), direct(s, args("n", n)))
				require.NoError(t, err)
			}
			require.Less(t, heapInUse()-before, int64(bound*3/2), "with what allocations are rounded up by")
			_, err := c.Call(t.Context(), direct(s, args("n", 11)))
			require.NoError(t, err)
			require.EqualValues(t, 1, c.Statistics().Hits, "the last answer is there")
		})
	}
}

// TestLongTextsAreNotKept: rules may take the path of a function, and what version they
// want, from messages.
func TestLongTextsAreNotKept(t *testing.T) {
	const calls, length = 2000, 4<<10 - 10
	c := newClient(t, maas.Options{Timeout: patience, FailureTime: time.Hour, CacheBytes: 1 << 20}, instancesOf(answer(t, 404, ""))...)
	for what, r := range map[string]func(text string) maas.Request{
		"function": func(text string) maas.Request { return maas.Request{Model: "dga", Function: text} },
		"version":  func(text string) maas.Request { return maas.Request{Model: "dga", Version: text} },
	} {
		before := heapInUse()
		for n := range calls {
			_, err := c.Call(t.Context(), r(fmt.Sprint(n, strings.Repeat("x", length))))
			require.Error(t, err)
		}
		require.Less(t, heapInUse()-before, int64(calls*length/2), what)
	}
	runtime.KeepAlive(c)
}

func TestAnswersAreBoundedInMemory(t *testing.T) {
	s := answer(t, 200, `{"k":[`+strings.Repeat("[],", 1<<20)+"1]}")
	_, err := newClient(t, maas.Options{ResponseSize: 4 << 20, Timeout: patience}).Call(t.Context(), direct(s, nil))
	require.ErrorIs(t, err, maas.ErrResponse)
	require.ErrorContains(t, err, "more than the limit of 67108864 bytes of memory")
}

// heapInUse returns the bytes of the heap that are still used.
func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// TestAnswersOfPython: its json module writes what is no JSON.
func TestAnswersOfPython(t *testing.T) {
	for body, want := range map[string]string{
		`{"score": NaN, "ok": true}`:                         "{score=NaN, ok=true}",
		`{"scores": [Infinity, -Infinity, 0.5], "f": "NaN"}`: "{scores=[Infinity, -Infinity, 0.5], f=NaN}",
		"\ufeff{\"a\":1}":                                    "{a=1}",
		`{"f":1e400}`:                                        "{f=Infinity}",
	} {
		answer, err := newClient(t, maas.Options{}).Call(t.Context(), direct(answer(t, 200, body), nil))
		require.NoError(t, err, body)
		require.Equal(t, want, answer.String())
		require.True(t, answer.Frozen())
	}
}

func TestFailuresAreKeptForAMoment(t *testing.T) {
	s := answer(t, 500, "")
	c := newClient(t, maas.Options{FailureTime: time.Hour})
	for range 3 {
		_, err := c.Call(t.Context(), direct(s, nil))
		require.Error(t, err)
	}
	require.EqualValues(t, 1, s.requests.Load())
	c = newClient(t, maas.Options{FailureTime: 5 * time.Millisecond})
	require.Eventually(t, func() bool {
		_, err := c.Call(t.Context(), direct(s, nil))
		return err != nil && s.requests.Load() > 3
	}, patience, tick)
}

func TestConnectionsAreReused(t *testing.T) {
	for _, status := range []int{200, 404, 500} {
		s := answer(t, status, `{"a": 1}`)
		c := newClient(t, maas.Options{})
		const calls = 5 // with more failures, the instance is ejected
		for n := range calls {
			_, _ = c.Call(t.Context(), direct(s, args("n", n)))
		}
		require.EqualValues(t, calls, s.requests.Load())
		require.EqualValues(t, 1, s.connections.Load(), "status %d", status)
	}
}

func TestUnreachable(t *testing.T) {
	s := answer(t, 200, `{}`)
	s.Close()
	_, err := newClient(t, maas.Options{}).Call(t.Context(), direct(s, nil))
	var network *net.OpError
	require.ErrorAs(t, err, &network)
}
