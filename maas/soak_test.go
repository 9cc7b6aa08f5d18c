package maas_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

var soakTime = flag.Duration("soak.time", 3*time.Second, "how long TestNothingGrows calls models at full speed")

// TestNothingGrows calls models at full speed, some of the same and most of new
// arguments, of instances of which one fails and others come and go, and looks at memory,
// goroutines and descriptors now and then.
func TestNothingGrows(t *testing.T) {
	good := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"score": 0.5}`) })
	faulty := serve(t, status(500, "no"))
	registry, err := maas.NewMemory(instancesOf(good, faulty)...)
	require.NoError(t, err)
	c := newClientOf(t, registry, maas.Options{Timeout: patience, CacheEntries: 1000})

	ctx, end := context.WithTimeout(t.Context(), *soakTime)
	defer end()
	var all sync.WaitGroup
	const callers = 64
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				n := rand.IntN(100)
				if rand.IntN(10) > 0 {
					n = rand.Int()
				}
				_, _ = c.Call(ctx, maas.Request{Model: "dga", Args: args("n", n)})
			}
		})
	}
	all.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			instance := instancesOf(good)[0]
			instance.ID, instance.Version = fmt.Sprint("coming", n), fmt.Sprint(1+n%5)
			if registry.Register(ctx, instance) != nil || registry.Deregister(ctx, "dga", fmt.Sprint("coming", n-3)) != nil {
				t.Error("the registry in memory fails")
			}
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	})

	measures := []struct {
		name    string
		measure func() int64
		slack   int64 // that chance needs
		seen    []int64
	}{
		{name: "KiB of heap", measure: func() int64 { return heapInUse() >> 10 }, slack: 1024},
		{name: "goroutines", measure: func() int64 { return int64(runtime.NumGoroutine()) }, slack: 2 * callers},
		{name: "descriptors", measure: func() int64 { return int64(openFiles(t)) }, slack: 2 * callers},
	}
	const looks = 20
	for range looks {
		<-time.After(*soakTime / (looks + 1))
		for i := range measures {
			m := &measures[i]
			m.seen = append(m.seen, m.measure())
		}
	}
	all.Wait()
	t.Logf("%d calls in %v", c.Statistics().Calls, *soakTime)
	for _, m := range measures {
		first, second := median(m.seen[:looks/2]), median(m.seen[looks/2:])
		t.Logf("%s: %d in the first half, %d in the second, at most %d", m.name, first, second, slices.Max(m.seen))
		require.LessOrEqual(t, second, first+m.slack, "%s grow: %v", m.name, m.seen)
	}
}

func median(of []int64) int64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
