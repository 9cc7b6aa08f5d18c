// Package zookeeper is a registry of models in ZooKeeper, in the form that
// Apache Metron and Apache Curator's service discovery read and write.
//
// Each instance is a node <root>/<model>/<id>. The root is the field
// serviceRoot of the JSON in /metron/maas/config, or else /maas/service.
package zookeeper

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Options configure a Registry. A zero field means its default.
type Options struct {
	Servers        []string      // host:port of each; the port is 2181 by default
	Root           string        // of the instances; what the configuration says
	SessionTimeout time.Duration // after which non-static instances of a lost process are gone; 10 s
	StartTimeout   time.Duration // that Open waits for the instances; 3 s

	// CompareVersions orders versions, to find the newest. The default is that of
	// maas.NewSnapshot; strings.Compare stands for the order that Metron had. It
	// is called by the goroutine that follows ZooKeeper and must not wait.
	CompareVersions func(a, b string) int

	// Observe is told what goes wrong: Subject is the path of a node or the
	// address of a server. It is called by several goroutines and must not wait.
	// Nil ignores it.
	Observe func(fn.Event)
}

// Errors of the registry.
var (
	// ErrClosed: the registry was closed.
	ErrClosed = errors.New("registry is closed")
	// ErrDisconnected: there is no connection to ZooKeeper. The registry keeps
	// trying to connect.
	ErrDisconnected = errors.New("no connection to ZooKeeper")
)

// Registry is a registry in ZooKeeper. It follows what changes there; without a
// connection it answers with what it knew last.
type Registry struct {
	options Options
	conn    *zk.Conn

	known       maas.Snapshots
	knownRoot   atomic.Pointer[string] // of the instances in known
	connected   atomic.Bool
	unreachable atomic.Bool // and reported

	mu      sync.Mutex
	changed map[string]bool // paths of nodes that a watch told of

	wake    chan struct{} // holds one: something is to be done
	ready   chan struct{} // closed when known is complete for the first time
	closing chan struct{}
	done    chan struct{} // closed when run ended
	close   sync.Once

	writing sync.Mutex        // orders the writes, guards own
	own     map[string][]byte // non-static instances registered here: <model>/<id> to content
}

var (
	_ maas.Registry  = (*Registry)(nil)
	_ maas.Publisher = (*Registry)(nil)
)

// Open returns a registry when its instances are known, after StartTimeout at the
// latest. In that case, as when the connection is lost later, the registry keeps
// trying to connect. If ctx ends first, Open fails with its error; any other error is
// about the options.
func Open(ctx context.Context, o Options) (*Registry, error) {
	if o.SessionTimeout <= 0 {
		o.SessionTimeout = 10 * time.Second
	}
	if o.StartTimeout <= 0 {
		o.StartTimeout = 3 * time.Second
	}
	err := checkServers(o.Servers)
	if err == nil && o.Root != "" {
		err = checkRoot(o.Root)
	}
	if err != nil {
		return nil, fmt.Errorf("zookeeper: %w", err)
	}
	r := &Registry{
		options: o,
		changed: make(map[string]bool),
		wake:    make(chan struct{}, 1),
		ready:   make(chan struct{}),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
		own:     make(map[string][]byte),
	}
	if err := r.connect(); err != nil {
		return nil, fmt.Errorf("zookeeper: %w", err)
	}
	go r.run()

	patience := time.NewTimer(o.StartTimeout)
	defer patience.Stop()
	select {
	case <-r.ready:
	case <-patience.C:
	case <-ctx.Done():
		_ = r.Close()
		return nil, fmt.Errorf("zookeeper: %w", ctx.Err())
	}
	return r, nil
}

// checkRoot refuses anything but an absolute path that is written in the one way.
func checkRoot(root string) error {
	if len(root) < 2 || root[0] != '/' || root[len(root)-1] == '/' || strings.Contains(root, "//") {
		return fmt.Errorf("root %q must have the form /a/b", root)
	}
	return nil
}

// Snapshot returns the instances, as known last.
func (r *Registry) Snapshot() *maas.Snapshot { return r.known.Latest() }

// Watch returns the present snapshot and, until ctx ends, those that follow. A
// later one may have the same instances.
func (r *Registry) Watch(ctx context.Context) iter.Seq[*maas.Snapshot] { return r.known.Watch(ctx) }

// Connected reports whether there is a connection to ZooKeeper.
func (r *Registry) Connected() bool { return r.connected.Load() }

// Close ends the connection, and with it the non-static instances that were
// registered here. It takes a few seconds at most.
func (r *Registry) Close() error {
	r.close.Do(func() {
		close(r.closing)
		r.conn.Close()
	})
	<-r.done
	return nil
}

func (r *Registry) isClosing() bool {
	select {
	case <-r.closing:
		return true
	default:
		return false
	}
}

const (
	// debounce is how long changes are gathered before they are read.
	debounce = 20 * time.Millisecond
	// retry is the pause after a pass that a broken connection ended.
	retry = time.Second
	// retryRefused is the pause after which nodes that the server refused to show
	// are read again.
	retryRefused = 30 * time.Second
)

// run follows ZooKeeper until the registry is closed.
func (r *Registry) run() {
	defer close(r.done)
	t := newTree(r)
	var later <-chan time.Time
	for {
		select {
		case <-r.closing:
			return
		case <-r.wake:
		case <-later:
		}
		select {
		case <-r.closing:
			return
		case <-time.After(debounce):
		}
		if !r.Connected() {
			continue // a session wakes
		}
		later = nil
		switch err := t.update(); {
		case err != nil:
			later = time.After(retry)
		case len(t.refused) > 0:
			later = time.After(retryRefused)
		}
	}
}
