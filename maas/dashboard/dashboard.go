// Package dashboard has what shows the metrics of models in Grafana, and what lets
// Prometheus tell when something is wrong with them.
package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/stellarlang/stellar/maas/metrics"
)

// What queries choose by, and over which time they take rates: the variables of the
// dashboard.
const (
	chosen   = `model=~"$model", version=~"$version"`
	interval = "[$__rate_interval]"
)

// panel is one of a dashboard.
type panel struct {
	title, about string
	kind         string // of the panel, timeseries if empty
	unit         string
	width        int
	stacked      bool
	queries      []query
}

// query is a series of lines, and how they are named.
type query struct{ expr, legend string }

const (
	dashboardWidth = 24
	panelHeight    = 8
	byVersion      = "{{model}} {{version}}"
)

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
func panels() []panel {
	version := "model, version"
	latency := func(histogram string) []query {
		return []query{
			{quantile("0.5", version, histogram), byVersion + " p50"},
			{quantile("0.95", version, histogram), byVersion + " p95"},
			{quantile("0.99", version, histogram), byVersion + " p99"},
		}
	}
	return []panel{
		{title: "Calls", about: "Calls of expressions in a second, from the cache or not.", unit: "reqps", width: 8, queries: []query{
			{rate(version, metrics.Calls, ""), byVersion},
		}},
		{title: "Failed calls", about: "The share of calls that gave no answer. Those that nobody waited for count neither way.", unit: "percentunit", width: 8, queries: []query{
			{rate(version, metrics.Calls, failed) + " / " + rate(version, metrics.Calls, notForgot), byVersion},
		}},
		{title: "Time of calls", about: "What calls take, as expressions see it.", unit: "s", width: 8, queries: latency(metrics.CallDuration)},

		{title: "Why calls fail", about: "Failed calls in a second, by outcome.", unit: "reqps", width: 8, stacked: true, queries: []query{
			{rate("model, outcome", metrics.Calls, failed), "{{model}} {{outcome}}"},
		}},
		{title: "Answered from the cache", about: "The share of calls that needed no question of their own.", unit: "percentunit", width: 8, queries: []query{
			{rate(version, metrics.Calls, `, outcome=~"cached|coalesced"`) + " / " + rate(version, metrics.Calls, ""), byVersion},
		}},
		{title: "Time of attempts", about: "What requests to instances take.", unit: "s", width: 8, queries: latency(metrics.AttemptDuration)},

		{title: "Drift", about: "The light of each version: 0 green, 1 amber, 2 red. Missing where there are too few values to say.", kind: "state-timeline", unit: "none", width: 12, queries: []query{
			{fmt.Sprintf("max by (%s) (%s{%s})", version, metrics.DriftLevel, chosen), byVersion},
		}},
		{title: "Distance from the reference", about: "PSI: 0.1 is moderate, 0.25 is much. KS and JS: 0.1 and 0.2.", unit: "none", width: 12, queries: []query{
			{fmt.Sprintf("max by (%s, feature, statistic) (%s{%s})", version, metrics.DriftRatio, chosen), byVersion + " {{feature}} {{statistic}}"},
		}},

		{title: "Scores", about: "How numbers of answers are distributed.", kind: "heatmap", unit: "none", width: 12, queries: []query{
			{fmt.Sprintf("sum by (le) (increase(%s_bucket{%s}%s))", metrics.Score, chosen, interval), "{{le}}"},
		}},
		{title: "Mean score", about: "The mean of numbers of answers.", unit: "none", width: 12, queries: []query{
			{rate(version+", output", metrics.Score+"_sum", "") + " / " + rate(version+", output", metrics.Score+"_count", ""), byVersion + " {{output}}"},
		}},

		{title: "Null arguments", about: "The share of arguments that are null.", unit: "percentunit", width: 12, queries: []query{
			{rate(version+", feature", metrics.InputNulls, "") + " / " + rate(version+", feature", metrics.InputValues, ""), byVersion + " {{feature}}"},
		}},
		{title: "Arguments that are not as declared", about: "In a second: missing, of another kind, or one too many.", unit: "reqps", width: 12, queries: []query{
			{rate(version+", feature, reason", metrics.InputInvalid, ""), byVersion + " {{feature}} {{reason}}"},
		}},

		{title: "Instances", about: "Those that are asked, and those that are left alone as they have failed.", unit: "none", width: 8, queries: []query{
			{fmt.Sprintf("max by (%s, state) (%s{%s})", version, metrics.Instances, chosen), byVersion + " {{state}}"},
		}},
		{title: "Calls under way", about: "Calls that are asked, and those that wait for their turn.", unit: "none", width: 8, queries: []query{
			{fmt.Sprintf(`sum by (model) (%s{model=~"$model"})`, metrics.InFlight), "{{model}} under way"},
			{fmt.Sprintf(`sum by (model) (%s{model=~"$model"})`, metrics.QueueLength), "{{model}} waiting"},
		}},
		{title: "Shadow versions", about: "Answers of shadow versions in a second, compared with those that were used.", unit: "reqps", width: 8, queries: []query{
			{rate(version+", result", metrics.ShadowComparisons, ""), byVersion + " {{result}}"},
		}},

		{title: "Bytes sent and received", about: "Of requests to instances, without headers.", unit: "Bps", width: 8, queries: []query{
			{rate(version, metrics.RequestBytes, ""), byVersion + " sent"}, {rate(version, metrics.ResponseBytes, ""), byVersion + " received"},
		}},
		{title: "Attempts for a call", about: "Requests for each call that the cache did not answer: above 1, calls are tried again.", unit: "none", width: 8, queries: []query{
			{rate(version, metrics.Attempts, "") + " / " + rate(version, metrics.Calls, `, outcome!~"cached|coalesced"`), byVersion},
		}},
		{title: "Registry and instances", about: "What happened, in a second.", unit: "ops", width: 8, queries: []query{
			{"sum by (event) (rate(" + metrics.RegistryEvents + interval + "))", "registry {{event}}"},
			{"sum(rate(" + metrics.Ejections + interval + "))", "instances left alone"},
			{"sum(rate(" + metrics.Dropped + interval + "))", "not measured for lack of room"},
		}},
	}
}

