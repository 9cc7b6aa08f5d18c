package zookeeper_test

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy stands between a client and a server, to break their connection.
type proxy struct {
	net.Listener
	server string

	mu     sync.Mutex
	mode   mode
	conns  map[net.Conn]bool
	change *sync.Cond // of mode
	asked  map[request]int
	firsts []int32 // the operations with which the connections began
}

type mode int

const (
	pass mode = iota
	cut       // connections end at once
	hold      // connections stay, but nothing gets through
)

func newProxy(t *testing.T, server string) *proxy {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{Listener: listener, server: server, conns: map[net.Conn]bool{}, asked: map[request]int{}}
	p.change = sync.NewCond(&p.mu)
	t.Cleanup(func() {
		p.set(cut)
		listener.Close()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			p.connect(client)
		}
	}()
	return p
}

func (p *proxy) connect(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		client.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == cut {
		client.Close()
		server.Close()
		return
	}
	p.conns[client], p.conns[server] = true, true
	go p.copy(client, server, nil)
	go p.copy(server, client, &requests{asked: p.count})
}

func (p *proxy) copy(to, from net.Conn, seen *requests) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil && err != io.EOF {
			return
		}
		p.mu.Lock()
		for p.mode == hold {
			p.change.Wait()
		}
		p.mu.Unlock()
		if seen != nil {
			seen.add(buffer[:n])
		}
		if _, writeErr := to.Write(buffer[:n]); writeErr != nil || err != nil {
			return
		}
	}
}

func (p *proxy) set(m mode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = m
	p.change.Broadcast()
	if m == cut {
		for c := range p.conns {
			c.Close()
		}
		clear(p.conns)
	}
}

// request is what a client asked of a node.
type request struct {
	operation int32
	path      string
}

// Operations of the protocol, and what they carry besides their header: a path first.
const (
	opCreate     int32 = 1
	opExists     int32 = 3
	opGet        int32 = 4
	opSync       int32 = 9
	opChildren   int32 = 12
	opSetWatches int32 = 101
)

func (p *proxy) count(r request, first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r]++
	if first {
		p.firsts = append(p.firsts, r.operation)
	}
}

// times returns how often an operation was asked of nodes below a path, or of the path,
// and how often of the same node at most.
func (p *proxy) times(operation int32, below string) (all, same int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for r, n := range p.asked {
		if r.operation == operation && (r.path == below || strings.HasPrefix(r.path, below+"/")) {
			all += n
			same = max(same, n)
		}
	}
	return all, same
}

// requests finds the requests in what a client sends: each is its length, a number of
// its own, the operation and the rest. The first is another one, which connects.
type requests struct {
	asked     func(r request, first bool)
	pending   []byte
	connected bool
	begun     bool // a request was found
}

func (r *requests) add(data []byte) {
	r.pending = append(r.pending, data...)
	for len(r.pending) >= 4 {
		end := 4 + int(binary.BigEndian.Uint32(r.pending))
		if len(r.pending) < end {
			return
		}
		if body := r.pending[4:end]; r.connected && len(body) >= 8 {
			found := request{operation: int32(binary.BigEndian.Uint32(body[4:]))}
			if body = body[8:]; len(body) >= 4 {
				if n := int(binary.BigEndian.Uint32(body)); n > 0 && n <= len(body)-4 {
					found.path = string(body[4 : 4+n])
				}
			}
			r.asked(found, !r.begun)
			r.begun = true
		}
		r.connected = true
		r.pending = r.pending[end:]
	}
}
