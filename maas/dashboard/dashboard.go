// Package dashboard has what shows the metrics of models in Grafana, and what lets
// Prometheus tell when something is wrong with them.
package dashboard

import (
	"fmt"

	"github.com/stellarlang/stellar/maas/dashboard/board"
	"github.com/stellarlang/stellar/maas/metrics"
)

// What queries choose by, and over which time they take rates: the variables of the
// dashboard.
const (
	chosen   = `model=~"$model", version=~"$version"`
	interval = board.Rates
)

const byVersion = "{{model}} {{version}}"

// rate returns the rate of a counter, summed by labels.
func rate(by, counter, more string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s{%s%s}%s))", by, counter, chosen, more, interval)
}

// quantile returns that of a histogram.
func quantile(share, by, histogram string) string {
	return fmt.Sprintf("histogram_quantile(%s, %s)", share, rate(by+", le", histogram+"_bucket", ""))
}

const (
	failed    = `, outcome!~"` + fine + `"`
	fine      = "ok|cached|coalesced|called_off"
	notForgot = `, outcome!="called_off"`
)

// panels are those of the dashboard, in reading order.
func panels() []board.Panel {
	version := "model, version"
	latency := func(histogram string) []board.Query {
		return []board.Query{
			board.Line(quantile("0.5", version, histogram), byVersion+" p50"),
			board.Line(quantile("0.95", version, histogram), byVersion+" p95"),
			board.Line(quantile("0.99", version, histogram), byVersion+" p99"),
		}
	}
	return []board.Panel{
		{Title: "Calls", About: "Calls of expressions in a second, from the cache or not.", Unit: "reqps", Width: 8, Queries: []board.Query{
			board.Line(rate(version, metrics.Calls, ""), byVersion),
		}},
		{Title: "Failed calls", About: "The share of calls that gave no answer. Those that nobody waited for count neither way.", Unit: "percentunit", Width: 8, Queries: []board.Query{
			board.Line(rate(version, metrics.Calls, failed)+" / "+rate(version, metrics.Calls, notForgot), byVersion),
		}},
		{Title: "Time of calls", About: "What calls take, as expressions see it.", Unit: "s", Width: 8, Queries: latency(metrics.CallDuration)},

		{Title: "Why calls fail", About: "Failed calls in a second, by outcome.", Unit: "reqps", Width: 8, Stacked: true, Queries: []board.Query{
			board.Line(rate("model, outcome", metrics.Calls, failed), "{{model}} {{outcome}}"),
		}},
		{Title: "Answered from the cache", About: "The share of calls that needed no question of their own.", Unit: "percentunit", Width: 8, Queries: []board.Query{
			board.Line(rate(version, metrics.Calls, `, outcome=~"cached|coalesced"`)+" / "+rate(version, metrics.Calls, ""), byVersion),
		}},
		{Title: "Time of attempts", About: "What requests to instances take.", Unit: "s", Width: 8, Queries: latency(metrics.AttemptDuration)},

		{Title: "Drift", About: "The light of each version: 0 green, 1 amber, 2 red. Missing where there are too few values to say.", Kind: "state-timeline", States: []string{"steady", "moving", "drifted"}, Unit: "none", Width: 12, Queries: []board.Query{
			board.Line(fmt.Sprintf("max by (%s) (%s{%s})", version, metrics.DriftLevel, chosen), byVersion),
		}},
		{Title: "Distance from the reference", About: "PSI: 0.1 is moderate, 0.25 is much. KS and JS: 0.1 and 0.2.", Unit: "none", Width: 12, Queries: []board.Query{
			board.Line(fmt.Sprintf("max by (%s, feature, statistic) (%s{%s})", version, metrics.DriftRatio, chosen), byVersion+" {{feature}} {{statistic}}"),
		}},

		{Title: "Scores", About: "How numbers of answers are distributed.", Kind: "heatmap", Unit: "none", Width: 12, Queries: []board.Query{
			board.Line(fmt.Sprintf("sum by (le) (increase(%s_bucket{%s}%s))", metrics.Score, chosen, interval), "{{le}}"),
		}},
		{Title: "Mean score", About: "The mean of numbers of answers.", Unit: "none", Width: 12, Queries: []board.Query{
			board.Line(rate(version+", output", metrics.Score+"_sum", "")+" / "+rate(version+", output", metrics.Score+"_count", ""), byVersion+" {{output}}"),
		}},

		{Title: "Null arguments", About: "The share of arguments that are null.", Unit: "percentunit", Width: 12, Queries: []board.Query{
			board.Line(rate(version+", feature", metrics.InputNulls, "")+" / "+rate(version+", feature", metrics.InputValues, ""), byVersion+" {{feature}}"),
		}},
		{Title: "Arguments that are not as declared", About: "In a second: missing, of another kind, or one too many.", Unit: "reqps", Width: 12, Queries: []board.Query{
			board.Line(rate(version+", feature, reason", metrics.InputInvalid, ""), byVersion+" {{feature}} {{reason}}"),
		}},

		{Title: "Instances", About: "Those that are asked, and those that are left alone as they have failed.", Unit: "none", Width: 8, Queries: []board.Query{
			board.Line(fmt.Sprintf("max by (%s, state) (%s{%s})", version, metrics.Instances, chosen), byVersion+" {{state}}"),
		}},
		{Title: "Calls under way", About: "Calls that are asked, and those that wait for their turn.", Unit: "none", Width: 8, Queries: []board.Query{
			board.Line(fmt.Sprintf(`sum by (model) (%s{model=~"$model"})`, metrics.InFlight), "{{model}} under way"),
			board.Line(fmt.Sprintf(`sum by (model) (%s{model=~"$model"})`, metrics.QueueLength), "{{model}} waiting"),
		}},
		{Title: "Shadow versions", About: "Answers of shadow versions in a second, compared with those that were used.", Unit: "reqps", Width: 8, Queries: []board.Query{
			board.Line(rate(version+", result", metrics.ShadowComparisons, ""), byVersion+" {{result}}"),
		}},

		{Title: "Bytes sent and received", About: "Of requests to instances, without headers.", Unit: "Bps", Width: 8, Queries: []board.Query{
			board.Line(rate(version, metrics.RequestBytes, ""), byVersion+" sent"), board.Line(rate(version, metrics.ResponseBytes, ""), byVersion+" received"),
		}},
		{Title: "Attempts for a call", About: "Requests for each call that the cache did not answer: above 1, calls are tried again.", Unit: "none", Width: 8, Queries: []board.Query{
			board.Line(rate(version, metrics.Attempts, "")+" / "+rate(version, metrics.Calls, `, outcome!~"cached|coalesced"`), byVersion),
		}},
		{Title: "Registry and instances", About: "What happened, in a second.", Unit: "ops", Width: 8, Queries: []board.Query{
			board.Line("sum by (event) (rate("+metrics.RegistryEvents+interval+"))", "registry {{event}}"),
			board.Line("sum(rate("+metrics.Ejections+interval+"))", "instances left alone"),
			board.Line("sum(rate("+metrics.Dropped+interval+"))", "not measured for lack of room"),
		}},
	}
}

// Grafana returns the dashboard as JSON, as Grafana imports it.
func Grafana() ([]byte, error) {
	return board.Board{
		UID: "stellar-models", Title: "Stellar models", About: "What becomes of calls of models, and how their answers move.",
		Variables: []board.Variable{
			{Name: "model", Label: "Model", Query: "label_values(" + metrics.Calls + ", model)"},
			{Name: "version", Label: "Version", Query: `label_values(` + metrics.Calls + `{model=~"$model"}, version)`},
		},
		Panels: panels(),
	}.JSON()
}
