package zookeeper

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/stellar/fn"
)

// maxPacket bounds what is taken from a server; its own limit is a mebibyte
// unless it is configured otherwise.
const maxPacket = 16 << 20

// connect begins to connect, and goes on for as long as the registry is open.
func (r *Registry) connect() error {
	conn, _, err := zk.Connect(r.options.Servers, r.options.SessionTimeout,
		zk.WithHostProvider(&servers{}), zk.WithDialer(r.dial), zk.WithEventCallback(r.onEvent),
		zk.WithMaxBufferSize(maxPacket), zk.WithLogger(silence{}), zk.WithLogInfo(false))
	r.conn = conn
	return err
}

// dial connects to a server. It reports the first failure of each time without a
// session.
func (r *Registry) dial(network, address string, timeout time.Duration) (net.Conn, error) {
	conn, err := net.DialTimeout(network, address, timeout)
	if err != nil {
		if r.unreachable.CompareAndSwap(false, true) {
			r.report(address, fmt.Errorf("%w: %w", ErrDisconnected, err))
		}
		return nil, err
	}
	return &greeted{Conn: conn, patience: r.options.SessionTimeout / 2}, nil
}

// greeted is a connection on which the server must answer the first request
// within half a session. The library would wait for more than six sessions, and a
// server that is just starting may take a connection and never answer on it.
type greeted struct {
	net.Conn
	patience time.Duration
	begun    bool // the first wait has begun; only the goroutine that connects waits before
}

// SetReadDeadline begins a wait for an answer.
func (g *greeted) SetReadDeadline(t time.Time) error {
	if latest := time.Now().Add(g.patience); !g.begun && t.After(latest) {
		t = latest
	}
	g.begun = true
	return g.Conn.SetReadDeadline(t)
}

// onEvent is called by the connection, and must not wait.
func (r *Registry) onEvent(e zk.Event) {
	switch e.Type {
	case zk.EventNodeCreated, zk.EventNodeDeleted, zk.EventNodeDataChanged, zk.EventNodeChildrenChanged:
		r.mu.Lock()
		r.changed[e.Path] = true
		r.mu.Unlock()
	case zk.EventSession:
		switch e.State {
		case zk.StateHasSession:
			r.unreachable.Store(false)
			r.connected.Store(true)
		case zk.StateDisconnected:
			if r.connected.Swap(false) && !r.isClosing() {
				r.report(e.Server, ErrDisconnected)
			}
			return
		case zk.StateExpired:
			r.report(e.Server, zk.ErrSessionExpired)
			return
		default:
			return
		}
	default:
		return
	}
	select {
	case r.wake <- struct{}{}:
	default: // run is about to look anyway
	}
}

func (r *Registry) report(subject string, err error) {
	if r.options.Observe != nil {
		r.options.Observe(fn.Event{Subject: subject, Err: err})
	}
}

// servers hands out the addresses in turn. The library's own provider resolves
// host names once; here each attempt to connect does, so that a server may move,
// and may be unknown when the registry is opened.
type servers struct {
	mu        sync.Mutex
	addresses []string
	next      int
	tried     int // since the round began
}

func (s *servers) Init(addresses []string) error {
	s.addresses = addresses
	return nil
}

func (s *servers) Len() int { return len(s.addresses) }

// Next returns the next address, and reports whether all have been tried, so that it
// is time for a pause.
func (s *servers) Next() (address string, pause bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pause = s.tried == len(s.addresses); pause {
		s.tried = 0
	}
	s.tried++
	address = s.addresses[s.next]
	s.next = (s.next + 1) % len(s.addresses)
	return address, pause
}

// Connected begins a new round, with the others first.
func (s *servers) Connected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried = 1
}

// checkServers refuses addresses that Connect would try in vain.
func checkServers(addresses []string) error {
	if len(addresses) == 0 {
		return fmt.Errorf("no servers given, at least one host:port is needed")
	}
	for _, address := range zk.FormatServers(addresses) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" || strings.ContainsAny(address, "/,") {
			return fmt.Errorf("server %q must have the form host:port", address)
		}
	}
	return nil
}

// silence drops what the library logs: the observer is told what matters.
type silence struct{}

func (silence) Printf(string, ...any) {}
