// Package zookeeper is a registry of models in ZooKeeper, in the form that
// Apache Metron and Apache Curator's service discovery read and write.
//
// Each instance is a node <root>/<model>/<id>. The root is the field
// serviceRoot of the JSON in /metron/maas/config, or else /maas/service. What is said
// of the versions of models beside their instances, maas.Release, stands in a tree of
// its own, <registry root>/<model>/<version>.
package zookeeper

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Errors of the registry.
var (
	// ErrClosed: the registry was closed.
	ErrClosed = errors.New("registry is closed")
	// ErrDisconnected: there is no connection to ZooKeeper. The registry keeps
	// trying to connect.
	ErrDisconnected = errors.New("no connection to ZooKeeper")
	// ErrStart: Open was to fail if the instances were not known in time, and they
	// were not.
	ErrStart = errors.New("the instances were not known in time")
)

// errNoInstances: Options.NoInstances was set.
var errNoInstances = errors.New("the registry was opened for its connection only")

// errReading: the instances are not known only because it takes time.
var errReading = errors.New("they are still being read")

// Registry is a registry in ZooKeeper. It follows what changes there; without a
// connection it answers with what it knew last.
//
// One goroutine, run, follows ZooKeeper and makes the snapshots. Writes happen in the
// goroutines of those who ask for them, one at a time.
type Registry struct {
	options Options
	opened  time.Time
	nodes   nodes
	servers *servers

	known       maas.Snapshots
	roots       atomic.Pointer[roots] // of what is in known
	connection  atomic.Int64          // counts connections made and lost; odd while there is one
	confirmed   atomic.Int64          // the connection by which known was found complete
	heard       atomic.Int64          // when a server spoke last while known was confirmed: nanoseconds since opened
	unreachable atomic.Bool           // and reported
	mistrusted  atomic.Bool           // watches may be missing

	mu      sync.Mutex
	changed map[string]bool // paths of nodes that a watch told of
	line    *line           // the latest connection
	pending *line           // the same, if it is not to be used yet
	trouble error           // why known is not complete
	own     map[string]*registration
	written map[string]bool // roots below which own instances were written
	watches map[*Watch]bool // that are open

	writing chan struct{} // holds one while somebody writes
	wake    chan struct{} // holds one: something is to be done
	ready   chan struct{} // closed when known is complete for the first time

	ending chan struct{}   // closed when Close begins
	life   context.Context // ends when own instances are deregistered
	end    context.CancelFunc
	done   chan struct{} // closed when run ended
	close  sync.Once
}

// roots are where the trees stand.
type roots struct {
	instances string
	releases  string // empty if it would overlap
}

var (
	_ maas.Registry  = (*Registry)(nil)
	_ maas.Publisher = (*Registry)(nil)
)

// Open returns a registry when its instances are known, after StartTimeout at the
// latest. In that case, as when the connection is lost later, the registry keeps
// trying to connect, unless RequireStart has Open fail with ErrStart. If ctx ends
// first, Open fails with its error; any other error is about the options.
func Open(ctx context.Context, o Options) (*Registry, error) {
	o, chroot, err := o.checked()
	if err != nil {
		return nil, fmt.Errorf("zookeeper: %w", err)
	}
	r := &Registry{
		options: o,
		opened:  time.Now(),
		nodes:   nodes{chroot: chroot},
		changed: make(map[string]bool),
		trouble: ErrDisconnected,
		own:     make(map[string]*registration),
		written: make(map[string]bool),
		watches: make(map[*Watch]bool),
		writing: make(chan struct{}, 1),
		wake:    make(chan struct{}, 1),
		ready:   make(chan struct{}),
		ending:  make(chan struct{}),
		done:    make(chan struct{}),
	}
	r.life, r.end = context.WithCancel(context.Background())
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
	if trouble := r.currentTrouble(); o.RequireStart && trouble != nil {
		_ = r.Close()
		return nil, fmt.Errorf("zookeeper: %w, %v: %w", ErrStart, o.StartTimeout, trouble)
	}
	return r, nil
}

// Snapshot returns the instances and releases, as known last.
func (r *Registry) Snapshot() *maas.Snapshot { return r.known.Latest() }

// Watch returns the present snapshot and, until ctx ends, those that follow. A
// later one may have the same instances.
func (r *Registry) Watch(ctx context.Context) iter.Seq[*maas.Snapshot] { return r.known.Watch(ctx) }

// Connected reports whether there is a connection to ZooKeeper.
func (r *Registry) Connected() bool { return r.connection.Load()%2 == 1 }

// Age returns for how long no server has confirmed the snapshot: zero with a
// connection over which all was read, otherwise the time since such a connection
// brought its last sign of life, or since the registry was opened.
func (r *Registry) Age() time.Duration {
	if r.isConfirmed() {
		return 0
	}
	return time.Since(r.opened) - time.Duration(r.heard.Load())
}

func (r *Registry) isConfirmed() bool {
	connection := r.connection.Load()
	return connection%2 == 1 && connection == r.confirmed.Load()
}

// confirm notes that known is complete by a connection, if there still is that one.
func (r *Registry) confirm(connection int64) {
	if r.connection.Load() == connection {
		r.noteHeard()
		r.confirmed.Store(connection)
	}
}

func (r *Registry) noteHeard() { r.heard.Store(int64(time.Since(r.opened))) }

func (r *Registry) setTrouble(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble = err
}

func (r *Registry) currentTrouble() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trouble
}

// Close deregisters the non-static instances that were registered here, waits for
// Options.Drain, and ends the connection. Beside that wait it takes a few seconds at
// most; without a connection, the servers drop the instances when the session has
// timed out.
func (r *Registry) Close() error {
	r.close.Do(func() {
		close(r.ending)
		r.drain()
		r.end()
		r.nodes.conn.Close()
		r.hangUp()
	})
	<-r.done
	return nil
}

// isEnding reports whether Close was called.
func (r *Registry) isEnding() bool {
	select {
	case <-r.ending:
		return true
	default:
		return false
	}
}

// isClosing reports whether the connection is being ended, or has been.
func (r *Registry) isClosing() bool { return r.life.Err() != nil }
