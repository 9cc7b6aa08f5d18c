package fleet_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// TestFollow: all workers use a version as soon as it is the current one, refuse a bad one,
// and say so; a worker that starts meanwhile uses the one before.
func TestFollow(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client := connect(t, server.Address())
	set := fleet.NewSet(client, "/stellar/rules/site")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	start := func(name string) *worker {
		w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: name})
		require.NoError(t, err)
		return w
	}
	_, err := follow(t, client, fleet.Options{Address: address})
	require.ErrorIs(t, err, fleet.ErrNone)

	first := push(t, set, "a := 1")
	workers := []*worker{start("w1"), start("w2"), start("w3")}
	push(t, set, "a := 2")
	for _, w := range workers {
		await(t, w, "a := 2")
	}
	bad := push(t, set, "bad")
	for _, w := range workers {
		require.Eventually(t, func() bool { return w.times(bad+" of "+address.String()+" is refused") == 1 }, patience, tick)
		require.True(t, w.uses("a := 2"))
	}
	late := start("w4")
	await(t, late, "a := 2")
	states := func(want func(fleet.Worker) bool) {
		t.Helper()
		require.Eventually(t, func() bool {
			all, err := set.Workers(t.Context())
			require.NoError(t, err)
			for _, w := range all {
				if !want(w) {
					return false
				}
			}
			return len(all) == 4
		}, patience, tick)
	}
	states(func(w fleet.Worker) bool {
		return w.Version == filesOf("a := 2").Version() && w.Refused != nil && w.Refused.Version == bad &&
			w.Refused.Class == fleet.FailedTests && w.Refused.Reason == "1 test fails"
	})
	require.Equal(t, 1.0, gauge(t, late.Status(), fleet.RefusedBy, "reason", "tests"))

	current, err := set.Current(t.Context())
	require.NoError(t, err)
	_, err = set.Rollback(t.Context(), current, fleet.Release{Version: first, By: "jo", At: time.Now()})
	require.NoError(t, err)
	for _, w := range append(workers, late) {
		await(t, w, "a := 1")
		require.Equal(t, 0.0, gauge(t, w.Status(), fleet.RefusedBy, "reason", "tests"))
		require.Equal(t, 1.0, gauge(t, w.Status(), fleet.Info, "version", first))
	}
	states(func(w fleet.Worker) bool { return w.Version == first && w.Refused == nil })
	problems, err := testutil.GatherAndLint(registered(t, late.Status()))
	require.NoError(t, err)
	require.Empty(t, problems)
}

// TestWorkerNames: whatever a worker is called, it is shown under its name, and touches
// nothing but its own node.
func TestWorkerNames(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	set := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	version := push(t, set, "a := 1")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	names := []string{"w1", "../current", "..", ".", "../../site/versions/" + version, "a/b", "a\x00\n", "é % é", "\xff", strings.Repeat("x", 5000), strings.Repeat("x", 5001)}
	for _, name := range names {
		_, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: name})
		require.NoError(t, err)
	}
	current, err := set.Current(t.Context())
	require.NoError(t, err)
	require.Equal(t, version, current.Version)
	all, err := set.Workers(t.Context())
	require.NoError(t, err)
	var shown []string
	for _, w := range all {
		require.Equal(t, version, w.Version)
		shown = append(shown, w.Name)
	}
	names[8] = "%FF" // as JSON cannot have it
	require.ElementsMatch(t, names, shown)
}

