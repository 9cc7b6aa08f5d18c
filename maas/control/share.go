package control

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// resources are what replicas need, and what a machine has.
type resources struct{ memory, cpus float64 }

func (r resources) plus(o resources) resources {
	return resources{r.memory + o.memory, r.cpus + o.cpus}
}

// tolerance is for sums of fractions of CPUs.
const tolerance = 1e-9

// fitIn reports whether the resources are there in others.
func (r resources) fitIn(o resources) bool {
	return r.memory <= o.memory+tolerance && r.cpus <= o.cpus+tolerance
}

// share returns the larger of the shares of memory and CPUs.
func (r resources) share(of resources) float64 { return max(r.memory/of.memory, r.cpus/of.cpus) }

func (r resources) String() string {
	return fmt.Sprintf("%s and %.4g CPUs", bytesText(r.memory), r.cpus)
}

func bytesText(n float64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.4g GiB", n/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.4g MiB", n/(1<<20))
	}
	return fmt.Sprintf("%.0f bytes", n)
}

// grant is how many replicas of a deployment have room, and why not all have.
type grant struct {
	replicas int
	reason   string
}

// divide grants replicas room on a machine, one after the other: the next one is always of
// the owner whose dominant share, that of memory or that of CPUs, is smallest in
// proportion to the owner's weight, and of that the deployment that has fewest. What
// every deployment gets depends on nothing but the deployments: an owner that has had
// more while others wanted nothing gives it back.
func divide(deployments []*Deployment, machine resources, weights map[string]float64) []grant {
	grants := make([]grant, len(deployments))
	used := resources{}
	owned := make(map[string]resources)
	waiting := make([]int, 0, len(deployments)) // that want more
	for n, d := range deployments {
		if d.Replicas > 0 {
			waiting = append(waiting, n)
		}
	}
	for len(waiting) > 0 {
		next := slices.MinFunc(waiting, func(a, b int) int {
			x, y := deployments[a], deployments[b]
			if x.Owner != y.Owner {
				s, t := owned[x.Owner].share(machine)/weightOf(weights, x.Owner), owned[y.Owner].share(machine)/weightOf(weights, y.Owner)
				switch {
				case s < t-tolerance:
					return -1
				case t < s-tolerance:
					return 1
				}
				return strings.Compare(x.Owner, y.Owner)
			}
			return grants[a].replicas - grants[b].replicas
		})
		d := deployments[next]
		needs := d.needs()
		if !used.plus(needs).fitIn(machine) {
			grants[next].reason = fmt.Sprintf("no room: it needs %v, and %v of %v are free", needs,
				resources{max(0, machine.memory-used.memory), max(0, math.Round((machine.cpus-used.cpus)*1e6)/1e6)}, machine)
			waiting = slices.DeleteFunc(waiting, func(n int) bool { return n == next })
			continue
		}
		used = used.plus(needs)
		owned[d.Owner] = owned[d.Owner].plus(needs)
		if grants[next].replicas++; grants[next].replicas == d.Replicas {
			waiting = slices.DeleteFunc(waiting, func(n int) bool { return n == next })
		}
	}
	return grants
}

// weightOf returns the weight of an owner, 1 if nobody has said one.
func weightOf(weights map[string]float64, owner string) float64 {
	if w := weights[owner]; w > 0 {
		return w
	}
	return 1
}
