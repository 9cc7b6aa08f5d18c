package maas_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// manyInstances are of 50 models in 20 versions with 5 instances each.
func manyInstances() []maas.Instance {
	var all []maas.Instance
	for n := range 5000 {
		all = append(all, maas.Instance{
			Model: fmt.Sprint("m", n%50), Version: fmt.Sprintf("%d.5", n/50%20), ID: fmt.Sprint(n), URL: fmt.Sprintf("http://host%d/m", n),
			Functions: map[string]string{"apply": "v1/apply", "train": "v1/train"},
		})
	}
	return all
}

func TestGetEndpointAllocatesNothing(t *testing.T) {
	f := newFunctions(t, maas.Options{}, manyInstances()...)
	for want, arguments := range map[string][]value.Value{
		"19.5": {value.String("m7")},
		"3.5":  {value.String("m7"), value.String("3.5")},
		"4.5":  {value.String("m7"), value.Double(4.5)},
	} {
		call := &fn.Call{Args: arguments, Evaluation: f.evaluation}
		body := f.byName["MAAS_GET_ENDPOINT"].Body
		got, err := body(call)
		require.NoError(t, err)
		version, _ := got.Map().Get(value.String("version"))
		require.Equal(t, want, version.Str())
		require.True(t, got.Frozen())
		require.Zero(t, testing.AllocsPerRun(100, func() { got, err = body(call) }), want)
	}
}

func TestEndpointMapsAreNotShared(t *testing.T) {
	f := newFunctions(t, maas.Options{}, maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "http://a"})
	f.endpoint("dga").Map().Put(value.String("url"), value.String("http://b"))
	require.Equal(t, "{name=dga, version=1.0, url=http://a, endpoint:apply=apply}", f.endpoint("dga").String())
}

// TestOrderOfVersionsMayAsk: an order of versions that uses the registry and the
// client itself does not wait for itself.
func TestOrderOfVersionsMayAsk(t *testing.T) {
	var m maas.Memory
	c := newClientOf(t, &m, maas.Options{})
	m.OrderVersions(func(a, b string) int {
		c.Statistics()
		m.Snapshot().Instances("dga")
		if len(m.Snapshot().Instances("other")) == 0 {
			_ = m.Register(context.Background(), maas.Instance{Model: "other", Version: "1", ID: "1", URL: "http://a"})
		}
		return strings.Compare(a, b)
	})
	f := functionsOf(t, c)
	for n, version := range []string{"10.0", "9.0", "8.0"} {
		require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "dga", Version: version, ID: fmt.Sprint(n), URL: "http://a"}))
	}
	require.Equal(t, "{name=dga, version=9.0, url=http://a, endpoint:apply=apply}", f.endpoint("dga").String())
	require.Len(t, m.Snapshot().Instances("dga"), 3, "no registration is lost")
	require.Len(t, m.Snapshot().Instances("other"), 1)
}

func TestSnapshotModels(t *testing.T) {
	m, err := maas.NewMemory(manyInstances()...)
	require.NoError(t, err)
	known := m.Snapshot()
	names := slices.Collect(known.Models())
	require.Len(t, names, 50)
	require.True(t, slices.IsSorted(names))
	for _, i := range known.Instances("m3") {
		require.NoError(t, m.Deregister(t.Context(), "m3", i.ID))
	}
	require.Len(t, slices.Collect(known.Models()), 50)
	require.Len(t, slices.Collect(m.Snapshot().Models()), 49)
	require.Len(t, known.Instances("m3"), 100)
	require.Empty(t, m.Snapshot().Instances("m3"))
}

func TestWatch(t *testing.T) {
	var m maas.Memory
	seen := make(chan int)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(seen)
		for known := range m.Watch(ctx) {
			seen <- len(known.Instances("dga"))
		}
	}()
	require.Equal(t, 0, <-seen)
	for n := range 3 {
		require.NoError(t, m.Register(ctx, maas.Instance{Model: "dga", Version: "1", ID: fmt.Sprint(n), URL: "http://a"}))
		require.Equal(t, n+1, <-seen)
	}
	cancel()
	_, more := <-seen
	require.False(t, more)
}

// TestWatchSeesTheLast: whoever is slow misses snapshots, but not the last.
func TestWatchSeesTheLast(t *testing.T) {
	const writers, each = 8, 50
	var m maas.Memory
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range each {
				id := fmt.Sprint(w, "-", n)
				if err := m.Register(context.Background(), maas.Instance{Model: "dga", Version: "1", ID: id, URL: "http://a"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 4 {
		all.Go(func() {
			for known := range m.Watch(t.Context()) {
				if len(known.Instances("dga")) == writers*each {
					return
				}
			}
		})
	}
	all.Wait()
}
