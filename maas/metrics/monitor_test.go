package metrics_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/metrics"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestMonitor lets scores move, and compares what is shown with testdata/monitor.txt.
func TestMonitor(t *testing.T) {
	seen := monitor.New(monitor.Options{})
	m := metrics.New()
	m.FollowMonitor(seen)
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 2000 {
		answer, args := value.NewMap(2), value.NewMap(2)
		score := float64(r.IntN(100)) / 100
		if n >= 1000 {
			score /= 2
		}
		answer.Put(value.String("score"), value.Double(score))
		answer.Put(value.String("kind"), value.String([]string{"dga", "ok"}[n%2]))
		if n%4 > 0 {
			args.Put(value.String("host"), value.Null)
		}
		if n == 0 {
			args.Put(value.String("hostt"), value.Null)
		}
		seen.Inspect(maas.Exchange{
			Model: "dga", Version: "1", Function: maas.DefaultFunction, Inputs: []protocol.Tensor{{Name: "host", Datatype: "BYTES"}},
			Args: args, Answer: value.FromMap(answer),
		})
	}
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(m))
	want, err := os.ReadFile("testdata/monitor.txt")
	require.NoError(t, err)
	require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(string(want))))
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	require.Empty(t, problems)
}
