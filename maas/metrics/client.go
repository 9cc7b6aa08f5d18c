package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
)

var (
	underWay = prometheus.NewDesc(InFlight, "Calls of a model under way.", []string{"model"}, nil)
	waiting  = prometheus.NewDesc(QueueLength, "Calls of a model that wait for their turn.", []string{"model"}, nil)

	instances = prometheus.NewDesc(Instances, "Instances that the registry knows.", []string{"model", "version", "state"}, nil)
	info      = prometheus.NewDesc(Info, "The versions of models that have instances; always 1.",
		[]string{"model", "version", "protocol", "stage", "owner"}, nil)
)

// versionName names a version of a model.
type versionName struct{ model, version string }

// collectClient shows what a client and its registry know now.
func collectClient(client *maas.Client, metrics chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, n int, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	for _, l := range client.Loads() {
		gauge(underWay, l.UnderWay, l.Model)
		gauge(waiting, l.Waiting, l.Model)
	}
	snapshot := client.Registry().Snapshot()
	releases := make(map[versionName]maas.Release)
	for _, r := range snapshot.Releases() {
		releases[versionName{r.Model, r.Version}] = r
	}
	for model := range snapshot.Models() {
		inTurn, ejected := make(map[string]int), make(map[string]int) // by version
		for _, i := range snapshot.Instances(model) {
			n := 0
			if client.State(i).Ejected {
				n = 1
			}
			ejected[i.Version] += n
			inTurn[i.Version] += 1 - n
		}
		for version, n := range inTurn {
			gauge(instances, n, model, version, "in_turn")
			gauge(instances, ejected[version], model, version, "ejected")
			r := releases[versionName{model, version}]
			if r.Protocol == "" {
				r.Protocol = protocol.NameGET
			}
			owner := ""
			if r.Card != nil {
				owner = r.Card.Owner
			}
			gauge(info, 1, model, version, r.Protocol, r.Stage, owner)
		}
	}
}
