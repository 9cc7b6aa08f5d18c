package dashboard

import (
	"fmt"

	"github.com/stellarlang/stellar/maas/dashboard/board"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

// share returns which part of what a counter counts in five minutes is chosen.
func share(counter, choose string) string {
	return fmt.Sprintf("sum by (job) (rate(%s{%s}[5m])) / sum by (job) (rate(%s[5m]))", counter, choose, counter)
}

func rules() []board.Rule {
	return []board.Rule{
		board.NewRule("StellarLagging", board.Page, "10m",
			fmt.Sprintf("max by (job, topic) (%s) > 60", metrics.LagTime),
			"{{ $labels.job }} is late with {{ $labels.topic }}", "Messages wait for {{ $value | humanizeDuration }}."),
		board.NewRule("StellarWorkersGone", board.Page, "5m",
			fmt.Sprintf("absent(%s)", metrics.Partitions),
			"There are no workers", "Prometheus finds no worker that it could ask."),
		board.NewRule("StellarWorkerStuck", board.Page, "2m",
			fmt.Sprintf("time() - max by (job, instance) (%s) > 60", metrics.Moved),
			"{{ $labels.instance }} hangs", "It has not gone on for {{ $value | humanizeDuration }}."),
		board.NewRule("StellarMessagesFailing", board.Warning, "10m",
			share(metrics.Messages, `result="error"`)+" > 0.01",
			"Messages of {{ $labels.job }} fail", "{{ $value | humanizePercentage }} of them have an error."),
		board.NewRule("StellarBatchesUnreadable", board.Warning, "",
			fmt.Sprintf("sum by (job) (increase(%s[15m])) > 0", metrics.Unreadable),
			"Records of {{ $labels.job }} cannot be read", "{{ $value | humanize }} batches were passed over in 15 minutes; the workers tell which."),
		board.NewRule("StellarWorkerIdle", board.Warning, "10m",
			fmt.Sprintf("sum by (job, instance) (%s) == 0 and on (job) sum by (job) (%s) > 1000", metrics.Partitions, metrics.Lag),
			"{{ $labels.instance }} has no partitions", "Others have messages to be read: there are more workers than partitions."),
		board.NewRule("StellarRebalancing", board.Warning, "",
			fmt.Sprintf("max by (job) (increase(%s[15m])) > 10", metrics.Rebalances),
			"Partitions of {{ $labels.job }} wander", "They were given out {{ $value | humanize }} times in 15 minutes: workers come and go, or are too slow to keep their session."),
		board.NewRule("StellarCommitsFailing", board.Warning, "10m",
			share(metrics.Commits, `result!="ok"`)+" > 0.1",
			"Commits of {{ $labels.job }} fail", "{{ $value | humanizePercentage }} of them do; messages are read again after the next start."),
		board.NewRule("StellarTransactionsAborted", board.Warning, "10m",
			share(metrics.Transactions, `result="aborted"`)+" > 0.1",
			"Transactions of {{ $labels.job }} are aborted", "{{ $value | humanizePercentage }} of them are, and tried again."),
		board.NewRule("StellarRulesRefused", board.Warning, "1m",
			fmt.Sprintf("sum by (job, set, reason) (%s) > 0", fleet.RefusedBy),
			"The newest rules of {{ $labels.set }} are refused", "{{ $value }} workers refuse them ({{ $labels.reason }}) and use those of before; stellar rules status says why."),
		board.NewRule("StellarRulesDiffer", board.Warning, "5m",
			fmt.Sprintf("count by (job, set) (count by (job, set, version) (%s)) > 1", fleet.Info),
			"Workers use different rules of {{ $labels.set }}", "There are {{ $value }} versions in use."),
		board.NewRule("StellarRulesUnconfirmed", board.Warning, "5m",
			fmt.Sprintf("time() - max by (job, instance, set) (%s) > 300", fleet.Confirmed),
			"{{ $labels.instance }} does not know the newest rules", "ZooKeeper has not told it for {{ $value | humanizeDuration }}; it uses those that it has."),
	}
}

// Alerts returns rules for Prometheus as YAML.
func Alerts() ([]byte, error) { return board.Alerts("stellar-workers", rules()) }
