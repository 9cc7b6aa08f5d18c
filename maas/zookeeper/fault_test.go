package zookeeper_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// TestFaults says in its log how long a registry takes to get over what happens to one
// server and the way to it.
func TestFaults(t *testing.T) {
	t.Parallel()
	testFaults(t, zktest.Start(t).Address())
}

func testFaults(t *testing.T, address string) {
	t.Run("session expired", func(t *testing.T) { testManyExpire(t, address) })
	t.Run("network silent", func(t *testing.T) { testSilentNetwork(t, address) })
	t.Run("network cut", func(t *testing.T) { testCutNetwork(t, address) })
	t.Run("garbage", func(t *testing.T) { testGarbage(t, address) })
	t.Run("many at once", func(t *testing.T) { testManyAtOnce(t, address) })
	t.Run("many own at once", func(t *testing.T) { testManyOwnAtOnce(t, address) })
}

// since returns how long ago something was, as it is logged.
func since(start time.Time) time.Duration { return time.Since(start).Round(time.Millisecond) }

func instances(r maas.Registry, model string) int { return len(r.Snapshot().Instances(model)) }

func testManyExpire(t *testing.T, address string) {
	const root, own = "/expire/service", 50
	conn := dial(t, address)
	p := newProxy(t, address)
	var e events
	r := open(t, p.Addr().String(), zookeeper.Options{Root: root, SessionTimeout: 2 * time.Second, Observe: e.observe})
	for n := range own {
		require.NoError(t, r.Register(t.Context(), dga(fmt.Sprint(n))))
	}
	require.True(t, waitUntil(func() bool { return instances(r, "dga") == own }))
	require.Zero(t, r.Age())

	p.set(cut)
	start := time.Now()
	require.True(t, waitUntil(func() bool {
		names, _, err := conn.Children(root + "/dga")
		return err == nil && len(names) == 0
	}))
	ended := since(start)
	require.True(t, waitUntil(func() bool { return r.Age() > time.Second }))
	require.Equal(t, own, instances(r, "dga"), "the last that is known")
	p.set(pass)
	start = time.Now()
	require.True(t, waitUntil(func() bool {
		names, _, err := conn.Children(root + "/dga")
		return err == nil && len(names) == own
	}))
	back := since(start)
	require.True(t, waitUntil(func() bool { return r.Age() == 0 && instances(r, "dga") == own }))
	t.Logf("the session ended %v after the connection; %d own nodes were back %v after the network was", ended, own, back)
	require.Equal(t, 1, e.count(maas.SessionExpired))
	require.Equal(t, 1, e.count(maas.Disconnected))
	require.Equal(t, 2, e.count(maas.Connected))
	require.Equal(t, 2*own, e.count(maas.Registered))
}

// testSilentNetwork lets nothing through, without an end of the connection.
func testSilentNetwork(t *testing.T, address string) {
	conn := dial(t, address)
	p := newProxy(t, address)
	r := open(t, p.Addr().String(), zookeeper.Options{Root: "/silence", SessionTimeout: 3 * time.Second})
	put(t, conn, "/silence/dga/1", node("1", "1.0"))
	eventually(t, r, "dga", "1=1.0")
	p.set(hold)
	start := time.Now()
	put(t, conn, "/silence/dga/1", node("1", "2.0"))
	require.True(t, waitUntil(func() bool { return !r.Connected() }))
	noticed, age := since(start), r.Age().Round(time.Millisecond)
	require.Less(t, time.Since(start), 3*time.Second, "of the session two thirds are waited for")
	require.Positive(t, age)
	eventually(t, r, "dga", "1=1.0")
	p.set(pass)
	start = time.Now()
	eventually(t, r, "dga", "1=2.0")
	require.True(t, waitUntil(func() bool { return r.Age() == 0 }))
	t.Logf("noticed after %v, when the snapshot was %v old; up to date %v after the network was back", noticed, age, since(start))
}

