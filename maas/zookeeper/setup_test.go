package zookeeper_test

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
)

const (
	patience = 30 * time.Second
	tick     = 5 * time.Millisecond
)

// events collects what a registry reports.
type events struct {
	mu  sync.Mutex
	all []maas.Event
}

func (e *events) observe(event maas.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
}

// about returns the errors reported about a subject.
func (e *events) about(subject string) []error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for _, event := range e.all {
		if event.Subject == subject && event.Err != nil {
			errs = append(errs, event.Err)
		}
	}
	return errs
}

// count returns how many events of a kind there were.
func (e *events) count(kind maas.EventKind) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, event := range e.all {
		if event.Kind == kind {
			n++
		}
	}
	return n
}

func open(t *testing.T, address string, o zookeeper.Options) *zookeeper.Registry {
	o.Servers = []string{address}
	o.StartTimeout = cmp.Or(o.StartTimeout, patience)
	r, err := zookeeper.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// dial returns a plain connection, to see and make nodes without the registry.
func dial(t *testing.T, address string) *zk.Conn {
	conn, _, err := zk.Connect([]string{address}, 10*time.Second, zk.WithLogger(discard{}))
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}

type discard struct{}

func (discard) Printf(string, ...any) {}

// put writes a node and the ones above it.
func put(t *testing.T, conn *zk.Conn, path, data string) {
	for i := range path {
		if i > 0 && path[i] == '/' {
			_, err := conn.Create(path[:i], nil, 0, zk.WorldACL(zk.PermAll))
			if err != nil {
				require.ErrorIs(t, err, zk.ErrNodeExists)
			}
		}
	}
	_, err := conn.Create(path, []byte(data), 0, zk.WorldACL(zk.PermAll))
	if err != nil {
		require.ErrorIs(t, err, zk.ErrNodeExists)
		_, err = conn.Set(path, []byte(data), -1)
	}
	require.NoError(t, err)
}

func dga(id string) maas.Instance {
	return maas.Instance{Model: "dga", Version: "1.0", ID: id, URL: "http://node1:3616" + id}
}

func node(id, version string) string {
	return fmt.Sprintf(`{"payload":{"name":"dga","version":%q,"endpoint":{"url":"http://node%s:1"}}}`, version, id)
}

// eventually waits until the registry knows the instances id=version.
func eventually(t *testing.T, r maas.Registry, model, want string) {
	t.Helper()
	got := func() string {
		var all []string
		for _, i := range r.Snapshot().Instances(model) {
			all = append(all, i.ID+"="+i.Version)
		}
		return strings.Join(all, " ")
	}
	if !waitUntil(func() bool { return got() == want }) {
		require.Equal(t, want, got())
	}
}

func waitUntil(condition func() bool) bool {
	deadline := time.Now().Add(patience)
	poll := time.NewTicker(tick)
	defer poll.Stop()
	for !condition() {
		if time.Now().After(deadline) {
			return false
		}
		<-poll.C
	}
	return true
}

// deleteTree deletes a node and all below it.
func deleteTree(t *testing.T, conn *zk.Conn, path string) {
	names, _, err := conn.Children(path)
	if errors.Is(err, zk.ErrNoNode) {
		return
	}
	require.NoError(t, err)
	for _, name := range names {
		deleteTree(t, conn, path+"/"+name)
	}
	if err = conn.Delete(path, -1); errors.Is(err, zk.ErrNotEmpty) { // others write meanwhile
		deleteTree(t, conn, path)
		return
	}
	if !errors.Is(err, zk.ErrNoNode) {
		require.NoError(t, err)
	}
}

// owner returns the session that a node belongs to, 0 if there is no such node.
func owner(t *testing.T, conn *zk.Conn, path string) int64 {
	exists, stat, err := conn.Exists(path)
	require.NoError(t, err)
	if !exists {
		return 0
	}
	return stat.EphemeralOwner
}
