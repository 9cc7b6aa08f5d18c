package zookeeper_test

import (
	"context"
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

var longFaults = flag.Bool("faults", false, "let an ensemble go through all faults, be down for ten seconds, and lose its leader again and again")

// TestEnsemble says in its log how long registries take to get over what happens to an
// ensemble of three servers.
func TestEnsemble(t *testing.T) {
	t.Parallel()
	ensemble := zktest.StartEnsemble(t, 3)
	var events events
	o := zookeeper.Options{Servers: ensemble.Addresses(), SessionTimeout: 8 * time.Second, Observe: events.observe}
	openAt := func(o zookeeper.Options) *zookeeper.Registry {
		r, err := zookeeper.Open(t.Context(), o)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, r.Close()) })
		return r
	}
	writer := openAt(o)
	o.Observe = nil
	reader := openAt(o)
	require.NoError(t, writer.Register(t.Context(), dga("1")))
	require.NoError(t, writer.PutRelease(t.Context(), maas.Release{Model: "dga", Version: "1.0", Stage: "production"}))
	eventually(t, reader, "dga", "1=1.0")
	eventuallyReleased(t, reader, "dga/1.0=production")

	leaders, outage := 1, 2*time.Second
	if *longFaults {
		leaders, outage = 5, 10*time.Second
		testFaults(t, ensemble.Servers[0].Address())
		t.Run("own deleted", func(t *testing.T) { testDeleted(t, ensemble.Servers[0].Address()) })
	}
	for n := range leaders {
		version := string(rune('a' + n))
		testLeaderKilled(t, ensemble, writer, reader, version)
	}
	require.Zero(t, events.count(maas.SessionExpired), "a change of the leader is no reason")
	testEnsembleDown(t, ensemble, writer, reader, outage)
}

// testLeaderKilled registers as soon as it can be after the leader is gone.
func testLeaderKilled(t *testing.T, ensemble *zktest.Ensemble, writer, reader *zookeeper.Registry, version string) {
	second := dga("2")
	second.Version = version
	var leader *zktest.Server
	require.True(t, waitUntil(func() bool {
		leader = ensemble.Leader()
		return leader != nil && reader.Age() == 0 && writer.Age() == 0
	}))
	leader.Stop()
	start := time.Now()
	var registered time.Duration
	var failure error
	writing := make(chan bool)
	go func() {
		failure = writer.Register(t.Context(), second)
		registered = since(start)
		close(writing)
	}()
	var oldest time.Duration
	require.True(t, waitUntil(func() bool {
		oldest = max(oldest, reader.Age())
		found := reader.Snapshot().Instances("dga")
		require.NotEmpty(t, found)
		return len(found) == 2 && found[1].Version == version
	}))
	seen := since(start)
	<-writing
	require.NoError(t, failure)
	require.True(t, waitUntil(func() bool { return reader.Age() == 0 && writer.Age() == 0 }))
	t.Logf("leader killed: an instance was registered after %v and known to others after %v; all confirmed after %v, the oldest snapshot was %v",
		registered, seen, since(start), oldest.Round(time.Millisecond))
	leader.Restart()
}

func testEnsembleDown(t *testing.T, ensemble *zktest.Ensemble, writer, reader *zookeeper.Registry, outage time.Duration) {
	before := reader.Snapshot()
	ensemble.Stop()
	down := time.Now()
	require.True(t, waitUntil(func() bool {
		return time.Since(down) > outage && reader.Age() > outage && writer.Age() > outage
	}))
	require.Same(t, before, reader.Snapshot(), "the last state is served")
	require.Len(t, before.Instances("dga"), 2)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, writer.Register(ctx, dga("3")), context.DeadlineExceeded)

	age := reader.Age().Round(time.Millisecond)
	restarted := time.Now()
	ensemble.Restart()
	served := time.Now()
	require.True(t, waitUntil(func() bool { return reader.Age() == 0 && writer.Age() == 0 }))
	confirmed := since(served)
	require.NoError(t, writer.Register(t.Context(), dga("4")))
	require.True(t, waitUntil(func() bool { return instances(reader, "dga") == 3 }))
	eventuallyReleased(t, reader, "dga/1.0=production")
	t.Logf("ensemble down for %v (%v until it served again): the snapshot grew %v old; confirmed %v after the ensemble served, a new instance was known after %v",
		restarted.Sub(down).Round(time.Millisecond), served.Sub(restarted).Round(time.Millisecond), age, confirmed, since(served))
}
