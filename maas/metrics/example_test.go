package metrics_test

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/metrics"
)

// The metrics of a client are registered once; promhttp.Handler serves them.
func Example() {
	registry := &maas.Memory{}
	m := metrics.New()
	client := maas.NewClient(registry, maas.Options{Observe: m.Observe})
	defer client.Close()
	m.Follow(client)
	prometheus.MustRegister(m)
}