// object is one of JSON. Its members are written in the order of their names.
type object = map[string]any

var source = object{"type": "prometheus", "uid": "${ds}"}

// Grafana returns the dashboard as JSON, as Grafana imports it.
func Grafana() ([]byte, error) {
	all := []object{}
	x, y := 0, 0
	for n, p := range panels() {
		if x+p.width > dashboardWidth {
			x, y = 0, y+panelHeight
		}
		all = append(all, p.object(n+1, x, y))
		x += p.width
	}
	variable := func(name, label, query string) object {
		return object{
			"name": name, "label": label, "type": "query", "datasource": source, "query": query, "definition": query,
			"includeAll": true, "allValue": ".*", "multi": true, "refresh": 2, "sort": 1,
			"current": object{"selected": true, "text": []string{"All"}, "value": []string{"$__all"}},
		}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(object{
		"id": nil, "uid": "stellar-models", "title": "Stellar models", "tags": []string{"stellar"},
		"description":   "What becomes of calls of models, and how their answers move.",
		"schemaVersion": 39, "version": 1, "editable": true, "timezone": "browser", "refresh": "30s",
		"time":        object{"from": "now-6h", "to": "now"},
		"annotations": object{"list": []any{}}, "links": []any{},
		"templating": object{"list": []object{
			{"name": "ds", "label": "Data source", "type": "datasource", "query": "prometheus"},
			variable("model", "Model", "label_values("+metrics.Calls+", model)"),
			variable("version", "Version", `label_values(`+metrics.Calls+`{model=~"$model"}, version)`),
		}},
		"panels": all,
	})
	return text.Bytes(), err
}

func (p panel) object(id, x, y int) object {
	var targets []object
	for n, q := range p.queries {
		target := object{"refId": string(rune('A' + n)), "datasource": source, "expr": q.expr, "legendFormat": q.legend}
		if p.kind == "heatmap" {
			target["format"] = "heatmap"
		}
		targets = append(targets, target)
	}
	kind := p.kind
	defaults, options := object{"unit": p.unit}, object{}
	switch kind {
	case "":
		kind = "timeseries"
		defaults["min"] = 0
		if p.stacked {
			defaults["custom"] = object{"stacking": object{"mode": "normal"}, "fillOpacity": 20}
		}
		options["legend"] = object{"displayMode": "list", "placement": "bottom", "showLegend": true}
		options["tooltip"] = object{"mode": "multi", "sort": "desc"}
	case "state-timeline":
		defaults["color"] = object{"mode": "thresholds"}
		defaults["thresholds"] = object{"mode": "absolute", "steps": []object{
			{"color": "green", "value": nil}, {"color": "orange", "value": 1}, {"color": "red", "value": 2},
		}}
		defaults["mappings"] = []object{{"type": "value", "options": object{
			"0": object{"text": "steady", "index": 0}, "1": object{"text": "moving", "index": 1}, "2": object{"text": "drifted", "index": 2},
		}}}
		options["showValue"] = "auto"
	case "heatmap":
		options["calculate"] = false
		options["yAxis"] = object{"unit": "none"}
	}
	return object{
		"id": id, "type": kind, "title": p.title, "description": p.about, "datasource": source, "targets": targets,
		"gridPos":     object{"x": x, "y": y, "w": p.width, "h": panelHeight},
		"fieldConfig": object{"defaults": defaults, "overrides": []any{}}, "options": options,
	}
}
