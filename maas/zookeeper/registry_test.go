package zookeeper_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

func TestRegistry(t *testing.T) {
	t.Parallel()
	address := zktest.Start(t).Address()
	t.Run("registration", func(t *testing.T) { testRegistration(t, address) })
	t.Run("takeover", func(t *testing.T) { testTakeover(t, address) })
	t.Run("changes", func(t *testing.T) { testChanges(t, address) })
	t.Run("malformed", func(t *testing.T) { testMalformed(t, address) })
	t.Run("refused", func(t *testing.T) { testRefused(t, address) })
	t.Run("configuration", func(t *testing.T) { testConfiguration(t, address) })
	t.Run("observer writes", func(t *testing.T) { testObserverWrites(t, address) })
	t.Run("few requests", func(t *testing.T) { testFewRequests(t, address) })
	t.Run("session expiry", func(t *testing.T) { testSessionExpiry(t, address) })
	t.Run("hanging server", func(t *testing.T) { testHangingServer(t, address) })
	t.Run("silent server", func(t *testing.T) { testSilentServer(t, address) })
}

func testRegistration(t *testing.T, address string) {
	const root = "/registration/service"
	one := open(t, address, zookeeper.Options{Root: root})
	other := open(t, address, zookeeper.Options{Root: root})
	require.True(t, one.Connected())
	require.Empty(t, other.Snapshot().Instances("dga"))

	static := dga("1")
	static.Static = true
	require.NoError(t, one.Register(t.Context(), static))
	require.NoError(t, one.Register(t.Context(), dga("2")))
	require.NoError(t, one.Register(t.Context(), maas.Instance{Model: "phish", Version: "3", ID: "1", URL: "http://a"}))
	eventually(t, other, "dga", "1=1.0 2=1.0")
	eventually(t, other, "phish", "1=3")
	eventually(t, one, "dga", "1=1.0 2=1.0")
	want, _ := static.Checked()
	require.Equal(t, want, other.Snapshot().Instances("dga")[0])

	conn := dial(t, address)
	for path, ephemeral := range map[string]bool{
		root: false, root + "/dga": false, root + "/dga/1": false, root + "/dga/2": true,
	} {
		data, stat, err := conn.Get(path)
		require.NoError(t, err)
		require.Equal(t, ephemeral, stat.EphemeralOwner != 0, path)
		acl, _, err := conn.GetACL(path)
		require.NoError(t, err)
		require.Equal(t, zk.WorldACL(zk.PermAll), acl)
		if strings.Count(path, "/") < 4 {
			require.Empty(t, data)
			continue
		}
		var content map[string]any
		require.NoError(t, json.Unmarshal(data, &content))
		registered := time.UnixMilli(int64(content["registrationTimeUTC"].(float64)))
		require.WithinDuration(t, time.Now(), registered, patience)
	}

	// A later registration replaces an earlier one, of whatever kind.
	newer := dga("1")
	newer.Version = "2.0"
	require.NoError(t, one.Register(t.Context(), newer))
	eventually(t, other, "dga", "1=2.0 2=1.0")
	require.NoError(t, one.Register(t.Context(), static))
	eventually(t, other, "dga", "1=1.0 2=1.0")

	require.NoError(t, one.Close())
	eventually(t, other, "dga", "1=1.0")
	eventually(t, other, "phish", "")
	require.Len(t, one.Snapshot().Instances("phish"), 1, "a closed registry keeps what it knew")
	require.ErrorIs(t, one.Register(t.Context(), static), zookeeper.ErrClosed)

	require.NoError(t, other.Deregister(t.Context(), "dga", "1"))
	eventually(t, other, "dga", "")
	require.NoError(t, other.Deregister(t.Context(), "dga", "1"))

	bad := dga("1")
	bad.Model = "dga/x"
	require.ErrorContains(t, other.Register(t.Context(), bad), `zookeeper: register: model "dga/x" must not`)
	require.ErrorContains(t, other.Deregister(t.Context(), "dga", "1/x"), "names without a slash")
	bad.Model = "a\x01b"
	require.ErrorIs(t, other.Register(t.Context(), bad), zk.ErrInvalidPath)
}

// testTakeover registers one instance from two registries: the first, when it
// goes, must not take the second's along.
func testTakeover(t *testing.T, address string) {
	one := open(t, address, zookeeper.Options{Root: "/takeover"})
	other := open(t, address, zookeeper.Options{Root: "/takeover"})
	require.NoError(t, one.Register(t.Context(), dga("1")))
	second := dga("1")
	second.Version = "2.0"
	require.NoError(t, other.Register(t.Context(), second))
	require.NoError(t, one.Close())
	require.NoError(t, other.Register(t.Context(), dga("2")))
	eventually(t, other, "dga", "1=2.0 2=1.0")
}

