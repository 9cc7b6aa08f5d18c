package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/net/netutil"

	"github.com/stellarlang/stellar/stellar/stream/kafka"
	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

// stuckAfter is how long the loop of a worker may take to go on before the worker is
// taken for stuck.
const stuckAfter = 2 * time.Minute

// listenForProbes serves the metrics of a worker at an address, and whether it is well,
// until end is called.
func listenForProbes(ctx context.Context, address string, stats func() kafka.Stats, all *prometheus.Registry, report *reporter) (end func(), err error) {
	const mostProbes = 64
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--listen: %s", listenReason(address, err))
	}
	report.printf("metrics, /healthz and /readyz are at http://%s", listener.Addr())
	server := &http.Server{
		Handler: probes(stats, all), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	go func() {
		if err := server.Serve(netutil.LimitListener(listener, mostProbes)); !errors.Is(err, http.ErrServerClosed) {
			report.printf("metrics are not served any more: %v", err)
		}
	}()
	return func() { _ = server.Close() }, nil // what probes would have got is of no use
}

// listenReason returns why nothing can listen at an address, and what to do.
func listenReason(address string, err error) string {
	var malformed *net.AddrError
	switch {
	case errors.As(err, &malformed):
		return fmt.Sprintf("%.100q is no address to listen at, which is written HOST:PORT or :PORT, such as :9090", address)
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("%s is in use: another process listens there; choose another port, or :0 for one that is free", address)
	}
	return err.Error()
}

// probes returns what answers those who look after a worker.
func probes(stats func() kafka.Stats, all *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(all, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if since := time.Since(stats().Moved); since > stuckAfter {
			http.Error(w, fmt.Sprintf("the worker has not gone on for %v", since.Round(time.Second)), http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !stats().Ready {
			http.Error(w, "the worker has no partitions yet", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
	})
	return mux
}

// register returns a registry of the metrics of a worker, and others.
func register(stats func() kafka.Stats, exactlyOnce bool, others ...prometheus.Collector) *prometheus.Registry {
	all := prometheus.NewRegistry()
	all.MustRegister(append(others, metrics.New(stats, exactlyOnce))...)
	return all
}
