package models

import (
	"net/http"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
)

// overview is what the first page shows.
type overview struct {
	Query    string
	Models   []*modelRow
	Known    int // models, whatever is searched
	Measures bool
}

// modelRow is a model in a list.
type modelRow struct {
	Name            string
	Stages          []versionRow // that have one, and are not archived; those in production first
	MoreStages      int          // which are not listed
	Alive           []string     // versions of which instances are registered
	Healthy, Wanted int
	Owners, Tags    []string
	Description     string
	Measured        monitor.Figures
	matches         bool
}

// versionRow is a version with its stage.
type versionRow struct{ Version, Stage string }

// rank puts what is in production before all else.
func (v versionRow) rank() int {
	if v.Stage == maas.StageProduction {
		return 1
	}
	return 0
}

// showOverview lists the models that fit the words of a search.
func (c *console) showOverview(w http.ResponseWriter, r *http.Request, v visit) {
	const longest = 500
	o := overview{Query: r.URL.Query().Get("q"), Measures: c.Monitor != nil}
	if len(o.Query) > longest {
		o.Query = strings.ToValidUTF8(o.Query[:longest], "")
	}
	rows := c.modelRows(strings.Fields(o.Query))
	o.Known = len(rows)
	for _, row := range rows {
		if !row.matches {
			continue
		}
		row.Measured = total(c.measured(row.Name, recent))
		o.Models = append(o.Models, row)
	}
	v.Live = 2
	c.render(w, r, http.StatusOK, "overview", v, o)
}

// modelRows returns all models, sorted by their names.
func (c *console) modelRows(words []string) []*modelRow {
	rows := make(map[string]*modelRow)
	row := func(model string) *modelRow {
		if rows[model] == nil {
			rows[model] = &modelRow{Name: model}
		}
		return rows[model]
	}
	snapshot := c.Controller.Registry().Snapshot()
	releases := slices.Clone(snapshot.Releases())
	slices.SortStableFunc(releases, func(a, b maas.Release) int { return maas.CompareVersions(b.Version, a.Version) })
	for _, of := range releases {
		m := row(of.Model)
		m.matches = m.matches || of.Matches(words)
		if of.Stage != "" && of.Stage != maas.StageArchived {
			m.Stages = append(m.Stages, versionRow{of.Version, of.Stage})
		}
		if of.Card != nil {
			m.Owners = add(m.Owners, of.Card.Owner)
			for _, tag := range of.Card.Tags {
				m.Tags = add(m.Tags, tag)
			}
			if m.Description == "" {
				m.Description = of.Card.Description
			}
		}
	}
	for model := range snapshot.Models() {
		m := row(model)
		for _, i := range snapshot.Instances(model) {
			m.Alive = add(m.Alive, i.Version)
		}
		slices.SortFunc(m.Alive, func(a, b string) int { return maas.CompareVersions(b, a) })
	}
	for _, d := range c.Controller.Deployments() {
		m := row(d.Model)
		m.Healthy += d.Serving
		m.Wanted += d.Replicas
		m.Owners = add(m.Owners, d.Owner)
	}
	var all []*modelRow
	const most = 3
	for _, m := range rows {
		slices.SortStableFunc(m.Stages, func(a, b versionRow) int { return b.rank() - a.rank() })
		if m.MoreStages = len(m.Stages) - most; m.MoreStages > 0 {
			m.Stages = m.Stages[:most]
		}
		m.matches = m.matches || len(words) == 0
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *modelRow) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Well reports whether all replicas serve that are wanted.
func (m *modelRow) Well() bool { return m.Healthy >= m.Wanted }

// Dead reports whether a version is in production and none runs.
func (m *modelRow) Dead() bool {
	return len(m.Alive) == 0 && len(m.Stages) > 0 && m.Stages[0].Stage == maas.StageProduction
}

// Short returns the beginning of the description.
func (m *modelRow) Short() string {
	text, _, more := strings.Cut(strings.TrimSpace(m.Description), "\n")
	const most = 120
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	if more {
		return text + " …"
	}
	return text
}

func add(list []string, text string) []string {
	if text == "" || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

// stateMark is a shape for a state, so that it is not told by its colour alone.
func stateMark(s control.State) string {
	switch s {
	case control.Serving:
		return "●"
	case control.Failed:
		return "✖"
	case control.Draining:
		return "◌"
	}
	return "◐"
}
