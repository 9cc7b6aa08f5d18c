// Package metrics counts what happens to models, for Prometheus.
//
//	stellar_model_calls_total                 calls by outcome, as the expressions see them
//	stellar_model_call_duration_seconds       what calls took, from the cache or not
//	stellar_model_attempts_total              requests that were sent, by outcome
//	stellar_model_attempt_duration_seconds    what they took
//	stellar_model_request_bytes_total         that were sent
//	stellar_model_response_bytes_total        that were received
//	stellar_model_shadow_comparisons_total    answers of shadow versions: equal, different, failed
//	stellar_model_in_flight                   calls under way
//	stellar_model_queue_length                calls that wait for their turn
//	stellar_model_instances                   instances by state: in_turn, ejected
//	stellar_model_info                        1 for each version, with its stage and owner
//	stellar_model_ejections_total             how often an instance was left alone
//	stellar_registry_events_total             what happened to the registry
//
// and, of what a monitor.Monitor has seen,
//
//	stellar_model_score                       numbers of answers, by output
//	stellar_model_drift_ratio                 how far outputs are from the reference, by statistic: psi, ks, js
//	stellar_model_drift_level                 its light: 0 green, 1 amber, 2 red; missing if there is too little to say
//	stellar_model_input_values_total          arguments that models were asked with
//	stellar_model_input_nulls_total           those that were null
//	stellar_model_input_invalid_total         those that are not as declared, by reason: missing, kind, extra
//	stellar_monitor_dropped_total             what there was no room for
//
// Outcomes are those of maas.Outcome. The labels model, version and protocol hold what
// the registry has; they are empty for instances that it does not list.
package metrics

import (
	"errors"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/monitor"
)

// Metrics are those of one client and its registry. They are safe for concurrent use.
type Metrics struct {
	calls, attempts, sent, received *prometheus.CounterVec
	callTime, attemptTime           *prometheus.HistogramVec
	shadows, registryEvents         *prometheus.CounterVec
	ejections                       prometheus.Counter
	counted                         []prometheus.Collector // all of these

	client  atomic.Pointer[maas.Client]
	monitor atomic.Pointer[monitor.Monitor]
}

var _ prometheus.Collector = (*Metrics)(nil)

// durations are the upper bounds of the buckets, in seconds: models answer within
// milliseconds, and calls end after a second unless the host wants otherwise.
var durations = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5}

// New returns metrics to be registered with Prometheus. Observe is meant for the options
// of the client and of the registry, Follow for the client.
func New() *Metrics {
	m := &Metrics{}
	m.calls = m.counter(Calls, "Calls of models, as the expressions see them.", "outcome")
	m.callTime = m.histogram(CallDuration, "What calls of models took.")
	m.attempts = m.counter(Attempts, "Requests that were sent to instances.", "outcome")
	m.attemptTime = m.histogram(AttemptDuration, "What requests to instances took.")
	m.sent = m.counter(RequestBytes, "Bytes of requests, without headers.")
	m.received = m.counter(ResponseBytes, "Bytes of responses, without headers.")
	m.shadows = m.counter(ShadowComparisons, "Answers of shadow versions, compared with those that were used.", "result")
	m.registryEvents = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: RegistryEvents, Help: "What happened to the registry.",
	}, []string{"event"})
	m.ejections = prometheus.NewCounter(prometheus.CounterOpts{
		Name: Ejections, Help: "How often an instance was left alone for a while.",
	})
	m.counted = append(m.counted, m.registryEvents, m.ejections)
	return m
}

// labels are those of all that is counted by calls.
var labels = []string{"model", "version", "protocol"}

func (m *Metrics) counter(name, help string, more ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append(labels[:3:3], more...))
	m.counted = append(m.counted, v)
	return v
}

func (m *Metrics) histogram(name, help string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: name, Help: help, Buckets: durations,
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160,
	}, labels)
	m.counted = append(m.counted, v)
	return v
}

// Observe counts an event. It does not wait.
func (m *Metrics) Observe(e maas.Event) {
	switch e.Kind {
	case maas.CallDone:
		m.calls.WithLabelValues(e.Model, e.Version, e.Protocol, e.Outcome.String()).Inc()
		m.callTime.WithLabelValues(e.Model, e.Version, e.Protocol).Observe(e.Duration.Seconds())
	case maas.AttemptDone:
		m.attempts.WithLabelValues(e.Model, e.Version, e.Protocol, e.Outcome.String()).Inc()
		m.attemptTime.WithLabelValues(e.Model, e.Version, e.Protocol).Observe(e.Duration.Seconds())
		m.sent.WithLabelValues(e.Model, e.Version, e.Protocol).Add(float64(e.Sent))
		m.received.WithLabelValues(e.Model, e.Version, e.Protocol).Add(float64(e.Received))
	case maas.ShadowCompared:
		m.shadows.WithLabelValues(e.Model, e.Version, e.Protocol, comparison(e.Err)).Inc()
	case maas.Ejected:
		m.ejections.Inc()
	case maas.Returned: // instances by state tell as much
	default:
		m.registryEvents.WithLabelValues(e.Kind.String()).Inc()
	}
}

// comparison names what a comparison with a shadow version has shown.
func comparison(err error) string {
	switch {
	case err == nil:
		return "equal"
	case errors.Is(err, maas.ErrDiffers):
		return "different"
	}
	return "failed"
}

// Follow shows what goes on in a client, in place of the one before.
func (m *Metrics) Follow(client *maas.Client) { m.client.Store(client) }

// FollowMonitor shows what a monitor has seen, in place of the one before.
func (m *Metrics) FollowMonitor(seen *monitor.Monitor) { m.monitor.Store(seen) }

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(descriptions chan<- *prometheus.Desc) {
	for _, c := range m.counted {
		c.Describe(descriptions)
	}
	for _, d := range append([]*prometheus.Desc{underWay, waiting, instances, info}, monitored...) {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(metrics chan<- prometheus.Metric) {
	for _, c := range m.counted {
		c.Collect(metrics)
	}
	if client := m.client.Load(); client != nil {
		collectClient(client, metrics)
	}
	if seen := m.monitor.Load(); seen != nil {
		collectMonitor(seen, metrics)
	}
}
