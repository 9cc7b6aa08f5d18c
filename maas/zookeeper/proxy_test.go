package zookeeper_test

import (
	"io"
	"net"
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
	p := &proxy{Listener: listener, server: server, conns: map[net.Conn]bool{}}
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
	go p.copy(client, server)
	go p.copy(server, client)
}

func (p *proxy) copy(to, from net.Conn) {
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
