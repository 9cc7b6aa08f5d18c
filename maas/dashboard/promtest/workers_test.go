package promtest

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/stream/dashboard"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

// ofWorkers returns the labels of all series that workers can have, by their names, with and
// without transactions.
func ofWorkers(t *testing.T) map[string]map[string]bool {
	stats := func() kafka.Stats { return kafka.Stats{Partitions: []kafka.Partition{{Topic: "in"}}} }
	rules := fleet.NewFollowed("site")
	rules.Used("1", false)
	known := seriesOf(t, metrics.New(stats, false), rules)
	maps.Copy(known, seriesOf(t, metrics.New(stats, true)))
	for _, labels := range known { // that Prometheus adds
		labels["job"], labels["instance"] = true, true
	}
	return known
}

func TestWorkersDashboard(t *testing.T) {
	text, err := dashboard.Grafana()
	require.NoError(t, err)
	checkDashboard(t, text, ofWorkers(t))
}

func TestWorkersAlerts(t *testing.T) {
	text, err := dashboard.Alerts()
	require.NoError(t, err)
	checkAlerts(t, text, ofWorkers(t))
}
