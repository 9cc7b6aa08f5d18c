package zookeeper_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

func TestReleases(t *testing.T) {
	t.Parallel()
	address := zktest.Start(t).Address()
	t.Run("written", func(t *testing.T) { testReleasesWritten(t, address) })
	t.Run("unknown members", func(t *testing.T) { testUnknownMembers(t, address) })
	t.Run("malformed", func(t *testing.T) { testMalformedReleases(t, address) })
	t.Run("changed at once", func(t *testing.T) { testChangedAtOnce(t, address) })
	t.Run("roots", func(t *testing.T) { testReleaseRoots(t, address) })
}

// eventuallyReleased waits until the registry knows the releases model/version=stage.
func eventuallyReleased(t *testing.T, r maas.Registry, want string) {
	t.Helper()
	got := func() string {
		var all []string
		for _, release := range r.Snapshot().Releases() {
			all = append(all, release.Model+"/"+release.Version+"="+release.Stage)
		}
		return strings.Join(all, " ")
	}
	if !waitUntil(func() bool { return got() == want }) {
		require.Equal(t, want, got())
	}
}

func testReleasesWritten(t *testing.T, address string) {
	const root = "/written/service"
	conn := dial(t, address)
	p := newProxy(t, address)
	r := open(t, address, zookeeper.Options{Root: root})
	other := open(t, p.Addr().String(), zookeeper.Options{Root: root})
	require.Empty(t, other.Snapshot().Releases())
	lists, _ := p.times(opChildren, "/written/registry")
	exists, _ := p.times(opExists, "/written/registry")
	require.Equal(t, []int{1, 1}, []int{lists, exists}, "what a tree that is absent costs")

	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Stage: "production"}))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "2.0", Shadow: true}))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "phish", Version: "1", Stage: "test"}))
	eventuallyReleased(t, other, "dga/1.0=production dga/2.0= phish/1=test")
	require.True(t, other.Snapshot().Releases()[1].Shadow)
	data, stat, err := conn.Get("/written/registry/dga/1.0")
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"stage":"production"}`, string(data))
	require.Zero(t, stat.EphemeralOwner)
	names, _, err := conn.Children("/written")
	require.NoError(t, err)
	require.Equal(t, []string{"registry"}, names, "the root of the instances is not touched")

	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Stage: "retired"}))
	eventuallyReleased(t, other, "dga/1.0=retired dga/2.0= phish/1=test")
	require.NoError(t, r.DeleteRelease(t.Context(), "dga", "2.0"))
	require.NoError(t, r.DeleteRelease(t.Context(), "dga", "3.0"))
	eventuallyReleased(t, other, "dga/1.0=retired phish/1=test")
	reads, same := p.times(opGet, "/written/registry")
	require.Equal(t, []int{4, 2}, []int{reads, same}, "one for each that was written")

	weight := -1
	require.ErrorIs(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Weight: &weight}), maas.ErrRelease)
	require.ErrorIs(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1/0"}), maas.ErrRelease)
	require.ErrorIs(t, r.DeleteRelease(t.Context(), "dga", ""), maas.ErrRelease)
	long := maas.Release{Model: "dga", Version: "1.0", Stage: strings.Repeat("x", 1<<20)}
	require.ErrorContains(t, r.PutRelease(t.Context(), long), "at most 524288 are allowed")
	deleteTree(t, conn, "/written")
	eventuallyReleased(t, other, "")
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0"}))
	eventuallyReleased(t, other, "dga/1.0=")
}

// testUnknownMembers writes over documents that say more than is known here.
func testUnknownMembers(t *testing.T, address string) {
	const path = "/members/registry/dga/1.0"
	conn := dial(t, address)
	content := func() string {
		data, _, err := conn.Get(path)
		require.NoError(t, err)
		return string(data)
	}
	r := open(t, address, zookeeper.Options{Root: "/members/service"})
	put(t, conn, path, `{"format":2,"stage":"test","owner":"ann","audit":{"by":"bob"}}`)
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Stage: "production"}))
	require.JSONEq(t, `{"format":2,"stage":"production","owner":"ann","audit":{"by":"bob"}}`, content())
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{
		Model: "dga", Version: "1.0", Others: jsontext.Value(`{"owner":"carl"}`),
	}))
	require.JSONEq(t, `{"format":2,"owner":"carl","audit":{"by":"bob"}}`, content())
	require.NoError(t, r.ChangeRelease(t.Context(), "dga", "1.0", func(release *maas.Release) error {
		release.Key, release.Others = "host", nil
		return nil
	}))
	require.JSONEq(t, `{"format":2,"key":"host"}`, content())
	for _, refusal := range []error{errors.New("not so"), zk.ErrConnectionClosed, zk.ErrNoNode, io.EOF} { // even another registry's
		asked := 0
		err := r.ChangeRelease(t.Context(), "dga", "1.0", func(*maas.Release) error {
			asked++
			return refusal
		})
		require.ErrorIs(t, err, refusal)
		require.ErrorContains(t, err, "zookeeper: change release dga/1.0: ")
		require.Equal(t, 1, asked)
	}
}

func testMalformedReleases(t *testing.T, address string) {
	conn := dial(t, address)
	put(t, conn, "/poor/registry/dga/1.0", `{"stage":"production"}`)
	put(t, conn, "/poor/registry/dga/2.0", `{`)
	put(t, conn, "/poor/registry/dga/3.0", `{"weight":-1,"owner":"ann"}`)
	put(t, conn, "/poor/registry/other/1.0", ``)
	var e events
	r := open(t, address, zookeeper.Options{Root: "/poor/service", Observe: e.observe})
	eventuallyReleased(t, r, "dga/1.0=production")
	for _, path := range []string{"/poor/registry/dga/2.0", "/poor/registry/dga/3.0", "/poor/registry/other/1.0"} {
		require.Len(t, e.about(path), 1, path)
		require.ErrorIs(t, e.about(path)[0], maas.ErrRelease)
		require.ErrorContains(t, e.about(path)[0], "malformed release, skipped")
	}
	require.Equal(t, 3, e.count(maas.Refused))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "2.0"}))
	require.NoError(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "3.0", Stage: "test"}))
	eventuallyReleased(t, r, "dga/1.0=production dga/2.0= dga/3.0=test")
	require.JSONEq(t, `{"owner":"ann"}`, string(r.Snapshot().Releases()[2].Others))
}

// testChangedAtOnce lets many change one document: no change is lost.
func testChangedAtOnce(t *testing.T, address string) {
	const changes = 20
	one := open(t, address, zookeeper.Options{Root: "/once/service"})
	other := open(t, address, zookeeper.Options{Root: "/once/service"})
	var changing sync.WaitGroup
	for n := range changes {
		r := []*zookeeper.Registry{one, other}[n%2]
		changing.Go(func() {
			err := r.ChangeRelease(t.Context(), "dga", "1.0", func(release *maas.Release) error {
				release.BatchSize++
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	changing.Wait()
	require.True(t, waitUntil(func() bool {
		releases := one.Snapshot().Releases()
		return len(releases) == 1 && releases[0].BatchSize == changes
	}))
}

// testReleaseRoots finds the releases beside the instances, or where options say.
func testReleaseRoots(t *testing.T, address string) {
	const config = "/metron/maas/config"
	conn := dial(t, address)
	put(t, conn, "/maas/registry/dga/1.0", `{"stage":"default"}`)
	put(t, conn, "/moved/registry/dga/1.0", `{"stage":"moved"}`)
	put(t, conn, "/given/dga/1.0", `{"stage":"given"}`)
	var e events
	r := open(t, address, zookeeper.Options{Observe: e.observe})
	given := open(t, address, zookeeper.Options{RegistryRoot: "/given"})
	eventuallyReleased(t, r, "dga/1.0=default")
	eventuallyReleased(t, given, "dga/1.0=given")
	put(t, conn, config, `{"serviceRoot":"/moved/service"}`)
	eventuallyReleased(t, r, "dga/1.0=moved")
	eventuallyReleased(t, given, "dga/1.0=given")
	for _, overlapping := range []string{"/moved/registry", "/x/registry"} {
		put(t, conn, config, fmt.Sprintf(`{"serviceRoot":%q}`, overlapping))
		eventuallyReleased(t, r, "")
		require.True(t, waitUntil(func() bool { return len(e.about(overlapping)) > 0 }))
		require.ErrorContains(t, e.about(overlapping)[0], "overlaps")
		require.ErrorContains(t, r.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0"}), "no root beside")
	}
	require.NoError(t, conn.Delete(config, -1))
	eventuallyReleased(t, r, "dga/1.0=default")
}
