package models

import (
	"time"

	"github.com/stellarlang/stellar/maas/monitor"
)

// recent is the time of the figures that lists show.
const recent = 15 * time.Minute

// measured returns what was measured of the versions of a model in the time before now,
// the newest version first.
func (c *console) measured(model string, last time.Duration) []monitor.Figures {
	if c.Monitor == nil {
		return nil
	}
	return c.Monitor.Model(model, last)
}

// total joins figures of versions: the rates added, the worst of the others.
func total(all []monitor.Figures) (sum monitor.Figures) {
	order := map[monitor.Light]int{monitor.Green: 1, monitor.Amber: 2, monitor.Red: 3}
	failed := 0.0
	for _, m := range all {
		sum.Calls += m.Calls
		sum.Rate += m.Rate
		failed += m.Errors * float64(m.Calls)
		sum.P50, sum.P95 = max(sum.P50, m.P50), max(sum.P95, m.P95)
		if order[m.Light] > order[sum.Light] {
			sum.Light = m.Light
		}
	}
	if sum.Calls > 0 {
		sum.Errors = failed / float64(sum.Calls)
	}
	return sum
}

// said says a light for people.
func said(l monitor.Light) string {
	switch l {
	case monitor.Green:
		return "steady"
	case monitor.Amber:
		return "moving"
	case monitor.Red:
		return "drifted"
	}
	return "too few"
}
