package maas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/stellarlang/stellar/maas/balance"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// ErrEjected is wrapped by the errors of calls that were not sent, as every instance of
// the version has failed of late and is left alone for a while.
var ErrEjected = errors.New("every instance has failed of late")

const (
	// maxAttempts bounds the attempts of a call.
	maxAttempts = 4
	// probeWait is how long a call that finds all instances ejected waits for the
	// probe that it has begun.
	probeWait = 50 * time.Millisecond
)

// asking is the work for a flight: attempts, beside each other if need be.
type asking struct {
	*Client
	*flight
	protocol protocol.Protocol
	traffic  *traffic
	from     *choice
	members  []*balance.Member
	tried    []*balance.Member
	results  chan result // has room for all attempts
	underWay int
}

type result struct {
	answer value.Value
	err    error
}

// ask returns what the target of a flight answers. It may go on when ctx has ended.
func (c *Client) ask(ctx context.Context, f *flight) (value.Value, error) {
	p, err := c.protocol(f.target)
	if err != nil {
		return value.Null, err
	}
	a := &asking{Client: c, flight: f, protocol: p, traffic: c.traffic(f.model()), from: f.choice()}
	leave, err := a.traffic.enter(ctx, f.bytes())
	if err != nil {
		return value.Null, fmt.Errorf("%s: %w", f.address(), err)
	}
	defer leave()
	a.traffic.retries.earn()
	a.members = c.members(a.from)
	answer, err := a.race(ctx)
	if err == nil {
		a.traffic.note(c.now() - f.start)
		c.shadow(f, answer)
	}
	return answer, err
}

// choice returns the endpoints that can answer.
func (t target) choice() *choice {
	if t.version != nil {
		return &t.version.all
	}
	return &choice{endpoints: []*endpoint{{instance: t.instance}}}
}

// bytes is about what a flight keeps of memory.
func (f *flight) bytes() int64 {
	size := int64(len(f.key))
	if f.args != nil {
		size += value.FromMap(f.args).Size()
	}
	return size
}

// race makes attempts until one is answered, or there is nothing more to try.
func (a *asking) race(ctx context.Context) (value.Value, error) {
	probe := a.probe(ctx)
	place := a.next()
	if place < 0 {
		return a.ejected(ctx, probe)
	}
	if len(a.members) == 1 {
		return a.attempt(ctx, place, a.members[place].Begin())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a.results = make(chan result, maxAttempts)
	a.launch(ctx, place)
	patience := time.NewTimer(a.traffic.patience(a.options))
	defer patience.Stop()
	for {
		select {
		case r := <-a.results:
			a.underWay--
			if r.err == nil || !isWorthRetrying(r.err) {
				return r.answer, r.err
			}
			if !a.again(ctx) && a.underWay == 0 {
				return value.Null, r.err
			}
		case <-patience.C:
			a.again(ctx)
		case <-ctx.Done():
			return value.Null, ctx.Err()
		}
	}
}

// next returns the place of the member to ask next, -1 if there is none: at first the
// one that was picked already.
func (a *asking) next() int {
	if len(a.tried) == 0 && a.instance != nil {
		for place, m := range a.members {
			if m.URL == a.instance.URL && m.InTurn() {
				return place
			}
		}
	}
	return a.pool.Pick(a.members, a.tried)
}

// launch begins an attempt beside the others.
func (a *asking) launch(ctx context.Context, place int) {
	m := a.members[place]
	a.tried = append(a.tried, m)
	a.underWay++
	attempt := m.Begin()
	a.workers.do(func() {
		answer, err := a.attempt(ctx, place, attempt)
		a.results <- result{answer, err}
	})
}

// again begins one more attempt if there may be one, and reports whether it did.
func (a *asking) again(ctx context.Context) bool {
	if len(a.tried) == maxAttempts || ctx.Err() != nil {
		return false
	}
	place := a.next()
	if place < 0 || !a.traffic.retries.take(a.now()) {
		return false
	}
	a.launch(ctx, place)
	return true
}

// attempt asks one instance.
func (a *asking) attempt(ctx context.Context, place int, attempt balance.Attempt) (value.Value, error) {
	i, m := a.from.endpoints[place].instance, a.members[place]
	a.asked.Store(i)
	call := &protocol.Call{Base: i.base, Path: a.path(i), Args: a.args, Model: a.wire()}
	start := a.now()
	answer, err := a.send(ctx, call)
	took := a.now() - start
	if err != nil {
		err = fmt.Errorf("%s: %w", cmp.Or(call.Address, protocol.Address(i.base, call.Path)), err)
	}
	if errors.Is(err, ErrRequest) {
		attempt.End(balance.Unknown, err)
		return value.Null, err
	}
	attempt.End(a.verdict(err, took, m), err)
	a.mu.Lock()
	a.statistics.Requests++
	a.mu.Unlock()
	if a.options.Observe != nil {
		e := a.event(AttemptDone)
		e.Instance, e.Outcome, e.Duration, e.Err = protocol.Redacted(i.URL), outcomeOf(err), took, err
		e.Sent, e.Received = call.Sent, call.Received
		a.options.Observe(e)
	}
	return answer, err
}

// do sends a call by a protocol, which may be foreign code.
func do(ctx context.Context, p protocol.Protocol, call *protocol.Call) (answer value.Value, err error) {
	defer contain(&err)
	if answer, err = p.Do(ctx, call); err == nil && answer.Kind() != value.KindMap {
		err = fmt.Errorf("%w: the protocol makes a %s of it, not a map", ErrResponse, answer.Kind())
	}
	return answer.Freeze(), err
}

// contain makes an error of a panic, so that a defect in a protocol or transport of a
// host, on an answer of any server, cannot end the host.
func contain(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("%w: internal error: %v", ErrResponse, cause)
	}
}

