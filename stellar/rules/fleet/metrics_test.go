package fleet_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

func registered(t *testing.T, status *fleet.Status) *prometheus.Registry {
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(status))
	return registry
}

// gauge returns the value of a metric with a label, -1 if there is none.
func gauge(t *testing.T, status *fleet.Status, name, label, value string) float64 {
	families, err := registered(t, status).Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, metric := range family.GetMetric() {
			for _, pair := range metric.GetLabel() {
				if pair.GetName() == label && pair.GetValue() == value {
					return metric.GetGauge().GetValue()
				}
			}
		}
	}
	return -1
}
