package models

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/maas/protocol"
)

// modelView is a model as it is now.
type modelView struct {
	Model    string
	Versions []*versionView // the newest first
	Journal  []entry        // the latest first, and not more than are read
	Older    int            // changes before these
	Before   string         // the version that a rollback takes back
	Seen     string         // what the registry said when it was looked at
	Measures bool
}

// versionView is a version of a model.
type versionView struct {
	maas.Release
	Running  int  // instances that are registered
	Deployed bool // by the controller
	Wanted   int
	Serving  int
	Share    float64 // of the calls that name no version, 0 to 1
	Measured *monitor.Figures
}

// entry is one of the journal.
type entry struct {
	Version string
	maas.Change
}

// maxJournal is how many changes of a model are shown.
const maxJournal = 100

// view returns a model. It fails with ErrUnknown.
func (c *console) view(model string) (*modelView, error) {
	m := &modelView{Model: model, Measures: c.Monitor != nil}
	known := make(map[string]*versionView)
	version := func(name string) *versionView {
		if known[name] == nil {
			known[name] = &versionView{Release: maas.Release{Model: model, Version: name}}
			m.Versions = append(m.Versions, known[name])
		}
		return known[name]
	}
	snapshot := c.Controller.Registry().Snapshot()
	var last maas.Change
	for _, r := range snapshot.Releases() {
		if r.Model != model {
			continue
		}
		version(r.Version).Release = r
		for _, change := range r.Journal {
			m.Journal = append(m.Journal, entry{r.Version, change})
		}
		if at, ok := r.Left(maas.StageProduction); ok && r.Stage != maas.StageProduction && at.After(last.At) {
			m.Before, last.At = r.Version, at
		}
		m.Seen += fmt.Sprintf("%s:%d", r.Version, len(r.Journal))
		if n := len(r.Journal); n > 0 { // which forgets the oldest changes
			m.Seen += fmt.Sprintf(":%d", r.Journal[n-1].At.UnixMilli())
		}
		m.Seen += " "
	}
	for _, i := range snapshot.Instances(model) {
		version(i.Version).Running++
	}
	for _, d := range c.Controller.Deployments() {
		if d.Model != model {
			continue
		}
		v := version(d.Version)
		v.Deployed, v.Wanted, v.Serving = true, d.Replicas, d.Serving
		for _, change := range d.Journal {
			m.Journal = append(m.Journal, entry{d.Version, change})
		}
	}
	if len(m.Versions) == 0 {
		return nil, fmt.Errorf("%w: %s", control.ErrUnknown, snapshot.UnknownModel(model))
	}
	slices.SortFunc(m.Versions, func(a, b *versionView) int { return maas.CompareVersions(b.Version, a.Version) })
	slices.SortStableFunc(m.Journal, func(a, b entry) int { return b.At.Compare(a.At) })
	if m.Older = max(0, len(m.Journal)-maxJournal); m.Older > 0 {
		m.Journal = m.Journal[:maxJournal]
	}
	m.divide()
	for _, of := range c.measured(model, recent) {
		if v := known[of.Version]; v != nil {
			v.Measured = &of
		}
	}
	return m, nil
}

// divide finds which versions get the calls that name none: by their weights, if one that
// runs has a weight, or else the newest.
func (m *modelView) divide() {
	sum, weighed := 0, false
	var running []*versionView
	for _, v := range m.Versions {
		if v.Running == 0 || v.Shadow {
			continue
		}
		running = append(running, v)
		if v.Weight != nil {
			weighed = true
			sum += *v.Weight
		}
	}
	for n, v := range running {
		switch {
		case !weighed && n == 0:
			v.Share = 1
		case weighed && v.Weight != nil && sum > 0:
			v.Share = float64(*v.Weight) / float64(sum)
		}
	}
}

// Answered reports whether a version gets the calls that name none.
func (m *modelView) Answered() bool {
	return slices.ContainsFunc(m.Versions, func(v *versionView) bool { return v.Share > 0 })
}

// weighed returns the versions with other weights.
func (m *modelView) weighed(shares []maas.Share) *modelView {
	next := &modelView{Model: m.Model}
	for _, v := range m.Versions {
		changed := *v
		changed.Share = 0
		for _, of := range shares {
			if of.Version == v.Version {
				changed.Weight = of.Weight
			}
		}
		next.Versions = append(next.Versions, &changed)
	}
	next.divide()
	return next
}

// version returns a version, nil if there is none.
func (m *modelView) version(name string) *versionView {
	for _, v := range m.Versions {
		if v.Version == name {
			return v
		}
	}
	return nil
}

// Schema returns the version whose schema and card stand for the model: the one in
// production, or the newest.
func (m *modelView) Schema() *versionView {
	for _, v := range m.Versions {
		if v.Stage == maas.StageProduction {
			return v
		}
	}
	return m.Versions[0]
}

// piece is one of a bar.
type piece struct {
	Version     string
	X, Width    float64
	Percent     string
	Class       int
	IsShadow    bool
	NoInstances bool
}

// barWidth is that of the bar of calls, in its own units.
const barWidth = 600

// Bar returns how calls are divided among versions.
func (m *modelView) Bar() []piece {
	var pieces []piece
	x := 0.0
	for _, v := range m.Versions {
		p := piece{Version: v.Version, X: x, Width: v.Share * barWidth, Percent: percent(v.Share), Class: len(pieces) % 6, IsShadow: v.Shadow, NoInstances: v.Running == 0}
		x += p.Width
		pieces = append(pieces, p)
	}
	return pieces
}

func percent(share float64) string { return fmt.Sprintf("%.4g %%", share*100) }

// WeightText is the weight as a form has it.
func (v *versionView) WeightText() string {
	if v.Weight == nil {
		return ""
	}
	return fmt.Sprint(*v.Weight)
}

// ProtocolName is how the version is asked.
func (v *versionView) ProtocolName() string { return cmp.Or(v.Protocol, protocol.NameGET) }

// Metric is one of a card.
type metric struct {
	Name  string
	Value float64
}

// Metrics returns those of the card, sorted by their names.
func (v *versionView) Metrics() (all []metric) {
	if v.Card == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(v.Card.Metrics)) {
		all = append(all, metric{name, v.Card.Metrics[name]})
	}
	return all
}

// showModel shows a model.
func (c *console) showModel(w http.ResponseWriter, r *http.Request, v visit) {
	m, err := c.view(r.PathValue("model"))
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	v.Live = 2
	c.render(w, r, http.StatusOK, "model", v, m)
}
