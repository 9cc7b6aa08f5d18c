package maas

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// flight is a call under way. It goes on as long as somebody waits for it,
// but not beyond the timeout.
type flight struct {
	target
	key     string
	args    *value.Map // frozen
	start   time.Duration
	asked   atomic.Pointer[instance] // last
	done    chan struct{}            // closed when answer and err hold
	answer  value.Value
	err     error
	landed  bool // guarded by Client.mu: done is closed, or about to be
	waiters int  // guarded by Client.mu
	cancel  context.CancelFunc
}

// maxFunction bounds the names and paths of functions in bytes, and URLs in endpoint
// maps. Rules may take these from messages: they stand in errors and events, and it
// takes time to see where a path leads.
const maxFunction = 4 << 10

// landingTime is how long a flight whose time is over is waited for.
const landingTime = 5 * time.Millisecond

// keys are buffers for keys.
var keys = sync.Pool{New: func() any { return new([]byte) }}

// call returns what the target answers to the arguments, and tells the observer. A
// failure is returned with the time that it took.
func (c *Client) call(ctx context.Context, t target, args *value.Map) (value.Value, time.Duration, error) {
	if len(t.function) > maxFunction {
		return value.Null, 0, fmt.Errorf("%w: the function or path has %d bytes, %d are the most", ErrRequest, len(t.function), maxFunction)
	}
	if c.options.Observe == nil && ctx.Err() == nil {
		if known := c.fresh(t, args); known != nil {
			return known.answer, 0, known.err
		}
	}
	start := c.now()
	answer, outcome, err := c.outcome(ctx, t, args, start)
	took := c.now() - start
	if c.options.Observe != nil {
		e := t.event(CallDone)
		e.Outcome, e.Duration, e.Err = outcome, took, err
		c.options.Observe(e)
	}
	return answer, took, err
}

// fresh returns what is known of a call, nil if that is nothing or old: the short way of
// calls that nobody observes, which it counts.
func (c *Client) fresh(t target, args *value.Map) *cached {
	buffer := keys.Get().(*[]byte)
	key := t.appendKey((*buffer)[:0], args)
	c.mu.Lock()
	now := c.recent()
	known := c.cache.get(key, now)
	if known != nil && now > known.fresh {
		known = nil
	}
	if known != nil {
		c.statistics.Calls++
		c.statistics.Hits++
	}
	c.mu.Unlock()
	release(buffer, key)
	return known
}

// release gives a buffer back that key was made in.
func release(buffer *[]byte, key []byte) {
	if cap(key) <= 4*maxKey {
		*buffer = key
	}
	keys.Put(buffer)
}

// outcome returns the answer or failure of a call, and how it came about.
func (c *Client) outcome(ctx context.Context, t target, args *value.Map, now time.Duration) (value.Value, Outcome, error) {
	if err := ctx.Err(); err != nil {
		return value.Null, CalledOff, err
	}
	buffer := keys.Get().(*[]byte)
	key := t.appendKey((*buffer)[:0], args)
	known, f, how := c.join(ctx, t, key, args, args == nil, now)
	if how == toBegin {
		// The flight may outlast this call, after which the caller may change the
		// arguments. To copy them takes time that nobody else is to wait for.
		args = value.FromMap(args).Copy().Detach().Freeze().Map()
		known, f, how = c.join(ctx, t, key, args, true, now)
	}
	release(buffer, key)
	if known != nil {
		return known.answer, Cached, known.err
	}
	select {
	case <-f.done:
		if how == Coalesced && f.err == nil {
			return f.answer, Coalesced, nil
		}
		return f.answer, outcomeOf(f.err), f.err
	case <-ctx.Done():
		c.leave(f)
		err := fmt.Errorf("%s: called off: %w", f.address(), ctx.Err())
		return value.Null, outcomeOf(err), err
	}
}

// toBegin is what join returns if a flight is to begin with arguments of the caller.
const toBegin Outcome = 0