func testChanges(t *testing.T, address string) {
	conn := dial(t, address)
	r := open(t, address, zookeeper.Options{Root: "/changes/service"})
	put(t, conn, "/changes/service/dga/1", node("1", "1.0"))
	eventually(t, r, "dga", "1=1.0")
	for n := range 3 {
		version := fmt.Sprint(n)
		put(t, conn, "/changes/service/dga/1", node("1", version))
		eventually(t, r, "dga", "1="+version)
	}
	for range 3 { // gone and back at once
		require.NoError(t, conn.Delete("/changes/service/dga/1", -1))
		put(t, conn, "/changes/service/dga/1", node("1", "4"))
		eventually(t, r, "dga", "1=4")
		put(t, conn, "/changes/service/dga/1", node("1", "5"))
		eventually(t, r, "dga", "1=5")
	}
	for range 2 { // the model and the root too
		require.NoError(t, conn.Delete("/changes/service/dga/1", -1))
		require.NoError(t, conn.Delete("/changes/service/dga", -1))
		require.NoError(t, conn.Delete("/changes/service", -1))
		eventually(t, r, "dga", "")
		put(t, conn, "/changes/service/dga/1", node("1", "6"))
		eventually(t, r, "dga", "1=6")
	}
}

func testMalformed(t *testing.T, address string) {
	conn := dial(t, address)
	put(t, conn, "/malformed/dga/1", node("1", "1.0"))
	put(t, conn, "/malformed/dga/2", "{")
	put(t, conn, "/malformed/dga/3", "")
	put(t, conn, "/malformed/dga/4", strings.Replace(node("4", "1.0"), "{", `{"enabled":false,`, 1))
	put(t, conn, "/malformed/other/1", "[]")
	put(t, conn, "/malformed/none", "")
	var e events
	r := open(t, address, zookeeper.Options{Root: "/malformed", Observe: e.observe})
	eventually(t, r, "dga", "1=1.0")
	for _, path := range []string{"/malformed/dga/2", "/malformed/dga/3", "/malformed/other/1"} {
		require.Len(t, e.about(path), 1, path)
		require.ErrorContains(t, e.about(path)[0], "malformed instance, skipped")
	}
	require.Equal(t, 3, e.count(maas.Refused))

	put(t, conn, "/malformed/dga/2", node("2", "2.0"))
	eventually(t, r, "dga", "1=1.0 2=2.0")
	put(t, conn, "/malformed/dga/2", "{")
	eventually(t, r, "dga", "1=1.0")
}

func testRefused(t *testing.T, address string) {
	conn := dial(t, address)
	put(t, conn, "/refused/dga/1", node("1", "1.0"))
	put(t, conn, "/refused/dga/2", node("2", "1.0"))
	_, err := conn.SetACL("/refused/dga/2", zk.WorldACL(zk.PermAll&^zk.PermRead), -1)
	require.NoError(t, err)
	var e events
	r := open(t, address, zookeeper.Options{Root: "/refused", Observe: e.observe})
	eventually(t, r, "dga", "1=1.0")
	require.ErrorIs(t, e.about("/refused/dga/2")[0], zk.ErrNoAuth)
	for n := range 5 { // what happens elsewhere is no reason to try again
		version := fmt.Sprint(n)
		put(t, conn, "/refused/dga/1", node("1", version))
		eventually(t, r, "dga", "1="+version)
	}
	require.Len(t, e.about("/refused/dga/2"), 1)
}

func testConfiguration(t *testing.T, address string) {
	const config = "/metron/maas/config"
	conn := dial(t, address)
	put(t, conn, "/maas/service/dga/1", node("1", "default"))
	put(t, conn, "/elsewhere/dga/1", node("1", "elsewhere"))
	var e events
	r := open(t, address, zookeeper.Options{Observe: e.observe})
	eventually(t, r, "dga", "1=default")
	require.NoError(t, r.Register(t.Context(), dga("2")))

	put(t, conn, config, `{"queue":"ZOOKEEPER","queueConfig":{"zk_path":"/maas/queue"},"serviceRoot":"/elsewhere"}`)
	eventually(t, r, "dga", "1=elsewhere 2=1.0") // own instances move along
	put(t, conn, config, `{"queue":"ZOOKEEPER"}`)
	eventually(t, r, "dga", "1=default 2=1.0")
	put(t, conn, config, `{"serviceRoot":"/elsewhere"}`)
	eventually(t, r, "dga", "1=elsewhere 2=1.0")

	for n, malformed := range []string{`{"serviceRoot":`, `{"serviceRoot":"elsewhere"}`, `{"serviceRoot":"/a//b"}`, `{"serviceRoot":"/"}`} {
		put(t, conn, config, malformed)
		require.True(t, waitUntil(func() bool { return len(e.about(config)) == n+1 }))
		eventually(t, r, "dga", "1=elsewhere 2=1.0")
	}
	late := open(t, address, zookeeper.Options{})
	eventually(t, late, "dga", "1=default 2=1.0")
	require.NoError(t, conn.Delete(config, -1))
	eventually(t, r, "dga", "1=default 2=1.0")
}

