package zookeeper_test

import (
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// TestNothingIsLeft closes registries in all states, after which there are as many
// goroutines and descriptors as before. It runs by itself.
func TestNothingIsLeft(t *testing.T) {
	address := zktest.Start(t).Address()
	through := newProxy(t, address)
	openAll := func() (open []*zookeeper.Registry) {
		for _, address := range []string{address, through.Addr().String(), "127.0.0.1:1"} {
			for range 3 {
				o := zookeeper.Options{Servers: []string{address}, Root: "/left", SessionTimeout: 3 * time.Second}
				if address == "127.0.0.1:1" {
					o.StartTimeout = 10 * time.Millisecond
				}
				r, err := zookeeper.Open(t.Context(), o)
				require.NoError(t, err)
				open = append(open, r)
				if r.Connected() {
					require.NoError(t, r.Register(t.Context(), dga("1")))
				}
			}
		}
		return open
	}
	closeAll := func(open []*zookeeper.Registry) {
		var closing sync.WaitGroup
		start := time.Now()
		for _, r := range open {
			closing.Go(func() {
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		closing.Wait()
		require.Less(t, time.Since(start), 5*time.Second)
	}
	closeAll(openAll()) // what the runtime makes once is made
	through.set(cut)
	through.set(pass)
	var goroutines, descriptors int
	count := func() (int, int) { return runtime.NumGoroutine(), openDescriptors(t) }
	goroutines, descriptors = count()
	for _, state := range []mode{pass, cut, hold} {
		open := openAll()
		through.set(state)
		start := time.Now()
		closeAll(open)
		closed := since(start)
		through.set(cut) // the proxy has goroutines and descriptors, too
		through.set(pass)
		var g, d int
		ok := waitUntil(func() bool {
			g, d = count()
			return g <= goroutines && d <= descriptors
		})
		if !ok {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before; %d descriptors, %d before\n%s",
				g, goroutines, d, descriptors, stacks[:runtime.Stack(stacks, true)])
		}
		t.Logf("%d registries were closed in %v, and nothing was left %v later", len(open), closed, since(start)-closed)
	}
}

// openDescriptors counts the descriptors of the process, where the system lists them.
func openDescriptors(t *testing.T) int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Log(err)
		return 0
	}
	return len(names)
}
