package models

import (
	"net/http"
	"time"
)

// monitoring is what the page of measurements shows.
type monitoring struct {
	Model    string
	Periods  []period
	Period   period
	Measures bool
	Versions []Measured
	Charts   []*chart
	Outputs  []outputView
}

// period is a time that is looked at.
type period struct {
	Name  string
	Last  time.Duration
	Title string
}

var periods = []period{{"15m", recent, "15 minutes"}, {"1h", time.Hour, "hour"}, {"24h", 24 * time.Hour, "day"}}

// outputView is an output of a version, with the chart of its values.
type outputView struct {
	Output
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
	page.Versions, _ = c.measured(m.Model, page.Period.Last)
	page.Charts = charts(page.Versions)
	for _, of := range page.Versions {
		for _, o := range of.Outputs {
			page.Outputs = append(page.Outputs, outputView{o, of.Version, newDistribution(o)})
		}
	}
	v.Live = 5
	c.render(w, r, http.StatusOK, "monitoring", v, page)
}
