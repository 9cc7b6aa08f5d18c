package maas

import (
	"cmp"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stellarlang/stellar/maas/balance"
	"github.com/stellarlang/stellar/maas/protocol"
)

// model is what a snapshot knows of one model.
type model struct {
	instances []*instance
	shown     []Instance // of the instances, in their order
	compare   func(a, b string) int
	versions  map[string]*version // by their names
	ordered   []*version          // the newest first, without shadows
	shadows   []*version
	unnamed   *choice // for calls that name no version
	stages    map[string]*choice
	aliases   map[string]*choice

	mu       sync.Mutex
	selected map[string]*choice // guarded by mu; by constraint, nil where no version fits
}

// version is what a snapshot knows of one version of a model.
type version struct {
	model    *model
	name     string
	release  *Release        // the zero one if the registry says nothing
	wire     *protocol.Model // for the protocol
	key      []byte          // begins the keys of its calls
	all      choice
	byURL    map[string]*endpoint
	protocol string
}

// choice is the endpoints among which one is picked for a call.
type choice struct {
	endpoints []*endpoint
	split     *split // not nil if each call gets a version of its own

	bound atomic.Pointer[bound]
}

// any returns an endpoint that stands for all of a choice; nil if there is none.
func (c *choice) any() *endpoint {
	if c == nil {
		return nil
	}
	return &endpoint{version: c.endpoints[0].version, split: c.split}
}

// bound is what a client knows of the endpoints of a choice, in their order.
type bound struct {
	pool    *balance.Pool
	members []*balance.Member
}

func newModel(instances []*instance, releases map[string]*Release, compare func(a, b string) int) *model {
	m := &model{
		instances: instances, compare: compare, versions: make(map[string]*version), stages: make(map[string]*choice),
		aliases: make(map[string]*choice), selected: make(map[string]*choice),
	}
	for _, i := range instances {
		m.shown = append(m.shown, i.Instance)
		v := m.versions[i.Version]
		if v == nil {
			v = newVersion(m, i.Instance, releases[i.Version])
			m.versions[i.Version] = v
			if v.release.Shadow {
				m.shadows = append(m.shadows, v)
			} else {
				m.ordered = append(m.ordered, v)
			}
		}
		v.add(newEndpoint(i, v))
	}
	slices.SortStableFunc(m.ordered, func(a, b *version) int { return compare(b.name, a.name) })
	staged := make(map[string][]*version)
	for _, v := range m.ordered {
		if v.release.Stage != "" {
			staged[v.release.Stage] = append(staged[v.release.Stage], v)
		}
	}
	for _, v := range slices.Concat(m.ordered, m.shadows) {
		for _, alias := range v.release.Aliases {
			if m.aliases[alias] == nil {
				m.aliases[alias] = &v.all
			}
		}
	}
	m.unnamed = m.choose("", m.ordered)
	for stage, versions := range staged {
		m.stages[stage] = m.choose(stage, versions)
	}
	return m
}

func newVersion(m *model, i Instance, r *Release) *version {
	if r == nil {
		r = &Release{Model: i.Model, Version: i.Version}
	}
	v := &version{
		model: m, name: i.Version, release: r, byURL: make(map[string]*endpoint),
		protocol: cmp.Or(r.Protocol, protocol.NameGET),
		wire: &protocol.Model{
			Name: cmp.Or(r.RemoteName, i.Model), Version: r.RemoteVersion, Inputs: r.Inputs, Outputs: r.Outputs,
		},
	}
	v.key = appendText(appendText(nil, i.Model), i.Version)
	v.key = appendText(v.key, r.digest())
	return v
}

func (v *version) add(e *endpoint) {
	v.all.endpoints = append(v.all.endpoints, e)
	v.byURL[e.URL] = e
}

// choose returns the choice among versions, which are ordered: by their weights, if
// any has one, or else the newest. It returns nil if no version gets calls.
func (m *model) choose(selector string, versions []*version) *choice {
	if slices.ContainsFunc(versions, func(v *version) bool { return v.release.Weight != nil }) {
		return newSplit(selector, versions)
	}
	return m.newest(versions)
}

// newest returns the choice of the newest of versions, which are ordered.
func (m *model) newest(versions []*version) *choice {
	if len(versions) == 0 {
		return nil
	}
	// Versions that are written in another way may be equally new.
	equal := 1
	for equal < len(versions) && m.compare(versions[equal].name, versions[0].name) == 0 {
		equal++
	}
	if equal == 1 {
		return &versions[0].all
	}
	c := &choice{}
	for _, v := range versions[:equal] {
		c.endpoints = append(c.endpoints, v.all.endpoints...)
	}
	return c
}

// all iterates over the endpoints that expressions may see.
func (m *model) all() iter.Seq[*endpoint] {
	return func(yield func(*endpoint) bool) {
		for _, v := range m.versions {
			for _, e := range v.all.endpoints {
				if !yield(e) {
					return
				}
			}
		}
		splits := []*choice{m.unnamed}
		for _, c := range m.stages {
			splits = append(splits, c)
		}
		for _, c := range splits {
			if c == nil || c.split == nil {
				continue
			}
			for _, e := range c.endpoints {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// latest is the selector of the newest version, whatever the weights are.
const latest = "latest"

// choice returns what a selector stands for, nil if that is nothing: a version, the
// stage of versions, an alias, "latest", or a constraint. Empty stands for what calls without a
// version get.
func (m *model) choice(selector []byte) *choice {
	if len(selector) == 0 {
		return m.unnamed
	}
	if v := m.versions[string(selector)]; v != nil {
		return &v.all
	}
	if c, ok := m.stages[string(selector)]; ok {
		return c
	}
	if c := m.aliases[string(selector)]; c != nil {
		return c
	}
	return m.selectedBy(selector)
}

// maxSelected bounds the constraints that are remembered, and maxSelector their bytes.
const (
	maxSelected = 1000
	maxSelector = 256
)

// selectedBy returns what a selector stands for that names no version, and remembers it.
func (m *model) selectedBy(selector []byte) *choice {
	if len(selector) > maxSelector {
		return m.chosenBy(string(selector))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, ok := m.selected[string(selector)]; ok {
		return c
	}
	c := m.chosenBy(string(selector))
	if len(m.selected) >= maxSelected {
		clear(m.selected)
	}
	m.selected[string(selector)] = c
	return c
}

// chosenBy finds what a selector stands for.
func (m *model) chosenBy(selector string) *choice {
	if selector == latest {
		return m.newest(m.ordered)
	}
	fits, err := parseConstraint(selector)
	if err != nil {
		return nil
	}
	return m.newest(slices.DeleteFunc(slices.Clone(m.ordered), func(v *version) bool { return !fits(v.name) }))
}
