package maas

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// Memory is a registry within the process. The zero Memory is empty and ready
// for use.
type Memory struct {
	mu     sync.RWMutex
	models map[string][]Instance // the slices are never changed, but replaced
}

var (
	_ Registry  = (*Memory)(nil)
	_ Publisher = (*Memory)(nil)
)

// NewMemory makes a registry of the instances.
func NewMemory(instances ...Instance) (*Memory, error) {
	m := &Memory{}
	for n, i := range instances {
		if err := m.Register(context.Background(), i); err != nil {
			return nil, fmt.Errorf("instance %d: %w", n+1, err)
		}
	}
	return m, nil
}

// Instances returns the instances of a model.
func (m *Memory) Instances(model string) []Instance {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.models[model]
}

// has reports whether a model has an instance of the id.
func (m *Memory) has(model, id string) bool {
	return slices.ContainsFunc(m.Instances(model), func(i Instance) bool { return i.ID == id })
}

// Register adds an instance, or replaces the one with the same model and ID.
func (m *Memory) Register(_ context.Context, i Instance) error {
	i, err := i.Checked()
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.models == nil {
		m.models = make(map[string][]Instance)
	}
	m.models[i.Model] = append(m.without(i.Model, i.ID), i)
	return nil
}

// Deregister takes an instance away.
func (m *Memory) Deregister(_ context.Context, model, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if rest := m.without(model, id); len(rest) > 0 {
		m.models[model] = rest
	} else {
		delete(m.models, model)
	}
	return nil
}

// without copies the instances of a model but for one.
func (m *Memory) without(model, id string) []Instance {
	return slices.DeleteFunc(slices.Clone(m.models[model]), func(i Instance) bool { return i.ID == id })
}

// Close does nothing.
func (m *Memory) Close() error { return nil }
