package models

import (
	"net/http"
	"time"

	"github.com/stellarlang/stellar/maas/monitor"
)

// monitoring is what the page of measurements shows.
type monitoring struct {
	Model    string
	Periods  []period
	Period   period
	Measures bool
	Versions []monitor.Figures
	Charts   []*chart
	Drifts   []drift
}

// period is a time that is looked at.
type period struct {
	Name  string
	Last  time.Duration
	Title string
}

var periods = []period{{"15m", recent, "15 minutes"}, {"1h", time.Hour, "hour"}, {"24h", 24 * time.Hour, "day"}}

// drift is how far an output of a version has moved, with the chart of its values.
type drift struct {
	monitor.Drift
	Version string
	Chart   *distribution
}

// showMonitoring shows what was measured of a model.
func (c *console) showMonitoring(w http.ResponseWriter, r *http.Request, v visit) {
	m, err := c.view(r.PathValue("model"))
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	page := &monitoring{Model: m.Model, Periods: periods, Period: periods[0], Measures: c.Monitor != nil}
	for _, p := range periods {
		if p.Name == r.URL.Query().Get("last") {
			page.Period = p
		}
	}
	page.Versions = c.measured(m.Model, page.Period.Last)
	var all []series
	for _, of := range page.Versions {
		all = append(all, series{of.Version, c.Monitor.Series(m.Model, of.Version, page.Period.Last)})
		for _, d := range of.Drift {
			page.Drifts = append(page.Drifts, drift{d, of.Version, newDistribution(d)})
		}
	}
	page.Charts = charts(all)
	v.Live = 5
	c.render(w, r, http.StatusOK, "monitoring", v, page)
}
