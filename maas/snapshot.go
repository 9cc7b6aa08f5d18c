package maas

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
)

// Snapshot is what a registry knows at one moment. It is never changed. All that
// expressions ask for is made ready in it: endpoint maps, parsed URLs and which
// version is the newest.
type Snapshot struct {
	compare func(a, b string) int
	names   []string // of the models, sorted
	models  map[string]*model

	releases []Release
}

// model is what a snapshot knows of one model.
type model struct {
	endpoints []*endpoint
	instances []Instance // of the endpoints, in their order
	versions  map[string]*choice
	newest    *choice
}

// choice is the endpoints among which one is picked.
type choice struct {
	endpoints []*endpoint
	urls      []string // of the endpoints, in their order
	byURL     map[string]*endpoint
}

// NewSnapshot returns a snapshot of the instances, and of what is known of their
// versions. The newest version is that which
// compare orders last; nil stands for the order of CompareVersions, except that a
// pre-release is older than any release. It fails as Instance.Checked does.
func NewSnapshot(instances []Instance, releases []Release, compare func(a, b string) int) (*Snapshot, error) {
	endpoints := make([]*endpoint, len(instances))
	for n, i := range instances {
		var err error
		if endpoints[n], err = newEndpoint(i); err != nil {
			return nil, err
		}
	}
	s := newSnapshot(endpoints, compare)
	s.releases = releases
	return s, nil
}

// Releases returns what the registry says of versions of models, whether or not these
// have instances, in no particular order. The result is shared and must not be changed.
func (s *Snapshot) Releases() []Release { return s.releases }

func newSnapshot(endpoints []*endpoint, compare func(a, b string) int) *Snapshot {
	if compare == nil {
		compare = compareReleasesFirst
	}
	grouped := make(map[string][]*endpoint)
	for _, e := range endpoints {
		grouped[e.Model] = append(grouped[e.Model], e)
	}
	s := &Snapshot{compare: compare, models: make(map[string]*model, len(grouped))}
	for name, group := range grouped {
		s.models[name] = newModel(group, compare)
	}
	s.names = slices.Sorted(maps.Keys(s.models))
	return s
}

func newModel(endpoints []*endpoint, compare func(a, b string) int) *model {
	m := &model{endpoints: endpoints, versions: make(map[string]*choice)}
	newest := endpoints[0].Version
	for _, e := range endpoints {
		m.instances = append(m.instances, e.Instance)
		if m.versions[e.Version] == nil {
			m.versions[e.Version] = &choice{}
			if e.Version != newest && compare(e.Version, newest) > 0 {
				newest = e.Version
			}
		}
		m.versions[e.Version].add(e)
	}
	// Versions that are written in another way may be equally new.
	m.newest = m.versions[newest]
	equal := &choice{}
	for _, e := range endpoints {
		if e.Version == newest || compare(e.Version, newest) == 0 {
			equal.add(e)
		}
	}
	if len(equal.endpoints) > len(m.newest.endpoints) {
		m.newest = equal
	}
	return m
}

func (c *choice) add(e *endpoint) {
	c.endpoints = append(c.endpoints, e)
	c.urls = append(c.urls, e.URL)
	if c.byURL == nil {
		c.byURL = make(map[string]*endpoint)
	}
	c.byURL[e.URL] = e
}

// without returns the endpoints but for one.
func without(endpoints []*endpoint, id string) []*endpoint {
	return slices.DeleteFunc(slices.Clone(endpoints), func(e *endpoint) bool { return e.ID == id })
}

// without returns the endpoints of a model but for one.
func (s *Snapshot) without(model, id string) []*endpoint {
	if m := s.models[model]; m != nil {
		return without(m.endpoints, id)
	}
	return nil
}

// changed returns a snapshot in which a model has other endpoints.
func (s *Snapshot) changed(name string, endpoints []*endpoint) *Snapshot {
	next := &Snapshot{compare: s.compare, models: maps.Clone(s.models)}
	if len(endpoints) > 0 {
		next.models[name] = newModel(endpoints, s.compare)
	} else {
		delete(next.models, name)
	}
	next.names = slices.Sorted(maps.Keys(next.models))
	return next
}

// Models returns the names of the models that have instances, sorted.
func (s *Snapshot) Models() iter.Seq[string] { return slices.Values(s.names) }

// Instances returns the instances of a model, all versions of it, in no
// particular order. The result is shared and must not be changed.
func (s *Snapshot) Instances(model string) []Instance {
	if m := s.models[model]; m != nil {
		return m.instances
	}
	return nil
}

// choice returns the endpoints of a version, or without one those of the newest;
// nil if there is none.
func (s *Snapshot) choice(model string, version []byte) *choice {
	m := s.models[model]
	switch {
	case m == nil:
		return nil
	case len(version) == 0:
		return m.newest
	}
	return m.versions[string(version)]
}

// listed returns the endpoint with this model, version and URL, nil if there is
// none.
func (s *Snapshot) listed(model, version, url string) *endpoint {
	if m := s.models[model]; m != nil && m.versions[version] != nil {
		return m.versions[version].byURL[url]
	}
	return nil
}

// Snapshots holds the latest snapshot of a registry, for those who ask and those
// who watch. The zero Snapshots holds an empty one. It has no lock, and is safe
// for concurrent use.
type Snapshots struct {
	latest atomic.Pointer[held]
}

// held is a snapshot until it is replaced.
type held struct {
	*Snapshot
	replaced chan struct{} // closed when it is
}

func hold(s *Snapshot) *held { return &held{s, make(chan struct{})} }

// Latest returns the latest snapshot.
func (s *Snapshots) Latest() *Snapshot { return s.load().Snapshot }

func (s *Snapshots) load() *held {
	if h := s.latest.Load(); h != nil {
		return h
	}
	s.latest.CompareAndSwap(nil, hold(newSnapshot(nil, nil)))
	return s.latest.Load()
}

// Replace makes next the latest snapshot if old still is, and reports whether it did.
// If not, the caller should make next anew of the latest.
func (s *Snapshots) Replace(old, next *Snapshot) bool {
	current := s.load()
	if current.Snapshot != old || !s.latest.CompareAndSwap(current, hold(next)) {
		return false
	}
	close(current.replaced)
	return true
}

// Watch returns the latest snapshot and then, until ctx ends, each one that
// replaces it. Snapshots that are replaced while the loop is busy are left out.
func (s *Snapshots) Watch(ctx context.Context) iter.Seq[*Snapshot] {
	return func(yield func(*Snapshot) bool) {
		for ctx.Err() == nil {
			current := s.load()
			if !yield(current.Snapshot) {
				return
			}
			select {
			case <-current.replaced:
			case <-ctx.Done():
			}
		}
	}
}
