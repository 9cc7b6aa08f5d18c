package grpc

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	rpc "google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"github.com/stellarlang/stellar/maas/protocol"
)

// connections are those to instances, one each. They are connected when they are used,
// again if need be, and close when they are idle.
type connections struct {
	options Options

	mu     sync.Mutex
	open   map[string]*connection // guarded by mu; by scheme, host and port
	closed bool                   // guarded by mu
}

type connection struct {
	*rpc.ClientConn
	calls int       // under way; guarded by connections.mu
	used  time.Time // last; guarded by connections.mu
}

// use returns the connection to an instance, which must be released.
func (c *connections) use(base *url.URL) (*connection, error) {
	if base.Path != "" && base.Path != "/" {
		return nil, fmt.Errorf("%w: the URL of an instance that is asked by %s must have no path", protocol.ErrRequest, protocol.NameV2GRPC)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, fmt.Errorf("%w: the protocol %s is closed", protocol.ErrRequest, protocol.NameV2GRPC)
	}
	key := base.Scheme + "://" + base.Host
	known := c.open[key]
	if known == nil {
		if err := c.makeRoom(); err != nil {
			return nil, err
		}
		made, err := c.connect(base)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", protocol.ErrRequest, err)
		}
		if c.open == nil {
			c.open = make(map[string]*connection)
		}
		known = &connection{ClientConn: made}
		c.open[key] = known
	}
	known.calls++
	return known, nil
}

func (c *connections) release(used *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	used.calls--
	used.used = time.Now()
}

// makeRoom forgets the connections that have been idle for long and, if there are too many
// others, the one of these that was used last. mu is locked.
func (c *connections) makeRoom() error {
	now, oldest := time.Now(), ""
	for key, o := range c.open {
		switch {
		case o.calls > 0:
		case now.Sub(o.used) > c.options.IdleTime:
			c.forget(key)
		case oldest == "" || o.used.Before(c.open[oldest].used):
			oldest = key
		}
	}
	if len(c.open) < c.options.Connections {
		return nil
	}
	if oldest == "" {
		return fmt.Errorf("%w: all %d connections are in use", protocol.ErrRequest, c.options.Connections)
	}
	c.forget(oldest)
	return nil
}

// forget closes a connection. mu is locked.
func (c *connections) forget(key string) {
	_ = c.open[key].Close() // an error says that it was closed
	delete(c.open, key)
}

func (c *connections) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for key := range c.open {
		c.forget(key)
	}
	return nil
}

const (
	// connectTime bounds an attempt to connect.
	connectTime = 5 * time.Second
	// reconnectTime is how long calls fail at once, at most, after an attempt to connect
	// has failed. That instances which fail are left alone is the caller's business.
	reconnectTime = 250 * time.Millisecond
	// silence is how long a server may send nothing while calls wait before it is asked
	// for a sign of life, which it must give within lifeTime. Servers refuse clients
	// that ask more often.
	silence, lifeTime = 10 * time.Second, 5 * time.Second

	maxHeaders = 64 << 10 // bytes of a response's headers
)

// connect returns a connection to an instance, which is not made before it is used.
func (c *connections) connect(base *url.URL) (*rpc.ClientConn, error) {
	port, security := "80", insecure.NewCredentials()
	if base.Scheme == "https" {
		settings := c.options.TLS.Clone()
		if settings == nil {
			settings = &tls.Config{}
		}
		port, security = "443", credentials.NewTLS(settings)
	}
	address := net.JoinHostPort(base.Hostname(), cmp.Or(base.Port(), port))
	return rpc.NewClient("passthrough:///"+address,
		rpc.WithTransportCredentials(security),
		rpc.WithDefaultCallOptions(rpc.ForceCodecV2(codec{}), rpc.MaxCallRecvMsgSize(int(c.options.ResponseSize))),
		rpc.WithStatsHandler(observer{}),
		rpc.WithIdleTimeout(c.options.IdleTime),
		rpc.WithConnectParams(rpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: reconnectTime / 4, Multiplier: 1.6, Jitter: 0.2, MaxDelay: reconnectTime},
			MinConnectTimeout: connectTime,
		}),
		rpc.WithKeepaliveParams(keepalive.ClientParameters{Time: silence, Timeout: lifeTime}),
		rpc.WithMaxHeaderListSize(maxHeaders),
		rpc.WithNoProxy(), // instances are called directly
		rpc.WithDisableServiceConfig(),
		rpc.WithDisableRetry(), // the caller knows better
		rpc.WithDisableHealthCheck(),
	)
}
