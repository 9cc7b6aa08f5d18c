package maas

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/value"
)

// Snapshot is what a registry knows at one moment. It is never changed. All that
// expressions ask for is made ready in it: endpoint maps, parsed URLs and which
// version a call gets.
type Snapshot struct {
	compare  func(a, b string) int
	names    []string // of the models, sorted
	models   map[string]*model
	releases []Release
	byMap    map[*value.Map]*endpoint // by what MAAS_GET_ENDPOINT returns
	recent   recent                   // of byMap
	earlier  []earlier                // of the snapshots before, the latest last
	identity *identity
}

// identity stands for a snapshot where something is remembered of it, which would else
// keep all of it in memory. It is not empty, so that no two have one address.
type identity struct{ _ byte }

// recent is a part of a map of endpoints that costs less to look at: the endpoint that
// was found last for each place, which a map has by its address.
type recent [64]atomic.Pointer[endpoint]

func (r *recent) of(m *value.Map) *atomic.Pointer[endpoint] {
	const entrySize = 48 // at least, of what lies between the addresses of two maps
	return &r[uintptr(unsafe.Pointer(m))/entrySize%uintptr(len(r))]
}

// earlier is what a snapshot that was replaced had by its maps.
type earlier struct {
	replaced time.Time
	byMap    map[*value.Map]*endpoint
}

// An evaluation may hold an endpoint map for as long as a call takes. Those of the last
// snapshots are known until then.
const (
	earlierTime = 2 * time.Second
	maxEarlier  = 32
)

// NewSnapshot returns a snapshot of the instances, and of what is known of their
// versions. The newest version is that which compare orders last; nil stands for the
// order of CompareVersions, except that a pre-release is older than any release. It
// fails as Instance.Checked does.
func NewSnapshot(instances []Instance, releases []Release, compare func(a, b string) int) (*Snapshot, error) {
	checked := make([]*instance, len(instances))
	for n, i := range instances {
		var err error
		if checked[n], err = newInstance(i); err != nil {
			return nil, err
		}
	}
	return newSnapshot(checked, releases, compare), nil
}

func newSnapshot(instances []*instance, releases []Release, compare func(a, b string) int) *Snapshot {
	if compare == nil {
		compare = compareReleasesFirst
	}
	s := &Snapshot{
		compare: compare, models: make(map[string]*model), releases: releases, byMap: make(map[*value.Map]*endpoint),
		identity: new(identity),
	}
	grouped := make(map[string][]*instance)
	for _, i := range instances {
		grouped[i.Model] = append(grouped[i.Model], i)
	}
	for name, group := range grouped {
		s.put(name, newModel(group, s.releasesOf(name), compare))
	}
	s.names = slices.Sorted(maps.Keys(s.models))
	return s
}

// releasesOf returns the releases of a model by their versions.
func (s *Snapshot) releasesOf(model string) map[string]*Release {
	releases := make(map[string]*Release)
	for n := range s.releases {
		if r := &s.releases[n]; r.Model == model {
			releases[r.Version] = r
		}
	}
	return releases
}

// put adds a model. It is called only until the snapshot is shown.
func (s *Snapshot) put(name string, m *model) {
	s.models[name] = m
	for e := range m.all() {
		s.byMap[e.value.Map()] = e
	}
}

// instancesBut returns the instances of a model but for one.
func (s *Snapshot) instancesBut(model, id string) []*instance {
	if m := s.models[model]; m != nil {
		return slices.DeleteFunc(slices.Clone(m.instances), func(i *instance) bool { return i.ID == id })
	}
	return nil
}

// changed returns a snapshot in which a model has other instances.
func (s *Snapshot) changed(name string, instances []*instance) *Snapshot {
	next := &Snapshot{
		compare: s.compare, models: maps.Clone(s.models), releases: s.releases, byMap: maps.Clone(s.byMap),
		identity: new(identity),
	}
	if old := next.models[name]; old != nil {
		for e := range old.all() {
			delete(next.byMap, e.value.Map())
		}
		delete(next.models, name)
	}
	if len(instances) > 0 {
		next.put(name, newModel(instances, s.releasesOf(name), s.compare))
	}
	next.names = slices.Sorted(maps.Keys(next.models))
	return next
}

// all returns all instances.
func (s *Snapshot) all() []*instance {
	var all []*instance
	for _, name := range s.names {
		all = append(all, s.models[name].instances...)
	}
	return all
}

// Models returns the names of the models that have instances, sorted.
func (s *Snapshot) Models() iter.Seq[string] { return slices.Values(s.names) }

// Instances returns the instances of a model, all versions of it, in no
// particular order. The result is shared and must not be changed.
func (s *Snapshot) Instances(model string) []Instance {
	if m := s.models[model]; m != nil {
		return m.shown
	}
	return nil
}

// Releases returns what the registry says of versions of models, whether or not these
// have instances, in no particular order. The result is shared and must not be changed.
func (s *Snapshot) Releases() []Release { return s.releases }

// releasesBut returns the releases but for one.
func (s *Snapshot) releasesBut(model, version string) []Release {
	return slices.DeleteFunc(slices.Clone(s.releases), func(r Release) bool { return r.Model == model && r.Version == version })
}

// choice returns the endpoints that a selector of a version stands for; nil if there
// is none.
func (s *Snapshot) choice(model string, selector []byte) *choice {
	if m := s.models[model]; m != nil {
		return m.choice(selector)
	}
	return nil
}

// endpoint returns the endpoint that an endpoint map is of, nil if it is not one of this
// snapshot or one that was replaced a short while ago. An instance that is gone is replaced by others of the
// version, and a split by the present one, so that an evaluation does not notice.
func (s *Snapshot) endpoint(m *value.Map) *endpoint {
	place := s.recent.of(m)
	if e := place.Load(); e != nil && e.value.Map() == m {
		return e
	}
	e := s.byMap[m]
	if e != nil {
		place.Store(e)
		return e
	}
	for i := len(s.earlier) - 1; i >= 0 && e == nil; i-- {
		e = s.earlier[i].byMap[m]
	}
	if e == nil || s.models[e.Model] == nil {
		return nil
	}
	known := s.models[e.Model]
	if e.split != nil {
		return known.choice([]byte(e.split.selector)).any()
	}
	if v := known.versions[e.version.name]; v != nil {
		return v.all.any()
	}
	return nil
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
	s.latest.CompareAndSwap(nil, hold(newSnapshot(nil, nil, nil)))
	return s.latest.Load()
}

// Replace makes next the latest snapshot if old still is, and reports whether it did.
// If not, the caller should make next anew of the latest.
func (s *Snapshots) Replace(old, next *Snapshot) bool {
	current := s.load()
	next.earlier = old.replacedNow()
	if current.Snapshot != old || !s.latest.CompareAndSwap(current, hold(next)) {
		return false
	}
	close(current.replaced)
	return true
}

// replacedNow returns what is remembered when the snapshot is replaced.
func (s *Snapshot) replacedNow() []earlier {
	now := time.Now()
	kept := s.earlier[max(0, len(s.earlier)-maxEarlier+1):]
	for len(kept) > 0 && now.Sub(kept[0].replaced) > earlierTime {
		kept = kept[1:]
	}
	return append(slices.Clone(kept), earlier{now, s.byMap})
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
