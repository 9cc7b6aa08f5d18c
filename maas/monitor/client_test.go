package monitor_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestClient watches a model behind a client: the light is green, turns red when its
// answers change, and callers that ask the same again and again change nothing.
func TestClient(t *testing.T) {
	var shift atomic.Bool
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.URL.Query().Get("n"))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		score := rand.New(rand.NewPCG(uint64(n), 1)).Float64()
		if shift.Load() {
			score = score*0.5 + 0.5
		}
		fmt.Fprintf(w, `{"score": %v, "kind": "dga"}`, score)
	}))
	defer model.Close()
	registry, err := maas.NewMemory(maas.Instance{Model: "dga", Version: "1", ID: "1", URL: model.URL})
	require.NoError(t, err)
	w := newWatch()
	m := w.monitor()
	client := maas.NewClient(registry, maas.Options{Timeout: 30 * time.Second, Observe: m.Observe, Inspect: m.Inspect})
	defer client.Close()
	n := 0
	ask := func(calls int) {
		for range calls {
			n++
			_, err := client.Call(context.Background(), maas.Request{Model: "dga", Args: mapOf("n", n)})
			require.NoError(t, err)
		}
	}
	ask(1600)
	for range 500 {
		_, err := client.Call(context.Background(), maas.Request{Model: "dga", Args: mapOf("n", 7)})
		require.NoError(t, err)
	}
	_, err = client.Call(context.Background(), maas.Request{Model: "dga", Args: mapOf("n", "x")})
	require.Error(t, err)
	f := m.Models(10 * time.Minute)[0]
	require.Equal(t, monitor.Green, f.Light, "%v", f.Reasons)
	require.Equal(t, map[string]uint64{"ok": 1600, "cached": 500, "model_error": 1}, f.Outcomes)
	require.Equal(t, uint64(1601), f.Asked)
	require.Equal(t, uint64(600), f.Drift[0].M)
	require.Len(t, f.Instances, 1)
	require.Equal(t, uint64(1), f.Instances[0].Failed)

	shift.Store(true)
	w.forward(10 * time.Minute)
	ask(600)
	f = m.Models(10 * time.Minute)[0]
	require.Equal(t, monitor.Red, f.Light)
	require.Len(t, f.Reasons, 1)
	require.Contains(t, f.Reasons[0], "score: PSI is ")
	require.Zero(t, m.Dropped())
}

// TestCachedCallsCostNoMore: a call that the cache answers allocates what it does when
// nobody watches.
func TestCachedCallsCostNoMore(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"score": 1}`) }))
	defer model.Close()
	registry, err := maas.NewMemory(maas.Instance{Model: "dga", Version: "1", ID: "1", URL: model.URL})
	require.NoError(t, err)
	m := monitor.New(monitor.Options{})
	client := maas.NewClient(registry, maas.Options{Timeout: 30 * time.Second, Observe: m.Observe, Inspect: m.Inspect})
	defer client.Close()
	env, err := stellar.NewEnv(stellar.Options{Functions: maas.Functions(client)})
	require.NoError(t, err)
	program, err := env.Compile(`MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('dga'), {'host': d})`)
	require.NoError(t, err)
	variables := stellar.Vars{"d": "example.com"}
	ask := func() {
		v, err := program.Value(context.Background(), variables)
		require.NoError(t, err)
		require.Equal(t, value.KindMap, v.Kind())
	}
	ask()
	require.LessOrEqual(t, testing.AllocsPerRun(100, ask), 3.0)
}
