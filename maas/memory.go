package maas

import (
	"context"
	"fmt"
	"iter"
)

// Memory is a registry within the process. The zero Memory is empty and ready
// for use.
type Memory struct {
	snapshots Snapshots
}

var (
	_ Registry  = (*Memory)(nil)
	_ Publisher = (*Memory)(nil)
)

// NewMemory returns a registry of the instances. If a model and ID are repeated,
// the last instance wins.
func NewMemory(instances ...Instance) (*Memory, error) {
	var checked []*instance
	places := make(map[[2]string]int, len(instances)) // by model and ID
	for n, given := range instances {
		i, err := newInstance(given)
		if err != nil {
			return nil, fmt.Errorf("instance %d: %w", n+1, err)
		}
		name := [2]string{i.Model, i.ID}
		if place, ok := places[name]; ok {
			checked[place] = i
			continue
		}
		places[name] = len(checked)
		checked = append(checked, i)
	}
	return newMemory(checked, nil), nil
}

func newMemory(instances []*instance, releases []Release) *Memory {
	m := &Memory{}
	m.snapshots.Replace(m.Snapshot(), newSnapshot(instances, releases, nil))
	return m
}

// Snapshot returns what the registry knows now.
func (m *Memory) Snapshot() *Snapshot { return m.snapshots.Latest() }

// Watch returns the present snapshot and, until ctx ends, those that follow.
func (m *Memory) Watch(ctx context.Context) iter.Seq[*Snapshot] { return m.snapshots.Watch(ctx) }

// OrderVersions makes the version the newest that compare orders last; nil stands
// for the default order. See NewSnapshot.
func (m *Memory) OrderVersions(compare func(a, b string) int) {
	m.change(func(s *Snapshot) *Snapshot { return newSnapshot(s.all(), s.releases, compare) })
}

// PutRelease says how a version of a model is asked and which calls it gets, in place of
// what was said before. It fails as Release.Check does.
func (m *Memory) PutRelease(_ context.Context, r Release) error {
	if err := r.Check(); err != nil {
		return err
	}
	m.change(func(s *Snapshot) *Snapshot {
		return newSnapshot(s.all(), append(s.releasesBut(r.Model, r.Version), r), s.compare)
	})
	return nil
}

// DeleteRelease forgets what PutRelease said.
func (m *Memory) DeleteRelease(_ context.Context, model, version string) error {
	m.change(func(s *Snapshot) *Snapshot {
		return newSnapshot(s.all(), s.releasesBut(model, version), s.compare)
	})
	return nil
}

// Register adds an instance, or replaces the one with the same model and ID.
func (m *Memory) Register(_ context.Context, i Instance) error {
	checked, err := newInstance(i)
	if err != nil {
		return err
	}
	m.change(func(s *Snapshot) *Snapshot {
		return s.changed(i.Model, append(s.instancesBut(i.Model, i.ID), checked))
	})
	return nil
}

// Deregister removes an instance.
func (m *Memory) Deregister(_ context.Context, model, id string) error {
	m.change(func(s *Snapshot) *Snapshot { return s.changed(model, s.instancesBut(model, id)) })
	return nil
}

// change replaces the snapshot. No lock is held, as the order of versions may be
// foreign code.
func (m *Memory) change(next func(*Snapshot) *Snapshot) {
	for {
		old := m.Snapshot()
		if m.snapshots.Replace(old, next(old)) {
			return
		}
	}
}

// become makes the registry hold what another one does, in its own order of versions.
func (m *Memory) become(other *Memory) {
	next := other.Snapshot()
	m.change(func(s *Snapshot) *Snapshot { return newSnapshot(next.all(), next.releases, s.compare) })
}

// Close does nothing.
func (m *Memory) Close() error { return nil }
