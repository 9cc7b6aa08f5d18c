package fleet_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

func TestSet(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client, ctx := connect(t, server.Address()), t.Context()
	set := fleet.NewSet(client, "/stellar/rules/site")

	none, err := set.Current(ctx)
	require.NoError(t, err)
	require.Empty(t, none.Version)
	first := push(t, set, "a := 1")
	_, err = set.Push(ctx, none, filesOf("a := 0"), fleet.Release{By: "mo", At: time.Now()})
	require.ErrorIs(t, err, fleet.ErrOvertaken, "the set was empty when it was read")
	require.ErrorContains(t, err, first+" is the current version since ")
	second := push(t, set, "a := 2")
	current, err := set.Current(ctx)
	require.NoError(t, err)
	require.Equal(t, second, current.Version)
	require.Equal(t, first, current.Before[0].Version)
	files, err := set.Files(ctx, first)
	require.NoError(t, err)
	require.Equal(t, filesOf("a := 1"), files)

	// Two push at the same time: one of them is told.
	_, err = set.Push(ctx, current, filesOf("a := 3"), fleet.Release{By: "jo"})
	require.NoError(t, err)
	_, err = set.Push(ctx, current, filesOf("a := 4"), fleet.Release{By: "mo"})
	require.ErrorIs(t, err, fleet.ErrOvertaken)
	require.ErrorContains(t, err, "by jo")
	_, err = set.Rollback(ctx, current, fleet.Release{Version: first, By: "mo", At: time.Now()})
	require.ErrorIs(t, err, fleet.ErrOvertaken)

	// Back, and back again.
	current, err = set.Current(ctx)
	require.NoError(t, err)
	third := current.Version
	back, err := set.Rollback(ctx, current, fleet.Release{By: "mo", At: time.Now()})
	require.NoError(t, err)
	require.Equal(t, second, back.Version)
	require.Equal(t, third, back.Before[0].Version)
	back, err = set.Rollback(ctx, back, fleet.Release{Version: first, By: "mo", At: time.Now()})
	require.NoError(t, err)
	read, err := set.Current(ctx)
	require.NoError(t, err)
	require.True(t, read.Rollback)
	require.Equal(t, first, read.Version)
	_, err = set.Rollback(ctx, back, fleet.Release{Version: "0123456789ab", By: "mo", At: time.Now()})
	require.ErrorIs(t, err, fleet.ErrUnknown)
	_, err = set.Files(ctx, "../current")
	require.ErrorIs(t, err, fleet.ErrUnknown)

	_, err = fleet.NewSet(client, "/stellar/rules").Current(ctx)
	require.ErrorIs(t, err, fleet.ErrNone, "above a set is no place for one")
}

