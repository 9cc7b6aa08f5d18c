package control

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Two owners with the weights 2 and 1 get 2 : 1 of a full machine, whoever came first and
// whatever they need most; what one does not want is the other's.
func TestDivide(t *testing.T) {
	const gib = 1 << 30
	of := func(owner string, replicas int, memory int64, cpus float64) *Deployment {
		return &Deployment{Spec: Spec{Model: owner, Version: "1", Owner: owner, Replicas: replicas, Memory: memory, CPUs: cpus}}
	}
	weights := map[string]float64{"soc": 2, "fraud": 1}
	for _, c := range []struct {
		name        string
		deployments []*Deployment
		want        []int
		reason      string
	}{
		{"alone", []*Deployment{of("fraud", 20, gib, 0.1)}, []int{9}, "no room: it needs 1 GiB and 0.1 CPUs, and 0 bytes and 8.1 CPUs of 9 GiB and 9 CPUs are free"},
		{"full", []*Deployment{of("fraud", 20, gib, 0.1), of("soc", 20, gib, 0.1)}, []int{3, 6}, ""},
		{"dominant shares", []*Deployment{of("fraud", 99, gib/4, 0.5), of("soc", 99, gib/2, 0.25)}, []int{8, 14}, ""},
		{"little wanted", []*Deployment{of("fraud", 20, gib, 0.1), of("soc", 2, gib, 0.1)}, []int{7, 2}, ""},
		{"two of an owner", []*Deployment{of("fraud", 20, gib, 0.1), of("soc", 20, gib, 0.1), of("soc", 20, gib, 0.1)}, []int{3, 3, 3}, ""},
		{"without a weight", []*Deployment{of("fraud", 20, gib, 0.1), of("ops", 20, gib, 0.1)}, []int{5, 4}, ""},
		{"too large", []*Deployment{of("soc", 1, 10*gib, 0.1), of("fraud", 2, gib, 0.1)}, []int{0, 2}, "no room: it needs 10 GiB and 0.1 CPUs, and 8 GiB and 8.9 CPUs of 9 GiB and 9 CPUs are free"},
		{"nothing said", []*Deployment{of("soc", 1000, 0, 0)}, []int{72}, ""},
		{"none", []*Deployment{of("soc", 0, gib, 1)}, []int{0}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			grants := divide(c.deployments, resources{9 * gib, 9}, weights)
			var got []int
			for _, g := range grants {
				got = append(got, g.replicas)
			}
			require.Equal(t, c.want, got)
			if c.reason != "" {
				require.Equal(t, c.reason, grants[0].reason)
			}
		})
	}
}

// What is free is told without what is left of sums of fractions.
func TestReason(t *testing.T) {
	d := &Deployment{Spec: Spec{Model: "m", Version: "1", Replicas: 41}}
	grants := divide([]*Deployment{d}, resources{8 << 30, 2}, nil)
	require.Equal(t, grant{40, "no room: it needs 128 MiB and 0.05 CPUs, and 3 GiB and 0 CPUs of 8 GiB and 2 CPUs are free"}, grants[0])
}
