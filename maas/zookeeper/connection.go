package zookeeper

import (
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

// maxPacket bounds what is taken from a server; its own limit is a mebibyte
// unless it is configured otherwise.
const maxPacket = 16 << 20

// connect begins to connect, and goes on for as long as the registry is open.
func (r *Registry) connect() error {
	r.servers = &servers{session: r.options.SessionTimeout, closing: r.isClosing}
	conn, _, err := zk.Connect(r.options.Servers, r.options.SessionTimeout,
		zk.WithHostProvider(r.servers), zk.WithDialer(r.dial), zk.WithEventCallback(r.onEvent),
		zk.WithMaxBufferSize(maxPacket), zk.WithLogger(silence{}), zk.WithLogInfo(false))
	r.nodes.conn = conn
	return err
}

// dial connects to a server. It reports the first failure of each time without a
// session.
func (r *Registry) dial(network, address string, timeout time.Duration) (net.Conn, error) {
	pause, patience := r.servers.attempt()
	select {
	case <-time.After(pause):
	case <-r.life.Done():
		return nil, ErrClosed
	}
	conn, err := r.dialOnce(network, address, timeout)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrDisconnected, err)
		r.setTrouble(err)
		if !r.isClosing() && r.unreachable.CompareAndSwap(false, true) {
			r.report(maas.Event{Kind: maas.Disconnected, Subject: address, Err: err})
		}
		return nil, err
	}
	l := &line{Conn: conn, registry: r, patience: patience}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isClosing() {
		conn.Close()
		return nil, ErrClosed
	}
	r.line = l
	return l, nil
}

func (r *Registry) dialOnce(network, address string, timeout time.Duration) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: timeout}
	if r.options.TLS == nil {
		return dialer.DialContext(r.life, network, address)
	}
	dialer.Timeout = 3 * timeout // a server that has just begun needs longer for the first handshake
	return (&tls.Dialer{NetDialer: dialer, Config: r.options.TLS}).DialContext(r.life, network, address)
}

// hangUp ends the connection that there is, if the library has not yet.
func (r *Registry) hangUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line != nil {
		r.line.Close()
	}
}

// line is a connection to a server.
type line struct {
	net.Conn
	registry *Registry
	patience time.Duration // for the first answer
	begun    bool          // the first wait has begun; only the goroutine that connects waits before
}

// SetReadDeadline begins a wait for an answer.
func (l *line) SetReadDeadline(t time.Time) error {
	if latest := time.Now().Add(l.patience); !l.begun && t.After(latest) {
		t = latest
	}
	l.begun = true
	return l.Conn.SetReadDeadline(t)
}

// Read notes that the server was heard.
func (l *line) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 && l.registry.isConfirmed() {
		l.registry.noteHeard()
	}
	return n, err
}

// onEvent is called by the connection, and must not wait.
func (r *Registry) onEvent(e zk.Event) {
	switch e.Type {
	case zk.EventNodeCreated, zk.EventNodeDeleted, zk.EventNodeDataChanged, zk.EventNodeChildrenChanged:
		r.mu.Lock()
		r.changed[r.nodes.shown(e.Path)] = true
		r.mu.Unlock()
	case zk.EventSession:
		if !r.onSession(e) {
			return
		}
	default:
		return
	}
	r.look()
}

// onSession reports whether there is a session to look with.
func (r *Registry) onSession(e zk.Event) bool {
	switch e.State {
	case zk.StateHasSession:
		r.unreachable.Store(false)
		r.setTrouble(errReading)
		r.connection.Add(1)
		r.report(maas.Event{Kind: maas.Connected, Subject: e.Server})
		return true
	case zk.StateDisconnected:
		if !r.Connected() { // an attempt failed
			return false
		}
		r.connection.Add(1)
		r.setTrouble(ErrDisconnected)
		if !r.isEnding() {
			r.report(maas.Event{Kind: maas.Disconnected, Subject: e.Server, Err: ErrDisconnected})
		}
	case zk.StateExpired:
		r.report(maas.Event{Kind: maas.SessionExpired, Subject: e.Server, Err: zk.ErrSessionExpired})
	}
	return false
}

// look makes run look for what is to be done.
func (r *Registry) look() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

func (r *Registry) report(e maas.Event) {
	if r.options.Observe != nil {
		r.options.Observe(e)
	}
}

// refuse reports what cannot be read or written.
func (r *Registry) refuse(path string, err error) {
	r.report(maas.Event{Kind: maas.Refused, Subject: path, Err: err})
}

// silence drops what the library logs: the observer is told what matters.
type silence struct{}

func (silence) Printf(string, ...any) {}