// TestSameName: workers of one name are all seen, also after their sessions end.
func TestSameName(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client := connect(t, server.Address())
	set := fleet.NewSet(client, "/stellar/rules/site")
	push(t, set, "a := 1")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	var workers []*worker
	for range 2 {
		w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "w", Poll: 20 * time.Millisecond})
		require.NoError(t, err)
		workers = append(workers, w)
	}
	both := func(text string) {
		t.Helper()
		for _, w := range workers {
			await(t, w, text)
		}
		require.Eventually(t, func() bool {
			all, err := set.Workers(t.Context())
			return err == nil && len(all) == 2 && all[0].Name == "w" && all[1].Name == "w" &&
				all[0].Version == filesOf(text).Version() && all[1].Version == all[0].Version
		}, patience, tick)
	}
	both("a := 1")
	nodes, err := client.Children(t.Context(), "/stellar/rules/site/status")
	require.NoError(t, err)
	push(t, set, "a := 2")
	both("a := 2")
	after, err := client.Children(t.Context(), "/stellar/rules/site/status")
	require.NoError(t, err)
	require.ElementsMatch(t, nodes, after)
	forgetWorkers(t, client) // as the end of sessions does
	both("a := 2")
}

// TestRulesStay: the last good rules stay in use when the set is deleted and when ZooKeeper
// is away, and a worker starts from its copy.
func TestRulesStay(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client := connect(t, server.Address())
	set := fleet.NewSet(client, "/stellar/rules/site")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	cache := filepath.Join(t.TempDir(), "rules")
	push(t, set, "a := 1")
	w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "w1", Cache: cache, Poll: 100 * time.Millisecond})
	require.NoError(t, err)

	deleteTree(t, client, "/stellar/rules/site/current")
	require.Eventually(t, func() bool {
		return w.times("cannot be read, so the rules of before stay in use: there is no set of rules") == 1
	}, patience, tick)
	push(t, set, "a := 2")
	await(t, w, "a := 2")
	require.Equal(t, 1, w.times("can be read again"))

	server.Stop()
	nowhere := connect(t, "127.0.0.1:1") // nobody answers
	alone, err := follow(t, nowhere, fleet.Options{Address: address, Worker: "w2", Cache: cache})
	require.NoError(t, err)
	await(t, alone, "a := 2")
	require.True(t, alone.Status().Worker().Cached)
	require.True(t, w.uses("a := 2"))

	server.Restart()
	push(t, fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site"), "a := 3")
	await(t, w, "a := 3") // in a new session
	require.Eventually(t, func() bool {
		all, err := set.Workers(t.Context())
		return err == nil && len(all) == 1 && all[0].Version == filesOf("a := 3").Version()
	}, patience, tick)
	require.NoError(t, os.WriteFile(cache, []byte("nonsense"), 0o644))
	_, err = follow(t, nowhere, fleet.Options{Address: address, Cache: cache})
	require.ErrorContains(t, err, "is no copy of rules")
}

// TestTrialIsCalledOff: a version that takes long to try does not keep the next one waiting,
// whether the worker runs or starts.
func TestTrialIsCalledOff(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	set := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	push(t, set, "a := 1")
	w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "w", Limit: time.Hour})
	require.NoError(t, err)
	push(t, set, "slow 1")
	require.Eventually(t, func() bool { return w.tries("slow 1") }, patience, tick)
	require.True(t, w.uses("a := 1"))
	push(t, set, "a := 2")
	await(t, w, "a := 2")
	require.Zero(t, w.times("is refused"), "nobody knows whether it would be")

	push(t, set, "bad")
	require.Eventually(t, func() bool { return w.times("is refused") == 1 }, patience, tick)
	push(t, set, "slow 2")
	require.Eventually(t, func() bool { return w.tries("slow 2") }, patience, tick)
	late := newWorker(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "late", Limit: time.Hour})
	started := make(chan error, 1)
	go func() { started <- late.Start(t.Context()) }()
	require.Eventually(t, func() bool { return late.tries("slow 2") }, patience, tick)
	push(t, set, "a := 3")
	require.NoError(t, <-started)
	require.True(t, late.uses("a := 3"))
	await(t, w, "a := 3")
}