// TestVersionsAreBounded: the oldest versions are deleted, and a push that was cut off is
// made up for.
func TestVersionsAreBounded(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client, ctx := connect(t, server.Address()), t.Context()
	set := fleet.NewSet(client, "/stellar/rules/site")
	cut := filesOf("a := 0").Version()
	put(t, client, "/stellar/rules/site/versions/"+cut, "")
	put(t, client, "/stellar/rules/site/versions/"+cut+"/0", "damaged")
	_, err := set.Files(ctx, cut)
	require.ErrorContains(t, err, "incomplete")
	var versions []string
	for i := range fleet.Kept + 3 {
		versions = append(versions, push(t, set, fmt.Sprint("a := ", i)))
	}
	require.Equal(t, cut, versions[0])
	names, err := client.Children(ctx, "/stellar/rules/site/versions")
	require.NoError(t, err)
	require.ElementsMatch(t, versions[3:], names)
	for _, version := range versions[3:] {
		_, err := set.Files(ctx, version)
		require.NoError(t, err)
	}

	// A large set stands in several nodes, and a larger one is refused.
	noise := make([]byte, 1200<<10)
	_, _ = rand.Read(noise)
	large := fleet.Files{"a.stellar": []byte("a := 1"), "tables/assets.csv": noise}
	current, err := set.Current(ctx)
	require.NoError(t, err)
	current, err = set.Push(ctx, current, large, fleet.Release{})
	require.NoError(t, err)
	read, err := set.Files(ctx, current.Version)
	require.NoError(t, err)
	require.Equal(t, large, read)
	large["tables/more.csv"] = slices.Concat(noise[1:], noise[2:], noise[3:]) // which gzip does not find
	_, err = set.Push(ctx, current, large, fleet.Release{})
	require.ErrorIs(t, err, fleet.ErrTooLarge)

	put(t, client, "/stellar/rules/site/versions/"+current.Version+"/2", "damaged")
	_, err = set.Files(ctx, current.Version)
	require.Error(t, err)
	damaged := current.Version
	push(t, set, "c := 1")
	current, err = set.Current(ctx)
	require.NoError(t, err)
	_, err = set.Rollback(ctx, current, fleet.Release{Version: damaged, By: "jo", At: time.Now()})
	require.ErrorContains(t, err, damaged, "no worker could use it")
	read, err = set.Files(ctx, current.Version)
	require.NoError(t, err)
	require.Equal(t, filesOf("c := 1"), read)

	// A push mends the current version, and what cannot be deleted does not keep the others.
	delete(large, "tables/more.csv")
	require.NoError(t, client.Delete(ctx, "/stellar/rules/site/versions/"+damaged+"/1"))
	current, err = set.Push(ctx, current, large, fleet.Release{})
	require.NoError(t, err)
	read, err = set.Files(ctx, current.Version)
	require.NoError(t, err)
	require.Equal(t, large, read)
	put(t, client, "/stellar/rules/site/versions/000000000000/0/strange", "")
	for i := range 3 {
		push(t, set, fmt.Sprint("b := ", i))
	}
	names, err = client.Children(ctx, "/stellar/rules/site/versions")
	require.NoError(t, err)
	require.Len(t, names, fleet.Kept+1)
}