// join returns the outcome known, or the flight to wait for, and whether it was under
// way already. It begins one if the arguments may be kept.
func (c *Client) join(ctx context.Context, t target, key []byte, args *value.Map, own bool, now time.Duration) (*cached, *flight, Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.cache.get(key, now)
	if known != nil && now <= known.fresh {
		c.statistics.Calls++
		c.statistics.Hits++
		return known, nil, Cached
	}
	f := c.flights[string(key)]
	if f == nil && !own {
		return nil, nil, toBegin
	}
	c.statistics.Calls++
	if known != nil {
		c.statistics.Hits++
		if f == nil {
			c.begin(ctx, t, string(key), args).waiters++ // one who does not leave
		}
		return known, nil, Cached
	}
	how := OK
	if f == nil {
		f = c.begin(ctx, t, string(key), args)
	} else {
		c.statistics.Coalesced++
		how = Coalesced
	}
	f.waiters++
	return nil, f, how
}

// begin starts a call, which keeps the arguments. Client.mu is locked.
func (c *Client) begin(ctx context.Context, t target, key string, args *value.Map) *flight {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.options.Timeout)
	f := &flight{target: t, key: key, args: args, start: c.now(), done: make(chan struct{}), cancel: cancel}
	c.flights[key] = f
	// The flight ends in time whatever the exchange is doing. Most end by themselves in
	// time, with the instance blamed before the caller goes on to its next call.
	late := time.AfterFunc(c.options.Timeout+landingTime, func() { c.land(f, value.Null, context.DeadlineExceeded) })
	c.workers.do(func() {
		answer, err := c.ask(ctx, f)
		late.Stop()
		c.exchange(t, args, answer, err)
		c.land(f, answer, err)
		cancel()
	})
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
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ErrBusy) {
		err = fmt.Errorf("%s: no answer within %v: %w", f.address(), c.options.Timeout, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.landed {
		return
	}
	f.landed = true
	now := c.now()
	c.statistics.Time += now - f.start
	c.forget(f)
	f.answer, f.err = answer, err
	close(f.done)
	if err != nil && f.waiters == 0 { // called off
		return
	}
	if err != nil {
		c.statistics.Failures++
	}
	c.keep(f.key, answer, err, now)
}

// keep puts an outcome into the cache, if it may be kept. mu is locked.
func (c *Client) keep(key string, answer value.Value, err error, now time.Duration) {
	fresh, stale := c.options.CacheTime, c.options.StaleTime
	if err != nil {
		fresh, stale = c.options.FailureTime, 0
		if o := outcomeOf(err); o != ModelError && o != Undecodable {
			return
		}
	}
	if fresh > 0 {
		c.cache.put(key, &cached{answer: answer, err: err, fresh: now + fresh, expires: now + fresh + stale})
	}
}

// address is where the flight went last, as it may be logged.
func (f *flight) address() string {
	switch i := f.asked.Load(); {
	case i != nil:
		return protocol.Address(i.base, f.path(i))
	case f.version != nil:
		return "model " + f.model()
	default:
		return protocol.Address(f.instance.base, f.path(f.instance))
	}
}

// event returns an event about the target.
func (t target) event(kind EventKind) Event {
	e := Event{Kind: kind, Function: t.function}
	if t.version != nil {
		e.Model, e.Version, e.Protocol = t.model(), t.version.name, t.version.protocol
	} else {
		e.Instance = protocol.Redacted(t.instance.URL)
	}
	return e
}

// outcomeOf names the kind of an error of a call; OK if it is nil.
func outcomeOf(err error) Outcome {
	var status *StatusError
	switch {
	case err == nil:
		return OK
	case errors.As(err, &status):
		return ModelError
	case errors.Is(err, ErrResponse):
		return Undecodable
	case errors.Is(err, ErrRequest), errors.Is(err, ErrBusy):
		return Rejected
	case errors.Is(err, ErrEjected):
		return NotCalled
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	case errors.Is(err, context.Canceled):
		return CalledOff
	}
	return Transport
}