// TestLaterForm: a worker of before goes on with its rules when a later stellar has written
// the set, and is seen.
func TestLaterForm(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client := connect(t, server.Address())
	set := fleet.NewSet(client, "/stellar/rules/site")
	version := push(t, set, "a := 1")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "w", Poll: 20 * time.Millisecond})
	require.NoError(t, err)
	put(t, client, "/stellar/rules/site/current", `{"format": 2, "version": {"rings": []}}`)
	require.Eventually(t, func() bool { return w.times("cannot be read, so the rules of before stay in use") == 1 }, patience, tick)
	forgetWorkers(t, client) // as the end of its session does
	require.Eventually(t, func() bool {
		all, err := set.Workers(t.Context())
		return err == nil && len(all) == 1 && all[0].Version == version
	}, patience, tick)
	_, err = set.Current(t.Context())
	require.ErrorContains(t, err, "it has the form 2 of a later stellar, and 1 is known")
	put(t, client, "/stellar/rules/site/versions/"+version, `{"format": 3, "parts": ["a"]}`)
	_, err = set.Files(t.Context(), version)
	require.ErrorContains(t, err, "the version "+version+" has the form 3 of a later stellar, and 1 is known")
}

// TestCopyIsMadeUpFor: a copy that could not be written, as of a disk that was full, is written
// later.
func TestCopyIsMadeUpFor(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	set := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	push(t, set, "a := 1")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	folder := filepath.Join(t.TempDir(), "late")
	cache := filepath.Join(folder, "rules")
	w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Cache: cache, Poll: 20 * time.Millisecond})
	require.NoError(t, err)
	version := push(t, set, "a := 2")
	await(t, w, "a := 2")
	require.Eventually(t, func() bool { return w.times("no copy of the rules could be kept") == 2 }, patience, tick)
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.Eventually(t, func() bool {
		release, _, err := fleet.ReadCache(cache, address)
		return err == nil && release.Version == version && release.By == "jo"
	}, patience, tick)
	require.Equal(t, 2, w.times("no copy of the rules could be kept"), "it was told once for each version")
}

// TestRefusedIsTriedAgain: what rules need of the machine may come later.
func TestRefusedIsTriedAgain(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	set := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	push(t, set, "a := 1")
	w, err := follow(t, connect(t, server.Address()), fleet.Options{
		Address: at(t, "zookeeper://"+server.Address()+"/stellar/rules/site"), Poll: 20 * time.Millisecond, Retry: 20 * time.Millisecond,
	})
	require.NoError(t, err)
	push(t, set, "bad")
	require.Eventually(t, func() bool { return w.times("is refused") == 1 }, patience, tick)
	require.True(t, w.uses("a := 1"))
	w.mu.Lock()
	w.mild = true
	w.mu.Unlock()
	await(t, w, "bad")
	require.Equal(t, 1, w.times("is refused"), "it was told once")
}

// TestWhoMayWrite: workers of another user read rules, and tell once that they cannot say how
// they are; they cannot push.
func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	of := func(auth string) *zookeeper.Client {
		registry, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{server.Address()}, NoInstances: true, Auth: auth})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, registry.Close()) })
		return registry.Client()
	}
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	set := fleet.NewSet(of("jo:secret"), address.Path)
	push(t, set, "a := 1")
	w, err := follow(t, of("mo:other"), fleet.Options{Address: address, Worker: "w", Poll: 20 * time.Millisecond})
	require.NoError(t, err)
	other := fleet.NewSet(of("mo:other"), address.Path)
	current, err := other.Current(t.Context())
	require.NoError(t, err)
	_, err = other.Push(t.Context(), current, filesOf("a := 3"), fleet.Release{})
	require.ErrorIs(t, err, zk.ErrNoAuth)
	push(t, set, "a := 2")
	await(t, w, "a := 2")
	require.Equal(t, 1, w.times("the worker cannot say how it is: "))
	same, err := follow(t, of("jo:secret"), fleet.Options{Address: address, Worker: "same"})
	require.NoError(t, err)
	require.True(t, same.uses("a := 2"))
	all, err := set.Workers(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
}

