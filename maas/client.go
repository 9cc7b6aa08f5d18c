package maas

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas/balance"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options configure a Client. A zero field means its default.
type Options struct {
	// Timeout bounds a call, with its attempts and the wait for its turn; 1 s.
	Timeout      time.Duration
	ResponseSize int64 // bytes of a response; 1 MiB. In memory it may take 64 MiB, or 8 times as much

	CacheEntries int           // answers kept; 100,000
	CacheBytes   int64         // of memory that the answers kept take, with their keys; 64 MiB
	CacheTime    time.Duration // that an answer is kept; 10 min, negative: not at all
	// StaleTime is how long after CacheTime an answer may still be given, while it is
	// asked for anew; 0.
	StaleTime time.Duration
	// FailureTime is how long it is kept that a model failed on certain arguments;
	// 1 s, negative: not at all. That an instance is out of reach is not kept so.
	FailureTime time.Duration

	// Concurrency is how many calls of a model are under way at a time; 256.
	Concurrency int
	// QueueLength is how many calls of a model may wait for their turn, and QueueBytes
	// how much memory these may keep; 10,000 and 64 MiB. The others fail at once.
	QueueLength int
	QueueBytes  int64

	// Hedge asks a second instance when the first has not answered in the time in
	// which 95 % of the calls of the model do, and takes what comes first. Without it
	// this happens when half of Timeout is over.
	Hedge bool
	// Balance says for how long instances that fail are left alone. Its Changed is not
	// used.
	Balance balance.Options

	// Protocols are ways to ask instances, by the names that releases have for them,
	// beside those of package protocol: that of package grpc, for example. The one who
	// made them closes them.
	Protocols map[string]protocol.Protocol

	// AllowUnlisted reports whether expressions may ask an instance at this URL
	// that the registry does not list. Nil allows none. Requests of Call need no
	// permission.
	AllowUnlisted func(*url.URL) bool

	// Required lets the functions of expressions fail where they would return null: it
	// is for rules whose verdict means nothing without their models.
	Required bool

	// Observe is told of calls, attempts and instances. It is called by several
	// goroutines and must not wait. Nil ignores it.
	Observe func(Event)

	// Inspect is told what models were asked and what they answered, before the answer
	// is used. It is called by several goroutines and must not wait, nor keep arguments
	// and answers for long. Nil ignores it, and then nothing is done for it.
	Inspect func(Exchange)

	// Transport sends the requests. The default calls instances directly. One that does
	// not heed the context of a request keeps a goroutine, but no call, waiting.
	Transport http.RoundTripper
}

// endless and unlimited bound times and sizes, so that what is computed of them fits.
const (
	endless   = 1 << 60 // nanoseconds, some 36 years
	unlimited = 1 << 50
)

