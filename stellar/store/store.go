// Package store keeps what outlasts a run: enrichments, measurements of profiles, and
// what profilers know. A Store keeps bytes under keys; Enrichments, Profiles and
// States give them their meaning. Package file is the store of one process, package redis
// that of many.
package store

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// Store keeps entries. Its methods return when ctx ends and are safe for concurrent use.
// Keys have at most MaxKey bytes, values at most MaxValue; they are neither changed nor
// kept.
type Store interface {
	// Get returns the values of keys, in their order. Nil stands for an entry that is not
	// there, or has expired.
	Get(ctx context.Context, keys [][]byte) ([][]byte, error)
	// Put puts entries in the place of those of the same keys. If it fails, some of them
	// may have been put, each whole.
	Put(ctx context.Context, entries []Entry) error
	// Replace puts an entry if the value of its key is old, nil for none, and reports
	// whether it was. If it fails, the entry may have been put.
	Replace(ctx context.Context, e Entry, old []byte) (bool, error)
	// Delete deletes the entries of keys, whether they are there or not.
	Delete(ctx context.Context, keys [][]byte) error
	// Scan calls yield with each entry whose key begins with prefix, in any order, until
	// it fails. Entries that are put or deleted meanwhile may be among them, and one may
	// come twice. Yield must not call the store.
	Scan(ctx context.Context, prefix []byte, yield func(Entry) error) error
	// Close releases what the store holds.
	Close() error
}

// Entry is a value under a key.
type Entry struct {
	Key     []byte
	Value   []byte
	Expires time.Time // zero for never
}

// The most bytes of keys and values.
const (
	MaxKey   = 32_000
	MaxValue = 64 << 20
)

// expired reports whether an entry is gone at a time.
func (e *Entry) expired(now time.Time) bool { return !e.Expires.IsZero() && !e.Expires.After(now) }

// Memory is a store that lasts as long as the process. The zero Memory is empty.
type Memory struct {
	mu      sync.Mutex
	entries map[string]Entry
}

// Get implements Store.
func (m *Memory) Get(ctx context.Context, keys [][]byte) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	values := make([][]byte, len(keys))
	for i, key := range keys {
		if e, ok := m.entries[string(key)]; ok && !e.expired(now) {
			values[i] = slices.Clone(e.Value)
		}
	}
	return values, ctx.Err()
}

// Put implements Store.
func (m *Memory) Put(ctx context.Context, entries []Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries == nil {
		m.entries = map[string]Entry{}
	}
	for _, e := range entries {
		e.Key, e.Value = bytes.Clone(e.Key), append([]byte{}, e.Value...)
		m.entries[string(e.Key)] = e
	}
	return nil
}

// Replace implements Store.
func (m *Memory) Replace(ctx context.Context, e Entry, old []byte) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now, there := m.entries[string(e.Key)]
	there = there && !now.expired(time.Now())
	if there != (old != nil) || !bytes.Equal(now.Value, old) && there {
		return false, nil
	}
	if m.entries == nil {
		m.entries = map[string]Entry{}
	}
	e.Key, e.Value = bytes.Clone(e.Key), append([]byte{}, e.Value...)
	m.entries[string(e.Key)] = e
	return true, nil
}

// Delete implements Store.
func (m *Memory) Delete(ctx context.Context, keys [][]byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range keys {
		delete(m.entries, string(key))
	}
	return nil
}

// Scan implements Store.
func (m *Memory) Scan(ctx context.Context, prefix []byte, yield func(Entry) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for _, key := range slices.Sorted(maps.Keys(m.entries)) {
		e := m.entries[key]
		if !bytes.HasPrefix(e.Key, prefix) || e.expired(now) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(e); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Close implements Store.
func (m *Memory) Close() error { return nil }
