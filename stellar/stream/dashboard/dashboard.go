// Package dashboard has what shows the metrics of workers in Grafana, and what lets
// Prometheus tell when something is wrong with them or their rules.
package dashboard

import (
	"fmt"

	"github.com/stellarlang/stellar/maas/dashboard/board"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/stream/kafka/metrics"
)

// chosen is what queries choose by, a variable of the dashboard: workers that are scraped
// by one job of Prometheus belong together.
const chosen = `job=~"$job"`

// of returns a gauge, taken together by labels.
func of(how, by, gauge string) string {
	return fmt.Sprintf("%s by (%s) (%s{%s})", how, by, gauge, chosen)
}

// rate returns the rate of a counter, summed by labels.
func rate(by, counter, more string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s{%s%s}%s))", by, counter, chosen, more, board.Rates)
}

// since returns for how long a time is past, in seconds.
func since(how, by, gauge string) string { return "time() - " + of(how, by, gauge) }

func panels() []board.Panel {
	quantile := func(share string) string {
		return fmt.Sprintf("histogram_quantile(%s, %s)", share, rate("job, le", metrics.MessageTime+"_bucket", ""))
	}
	return []board.Panel{
		{Title: "Lag", About: "How old the last message is that was read, where more are to be read. It says how late results are.", Unit: "s", Width: 8, Queries: []board.Query{
			board.Line(of("max", "job, topic", metrics.LagTime), "{{job}} {{topic}}"),
		}},
		{Title: "Messages to be read", About: "Those of all partitions. With transactions it never becomes 0, as their marks count too.", Unit: "none", Width: 8, Queries: []board.Query{
			board.Line(of("sum", "job, topic", metrics.Lag), "{{job}} {{topic}}"),
		}},
		{Title: "The partitions that lag most", About: "One far above the others has a key that is too frequent, or a worker that is too slow.", Unit: "s", Width: 8, Queries: []board.Query{
			board.Line("topk(5, "+of("max", "topic, partition", metrics.LagTime)+")", "{{topic}} {{partition}}"),
		}},

		{Title: "Messages", About: "Those dealt with in a second: written, dropped by a filter, or with an error.", Unit: "ops", Width: 6, Stacked: true, Queries: []board.Query{
			board.Line(rate("job, result", metrics.Messages, ""), "{{job}} {{result}}"),
		}},
		{Title: "Failed messages", About: "The share of messages with an error.", Unit: "percentunit", Width: 6, Queries: []board.Query{
			board.Line(rate("job", metrics.Messages, `, result="error"`)+" / "+rate("job", metrics.Messages, ""), "{{job}}"),
		}},
		{Title: "Batches that could not be read", About: "Those passed over in a second: their records are lost to the workers, though the topic has them.", Unit: "ops", Width: 6, Queries: []board.Query{
			board.Line(rate("job", metrics.Unreadable, ""), "{{job}}"),
		}},
		{Title: "Time of messages", About: "What messages take in the rules, on average of those that were read together.", Unit: "s", Width: 6, Queries: []board.Query{
			board.Line(quantile("0.5"), "{{job}} p50"), board.Line(quantile("0.99"), "{{job}} p99"),
		}},

		{Title: "Partitions", About: "Those that each worker reads. A worker with none is one more than there are partitions.", Unit: "none", Width: 8, Queries: []board.Query{
			board.Line(of("sum", "instance", metrics.Partitions), "{{instance}}"),
		}},
		{Title: "Partitions given out anew", About: "In a second: when workers come, go or are too slow, the others stop for a moment.", Unit: "ops", Width: 8, Queries: []board.Query{
			board.Line(rate("job", metrics.Rebalances, ""), "{{job}}"),
		}},
		{Title: "Since workers went on", About: "A worker that has not gone on for a minute hangs.", Unit: "s", Width: 8, Queries: []board.Query{
			board.Line(since("min", "instance", metrics.Moved), "{{instance}}"),
		}},

		{Title: "Commits and transactions", About: "In a second. Lost ones came too late, and others read the messages again.", Unit: "ops", Width: 8, Queries: []board.Query{
			board.Line(rate("job, result", metrics.Commits, ""), "{{job}} commits {{result}}"),
			board.Line(rate("job, result", metrics.Transactions, ""), "{{job}} transactions {{result}}"),
			board.Line(rate("job", metrics.Reconnects, ""), "{{job}} began anew"),
		}},
		{Title: "Records still to be written", About: "Many mean that the brokers take them slowly.", Unit: "none", Width: 8, Queries: []board.Query{
			board.Line(of("sum", "instance", metrics.Buffered), "{{instance}}"),
		}},
		{Title: "Bytes still to be written", About: "They are bounded: a worker then reads no more.", Unit: "bytes", Width: 8, Queries: []board.Query{
			board.Line(of("sum", "instance", metrics.BufferedSize), "{{instance}}"),
		}},

		{Title: "Rules in use", About: "How many workers use each version of the rules. More than one for long means that some refuse the newest.", Unit: "none", Width: 8, Stacked: true, Queries: []board.Query{
			board.Line(of("count", "set, version", fleet.Info), "{{set}} {{version}}"),
		}},
		{Title: "Refused rules", About: "How many workers refuse the newest version: it cannot be read, has mistakes, fails its tests, or takes too long to try.", Unit: "none", Width: 8, Stacked: true, Queries: []board.Query{
			board.Line(of("sum", "set, reason", fleet.RefusedBy), "{{set}} {{reason}}"),
		}},
		{Title: "New rules", About: "What became of versions, in a second.", Unit: "ops", Width: 8, Queries: []board.Query{
			board.Line(rate("set, result", fleet.Reloads, ""), "{{set}} {{result}}"),
		}},

		{Title: "Age of the rules in use", About: "Since they began to be used.", Unit: "s", Width: 12, Queries: []board.Query{
			board.Line(since("min", "instance, set", fleet.Loaded), "{{instance}} {{set}}"),
		}},
		{Title: "Since ZooKeeper was heard", About: "How long it is ago that a worker knew which rules are the newest: half a minute, if all is well.", Unit: "s", Width: 12, Queries: []board.Query{
			board.Line(since("min", "instance, set", fleet.Confirmed), "{{instance}} {{set}}"),
		}},
	}
}

// Grafana returns the dashboard as JSON, as Grafana imports it.
func Grafana() ([]byte, error) {
	return board.Board{
		UID: "stellar-workers", Title: "Stellar workers", About: "How workers keep up with their topics, and which rules they use.",
		Variables: []board.Variable{{Name: "job", Label: "Job", Query: "label_values(" + metrics.Partitions + ", job)"}},
		Panels:    panels(),
	}.JSON()
}
