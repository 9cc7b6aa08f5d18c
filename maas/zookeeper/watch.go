package zookeeper

import (
	"context"
	"errors"
	"sync"

	"github.com/go-zookeeper/zk"
)

// Watch reads nodes and tells when what it read may have changed: when a watch of the
// servers fires, and whenever the connection is made anew, as a change may have passed
// unnoticed by then. It must be closed.
type Watch struct {
	client  *Client
	changed chan struct{} // holds one

	mu    sync.Mutex
	armed map[watched]bool // what the servers tell of
}

// watched is what of a node is watched.
type watched struct {
	path     string
	children bool
}

// Watch returns a watch of nothing yet.
func (c *Client) Watch() *Watch {
	w := &Watch{client: c, changed: make(chan struct{}, 1), armed: map[watched]bool{}}
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	c.registry.watches[w] = true
	return w
}

// Close has the watch tell nothing more.
func (w *Watch) Close() {
	w.client.registry.mu.Lock()
	defer w.client.registry.mu.Unlock()
	delete(w.client.registry.watches, w)
}

// Changed returns a channel on which is told that what was read may have changed; what
// happens before it is received is told once.
func (w *Watch) Changed() <-chan struct{} { return w.changed }

// Read returns a node, and watches it, also if it is missing.
func (w *Watch) Read(ctx context.Context, path string) (Node, error) {
	nodes := w.client.registry.nodes
	what := watched{path: path}
	return result(ctx, w.client, "read "+path, func() (Node, error) {
		for {
			if !w.arm(what) {
				data, stat, err := nodes.get(path)
				return w.client.node(data, stat, err)
			}
			data, stat, _, err := nodes.conn.GetW(nodes.path(path))
			if !errors.Is(err, zk.ErrNoNode) {
				if err != nil {
					w.disarm(what)
				}
				return w.client.node(data, stat, err)
			}
			exists, existsErr := nodes.existsW(path)
			if existsErr != nil {
				w.disarm(what)
				return Node{}, existsErr
			}
			if !exists {
				return Node{}, err
			}
			w.disarm(what) // it was created in between; the watch that is there tells of it too
		}
	})
}

// Children returns the names of the nodes below one, and watches which there are. One that
// is missing is watched as with Read.
func (w *Watch) Children(ctx context.Context, path string) ([]string, error) {
	nodes := w.client.registry.nodes
	what := watched{path: path, children: true}
	names, err := result(ctx, w.client, "list "+path, func() ([]string, error) {
		if !w.arm(what) {
			names, _, err := nodes.conn.Children(nodes.path(path))
			return names, err
		}
		names, err := nodes.childrenW(path)
		if err != nil {
			w.disarm(what)
		}
		return names, err
	})
	if errors.Is(err, zk.ErrNoNode) {
		if _, readErr := w.Read(ctx, path); readErr != nil {
			return nil, readErr
		}
		return w.Children(ctx, path) // it was created in between
	}
	return names, err
}

// arm notes that something is watched. It reports whether it was not.
func (w *Watch) arm(what watched) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	fresh := !w.armed[what]
	w.armed[what] = true
	return fresh
}

func (w *Watch) disarm(what watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.armed, what)
}

// onEvent notes that a watch on a path has fired.
func (w *Watch) onEvent(path string, event zk.EventType) {
	fired := []watched{{path: path}}
	switch event {
	case zk.EventNodeChildrenChanged:
		fired[0].children = true
	case zk.EventNodeDeleted:
		fired = append(fired, watched{path: path, children: true})
	}
	known := false
	w.mu.Lock()
	for _, what := range fired {
		known = known || w.armed[what]
		delete(w.armed, what)
	}
	w.mu.Unlock()
	if known {
		w.tell()
	}
}

// reconnected notes that there may be no watches any more.
func (w *Watch) reconnected() {
	w.mu.Lock()
	clear(w.armed)
	w.mu.Unlock()
	w.tell()
}

func (w *Watch) tell() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// eachWatch calls do with all watches that are open.
func (r *Registry) eachWatch(do func(*Watch)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for w := range r.watches {
		do(w)
	}
}
