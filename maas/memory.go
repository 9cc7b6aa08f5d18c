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
	var endpoints []*endpoint
	places := make(map[[2]string]int, len(instances)) // by model and ID
	for n, i := range instances {
		e, err := newEndpoint(i)
		if err != nil {
			return nil, fmt.Errorf("instance %d: %w", n+1, err)
		}
		name := [2]string{e.Model, e.ID}
		if place, ok := places[name]; ok {
			endpoints[place] = e
			continue
		}
		places[name] = len(endpoints)
		endpoints = append(endpoints, e)
	}
	return newMemory(endpoints), nil
}

func newMemory(endpoints []*endpoint) *Memory {
	m := &Memory{}
	m.snapshots.Replace(m.Snapshot(), newSnapshot(endpoints, nil))
	return m
}

// Snapshot returns what the registry knows now.
func (m *Memory) Snapshot() *Snapshot { return m.snapshots.Latest() }

// Watch returns the present snapshot and, until ctx ends, those that follow.
func (m *Memory) Watch(ctx context.Context) iter.Seq[*Snapshot] { return m.snapshots.Watch(ctx) }

// OrderVersions makes the version the newest that compare orders last; nil stands
// for the default order. See NewSnapshot.
func (m *Memory) OrderVersions(compare func(a, b string) int) {
	m.change(func(s *Snapshot) *Snapshot {
		var endpoints []*endpoint
		for _, model := range s.models {
			endpoints = append(endpoints, model.endpoints...)
		}
		return newSnapshot(endpoints, compare)
	})
}

// Register adds an instance, or replaces the one with the same model and ID.
func (m *Memory) Register(_ context.Context, i Instance) error {
	e, err := newEndpoint(i)
	if err != nil {
		return err
	}
	m.change(func(s *Snapshot) *Snapshot {
		return s.changed(e.Model, append(s.without(e.Model, e.ID), e))
	})
	return nil
}

// Deregister removes an instance.
func (m *Memory) Deregister(_ context.Context, model, id string) error {
	m.change(func(s *Snapshot) *Snapshot { return s.changed(model, s.without(model, id)) })
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

// Close does nothing.
func (m *Memory) Close() error { return nil }
