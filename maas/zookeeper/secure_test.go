package zookeeper_test

import (
	"crypto/tls"
	"errors"
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

func TestSecured(t *testing.T) {
	t.Parallel()
	server, secure, client := zktest.StartTLS(t)
	t.Run("digest", func(t *testing.T) { testDigest(t, server.Address()) })
	t.Run("given ACL", func(t *testing.T) { testGivenACL(t, server.Address()) })
	t.Run("TLS", func(t *testing.T) { testTLS(t, secure, client) })
	t.Run("chroot", func(t *testing.T) { testChroot(t, server.Address()) })
}

func testDigest(t *testing.T, address string) {
	const auth, root = "models:secret", "/digest/service"
	conn := dial(t, address) // anyone
	p := newProxy(t, address)
	r := open(t, p.Addr().String(), zookeeper.Options{Root: root, Auth: auth, SessionTimeout: 600 * time.Millisecond})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	static := dga("2")
	static.Static = true
	require.NoError(t, r.Register(t.Context(), static))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0"}))
	want := append(zk.WorldACL(zk.PermRead), zk.ACL{Perms: zk.PermAll, Scheme: "digest", ID: "models:x"}) // as strangers see it
	for _, path := range []string{
		"/digest", root, root + "/dga", root + "/dga/1", root + "/dga/2", "/digest/registry/dga", "/digest/registry/dga/1.0",
	} {
		acl, _, err := conn.GetACL(path)
		require.NoError(t, err)
		require.Equal(t, want, acl, path)
	}

	var e events
	stranger := open(t, address, zookeeper.Options{Root: root, Observe: e.observe})
	eventually(t, stranger, "dga", "1=1.0 2=1.0")
	require.Len(t, stranger.Snapshot().Releases(), 1)
	err := stranger.Register(t.Context(), dga("3"))
	require.ErrorIs(t, err, zk.ErrNoAuth)
	require.ErrorIs(t, stranger.Deregister(t.Context(), "dga", "1"), zk.ErrNoAuth)
	require.ErrorIs(t, stranger.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0"}), zk.ErrNoAuth)
	wrong := open(t, address, zookeeper.Options{Root: root, Auth: "models:guess"})
	err = wrong.Register(t.Context(), dga("3"))
	require.ErrorIs(t, err, zk.ErrNoAuth)
	require.NotContains(t, err.Error(), "guess")

	// Each new connection is authenticated, in the same session and in the next.
	for _, ends := range []bool{false, true} {
		mine := owner(t, conn, root+"/dga/1")
		p.set(cut)
		require.True(t, waitUntil(func() bool { return !r.Connected() }))
		if ends {
			require.True(t, waitUntil(func() bool { return owner(t, conn, root+"/dga/1") == 0 }))
		}
		p.set(pass)
		require.True(t, waitUntil(func() bool { return owner(t, conn, root+"/dga/1") != 0 }))
		if ends {
			require.NotEqual(t, mine, owner(t, conn, root+"/dga/1"))
		}
		require.NoError(t, r.Register(t.Context(), dga("4")))
		require.NoError(t, r.Deregister(t.Context(), "dga", "4"))
	}
	require.NoError(t, r.Close())
	require.Zero(t, owner(t, conn, root+"/dga/1"))
}

func testGivenACL(t *testing.T, address string) {
	conn := dial(t, address)
	acl := zk.DigestACL(zk.PermAll, "models", "secret")
	r := open(t, address, zookeeper.Options{Root: "/given", Auth: "models:secret", ACL: acl})
	require.NoError(t, r.Register(t.Context(), dga("1")))
	_, _, err := conn.Get("/given/dga/1")
	require.ErrorIs(t, err, zk.ErrNoAuth)
	eventually(t, r, "dga", "1=1.0")

	_, err = zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{address}, Root: "/given", RequireStart: true})
	require.ErrorIs(t, err, zookeeper.ErrStart)
	require.ErrorIs(t, err, zk.ErrNoAuth)
	require.ErrorContains(t, err, "/given: ")
}

func testTLS(t *testing.T, secure string, client *tls.Config) {
	_, port, err := net.SplitHostPort(secure)
	require.NoError(t, err)
	for _, host := range []string{"127.0.0.1", "localhost"} { // the server's name is that of the address
		r := open(t, net.JoinHostPort(host, port), zookeeper.Options{Root: "/tls", TLS: client})
		require.True(t, waitUntil(r.Connected))
		require.NoError(t, r.Register(t.Context(), dga("1")))
		eventually(t, r, "dga", "1=1.0")
		require.NoError(t, r.Close())
	}
	trusting := &tls.Config{RootCAs: client.RootCAs, ServerName: "elsewhere"}
	for _, o := range []zookeeper.Options{
		{TLS: &tls.Config{}},
		{TLS: trusting},
		{}, // in the clear
	} {
		var e events
		o.Servers, o.RequireStart, o.StartTimeout, o.Observe = []string{secure}, true, time.Second, e.observe
		_, err := zookeeper.Open(t.Context(), o)
		require.ErrorIs(t, err, zookeeper.ErrStart)
		var unknown *tls.CertificateVerificationError
		require.Equal(t, o.TLS != nil, errors.As(err, &unknown), err)
	}
}

func testChroot(t *testing.T, address string) {
	conn := dial(t, address)
	var e events
	o := zookeeper.Options{Servers: []string{"127.0.0.1:1", address + "/chroot/here"}, Observe: e.observe, StartTimeout: time.Second}
	o.RequireStart = true
	_, err := zookeeper.Open(t.Context(), o)
	require.ErrorIs(t, err, zookeeper.ErrStart)
	require.ErrorContains(t, err, "the chroot /chroot/here does not exist")

	o.RequireStart = false
	r, err := zookeeper.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	put(t, conn, "/chroot/here", "") // it is noticed
	require.NoError(t, r.Register(t.Context(), dga("1")))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0"}))
	eventually(t, r, "dga", "1=1.0")
	require.NotZero(t, owner(t, conn, "/chroot/here/maas/service/dga/1"))
	exists, _, err := conn.Exists("/chroot/here/maas/registry/dga/1.0")
	require.NoError(t, err)
	require.True(t, exists)

	put(t, conn, "/chroot/here/maas/service/dga/2", "{")
	require.True(t, waitUntil(func() bool { return len(e.about("/maas/service/dga/2")) > 0 }), "paths are shown below the chroot")
	put(t, conn, "/chroot/here/metron/maas/config", `{"serviceRoot":"/other"}`)
	require.True(t, waitUntil(func() bool { return owner(t, conn, "/chroot/here/other/dga/1") != 0 }))
	require.NoError(t, r.Close()) // after which nothing more is reported
	for _, event := range e.all {
		require.False(t, strings.HasPrefix(event.Subject, "/chroot"), event.Subject)
	}
}
