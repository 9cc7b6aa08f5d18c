package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stellarlang/stellar/maas/monitor"
)

func monitorDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, append([]string{"model", "version"}, labels...), nil)
}

var (
	score       = monitorDesc(Score, "Numbers of answers, in buckets of probabilities.", "output")
	driftRatio  = monitorDesc(DriftRatio, "How far the values of an output are from those of the reference.", "feature", "statistic")
	driftLevel  = monitorDesc(DriftLevel, "The light of a version: 0 green, 1 amber, 2 red.")
	inputValues = monitorDesc(InputValues, "Arguments that models were asked with.", "feature")
	inputNulls  = monitorDesc(InputNulls, "Arguments that were null.", "feature")
	inputFaults = monitorDesc(InputInvalid, "Arguments that are not as declared.", "feature", "reason")
	dropped     = prometheus.NewDesc(Dropped, "What was not counted, as there was no room.", nil, nil)

	monitored = []*prometheus.Desc{score, driftRatio, driftLevel, inputValues, inputNulls, inputFaults, dropped}
)

// levels are the lights as numbers.
var levels = map[monitor.Light]float64{monitor.Green: 0, monitor.Amber: 1, monitor.Red: 2}

// judged is the time of the figures whose light is shown.
const judged = time.Hour

// collectMonitor shows what a monitor has seen.
func collectMonitor(seen *monitor.Monitor, metrics chan<- prometheus.Metric) {
	put := func(d *prometheus.Desc, kind prometheus.ValueType, x float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, kind, x, labels...)
	}
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		put(d, prometheus.CounterValue, float64(n), labels...)
	}
	for _, t := range seen.Totals() {
		for _, i := range t.Inputs {
			count(inputValues, i.Seen, t.Model, t.Version, i.Name)
			count(inputNulls, i.Nulls, t.Model, t.Version, i.Name)
			count(inputFaults, i.Missing, t.Model, t.Version, i.Name, "missing")
			count(inputFaults, i.Other, t.Model, t.Version, i.Name, "kind")
		}
		count(inputFaults, t.Extra, t.Model, t.Version, "", "extra")
		for _, s := range t.Scores {
			metrics <- prometheus.MustNewConstHistogram(score, s.Count, s.Sum, s.Buckets, t.Model, t.Version, s.Output)
		}
	}
	for _, f := range seen.Models(judged) {
		if f.Light != "" {
			put(driftLevel, prometheus.GaugeValue, levels[f.Light], f.Model, f.Version)
		}
		for _, d := range f.Drift {
			if d.Light == "" {
				continue
			}
			put(driftRatio, prometheus.GaugeValue, d.PSI, f.Model, f.Version, d.Output, "psi")
			put(driftRatio, prometheus.GaugeValue, d.JS, f.Model, f.Version, d.Output, "js")
			if d.Kind == monitor.Number {
				put(driftRatio, prometheus.GaugeValue, d.KS, f.Model, f.Version, d.Output, "ks")
			}
		}
	}
	count(dropped, seen.Dropped())
}
