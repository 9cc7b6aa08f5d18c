package metrics_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

// TestMetrics compares what is collected of a worker with what Prometheus is to read.
func TestMetrics(t *testing.T) {
	stats := kafka.Stats{
		Counters: stream.Counters{Read: 9, Failed: 2, Dropped: 3, Passed: 5, Written: 4}, Moved: time.UnixMilli(1500),
		Partitions: []kafka.Partition{{Topic: "in", Number: 3, Lag: 7, LagTime: 1500 * time.Millisecond}},
		Rebalances: 2, Commits: 5, Lost: 1, Aborted: 6, Troubled: 8, Reconnected: 1, Unreadable: 3, Buffered: 10, BufferedSize: 1000,
		Times: kafka.Histogram{Sum: 20 * time.Second},
	}
	stats.Times.Counts[1], stats.Times.Counts[len(kafka.Bounds)] = 2, 1
	of := func(exactlyOnce bool) *metrics.Metrics {
		return metrics.New(func() kafka.Stats { return stats }, exactlyOnce)
	}
	want := `
# HELP stellar_messages_total Messages that were dealt with: ok were written, filtered dropped by a filter, and error had one, whatever became of them.
# TYPE stellar_messages_total counter
stellar_messages_total{result="error"} 2
stellar_messages_total{result="filtered"} 3
stellar_messages_total{result="ok"} 4
# HELP stellar_lag_seconds How old the last record was that was read of a partition, if there are more to be read.
# TYPE stellar_lag_seconds gauge
stellar_lag_seconds{partition="3",topic="in"} 1.5
# HELP stellar_commits_total Commits of offsets: ok; lost came too late, as others read the records again; error are tried again.
# TYPE stellar_commits_total counter
stellar_commits_total{result="error"} 8
stellar_commits_total{result="lost"} 1
stellar_commits_total{result="ok"} 5
# HELP stellar_unreadable_batches_total Batches of records that could not be read, and were passed over.
# TYPE stellar_unreadable_batches_total counter
stellar_unreadable_batches_total 3
# HELP stellar_loop_moved_timestamp_seconds When the worker's loop last went on.
# TYPE stellar_loop_moved_timestamp_seconds gauge
stellar_loop_moved_timestamp_seconds 1.5
`
	require.NoError(t, testutil.CollectAndCompare(of(false), strings.NewReader(want), metrics.Messages, metrics.LagTime, metrics.Commits, metrics.Unreadable, metrics.Moved))
	require.NoError(t, testutil.CollectAndCompare(of(true), strings.NewReader(`
# HELP stellar_transactions_total Transactions: committed, and aborted, which are done again.
# TYPE stellar_transactions_total counter
stellar_transactions_total{result="aborted"} 6
stellar_transactions_total{result="committed"} 5
`), metrics.Transactions))
	problems, err := testutil.CollectAndLint(of(false))
	require.NoError(t, err)
	require.Empty(t, problems)
}
