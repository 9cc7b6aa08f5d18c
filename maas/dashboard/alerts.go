package dashboard

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/maas/metrics"
)

// rule is one that Prometheus tells of.
type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for,omitempty"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

const (
	warning = "warning"
	page    = "critical"
	notice  = "info"
)

func newRule(name, severity, lasts, expr, summary, what string) rule {
	return rule{name, expr, lasts, map[string]string{"severity": severity}, map[string]string{"summary": summary, "description": what}}
}

// of names the version that an alert is about.
const of = "{{ $labels.model }} {{ $labels.version }}"

// per returns the rate of a counter of a version in five minutes.
func per(counter, choose string) string {
	return fmt.Sprintf("sum by (model, version) (rate(%s%s[5m]))", counter, choose)
}

func rules() []rule {
	calls := per(metrics.Calls, `{outcome!="called_off"}`)
	return []rule{
		newRule("StellarModelFailing", page, "5m",
			per(metrics.Calls, `{outcome!~"`+fine+`"}`)+" / "+calls+" > 0.05",
			"Calls of "+of+" fail", "{{ $value | humanizePercentage }} of the calls give no answer."),
		newRule("StellarModelSlow", warning, "10m",
			fmt.Sprintf("histogram_quantile(0.95, sum by (model, version, le) (rate(%s_bucket[5m]))) > 0.5", metrics.CallDuration),
			"Calls of "+of+" are slow", "5 % of the calls take more than {{ $value | humanizeDuration }}."),
		newRule("StellarModelDown", page, "1m",
			fmt.Sprintf(`max by (model, version) (%s{state="in_turn"}) == 0`, metrics.Instances),
			"No instance of "+of+" is asked", "The registry knows instances, and all of them have failed of late."),
		newRule("StellarModelQueueing", warning, "5m",
			fmt.Sprintf("sum by (model) (%s) > 100", metrics.QueueLength),
			"Calls of {{ $labels.model }} wait", "{{ $value }} calls wait for their turn: there are too few instances, or they are too slow."),
		newRule("StellarModelDrifted", warning, "10m",
			fmt.Sprintf("max by (model, version) (%s) == 2", metrics.DriftLevel),
			"Answers of "+of+" have drifted", "They are distributed otherwise than those of the reference, or arguments are null or wrong more often."),
		newRule("StellarModelMoving", notice, "1h",
			fmt.Sprintf("max by (model, version) (%s) == 1", metrics.DriftLevel),
			"Answers of "+of+" move", "They are distributed somewhat otherwise than those of the reference."),
		newRule("StellarModelArgumentsInvalid", warning, "10m",
			per(metrics.InputInvalid, "")+" / "+per(metrics.Attempts, "")+" > 0.05",
			"Arguments of "+of+" are not as declared", "{{ $value | humanize }} of them for each request are missing, of another kind or too much."),
		newRule("StellarShadowDiffers", notice, "30m",
			per(metrics.ShadowComparisons, `{result="different"}`)+" / "+per(metrics.ShadowComparisons, "")+" > 0.2",
			"The shadow version "+of+" answers otherwise", "{{ $value | humanizePercentage }} of its answers differ from those that are used."),
		newRule("StellarInstancesLeftAlone", warning, "",
			fmt.Sprintf("increase(%s[10m]) > 10", metrics.Ejections),
			"Instances of models fail again and again", "In ten minutes instances were left alone {{ $value | humanize }} times, as they had failed."),
		newRule("StellarRegistryUnsteady", warning, "",
			fmt.Sprintf(`increase(%s{event="disconnected"}[10m]) > 3`, metrics.RegistryEvents),
			"The connection to the registry breaks", "It was lost {{ $value | humanize }} times in ten minutes."),
		newRule("StellarMonitorFull", notice, "",
			fmt.Sprintf("increase(%s[1h]) > 0", metrics.Dropped),
			"Not everything is measured", "There are more versions, outputs or instances than there is room for."),
	}
}

// Alerts returns rules for Prometheus as YAML.
func Alerts() ([]byte, error) {
	type group struct {
		Name  string `yaml:"name"`
		Rules []rule `yaml:"rules"`
	}
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	err := e.Encode(map[string][]group{"groups": {{"stellar-models", rules()}}})
	return text.Bytes(), err
}
