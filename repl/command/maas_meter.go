package command

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/metrics"
	"github.com/stellarlang/stellar/maas/monitor"
)

// meter measures the models of a client.
type meter struct {
	monitor *monitor.Monitor
	metrics *metrics.Metrics
}

func newMeter() *meter {
	m := &meter{monitor.New(monitor.Options{}), metrics.New()}
	m.metrics.FollowMonitor(m.monitor)
	return m
}

// options returns those of a client that is to be measured, besides what o has.
func (m *meter) options(o maas.Options) maas.Options {
	observe := o.Observe
	o.Observe = func(e maas.Event) {
		m.monitor.Observe(e)
		m.metrics.Observe(e)
		if observe != nil {
			observe(e)
		}
	}
	o.Inspect = m.monitor.Inspect
	return o
}

// handler returns one that has the metrics of a client at /metrics, and is next elsewhere.
func (m *meter) handler(client *maas.Client, next http.Handler) http.Handler {
	m.metrics.Follow(client)
	all := prometheus.NewRegistry()
	all.MustRegister(m.metrics)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(all, promhttp.HandlerOpts{}))
	mux.Handle("/", next)
	return mux
}
