package dashboard

import (
	"fmt"

	"github.com/stellarlang/stellar/maas/dashboard/board"
	"github.com/stellarlang/stellar/maas/metrics"
)

// of names the version that an alert is about.
const of = "{{ $labels.model }} {{ $labels.version }}"

// per returns the rate of a counter of a version in five minutes.
func per(counter, choose string) string {
	return fmt.Sprintf("sum by (model, version) (rate(%s%s[5m]))", counter, choose)
}

func rules() []board.Rule {
	calls := per(metrics.Calls, `{outcome!="called_off"}`)
	return []board.Rule{
		board.NewRule("StellarModelFailing", board.Page, "5m",
			per(metrics.Calls, `{outcome!~"`+fine+`"}`)+" / "+calls+" > 0.05",
			"Calls of "+of+" fail", "{{ $value | humanizePercentage }} of the calls give no answer."),
		board.NewRule("StellarModelSlow", board.Warning, "10m",
			fmt.Sprintf("histogram_quantile(0.95, sum by (model, version, le) (rate(%s_bucket[5m]))) > 0.5", metrics.CallDuration),
			"Calls of "+of+" are slow", "5 % of the calls take more than {{ $value | humanizeDuration }}."),
		board.NewRule("StellarModelDown", board.Page, "1m",
			fmt.Sprintf(`max by (model, version) (%s{state="in_turn"}) == 0`, metrics.Instances),
			"No instance of "+of+" is asked", "The registry knows instances, and all of them have failed of late."),
		board.NewRule("StellarModelQueueing", board.Warning, "5m",
			fmt.Sprintf("sum by (model) (%s) > 100", metrics.QueueLength),
			"Calls of {{ $labels.model }} wait", "{{ $value }} calls wait for their turn: there are too few instances, or they are too slow."),
		board.NewRule("StellarModelDrifted", board.Warning, "10m",
			fmt.Sprintf("max by (model, version) (%s) == 2", metrics.DriftLevel),
			"Answers of "+of+" have drifted", "They are distributed otherwise than those of the reference, or arguments are null or wrong more often."),
		board.NewRule("StellarModelMoving", board.Notice, "1h",
			fmt.Sprintf("max by (model, version) (%s) == 1", metrics.DriftLevel),
			"Answers of "+of+" move", "They are distributed somewhat otherwise than those of the reference."),
		board.NewRule("StellarModelArgumentsInvalid", board.Warning, "10m",
			per(metrics.InputInvalid, "")+" / "+per(metrics.Attempts, "")+" > 0.05",
			"Arguments of "+of+" are not as declared", "{{ $value | humanize }} of them for each request are missing, of another kind or too much."),
		board.NewRule("StellarShadowDiffers", board.Notice, "30m",
			per(metrics.ShadowComparisons, `{result="different"}`)+" / "+per(metrics.ShadowComparisons, "")+" > 0.2",
			"The shadow version "+of+" answers otherwise", "{{ $value | humanizePercentage }} of its answers differ from those that are used."),
		board.NewRule("StellarInstancesLeftAlone", board.Warning, "",
			fmt.Sprintf("increase(%s[10m]) > 10", metrics.Ejections),
			"Instances of models fail again and again", "In ten minutes instances were left alone {{ $value | humanize }} times, as they had failed."),
		board.NewRule("StellarRegistryUnsteady", board.Warning, "",
			fmt.Sprintf(`increase(%s{event="disconnected"}[10m]) > 3`, metrics.RegistryEvents),
			"The connection to the registry breaks", "It was lost {{ $value | humanize }} times in ten minutes."),
		board.NewRule("StellarMonitorFull", board.Notice, "",
			fmt.Sprintf("increase(%s[1h]) > 0", metrics.Dropped),
			"Not everything is measured", "There are more versions, outputs or instances than there is room for."),
	}
}

// Alerts returns rules for Prometheus as YAML.
func Alerts() ([]byte, error) { return board.Alerts("stellar-models", rules()) }
