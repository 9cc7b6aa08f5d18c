package kafka

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Options are what a host allows.
type Options struct {
	// Brokers, HOST:PORT, are those that calls ask unless properties choose among them.
	Brokers []string
	MaxWait time.Duration // that properties may ask for; 0 means a minute
	TLS     *tls.Config   // nil means the authorities of the system
}

// Client asks brokers. It is safe for concurrent use.
type Client struct {
	brokers []string
	maxWait time.Duration
	tls     *tls.Config
	resting resting

	mu        sync.Mutex
	closed    bool
	producers map[connectionKey]*connection
}

// maxProducers is how many connections to write by are kept. Those to read by are not: a
// kgo.Client that goes on from another offset takes longer than a new one.
const maxProducers = 16

// New returns a client, which must be closed. It does not connect. An error says which
// broker is not written as one, and how to write it.
func New(o Options) (*Client, error) {
	for _, address := range o.Brokers {
		if err := broker.CheckAddress(address); err != nil {
			return nil, err
		}
	}
	return &Client{
		brokers: slices.Clone(o.Brokers), maxWait: cmp.Or(o.MaxWait, time.Minute), tls: o.TLS,
		producers: map[connectionKey]*connection{},
	}, nil
}

// lookPatience is how long Unreachable waits for a broker.
const lookPatience = time.Second

// Unreachable returns why no connection can be made to some of the brokers, an error for
// each. It takes a second at most.
func (c *Client) Unreachable(ctx context.Context) []error {
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	failures := make([]error, len(c.brokers))
	var looking sync.WaitGroup
	for i, address := range c.brokers {
		looking.Go(func() {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
			if err != nil {
				failures[i] = fmt.Errorf("%s cannot be reached: %s", address, broker.Reason(err))
				return
			}
			_ = conn.Close() // nothing was sent
		})
	}
	looking.Wait()
	return slices.DeleteFunc(failures, func(err error) bool { return err == nil })
}

// Close closes all connections. Those that calls use are closed when these end.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, producer := range c.producers {
		producer.Close()
	}
	clear(c.producers)
	c.closed = true
	return nil
}

// connectionKey stands for the properties that a connection is made with.
type connectionKey [sha256.Size]byte

// producer returns a connection for writing. The caller must call release when done.
func (c *Client) producer(p *properties) (producer *connection, release func(), err error) {
	options, err := p.options(c.tls)
	if err != nil {
		return nil, nil, err
	}
	key := connectionKey(sha256.Sum256(p.all.AppendJSON(nil)))
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.producers[key]; ok {
		return known, func() {}, nil
	}
	producer, err = connect(append(options,
		kgo.RequiredAcks(kgo.AllISRAcks()), kgo.AllowIdempotentProduceCancellation(),
		kgo.MaxBufferedBytes(maxBuffered), kgo.ProducerLinger(0), kgo.UnknownTopicRetries(2)))
	switch {
	case err != nil:
		return nil, nil, err
	case c.closed || len(c.producers) >= maxProducers:
		return producer, producer.Close, nil
	}
	c.producers[key] = producer
	return producer, func() {}, nil
}

// reader returns a connection for reading, which must be closed.
func (c *Client) reader(p *properties) (*connection, error) {
	options, err := p.options(c.tls)
	if err != nil {
		return nil, err
	}
	poll, err := p.wait(pollProperty, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return connect(append(options, kgo.FetchMaxWait(max(poll, 10*time.Millisecond))))
}

// leastWait is how long brokers may take to answer, however short a wait a call asks for.
const leastWait = time.Second

// ask calls do for so long at most, leastWait at least, unless the brokers have not
// answered just before.
func (c *Client) ask(call *fn.Call, p *properties, k *connection, most time.Duration, do func(ctx context.Context) error) error {
	brokers := strings.Join(p.servers, ",")
	if why, rests := c.resting.of(brokers); rests {
		return fn.Externalf(fn.NoArg, "the brokers are asked again within seconds; the last call failed: %s", why)
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(call.Context(), max(most, leastWait))
	defer cancel()
	err := do(ctx)
	if err == nil {
		return nil
	}
	took, own := time.Since(start), call.Context().Err()
	away := unanswered(err) && !k.answeredSince(start)
	if away && (own == nil || errors.Is(own, context.DeadlineExceeded) && took >= leastWait) {
		c.resting.rest(brokers, k.reason(err), took)
	}
	if own != nil {
		return own
	}
	return k.failed(err)
}
