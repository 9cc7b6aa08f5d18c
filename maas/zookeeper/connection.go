package zookeeper

import (
	"crypto/tls"
	"encoding/binary"
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
//
// When a session goes on over a new line, the library asks the server for the watches that
// have become due since the last answer it got. An answer that comes before it has noted
// which was the last one makes it miss watches. So the registry asks for nothing until it
// has seen that request go by, and reads all nodes again if another one was faster.
type line struct {
	net.Conn
	registry *Registry
	server   string        // its name, once there is a session
	patience time.Duration // for the first answer
	begun    bool          // the first wait has begun; only the goroutine that connects waits before

	// What was written, in one goroutine after the other.
	greeted bool // the request for a session
	resumes bool // which is one that there was
	asked   bool // a request the answer of which the library notes
	watches bool // that for watches
}

// Operations of the protocol.
const (
	opPing       = 11
	opSetAuth    = 100
	opSetWatches = 101
)

// Write notes what kind of request is written: the library writes each at once. The first
// holds, after the length, the protocol's version, an answer's number and a time, the
// session; others their own number and the operation.
func (l *line) Write(b []byte) (int, error) {
	switch {
	case !l.greeted:
		l.greeted = true
		l.resumes = len(b) >= 28 && binary.BigEndian.Uint64(b[20:]) != 0
	case len(b) >= 12 && !l.watches:
		switch binary.BigEndian.Uint32(b[8:]) {
		case opPing, opSetAuth:
		case opSetWatches:
			l.watches = true
			n, err := l.Conn.Write(b)
			if l.asked {
				l.registry.mistrusted.Store(true)
				l.registry.look()
			}
			l.registry.establish(l)
			return n, err
		default:
			l.asked = true
		}
	}
	return l.Conn.Write(b)
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
		path := r.nodes.shown(e.Path)
		r.mu.Lock()
		r.changed[path] = true
		r.mu.Unlock()
		r.look()
		r.eachWatch(func(w *Watch) { w.onEvent(path, e.Type) })
	case zk.EventSession:
		r.onSession(e)
	}
}

// watchesTime is how long the request for watches is awaited: there may be none to ask for.
const watchesTime = time.Second

// establish makes a line the one to use, unless it is already, or is lost.
func (r *Registry) establish(l *line) {
	r.mu.Lock()
	fresh := r.pending == l && !r.isClosing()
	if fresh {
		r.pending = nil
		r.trouble = errReading
		r.connection.Add(1)
	}
	r.mu.Unlock()
	if fresh {
		r.unreachable.Store(false)
		r.report(maas.Event{Kind: maas.Connected, Subject: l.server})
		r.look()
		r.eachWatch((*Watch).reconnected)
	}
}

func (r *Registry) onSession(e zk.Event) {
	switch e.State {
	case zk.StateHasSession:
		r.mu.Lock()
		l := r.line
		l.server, r.pending = e.Server, l
		r.mu.Unlock()
		if !l.resumes { // there are no watches
			r.establish(l)
			return
		}
		time.AfterFunc(min(watchesTime, r.options.SessionTimeout/4), func() { r.establish(l) })
	case zk.StateDisconnected:
		r.mu.Lock()
		r.pending = nil
		lost := r.Connected() // or an attempt failed
		if lost {
			r.connection.Add(1)
			r.trouble = ErrDisconnected
		}
		r.mu.Unlock()
		if !lost {
			return
		}
		if !r.isEnding() {
			r.report(maas.Event{Kind: maas.Disconnected, Subject: e.Server, Err: ErrDisconnected})
		}
	case zk.StateExpired:
		r.report(maas.Event{Kind: maas.SessionExpired, Subject: e.Server, Err: zk.ErrSessionExpired})
	}
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