// TestSamePushes: of those who push the same files at the same time, each leaves a version that
// is whole.
func TestSamePushes(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	ctx := t.Context()
	reader := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	push(t, reader, "a := 0")
	var pushers []*fleet.Set
	for range 4 {
		pushers = append(pushers, fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site"))
	}
	noise := make([]byte, 600<<10)
	for round := range 5 { // the server keeps what was written last in memory
		_, _ = rand.Read(noise)
		files := fleet.Files{"a.stellar": fmt.Append(nil, "a := ", round), "noise": noise}
		before, err := reader.Current(ctx)
		require.NoError(t, err)
		errs := make(chan error, len(pushers))
		for _, pusher := range pushers {
			go func() {
				_, err := pusher.Push(ctx, before, files, fleet.Release{By: "jo"})
				if err == nil {
					_, err = pusher.Files(ctx, files.Version())
				}
				errs <- err
			}()
		}
		first := 0
		for range pushers {
			if err := <-errs; err == nil {
				first++
			} else {
				require.ErrorIs(t, err, fleet.ErrOvertaken)
			}
		}
		require.NotZero(t, first)
		read, err := reader.Files(ctx, files.Version())
		require.NoError(t, err)
		require.Equal(t, files, read)
	}
}

// TestOvertakenWhileWriting: who pushes a large set while somebody else pushes another one is
// told so, though what was written of it is deleted meanwhile.
func TestOvertakenWhileWriting(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	ctx := t.Context()
	client := connect(t, server.Address())
	set := fleet.NewSet(client, "/stellar/rules/site")
	slow := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	push(t, set, "a := 0")
	noise := make([]byte, 1200<<10)
	for round := range 3 { // the server keeps what was written last in memory
		_, _ = rand.Read(noise)
		files := fleet.Files{"noise": noise}
		before, err := set.Current(ctx)
		require.NoError(t, err)
		slowly := make(chan error, 1)
		go func() {
			_, err := slow.Push(ctx, before, files, fleet.Release{By: "mo"})
			slowly <- err
		}()
		require.Eventually(t, func() bool {
			_, err := client.Read(ctx, "/stellar/rules/site/versions/"+files.Version())
			return err == nil
		}, patience, time.Millisecond)
		_, err = set.Push(ctx, before, filesOf(fmt.Sprint("b := ", round)), fleet.Release{By: "jo"})
		other := <-slowly
		if err == nil {
			err, other = other, err
		}
		require.ErrorIs(t, err, fleet.ErrOvertaken)
		require.NoError(t, other)
		current, err := set.Current(ctx)
		require.NoError(t, err)
		_, err = set.Files(ctx, current.Version)
		require.NoError(t, err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	before := fleet.Files{"a": []byte("1"), "b": []byte("2"), "c": {}}
	after := fleet.Files{"a": []byte("1"), "b": []byte("3"), "d": nil}
	require.Equal(t, fleet.Changes{Added: []string{"d"}, Changed: []string{"b"}, Removed: []string{"c"}}, after.ChangesFrom(before))
	require.NotEqual(t, before.Version(), after.Version())
	require.NotEqual(t, fleet.Files{"ab": []byte("c")}.Version(), fleet.Files{"a": []byte("bc")}.Version())
	for _, name := range []string{"../a", "/a", "a/../../b", "", ".", "a//b"} {
		require.Error(t, fleet.Files{name: nil}.Write(t.TempDir()), name)
	}

	cache := t.TempDir() + "/cache"
	release := fleet.Release{Version: before.Version(), By: "jo", At: time.Now().UTC()}
	require.NoError(t, fleet.WriteCache(cache, at(t, "zookeeper://zk1:2181,zk2:2181/a/b"), release, before))
	for _, address := range []string{"zookeeper://zk1:2181,zk2:2181/a/b", "zookeeper://zk2,zk1/a/b", "zookeeper://10.0.0.7/a/b"} {
		read, files, err := fleet.ReadCache(cache, at(t, address))
		require.NoError(t, err, address)
		require.Equal(t, release, read)
		require.Equal(t, before, files)
	}
	for _, address := range []string{"zookeeper://zk1:2181,zk2:2181/a/c", "zookeeper://zk1:2181,zk2:2181/a/b?sensor=b"} {
		_, _, err := fleet.ReadCache(cache, at(t, address))
		require.ErrorContains(t, err, "is a copy of other rules", address)
	}
	whole, err := os.ReadFile(cache)
	require.NoError(t, err)
	for length := range len(whole) { // as a full disk or a broken machine leaves it
		require.NoError(t, os.WriteFile(cache, whole[:length], 0o644))
		if _, files, err := fleet.ReadCache(cache, at(t, "zookeeper://zk1/a/b")); err == nil {
			require.Equal(t, before, files, length) // what is missing is no part of them
		} else {
			require.ErrorContains(t, err, cache)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	a, err := fleet.ParseAddress("zookeeper://zk1:2181,zk2/metron/topology?sensor=squid")
	require.NoError(t, err)
	require.Equal(t, fleet.Address{Servers: []string{"zk1:2181", "zk2"}, Path: "/metron/topology", Sensor: "squid"}, a)
	require.Equal(t, "zookeeper://zk1:2181,zk2/metron/topology?sensor=squid", a.String())
	require.Equal(t, "topology", a.Set())
	for text, want := range map[string]string{
		"zookeeper://":                 "names no server",
		"zookeeper://zk1":              "names no node",
		"zookeeper://zk1/":             "names no node",
		"zookeeper://zk1/a/../b":       "must have the form",
		"zookeeper://zk1/a?sensors=b":  "may have only ?sensor=NAME",
		"zookeeper://jo:secret@zk1/a":  "--zookeeper-auth",
		"zookeeper://zk1/a?sensor=%zz": "malformed",
	} {
		_, err := fleet.ParseAddress(text)
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "secret")
	}
}