// testObserverWrites lets the observer of a registration that is refused below a
// new root take that back.
func testObserverWrites(t *testing.T, address string) {
	const config, refusing = "/metron/maas/config", "/refusing"
	conn := dial(t, address)
	put(t, conn, refusing, "")
	_, err := conn.SetACL(refusing, zk.WorldACL(zk.PermRead), -1)
	require.NoError(t, err)
	var r *zookeeper.Registry
	taken := make(chan error, 1)
	r = open(t, address, zookeeper.Options{Observe: func(e maas.Event) {
		if e.Err != nil && e.Subject == refusing+"/dga/1" {
			ctx, cancel := context.WithTimeout(context.Background(), patience/10)
			defer cancel()
			taken <- r.Deregister(ctx, "dga", "1")
		}
	}})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	eventually(t, r, "dga", "1=1.0")
	put(t, conn, config, `{"serviceRoot":"`+refusing+`"}`)
	require.NoError(t, <-taken)
	require.NoError(t, conn.Delete(config, -1))
}

// testFewRequests counts what the server receives when a registry with many
// instances is opened and one of them changes.
func testFewRequests(t *testing.T, address string) {
	const instances = 100
	conn := dial(t, address)
	put(t, conn, "/many/dga/0", node("0", "1.0"))
	for n := range instances {
		put(t, conn, fmt.Sprintf("/many/dga/%d", n), node(fmt.Sprint(n), "1.0"))
	}
	before := received(t, address)
	r := open(t, address, zookeeper.Options{Root: "/many"})
	require.Len(t, r.Snapshot().Instances("dga"), instances)
	opened := received(t, address)
	require.Less(t, opened-before, instances+30) // pings and other clients count too
	put(t, conn, "/many/dga/7", node("7", "2.0"))
	require.True(t, waitUntil(func() bool {
		for _, i := range r.Snapshot().Instances("dga") {
			if i.Version == "2.0" {
				return true
			}
		}
		return false
	}))
	require.Less(t, received(t, address)-opened, 30)
}

// received asks a server for the number of packets that it got so far.
func received(t *testing.T, address string) int {
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("srvr"))
	require.NoError(t, err)
	status, err := io.ReadAll(conn)
	require.NoError(t, err)
	var n int
	_, after, _ := strings.Cut(string(status), "Received: ")
	_, err = fmt.Sscan(after, &n)
	require.NoError(t, err)
	return n
}

func testSessionExpiry(t *testing.T, address string) {
	conn := dial(t, address)
	p := newProxy(t, address)
	var e events
	o := zookeeper.Options{Root: "/expiry", SessionTimeout: 600 * time.Millisecond, Observe: e.observe}
	r := open(t, p.Addr().String(), o)
	require.NoError(t, r.Register(t.Context(), dga("1")))
	put(t, conn, "/expiry/dga/2", node("2", "1.0"))
	put(t, conn, "/expiry/dga/3", node("3", "1.0"))
	eventually(t, r, "dga", "1=1.0 2=1.0 3=1.0")
	_, before, err := conn.Get("/expiry/dga/1")
	require.NoError(t, err)

	p.set(cut)
	require.True(t, waitUntil(func() bool { return !r.Connected() }))
	require.True(t, waitUntil(func() bool {
		exists, _, err := conn.Exists("/expiry/dga/1")
		return err == nil && !exists
	}), "the session ends")
	require.NoError(t, conn.Delete("/expiry/dga/2", -1)) // unseen
	put(t, conn, "/expiry/dga/3", node("3", "2.0"))
	eventually(t, r, "dga", "1=1.0 2=1.0 3=1.0") // the last that is known

	p.set(pass)
	eventually(t, r, "dga", "1=1.0 3=2.0")
	_, after, err := conn.Get("/expiry/dga/1")
	require.NoError(t, err)
	require.NotEqual(t, before.EphemeralOwner, after.EphemeralOwner)
	require.ErrorIs(t, e.about(p.Addr().String())[0], zookeeper.ErrDisconnected)
	require.Contains(t, e.about(p.Addr().String()), zk.ErrSessionExpired)

	put(t, conn, "/expiry/dga/3", node("3", "3.0")) // the new watches work
	eventually(t, r, "dga", "1=1.0 3=3.0")

	// What was deregistered does not come back with the next session.
	require.NoError(t, r.Deregister(t.Context(), "dga", "1"))
	require.NoError(t, r.Register(t.Context(), dga("4")))
	p.set(cut)
	require.True(t, waitUntil(func() bool {
		exists, _, err := conn.Exists("/expiry/dga/4")
		return err == nil && !exists
	}))
	p.set(pass)
	require.True(t, waitUntil(func() bool {
		exists, _, err := conn.Exists("/expiry/dga/4")
		return err == nil && exists
	}))
	eventually(t, r, "dga", "3=3.0 4=1.0")
}

