// Package metrics shows what a worker does, for Prometheus.
package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stellarlang/stellar/stellar/stream/kafka"
)

var (
	messages = prometheus.NewDesc(Messages, "Messages that were dealt with: ok were written, filtered dropped by a filter, and error had one, whatever became of them.", []string{"result"}, nil)
	times    = prometheus.NewDesc(MessageTime, "Time that messages took in the rules, on average of those that were read together.", nil, nil)
	lag      = prometheus.NewDesc(Lag, "Records of a partition that are still to be read.", []string{"topic", "partition"}, nil)
	lagTime  = prometheus.NewDesc(LagTime, "How old the last record was that was read of a partition, if there are more to be read.", []string{"topic", "partition"}, nil)
	assigned = prometheus.NewDesc(Partitions, "Partitions that this worker reads.", nil, nil)

	rebalances   = prometheus.NewDesc(Rebalances, "Times that partitions were given out.", nil, nil)
	commits      = prometheus.NewDesc(Commits, "Commits of offsets: ok; lost came too late, as others read the records again; error are tried again.", []string{"result"}, nil)
	transactions = prometheus.NewDesc(Transactions, "Transactions: committed, and aborted, which are done again.", []string{"result"}, nil)
	reconnects   = prometheus.NewDesc(Reconnects, "Times that a worker began anew, as a transaction had failed.", nil, nil)
	unreadable   = prometheus.NewDesc(Unreadable, "Batches of records that could not be read, and were passed over.", nil, nil)
	moved        = prometheus.NewDesc(Moved, "When the worker's loop last went on.", nil, nil)
	buffered     = prometheus.NewDesc(Buffered, "Records that are still to be written.", nil, nil)
	bufferedSize = prometheus.NewDesc(BufferedSize, "Bytes that are still to be written.", nil, nil)
)

// Metrics are those of a worker. They implement prometheus.Collector.
type Metrics struct {
	stats       func() kafka.Stats
	exactlyOnce bool
}

// New returns the metrics of a worker whose Stats it is given.
func New(stats func() kafka.Stats, exactlyOnce bool) *Metrics { return &Metrics{stats, exactlyOnce} }

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(all chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, all) }

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(all chan<- prometheus.Metric) {
	s := m.stats()
	counter := func(d *prometheus.Desc, n int64, labels ...string) {
		all <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(d *prometheus.Desc, n float64, labels ...string) {
		all <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n, labels...)
	}
	counter(messages, s.Written, "ok")
	counter(messages, s.Dropped, "filtered")
	counter(messages, s.Failed, "error")
	all <- prometheus.MustNewConstHistogram(times, count(s.Times), s.Times.Sum.Seconds(), buckets(s.Times))
	for _, p := range s.Partitions {
		gauge(lag, float64(p.Lag), p.Topic, strconv.Itoa(int(p.Number)))
		gauge(lagTime, p.LagTime.Seconds(), p.Topic, strconv.Itoa(int(p.Number)))
	}
	gauge(assigned, float64(len(s.Partitions)))
	counter(rebalances, s.Rebalances)
	if m.exactlyOnce {
		counter(transactions, s.Commits, "committed")
		counter(transactions, s.Aborted, "aborted")
	} else {
		counter(commits, s.Commits, "ok")
		counter(commits, s.Lost, "lost")
		counter(commits, s.Troubled, "error")
	}
	counter(reconnects, s.Reconnected)
	counter(unreadable, s.Unreadable)
	gauge(moved, float64(s.Moved.UnixMilli())/float64(time.Second/time.Millisecond))
	gauge(buffered, float64(s.Buffered))
	gauge(bufferedSize, float64(s.BufferedSize))
}

func count(h kafka.Histogram) (n uint64) {
	for _, c := range h.Counts {
		n += uint64(c)
	}
	return n
}

// buckets returns how many messages took up to each bound.
func buckets(h kafka.Histogram) map[float64]uint64 {
	all, n := map[float64]uint64{}, uint64(0)
	for i, bound := range kafka.Bounds {
		n += uint64(h.Counts[i])
		all[bound.Seconds()] = n
	}
	return all
}
