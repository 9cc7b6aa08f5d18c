package zookeeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

func TestOwnInstances(t *testing.T) {
	t.Parallel()
	address := zktest.Start(t).Address()
	t.Run("deleted", func(t *testing.T) { testDeleted(t, address) })
	t.Run("deleted for good", func(t *testing.T) { testDeletedForGood(t, address) })
	t.Run("taken over", func(t *testing.T) { testTakenOver(t, address) })
	t.Run("below other roots", func(t *testing.T) { testOtherRoots(t, address) })
	t.Run("close", func(t *testing.T) { testClose(t, address) })
	t.Run("close without a connection", func(t *testing.T) { testCloseReconnects(t, address) })
}

// testDeleted deletes an own node, all of them, and the root.
func testDeleted(t *testing.T, address string) {
	const root, instances = "/deleted/service", 100
	conn := dial(t, address)
	var e events
	r := open(t, address, zookeeper.Options{Root: root, Observe: e.observe})
	static := dga("static")
	static.Static, static.URL = true, "http://a"
	require.NoError(t, r.Register(t.Context(), static))
	for n := range instances {
		i := dga(fmt.Sprint(n))
		require.NoError(t, r.Register(t.Context(), i))
	}
	require.Equal(t, instances+1, e.count(maas.Registered))
	all := func() int { return len(r.Snapshot().Instances("dga")) }
	require.True(t, waitUntil(func() bool { return all() == instances+1 }))
	mine := owner(t, conn, root+"/dga/7")

	start := time.Now()
	require.NoError(t, conn.Delete(root+"/dga/7", -1))
	require.True(t, waitUntil(func() bool { return owner(t, conn, root+"/dga/7") == mine }))
	t.Logf("one own node was back %v after it was deleted", time.Since(start).Round(time.Millisecond))

	back := func() bool {
		names, _, err := conn.Children(root + "/dga")
		return err == nil && len(names) == instances
	}
	for range 2 { // and once more, after a pause
		start = time.Now()
		deleteTree(t, conn, "/deleted")
		deleted := time.Now()
		require.True(t, waitUntil(back))
		t.Logf("the root and %d own nodes took %v to delete, and were back %v later",
			instances, deleted.Sub(start).Round(time.Millisecond), time.Since(deleted).Round(time.Millisecond))
		require.True(t, waitUntil(func() bool { return all() == instances }), "the static one is not back")
	}
	exists, _, err := conn.Exists(root + "/dga/static")
	require.NoError(t, err)
	require.False(t, exists)
}

// testDeletedForGood deletes what may not be written again.
func testDeletedForGood(t *testing.T, address string) {
	const path = "/good/service/dga/1"
	conn := dial(t, address)
	var e events
	r := open(t, address, zookeeper.Options{Root: "/good/service", Observe: e.observe})
	other := open(t, address, zookeeper.Options{Root: "/good/service"})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	require.NoError(t, r.Register(t.Context(), dga("2")))
	eventually(t, r, "dga", "1=1.0 2=1.0")
	require.NoError(t, r.Deregister(t.Context(), "dga", "1"))
	eventually(t, r, "dga", "2=1.0")
	require.NoError(t, other.Deregister(t.Context(), "dga", "2")) // which stays an own one
	require.True(t, waitUntil(func() bool { return e.count(maas.Registered) == 3 }))
	eventually(t, r, "dga", "2=1.0")
	require.Zero(t, owner(t, conn, path))

	_, err := conn.SetACL("/good/service/dga", zk.WorldACL(zk.PermAll&^zk.PermCreate), -1)
	require.NoError(t, err)
	require.NoError(t, conn.Delete("/good/service/dga/2", -1))
	require.True(t, waitUntil(func() bool { return len(e.about("/good/service/dga/2")) > 0 }))
	require.ErrorIs(t, e.about("/good/service/dga/2")[0], zk.ErrNoAuth)
	require.ErrorContains(t, e.about("/good/service/dga/2")[0], "not registered again")

	// That one is tried again after long only, and others do not wait for it.
	require.NoError(t, r.Register(t.Context(), maas.Instance{Model: "phish", Version: "1.0", ID: "1", URL: "http://a"}))
	for range 2 { // the second time after a pause
		require.True(t, waitUntil(func() bool { return owner(t, conn, "/good/service/phish/1") != 0 }))
		require.NoError(t, conn.Delete("/good/service/phish/1", -1))
	}
	start := time.Now()
	require.True(t, waitUntil(func() bool { return owner(t, conn, "/good/service/phish/1") != 0 }))
	require.Less(t, time.Since(start), 10*time.Second)
	require.Len(t, e.about("/good/service/dga/2"), 1)
}