var manyWorkers = flag.Int("workers", 8, "how many follow a set in TestManyWorkers")

// TestManyWorkers measures how long it takes until all workers use a version.
func TestManyWorkers(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	set := fleet.NewSet(connect(t, server.Address()), "/stellar/rules/site")
	address := at(t, "zookeeper://"+server.Address()+"/stellar/rules/site")
	push(t, set, "a := 0")
	var workers []*worker
	for i := range *manyWorkers {
		w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: fmt.Sprint("w", i)})
		require.NoError(t, err)
		workers = append(workers, w)
	}
	var took []time.Duration
	for i := range 5 {
		text := fmt.Sprint("a := ", i+1, strings.Repeat(" ", 50<<10))
		push(t, set, text)
		began := time.Now()
		for _, w := range workers {
			await(t, w, text)
		}
		took = append(took, time.Since(began).Round(time.Millisecond))
	}
	slices.Sort(took)
	t.Logf("%d workers use a version after %v", len(workers), took)
}

// TestTopology: Metron's tree is followed as it is, a sensor of it, from one moment to another.
func TestTopology(t *testing.T) {
	t.Parallel()
	server := zktest.Start(t)
	client := connect(t, server.Address())
	address := at(t, "zookeeper://"+server.Address()+"/metron/topology")
	put(t, client, "/metron/topology/parsers/squid", "p1 ")
	put(t, client, "/metron/topology/profiler", "ignored")
	put(t, client, "/metron/topology/indexing/squid", "ignored")
	w, err := follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "w"})
	require.NoError(t, err)
	require.True(t, w.uses("p1 "))
	put(t, client, "/metron/topology/parsers/squid", "p2 ")
	await(t, w, "p2 ")
	put(t, client, "/metron/topology/parsers/squid", "bad")
	require.Eventually(t, func() bool { return w.times("is refused") == 1 }, patience, tick)
	put(t, client, "/metron/topology/parsers/squid", "p2 ")
	put(t, client, "/metron/topology/parsers/bro", "b1 ")
	require.Eventually(t, func() bool { return w.times("add ?sensor=bro to the address, or another of bro, squid") == 1 }, patience, tick)

	address.Sensor = "squit"
	_, err = follow(t, connect(t, server.Address()), fleet.Options{Address: address})
	require.ErrorContains(t, err, `for the sensor "squit"; there are bro, squid`)
	push(t, fleet.NewSet(client, "/stellar/rules/site"), "a := 1")
	_, err = follow(t, connect(t, server.Address()), fleet.Options{Address: at(t, "zookeeper://"+server.Address()+"/stellar/rules/site?sensor=bro")})
	require.ErrorContains(t, err, "at /stellar/rules/site is a set of rules, and only the tree of Metron has sensors: leave out ?sensor=")

	for i := range 30 {
		put(t, client, fmt.Sprintf("/metron/topology/parsers/s%02d", i), "s")
	}
	require.Eventually(t, func() bool { return w.times("s18, and 12 more") == 1 }, patience, tick)

	address.Sensor = "bro"
	put(t, client, "/metron/topology/enrichments/bro", "")
	w, err = follow(t, connect(t, server.Address()), fleet.Options{Address: address, Worker: "w"})
	require.NoError(t, err)
	require.True(t, w.uses("b1 "))
	deleteTree(t, client, "/metron/topology")
	require.Eventually(t, func() bool { return w.times("cannot be read") > 0 }, patience, tick)
	require.True(t, w.uses("b1 "))
	names, err := client.Children(t.Context(), "/metron")
	require.NoError(t, err)
	require.Empty(t, names, "nothing is written there")
	put(t, client, "/metron/topology/global", "g1 without rules ")
	put(t, client, "/metron/topology/enrichments/bro", "e1 ")
	await(t, w, "e1 ")
	put(t, client, "/metron/topology/global", "fieldValidations ")
	await(t, w, "e1 fieldValidations ")
}