// wire returns what protocols need to know of the model.
func (t target) wire() *protocol.Model {
	if t.version != nil {
		return t.version.wire
	}
	return &protocol.Model{}
}

// patienceShort bounds from below how long an instance may take before an attempt that
// was called off counts against it.
const patienceShort = 100 * time.Millisecond

// verdict says what an attempt tells of its instance. One that was called off tells
// something only if the instance had more than enough time to answer.
func (c *Client) verdict(err error, took time.Duration, m *balance.Member) balance.Outcome {
	var status *StatusError
	switch {
	case err == nil:
		return balance.Answered
	case errors.As(err, &status):
		if 400 <= status.Code && status.Code < 500 {
			return balance.Answered
		}
		return balance.Failed
	case errors.Is(err, ErrResponse):
		return balance.Failed
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		if took < min(c.options.Timeout/2, max(patienceShort, 4*m.Latency())) {
			return balance.Unknown
		}
	}
	return balance.Silent
}

// isWorthRetrying reports whether another instance may do better.
func isWorthRetrying(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Code < 400 || status.Code >= 500 || status.Code == http.StatusTooManyRequests
	}
	return !errors.Is(err, ErrRequest)
}

// probe begins the probe that is due, if there is one: an attempt that nobody needs to
// wait for. It returns nil, or where the answer comes.
func (a *asking) probe(ctx context.Context) <-chan result {
	m := a.pool.Due(a.members)
	if m == nil {
		return nil
	}
	place := 0
	for a.members[place] != m {
		place++
	}
	outcome := make(chan result, 1)
	attempt := m.BeginProbe()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.options.Timeout)
	go func() {
		defer cancel()
		answer, err := a.attempt(ctx, place, attempt)
		if err == nil {
			a.mu.Lock()
			a.keep(a.key, answer, nil, a.now())
			a.mu.Unlock()
		}
		outcome <- result{answer, err}
	}()
	return outcome
}

// ejected returns what a call fails with that finds all instances ejected, or what the
// probe that it has begun is answered quickly.
func (a *asking) ejected(ctx context.Context, probe <-chan result) (value.Value, error) {
	if probe != nil {
		wait := time.NewTimer(probeWait)
		defer wait.Stop()
		select {
		case r := <-probe:
			return r.answer, r.err
		case <-ctx.Done():
			return value.Null, ctx.Err()
		case <-wait.C:
		}
	}
	return value.Null, fmt.Errorf("%s: %w", a.address(), ErrEjected)
}

// instanceChanged tells the observer that an instance was ejected or has returned.
func (c *Client) instanceChanged(m *balance.Member, ejected bool, reason error) {
	if c.options.Observe == nil {
		return
	}
	e := Event{Kind: Returned, Model: m.Model, Version: m.Version, Instance: protocol.Redacted(m.URL)}
	if ejected {
		e.Kind, e.Err = Ejected, reason
	}
	c.options.Observe(e)
}