// testTakenOver registers an own instance elsewhere, too: it is left alone, and comes
// back when the other is gone.
func testTakenOver(t *testing.T, address string) {
	one := open(t, address, zookeeper.Options{Root: "/taken"})
	other := open(t, address, zookeeper.Options{Root: "/taken"})
	require.NoError(t, one.Register(t.Context(), dga("1")))
	second := dga("1")
	second.Version = "2.0"
	require.NoError(t, other.Register(t.Context(), second))
	eventually(t, one, "dga", "1=2.0")
	require.NoError(t, one.Register(t.Context(), dga("2")))
	eventually(t, one, "dga", "1=2.0 2=1.0")
	require.NoError(t, other.Close())
	eventually(t, one, "dga", "1=1.0 2=1.0")
}

// testOtherRoots deregisters an instance below a root that held before, too.
func testOtherRoots(t *testing.T, address string) {
	const config = "/metron/maas/config"
	conn := dial(t, address)
	put(t, conn, config, `{"serviceRoot":"/roots/before"}`)
	r := open(t, address, zookeeper.Options{})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	require.NoError(t, r.Register(t.Context(), dga("2")))
	put(t, conn, config, `{"serviceRoot":"/roots/after"}`)
	require.True(t, waitUntil(func() bool { return owner(t, conn, "/roots/after/dga/1") != 0 }))
	require.NotZero(t, owner(t, conn, "/roots/before/dga/1"))
	require.NoError(t, r.Deregister(t.Context(), "dga", "1"))
	require.Zero(t, owner(t, conn, "/roots/before/dga/1"))
	require.Zero(t, owner(t, conn, "/roots/after/dga/1"))
	require.NoError(t, r.Close())
	require.Zero(t, owner(t, conn, "/roots/before/dga/2"))
	require.Zero(t, owner(t, conn, "/roots/after/dga/2"))
	require.NoError(t, conn.Delete(config, -1))
}

func testClose(t *testing.T, address string) {
	const drain = 300 * time.Millisecond
	conn := dial(t, address)
	other := open(t, address, zookeeper.Options{Root: "/close"})
	r := open(t, address, zookeeper.Options{Root: "/close", Drain: drain})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	eventually(t, other, "dga", "1=1.0")
	start := time.Now()
	closed := make(chan error)
	go func() { closed <- r.Close() }()
	eventually(t, other, "dga", "")
	t.Logf("others noticed %v after Close began", time.Since(start).Round(time.Millisecond))
	require.NoError(t, <-closed)
	require.GreaterOrEqual(t, time.Since(start), drain)
	require.Zero(t, owner(t, conn, "/close/dga/1"))
	require.ErrorIs(t, r.Register(t.Context(), dga("2")), zookeeper.ErrClosed)

	idle := open(t, address, zookeeper.Options{Root: "/close", Drain: time.Hour})
	require.NoError(t, idle.Close(), "there is nothing to wait for")
}

// testCloseReconnects closes a registry while its connection is away for a moment.
func testCloseReconnects(t *testing.T, address string) {
	conn := dial(t, address)
	p := newProxy(t, address)
	r := open(t, p.Addr().String(), zookeeper.Options{Root: "/reconnects"})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	p.set(cut)
	require.True(t, waitUntil(func() bool { return !r.Connected() }))
	closed := make(chan error)
	go func() { closed <- r.Close() }()
	p.set(pass)
	require.NoError(t, <-closed)
	require.Zero(t, owner(t, conn, "/reconnects/dga/1"), "the session would hold it for ten seconds")
}