// testCutNetwork cuts the connection for a moment: what changed meanwhile is known once
// the snapshot counts as confirmed, and no node is read without need.
func testCutNetwork(t *testing.T, address string) {
	const nodes = 100
	conn := dial(t, address)
	p := newProxy(t, address)
	for n := range nodes {
		put(t, conn, fmt.Sprintf("/cut/dga/%d", n), node("1", "1.0"))
	}
	r := open(t, p.Addr().String(), zookeeper.Options{Root: "/cut"})
	require.NoError(t, r.Register(t.Context(), dga("999")))
	require.True(t, waitUntil(func() bool { return instances(r, "dga") == nodes+1 }))
	mine := owner(t, conn, "/cut/dga/999")
	read, _ := p.times(opGet, "/cut")
	require.Equal(t, nodes+1, read)
	start := time.Now()
	for round := range 3 {
		version := fmt.Sprint(round)
		p.set(cut)
		require.True(t, waitUntil(func() bool { return !r.Connected() }))
		require.Less(t, r.Age(), time.Since(start)+10*tick, "what was confirmed after the last cut is no older")
		put(t, conn, "/cut/dga/7", node("7", version))
		require.NoError(t, conn.Delete(fmt.Sprintf("/cut/dga/%d", 10+round), -1))
		p.set(pass)
		start = time.Now()
		require.True(t, waitUntil(func() bool { return r.Age() == 0 }))
		confirmed := since(start)
		require.Len(t, r.Snapshot().Instances("dga"), nodes-round)
		require.True(t, slices.ContainsFunc(r.Snapshot().Instances("dga"), func(i maas.Instance) bool {
			return i.ID == "7" && i.Version == version
		}))
		more, _ := p.times(opGet, "/cut")
		t.Logf("confirmed %v after the network was back, with %d of %d nodes read", confirmed, more-read, nodes-round)
		require.LessOrEqual(t, more-read, 2)
		read = more
	}
	require.Equal(t, mine, owner(t, conn, "/cut/dga/999"), "the session was kept")
	p.mu.Lock()
	firsts := p.firsts
	p.mu.Unlock()
	require.Equal(t, []int32{opSync, opSetWatches, opSetWatches, opSetWatches}, firsts, "or changes may be missed")
	syncs, _ := p.times(opSync, "/")
	require.Equal(t, 4, syncs, "another server may lag behind: each connection begins with catching up")
}

func testGarbage(t *testing.T, address string) {
	const good = 200
	conn := dial(t, address)
	random := rand.New(rand.NewPCG(1, 2))
	garbage := []string{
		"", "{", "null", "[]", "0", strings.Repeat("[", 100_000), strings.Repeat(`{"payload":`, 10_000),
		`{"payload":{"version":"1","endpoint":{"url":"javascript:alert(1)"}}}`,
		`{"payload":{"version":"1","endpoint":{"url":"http://user:secret@host"}}}`,
		`{"payload":{"name":"../x","version":"1","endpoint":{"url":"http://a"}}}`,
		`{"payload":{"name":"` + strings.Repeat("x", 900_000), "\xff\xfe{}", "\x00\x00\x00\x00",
	}
	for range 100 {
		noise := make([]byte, random.IntN(1000))
		for n := range noise {
			noise[n] = byte(random.Uint32())
		}
		garbage = append(garbage, string(noise))
	}
	for n, data := range garbage {
		put(t, conn, fmt.Sprintf("/garbage/service/dga/bad%d", n), data)
		put(t, conn, fmt.Sprintf("/garbage/registry/dga/bad%d", n), data)
	}
	for n := range good {
		put(t, conn, fmt.Sprintf("/garbage/service/dga/%d", n), node(fmt.Sprint(n), "1.0"))
	}
	put(t, conn, "/garbage/registry/dga/1.0", `{"stage":"production"}`)
	put(t, conn, "/garbage/service/dga/0/below", "{") // which a later version may add
	var e events
	start := time.Now()
	r := open(t, address, zookeeper.Options{Root: "/garbage/service", Observe: e.observe})
	known := since(start)
	require.Equal(t, good, instances(r, "dga"))
	bad := e.count(maas.Refused)
	require.LessOrEqual(t, bad, 2*len(garbage))
	put(t, conn, "/garbage/service/dga/bad0", "}")
	require.True(t, waitUntil(func() bool { return e.count(maas.Refused) == bad+1 }), "only what changed is read again")
	require.Equal(t, good, instances(r, "dga"))
	t.Logf("%d good nodes among %d bad ones were known after %v", good, 2*len(garbage), known)
	require.NoError(t, r.Close()) // after which nothing more is reported
	for _, event := range e.all {
		if event.Err != nil {
			require.NotContains(t, event.Err.Error(), "secret")
			require.Less(t, len(event.Err.Error()), 1000, event.Subject)
		}
	}
}