func testHangingServer(t *testing.T, address string) {
	p := newProxy(t, address)
	r := open(t, p.Addr().String(), zookeeper.Options{Root: "/hanging"})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	eventually(t, r, "dga", "1=1.0")
	p.set(hold)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	require.ErrorIs(t, r.Register(ctx, dga("2")), context.DeadlineExceeded)
	require.ErrorIs(t, r.Deregister(ctx, "dga", "1"), context.DeadlineExceeded)
	eventually(t, r, "dga", "1=1.0")
	require.NoError(t, r.Close())
	require.Less(t, time.Since(start), 5*time.Second)
}

// testSilentServer connects to a server that takes the first connection and never
// answers on it, as one that is just starting may do.
func testSilentServer(t *testing.T, address string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		silent, err := listener.Accept()
		if err != nil {
			return
		}
		defer silent.Close()
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", address)
			if err != nil {
				client.Close()
				return
			}
			go io.Copy(server, client)
			go io.Copy(client, server)
		}
	}()
	const session = 4 * time.Second // the library alone would wait for 27 s
	start := time.Now()
	r := open(t, listener.Addr().String(), zookeeper.Options{Root: "/silent", SessionTimeout: session, StartTimeout: time.Millisecond})
	require.True(t, waitUntil(r.Connected))
	require.Less(t, time.Since(start), session)
}

func TestServerRestart(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	var e events
	o := zookeeper.Options{SessionTimeout: 5 * time.Second, StartTimeout: time.Millisecond, Observe: e.observe}
	server.Stop()
	r := open(t, server.Address(), o) // absent at start
	require.Empty(t, r.Snapshot().Instances("dga"))
	require.True(t, waitUntil(func() bool { return len(e.about(server.Address())) > 0 }))
	require.ErrorIs(t, e.about(server.Address())[0], zookeeper.ErrDisconnected)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, r.Register(ctx, dga("1")), context.DeadlineExceeded)

	server.Restart()
	require.True(t, waitUntil(r.Connected))
	require.NoError(t, r.Register(t.Context(), dga("1")))
	eventually(t, r, "dga", "1=1.0")

	server.Stop()
	require.True(t, waitUntil(func() bool { return !r.Connected() }))
	require.Len(t, r.Snapshot().Instances("dga"), 1)
	registered := make(chan error)
	go func() { registered <- registerOnceBack(r, dga("2")) }()
	server.Restart()
	require.NoError(t, <-registered)
	eventually(t, r, "dga", "1=1.0 2=1.0")
	other := open(t, server.Address(), zookeeper.Options{})
	require.NoError(t, other.Register(t.Context(), dga("3")))
	eventually(t, r, "dga", "1=1.0 2=1.0 3=1.0")
	eventually(t, other, "dga", "1=1.0 2=1.0 3=1.0")
}

// registerOnceBack registers while the server is away. A call waits for it, but
// not as long as a server may need to start on a busy machine.
func registerOnceBack(r *zookeeper.Registry, i maas.Instance) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		err := r.Register(ctx, i)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}

func TestOpenErrors(t *testing.T) {
	for want, o := range map[string]zookeeper.Options{
		"no servers given":           {},
		`server ":2181" must have`:   {Servers: []string{""}},
		`server "a:b:c" must`:        {Servers: []string{"a:b:c"}},
		`server "a:1/chroot" must`:   {Servers: []string{"a:1/chroot", "b:1"}},
		`chroot: root "/a/" must`:    {Servers: []string{"a:1", "b:1/a/"}},
		`auth must have the form`:    {Servers: []string{"a:1"}, Auth: "secret"},
		`"/a/b" of the releases`:     {Servers: []string{"a:1"}, Root: "/a", RegistryRoot: "/a/b"},
		`server "a:1,b:1" must have`: {Servers: []string{"a:1,b:1"}},
		`root "maas" must have`:      {Servers: []string{"localhost"}, Root: "maas"},
		`root "/maas/" must have`:    {Servers: []string{"localhost"}, Root: "/maas/"},
	} {
		_, err := zookeeper.Open(t.Context(), o)
		require.ErrorContains(t, err, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := zookeeper.Open(ctx, zookeeper.Options{Servers: []string{"127.0.0.1:1"}})
	require.ErrorIs(t, err, context.Canceled)
}
