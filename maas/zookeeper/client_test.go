package zookeeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

func TestClient(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	registry := open(t, server.Address(), zookeeper.Options{NoInstances: true})
	client, ctx := registry.Client(), t.Context()

	_, err := client.Read(ctx, "/rules/site")
	require.ErrorIs(t, err, zk.ErrNoNode)
	require.NoError(t, client.Create(ctx, "/rules/site", []byte("a"), false))
	require.ErrorIs(t, client.Create(ctx, "/rules/site", nil, false), zk.ErrNodeExists)
	require.NoError(t, client.Set(ctx, "/rules/site", []byte("b"), 0))
	require.ErrorIs(t, client.Set(ctx, "/rules/site", []byte("c"), 0), zk.ErrBadVersion)
	node, err := client.Read(ctx, "/rules/site")
	require.NoError(t, err)
	require.Equal(t, "b", string(node.Data))
	require.Equal(t, int32(1), node.Version)
	require.False(t, node.Own)

	require.NoError(t, client.Create(ctx, "/rules/site/x", nil, true))
	node, err = client.Read(ctx, "/rules/site/x")
	require.NoError(t, err)
	require.True(t, node.Own)
	names, err := client.Children(ctx, "/rules/site")
	require.NoError(t, err)
	require.Equal(t, []string{"x"}, names)

	// Together or not at all.
	err = client.Change(ctx, zookeeper.Change{Path: "/rules/site", Version: 0}, zookeeper.Change{Path: "/rules/site/x", Version: -1, Delete: true})
	require.ErrorIs(t, err, zk.ErrBadVersion)
	require.NoError(t, client.Change(ctx, zookeeper.Change{Path: "/rules/site", Version: 1, Data: []byte("d")}, zookeeper.Change{Path: "/rules/site/x", Version: -1, Delete: true}))
	names, err = client.Children(ctx, "/rules/site")
	require.NoError(t, err)
	require.Empty(t, names)
	require.NoError(t, client.Delete(ctx, "/rules/site"))
	require.NoError(t, client.Delete(ctx, "/rules/site"))

	require.Error(t, registry.Register(ctx, dga("1")), "there is only the connection")
	require.Empty(t, registry.Snapshot().Instances("dga"))
	short, end := context.WithTimeout(ctx, 50*time.Millisecond)
	defer end()
	server.Stop()
	require.True(t, waitUntil(func() bool { return !registry.Connected() }))
	_, err = client.Read(short, "/rules")
	require.ErrorIs(t, err, zookeeper.ErrDisconnected)
}

// TestWatchOfNodes: changes are told, also those that happen while there is no connection
// and in a new session.
func TestWatchOfNodes(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	proxy := newProxy(t, server.Address())
	conn := dial(t, server.Address())
	events := &events{}
	registry := open(t, proxy.Addr().String(), zookeeper.Options{NoInstances: true, SessionTimeout: time.Second, Observe: events.observe})
	watch, ctx := registry.Client().Watch(), t.Context()
	defer watch.Close()
	told := func() {
		t.Helper()
		select {
		case <-watch.Changed():
		case <-time.After(patience):
			require.FailNow(t, "nothing was told")
		}
	}
	_, err := watch.Read(ctx, "/a/current")
	require.ErrorIs(t, err, zk.ErrNoNode)
	_, err = watch.Children(ctx, "/a")
	require.ErrorIs(t, err, zk.ErrNoNode)
	put(t, conn, "/a/current", "1")
	told()
	for _, data := range []string{"2", "3"} {
		_, err = watch.Read(ctx, "/a/current")
		require.NoError(t, err)
		put(t, conn, "/a/current", data)
		told()
	}
	names, err := watch.Children(ctx, "/a")
	require.NoError(t, err)
	require.Equal(t, []string{"current"}, names)
	put(t, conn, "/a/b", "")
	told()

	// In the session, over another connection.
	_, err = watch.Read(ctx, "/a/current")
	require.NoError(t, err)
	proxy.set(cut)
	put(t, conn, "/a/current", "4")
	proxy.set(pass)
	told()
	// In a new one.
	require.Eventually(t, func() bool {
		node, err := watch.Read(ctx, "/a/current")
		return err == nil && string(node.Data) == "4"
	}, patience, tick)
	require.NoError(t, registry.Client().Create(ctx, "/a/mine", nil, true))
	proxy.set(hold)
	require.True(t, waitUntil(func() bool { return owner(t, conn, "/a/mine") == 0 }))
	put(t, conn, "/a/current", "5")
	proxy.set(pass)
	require.True(t, waitUntil(func() bool {
		<-watch.Changed()
		node, err := watch.Read(ctx, "/a/current")
		return err == nil && string(node.Data) == "5"
	}))
	require.True(t, waitUntil(func() bool { return events.count(maas.SessionExpired) == 1 }))
}
