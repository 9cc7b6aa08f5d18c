package maas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas/balance"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options configure a Client. A zero field means its default.
type Options struct {
	Timeout      time.Duration // of one call; 1 s
	ResponseSize int64         // bytes of a response; 1 MiB. In memory it may take 64 MiB, or 8 times as much
	CacheEntries int           // answers kept; 100,000
	CacheBytes   int64         // of memory that the answers kept take, with their keys; 64 MiB
	CacheTime    time.Duration // that an answer is kept; 10 min, negative: not at all
	FailureTime  time.Duration // that a failure is kept; 1 s, negative: not at all

	// Picker picks the instance to call. The default is a balance.Random.
	Picker balance.Picker

	// AllowUnlisted reports whether expressions may ask an instance at this URL
	// that the registry does not list. Nil allows none. Requests of Call need no
	// permission.
	AllowUnlisted func(*url.URL) bool

	// Transport sends the requests. The default calls instances directly, with
	// at most 64 connections to each. One that does not heed the context of a
	// request keeps a goroutine, but no call, waiting.
	Transport http.RoundTripper
}

func (o Options) withDefaults() Options {
	setDefault(&o.Timeout, time.Second)
	setDefault(&o.ResponseSize, 1<<20)
	setDefault(&o.CacheEntries, 100_000)
	setDefault(&o.CacheBytes, 64<<20)
	if o.CacheTime == 0 {
		o.CacheTime = 10 * time.Minute
	}
	if o.FailureTime == 0 {
		o.FailureTime = time.Second
	}
	if o.Picker == nil {
		o.Picker = balance.NewRandom()
	}
	if o.Transport == nil {
		o.Transport = protocol.NewTransport(o.Timeout)
	}
	return o
}

// setDefault replaces what is no sensible setting.
func setDefault[T int | int64 | time.Duration](field *T, d T) {
	if *field <= 0 {
		*field = d
	}
}

// Client calls the instances of models. It keeps answers, sends equal requests
// that come at the same time once, and avoids instances that fail. It is safe
// for concurrent use. Expressions and registries that belong together should
// share one.
type Client struct {
	options  Options
	protocol protocol.Protocol

	mu         sync.Mutex // guards what follows
	cache      *cache
	flights    map[string]*flight
	statistics Statistics
}

// Statistics count what a client did since it was made.
type Statistics struct {
	Calls     int64         // Hits, Coalesced and Requests
	Hits      int64         // answered from the cache
	Coalesced int64         // answered by a request that was under way already
	Requests  int64         // sent to instances
	Failures  int64         // requests that failed
	Time      time.Duration // of all requests together
}

// flight is a request under way. It goes on as long as somebody waits for it,
// but not beyond the timeout.
type flight struct {
	key     string
	url     string // of the instance
	request Request
	start   time.Time
	done    chan struct{} // closed when answer and err hold
	answer  value.Value
	err     error
	landed  bool // guarded by Client.mu: done is closed, or about to be
	waiters int  // guarded by Client.mu
	cancel  context.CancelFunc
}

// NewClient returns a client.
func NewClient(o Options) *Client {
	o = o.withDefaults()
	return &Client{
		options:  o,
		protocol: protocol.GET{Transport: o.Transport, ResponseSize: o.ResponseSize},
		cache:    newCache(o.CacheEntries, o.CacheBytes),
		flights:  make(map[string]*flight),
	}
}

// Call returns the answer to a request: a frozen map, perhaps from the cache.
// Requests are equal when they have the same model, version, path and
// arguments with their kinds; whichever instance answers. Without a model or
// version the URL stands for these. So the model and version must be right; leave
// them out if they may not be. The call takes no longer than ctx and the timeout
// allow.
//
// Errors wrap ErrRequest, ErrResponse, a *StatusError, an error of the
// transport, or that of ctx.
func (c *Client) Call(ctx context.Context, r Request) (value.Value, error) {
	if err := ctx.Err(); err != nil {
		return value.Null, err
	}
	call, err := r.call()
	if err != nil {
		return value.Null, err
	}
	known, f := c.join(ctx, r, call)
	if f == nil {
		return known.answer, known.err
	}
	select {
	case <-f.done:
		return f.answer, f.err
	case <-ctx.Done():
		c.leave(f)
		return value.Null, fmt.Errorf("%s: called off: %w", r.address(), ctx.Err())
	}
}

// join returns the outcome known, or the flight to wait for.
func (c *Client) join(ctx context.Context, r Request, call *protocol.Call) (cached, *flight) {
	key := r.key()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statistics.Calls++
	if known, ok := c.cache.get(key, r.URL, time.Now()); ok {
		c.statistics.Hits++
		return known, nil
	}
	f := c.flights[key]
	if f == nil {
		f = c.begin(ctx, key, r, call)
	} else {
		c.statistics.Coalesced++
	}
	f.waiters++
	return cached{}, f
}

// begin starts a call. Client.mu is locked.
func (c *Client) begin(ctx context.Context, key string, r Request, call *protocol.Call) *flight {
	// The flight may outlast the one who began it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.options.Timeout)
	f := &flight{key: key, url: r.URL, request: r, start: time.Now(), done: make(chan struct{}), cancel: cancel}
	c.flights[key] = f
	// The flight ends in time whatever the exchange is doing.
	stop := context.AfterFunc(ctx, func() { c.land(f, value.Null, ctx.Err()) })
	go func() {
		answer, err := c.protocol.Do(ctx, call)
		stop()
		c.land(f, answer, err)
		cancel()
	}()
	return f
}

// leave stops waiting for a flight.
func (c *Client) leave(f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		f.cancel()
		c.forget(f)
	}
}

// forget removes a flight, so that nobody else joins it.
func (c *Client) forget(f *flight) {
	if c.flights[f.key] == f {
		delete(c.flights, f.key)
	}
}

// land ends a flight with its outcome, unless it has ended before.
func (c *Client) land(f *flight, answer value.Value, err error) {
	end := time.Now()
	switch {
	case err == nil:
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("%s: no answer within %v: %w", f.request.address(), c.options.Timeout, err)
	default:
		err = fmt.Errorf("%s: %w", f.request.address(), err)
	}

	calledOff, ok := c.touchDown(f, err)
	if !ok {
		return
	}
	duration := end.Sub(f.start)
	if !calledOff {
		c.options.Picker.Done(f.url, balance.Outcome{Failed: blames(err), End: end, Duration: duration})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statistics.Time += duration
	if !errors.Is(err, ErrRequest) {
		c.statistics.Requests++
	}
	c.forget(f)
	f.answer, f.err = answer, err
	close(f.done)
	if calledOff {
		return
	}
	keep := c.options.CacheTime
	if err != nil {
		c.statistics.Failures++
		keep = c.options.FailureTime
	}
	if keep > 0 {
		c.cache.put(f.key, cached{answer: answer, err: err, url: f.url, expires: end.Add(keep)})
	}
}

// touchDown begins to end a flight. ok is false if another call did. A flight
// that was called off says nothing about the instance.
func (c *Client) touchDown(f *flight, err error) (calledOff, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.landed {
		return false, false
	}
	f.landed = true
	return err != nil && f.waiters == 0, true
}

// Statistics returns the counts so far.
func (c *Client) Statistics() Statistics {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.statistics
}

// Close closes the connections that are idle. The client may still be used.
func (c *Client) Close() error {
	if t, ok := c.options.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
	return nil
}