func (o Options) withDefaults() Options {
	setDefault(&o.Timeout, time.Second)
	setDefault(&o.ResponseSize, 1<<20)
	setDefault(&o.CacheEntries, 100_000)
	setDefault(&o.CacheBytes, 64<<20)
	setDefault(&o.Concurrency, 256)
	setDefault(&o.QueueLength, 10_000)
	setDefault(&o.QueueBytes, 64<<20)
	o.CacheTime = cmp.Or(o.CacheTime, 10*time.Minute)
	o.FailureTime = cmp.Or(o.FailureTime, time.Second)
	for _, d := range []*time.Duration{&o.Timeout, &o.CacheTime, &o.StaleTime, &o.FailureTime} {
		*d = min(*d, endless)
	}
	o.StaleTime = max(o.StaleTime, 0)
	o.ResponseSize = min(o.ResponseSize, unlimited)
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

// Client calls models through the instances that a registry knows. It keeps answers,
// sends equal calls that come at the same time once, tries calls again where that is
// of use, and leaves instances alone that fail. It is safe for concurrent use.
type Client struct {
	registry  Registry
	options   Options
	protocols map[string]protocol.Protocol
	pool      *balance.Pool
	batches   batches
	workers   workers
	clock     clock
	isBrief   bool // outcomes are kept for so short a time that a tick of the clock is much of it

	mu         sync.Mutex // guards what follows
	cache      *cache
	flights    map[string]*flight
	statistics Statistics

	models sync.Map // names to *traffic
}

// Statistics count what a client did since it was made.
type Statistics struct {
	Calls     int64         // Hits, Coalesced, and those that were sent or failed before
	Hits      int64         // answered from the cache
	Coalesced int64         // answered by a call that was under way already
	Requests  int64         // attempts: requests that were sent to instances
	Failures  int64         // calls that failed, without those of Hits and Coalesced
	Time      time.Duration // of all calls that were sent
}

// NewClient returns a client of the models that a registry knows; nil stands for an
// empty one.
func NewClient(registry Registry, o Options) *Client {
	o = o.withDefaults()
	if registry == nil {
		registry = &Memory{}
	}
	c := &Client{
		registry: registry, options: o, protocols: protocol.All(o.Transport, o.ResponseSize), workers: newWorkers(),
		isBrief: isBrief(o.CacheTime) || isBrief(o.FailureTime), cache: newCache(o.CacheEntries, o.CacheBytes), flights: make(map[string]*flight),
	}
	c.clock = clock{start: time.Now(), Mutex: &c.mu}
	for name, p := range o.Protocols {
		c.protocols[name] = p
	}
	o.Balance.Changed = c.instanceChanged
	c.pool = balance.NewPool(o.Balance)
	return c
}

// now is the time since the client was made.
func (c *Client) now() time.Duration { return c.clock.now() }

// recent is about that time, as exact as it need be for what is kept. mu is locked.
func (c *Client) recent() time.Duration {
	if c.isBrief {
		return c.now()
	}
	return c.clock.recent()
}

// Registry returns the registry.
func (c *Client) Registry() Registry { return c.registry }

// Call returns the answer to a request: a frozen map, perhaps from the cache.
// Requests are equal when they have the same model, version, function and
// arguments with their kinds; whichever instance answers. The call takes no longer
// than ctx and the timeout allow. Args must not change until it returns.
//
// Errors wrap ErrNoInstance, ErrRequest, ErrResponse, ErrBusy, ErrEjected, a
// *StatusError, an error of the transport, or that of ctx.
func (c *Client) Call(ctx context.Context, r Request) (value.Value, error) {
	t, err := c.target(r)
	if err != nil {
		return value.Null, err
	}
	answer, _, err := c.call(ctx, t, r.Args)
	return answer, err
}

// Pick returns the instance of a model that a call of the version would ask now. See
// Request.Version. ok is false if there is none.
func (c *Client) Pick(model, version string) (i Instance, ok bool) {
	if e := c.pick(c.registry.Snapshot().choice(model, []byte(version))); e != nil {
		return e.Instance, true
	}
	return Instance{}, false
}

// pick returns nil if there is nothing to choose from. If all are ejected, it is one of
// these.
func (c *Client) pick(from *choice) *endpoint {
	if from == nil {
		return nil
	}
	place := c.pool.Pick(c.members(from), nil)
	if place < 0 {
		place = rand.IntN(len(from.endpoints))
	}
	return from.endpoints[place]
}

// members returns what is known of the endpoints of a choice, in their order.
func (c *Client) members(of *choice) []*balance.Member {
	if b := of.bound.Load(); b != nil && b.pool == c.pool {
		return b.members
	}
	b := &bound{pool: c.pool}
	for _, e := range of.endpoints {
		b.members = append(b.members, c.pool.Member(keyOf(e.Instance)))
	}
	of.bound.Store(b)
	return b.members
}

func keyOf(i Instance) balance.Key {
	return balance.Key{Model: i.Model, Version: i.Version, URL: i.URL}
}

// Statistics returns the counts so far.
func (c *Client) Statistics() Statistics {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.statistics
}

// Close ends the connections and goroutines that are idle. The client may still be used.
// Calls that have just been called off may leave connections that are idle a moment later,
// until the transport ends them or Close is called again.
func (c *Client) Close() error {
	c.workers.dismiss()
	if t, ok := c.options.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
	return nil
}

func (c *Client) protocol(t target) (protocol.Protocol, error) {
	name := protocol.NameGET
	if t.version != nil {
		name = t.version.protocol
	}
	if p := c.protocols[name]; p != nil {
		return p, nil
	}
	known := strings.Join(slices.Sorted(maps.Keys(c.protocols)), ", ")
	return nil, fmt.Errorf("%w: the registry names the protocol %q, which this program does not have; it has %s", ErrRequest, name, known)
}
