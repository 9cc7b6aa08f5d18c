package zookeeper_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// One of several leads; another one does when it resigns or is gone.
func TestLead(t *testing.T) {
	t.Parallel()
	address := zktest.Start(t).Address()
	type leading struct {
		n int
		*zookeeper.Leadership
	}
	leads := make(chan leading, 3)
	registries := make([]*zookeeper.Registry, 3)
	for n := range registries {
		r, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{address}, SessionTimeout: time.Second, RequireStart: true, StartTimeout: patience})
		require.NoError(t, err)
		t.Cleanup(func() { _ = r.Close() })
		registries[n] = r
		go func() {
			if l, err := r.Lead(t.Context(), "models"); err == nil {
				leads <- leading{n, l}
			}
		}()
	}
	first := <-leads
	require.Never(t, func() bool { return len(leads) > 0 }, 600*time.Millisecond, 50*time.Millisecond)
	start := time.Now()
	first.Resign()
	second := <-leads
	t.Logf("another one leads %v after the first has resigned", time.Since(start).Round(time.Millisecond))
	start = time.Now()
	require.NoError(t, registries[second.n].Close())
	third := <-leads
	t.Logf("another one leads %v after the second has ended", time.Since(start).Round(time.Millisecond))
	require.NotEqual(t, first.n, third.n)

	// Its node is deleted while another one waits: it is told.
	ctx, cancel := context.WithCancel(t.Context())
	waits := make(chan error)
	go func() {
		l, err := registries[first.n].Lead(ctx, "models")
		if err == nil {
			l.Resign()
		}
		waits <- err
	}()
	conn, _, err := zk.Connect([]string{address}, time.Second, zk.WithLogInfo(false))
	require.NoError(t, err)
	defer conn.Close()
	candidates := func() (names []string) {
		names, _, err = conn.Children("/maas/control/models")
		require.NoError(t, err)
		return names
	}
	require.Eventually(t, func() bool { return len(candidates()) == 2 }, patience, tick)
	names := candidates()
	require.NoError(t, conn.Delete("/maas/control/models/"+min(names[0], names[1]), -1))
	require.NoError(t, <-waits)
	<-third.Lost()
	cancel()
	third.Resign()
	require.Eventually(t, func() bool { return len(candidates()) == 0 }, patience, tick)
	_, err = registries[first.n].Lead(t.Context(), "a/b")
	require.Error(t, err)
}

// Requests in Metron's queue are served in their order, each once; what is none is told
// and dropped.
func TestServeRequests(t *testing.T) {
	t.Parallel()
	address := zktest.Start(t).Address()
	conn, _, err := zk.Connect([]string{address}, 5*time.Second, zk.WithLogInfo(false))
	require.NoError(t, err)
	defer conn.Close()
	put := func(path, text string, flags int32) {
		for i, c := range path {
			if c == '/' && i > 0 {
				_, err := conn.Create(path[:i], nil, 0, zk.WorldACL(zk.PermAll))
				require.True(t, err == nil || errors.Is(err, zk.ErrNodeExists), "%v", err)
			}
		}
		_, err := conn.Create(path, []byte(text), flags, zk.WorldACL(zk.PermAll))
		require.NoError(t, err)
	}
	put("/metron/maas/config", `{"queue":"ZOOKEEPER","queueConfig":{"zk_path":"/maas/wishes"},"serviceRoot":"/maas/service"}`, 0)
	for _, text := range []string{
		`{"name":"dga","version":"1.0","numInstances":2,"memory":512,"action":"ADD","path":"/models/dga"}`,
		`{"name":"dga","version":"1.0","numInstances":1,"memory":0,"action":"REMOVE","path":null}`,
		`no JSON`,
		`{"name":"dga","version":"1.0","numInstances":0,"action":"ADD"}`,
		`{"name":"dga","version":"1.0","numInstances":1,"action":"LIST"}`,
		`{"name":"spam","version":"1.0","numInstances":1,"memory":1,"action":"ADD","path":"/models/spam"}`,
	} {
		put("/maas/wishes/qn-", text, zk.FlagSequence)
	}
	told := &events{}
	r, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{address}, RequireStart: true, StartTimeout: patience, Observe: told.observe})
	require.NoError(t, err)
	defer func() { _ = r.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan zookeeper.Request, 10)
	done := make(chan error)
	go func() {
		done <- r.ServeRequests(ctx, func(of zookeeper.Request) error {
			served <- of
			if of.Name == "spam" {
				return errors.New("there is no spam")
			}
			return nil
		})
	}()
	require.Equal(t, zookeeper.Request{Action: "ADD", Name: "dga", Version: "1.0", Instances: 2, Memory: 512, Path: "/models/dga"}, <-served)
	require.Equal(t, zookeeper.Request{Action: "REMOVE", Name: "dga", Version: "1.0", Instances: 1}, <-served)
	require.Equal(t, "spam", (<-served).Name)
	require.Eventually(t, func() bool {
		names, _, err := conn.Children("/maas/wishes")
		return err == nil && len(names) == 0
	}, patience, tick)
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Empty(t, served)
	require.Equal(t, 4, told.count(maas.Refused))
	require.ErrorContains(t, told.about(fmt.Sprintf("/maas/wishes/qn-%010d", 5))[0], "the request is dropped: there is no spam")
}
