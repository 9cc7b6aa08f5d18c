package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/metrics"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestMetrics lets calls have different outcomes, and compares all but the times with
// testdata/metrics.txt.
func TestMetrics(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("host") == "bad" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, `{"score":1}`)
	}))
	defer s.Close()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"score":2}`) }))
	defer other.Close()
	registry, err := maas.NewMemory(
		maas.Instance{Model: "dga", Version: "1", ID: "1", URL: s.URL},
		maas.Instance{Model: "dga", Version: "2", ID: "2", URL: other.URL},
		maas.Instance{Model: "phish", Version: "7", ID: "1", URL: "http://localhost:1"},
	)
	require.NoError(t, err)
	for _, r := range []maas.Release{
		{Model: "dga", Version: "1", Stage: "production"}, {Model: "dga", Version: "2", Shadow: true},
	} {
		require.NoError(t, registry.PutRelease(t.Context(), r))
	}

	m := metrics.New()
	compared := make(chan struct{})
	client := maas.NewClient(registry, maas.Options{Timeout: 30 * time.Second, Observe: func(e maas.Event) {
		m.Observe(e)
		if e.Kind == maas.ShadowCompared {
			close(compared)
		}
	}})
	defer client.Close()
	m.Follow(client)
	for _, host := range []string{"good", "good", "bad"} {
		args := value.NewMap(1)
		args.Put(value.String("host"), value.String(host))
		_, err := client.Call(context.Background(), maas.Request{Model: "dga", Args: args})
		require.Equal(t, host == "bad", err != nil, "%v", err)
	}
	<-compared
	for range 2 {
		_, err = client.Call(context.Background(), maas.Request{Model: "phish"})
		require.Error(t, err)
	}
	m.Observe(maas.Event{Kind: maas.Disconnected, Err: errors.New("no")})

	r := prometheus.NewPedanticRegistry()
	require.NoError(t, r.Register(m))
	want, err := os.ReadFile("testdata/metrics.txt")
	require.NoError(t, err)
	names := regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllSubmatch(want, -1)
	for _, name := range names {
		require.NoError(t, testutil.GatherAndCompare(r, strings.NewReader(string(want)), string(name[1])))
	}
	for _, name := range []string{"stellar_model_call_duration_seconds", "stellar_model_attempt_duration_seconds"} {
		n, err := testutil.GatherAndCount(r, name)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	}
	problems, err := testutil.GatherAndLint(r)
	require.NoError(t, err)
	require.Empty(t, problems)
}