// testManyAtOnce registers many instances at once, which a registry notices: the nodes
// that it reads are counted on the way to the server.
func testManyAtOnce(t *testing.T, address string) {
	const many, writers = 500, 10
	conn := dial(t, address)
	put(t, conn, "/crowd/dga/0", node("0", "1.0"))
	p := newProxy(t, address)
	r := open(t, p.Addr().String(), zookeeper.Options{Root: "/crowd"})
	require.Equal(t, 1, instances(r, "dga"))
	start := time.Now()
	var writing sync.WaitGroup
	for writer := range writers {
		own := dial(t, address)
		writing.Go(func() {
			for n := writer + 1; n < many; n += writers {
				path := fmt.Sprintf("/crowd/dga/%d", n)
				if _, err := own.Create(path, []byte(node(fmt.Sprint(n), "1.0")), zk.FlagEphemeral, zk.WorldACL(zk.PermAll)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	written := since(start)
	require.True(t, waitUntil(func() bool { return instances(r, "dga") == many }))
	reads, same := p.times(opGet, "/crowd")
	lists, _ := p.times(opChildren, "/crowd")
	t.Logf("%d instances were written in %v and known after %v, with %d reads, %d of the same node at most, and %d lists",
		many, written, since(start), reads, same, lists)
	require.Equal(t, 1, same)
	require.LessOrEqual(t, reads+lists, 2*many)

	start = time.Now()
	late := open(t, p.Addr().String(), zookeeper.Options{Root: "/crowd"})
	require.Equal(t, many, instances(late, "dga"))
	again, _ := p.times(opGet, "/crowd")
	t.Logf("another registry was open after %v, with %d reads", since(start), again-reads)
	require.Equal(t, many, again-reads)
}

// testManyOwnAtOnce registers many instances by one registry, which reads each once and
// writes each once.
func testManyOwnAtOnce(t *testing.T, address string) {
	const many = 500
	p := newProxy(t, address)
	r := open(t, p.Addr().String(), zookeeper.Options{Root: "/own"})
	start := time.Now()
	var writing sync.WaitGroup
	for n := range many {
		writing.Go(func() {
			if err := r.Register(t.Context(), dga(fmt.Sprint(n))); err != nil {
				t.Error(err)
			}
		})
	}
	writing.Wait()
	written := since(start)
	require.True(t, waitUntil(func() bool { return instances(r, "dga") == many }))
	reads, same := p.times(opGet, "/own")
	creates, _ := p.times(opCreate, "/own")
	t.Logf("%d own instances were registered in %v and known after %v, with %d reads and %d writes", many, written, since(start), reads, creates)
	require.Equal(t, 1, same)
	require.LessOrEqual(t, creates, many+10, "the missing parents, and the first instance once more")

	start = time.Now()
	require.NoError(t, r.Close())
	t.Logf("closing took %v", since(start))
}

// TestStart opens registries without a server.
func TestStart(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	server.Stop()
	start := time.Now()
	o := zookeeper.Options{Servers: []string{server.Address()}, StartTimeout: 500 * time.Millisecond, RequireStart: true}
	_, err := zookeeper.Open(t.Context(), o)
	require.ErrorIs(t, err, zookeeper.ErrStart)
	require.ErrorIs(t, err, zookeeper.ErrDisconnected)
	var refused *net.OpError
	require.ErrorAs(t, err, &refused)
	t.Logf("after %v: %v", since(start), err)

	o.RequireStart = false
	var e events
	o.Observe = e.observe
	r, err := zookeeper.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	require.GreaterOrEqual(t, r.Age(), o.StartTimeout)
	require.Empty(t, r.Snapshot().Instances("dga"))
	server.Restart()
	start = time.Now()
	require.True(t, waitUntil(func() bool { return r.Age() == 0 }))
	t.Logf("the instances were known %v after the server served", since(start))
	put(t, dial(t, server.Address()), "/maas/service/dga/1", node("1", "1.0"))
	eventually(t, r, "dga", "1=1.0")
	require.Equal(t, 1, e.count(maas.Disconnected))
	require.Equal(t, 1, e.count(maas.Connected))
}
