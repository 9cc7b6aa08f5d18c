package value

import (
	"iter"
	"maps"
	"slices"
)

type entry struct{ key, value Value }

// kindDeleted is the kind of the key of a deleted entry. No value is of it.
const kindDeleted Kind = 0xFF

// Map is the content of a map value: entries in the order of their first
// insertion, keys compared by Same. A map made from a Go map converts its
// values when they are read and lists its keys in sorted order. One of Rows
// reads its values then, too.
type Map struct {
	entries []entry
	index   *index         // from indexFrom entries on
	source  map[string]any // when not nil: the entries, still in Go form; the map is frozen then
	extent
}

// NewMap makes an empty map with room for n entries.
func NewMap(n int) *Map {
	switch n {
	case 0:
		return &Map{}
	case 1: // the commonest, in one allocation
		of1 := &struct {
			Map
			entries [1]entry
		}{}
		of1.Map.entries = of1.entries[:0]
		return &of1.Map
	case 2:
		of2 := &struct {
			Map
			entries [2]entry
		}{}
		of2.Map.entries = of2.entries[:0]
		return &of2.Map
	}
	return &Map{entries: make([]entry, 0, n)}
}

// FrozenMap returns a frozen map of keys, which differ from each other, and the values of the
// same places. All of them are frozen.
func FrozenMap(keys, values []Value) Value {
	m := roomFor(len(keys))
	for i, key := range keys {
		m.put(key, values[i])
	}
	m.frozen = true
	return FromMap(m)
}

// Recycle empties a map so that its memory can be used again, unless somebody else may
// hold it, as List.Recycle does.
func (m *Map) Recycle() bool {
	if m.frozen || m.held {
		return false
	}
	clear(m.entries)
	m.entries, m.index, m.extent = m.entries[:0], nil, extent{}
	return true
}

// Room returns how many entries the map can have without more memory.
func (m *Map) Room() int { return cap(m.entries) }

// roomFor is NewMap for maps that never grow.
func roomFor(n int) *Map {
	if n < 3 || n > 4 {
		return NewMap(n)
	}
	of4 := &struct {
		Map
		entries [4]entry
	}{}
	of4.Map.entries = of4.entries[:0]
	return &of4.Map
}

// Len returns the number of entries.
func (m *Map) Len() int {
	if m.isView() {
		return m.viewLen()
	}
	if m.index != nil {
		return len(m.entries) - m.index.deleted
	}
	return len(m.entries)
}

func (m *Map) viewLen() int {
	if of := m.ofRow(); of != nil {
		return len(of.block.rows.columns.entries)
	}
	return len(m.source)
}

// Get returns the value of key, and whether there is one.
func (m *Map) Get(key Value) (Value, bool) {
	if m.isView() {
		if of := m.ofRow(); of != nil {
			return of.get(key)
		}
		if key.kind != KindString {
			return Null, false
		}
		v, ok := m.source[key.Str()]
		return fromGo(v, m.depth, nil), ok
	}
	if i := m.find(key); i >= 0 {
		return m.entries[i].value, true
	}
	return Null, false
}

// First returns the first entry that All gives; null and null if there is none.
func (m *Map) First() (key, v Value) {
	if !m.isView() && !m.fields && m.index == nil && len(m.entries) > 0 {
		return m.entries[0].key, m.entries[0].value
	}
	for key, v = range m.All() {
		break
	}
	return key, v
}

// All iterates over the entries in order. Changes that are made to m meanwhile
// are seen or not.
func (m *Map) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		if of := m.ofRow(); of != nil {
			of.all(yield)
			return
		}
		if m.source != nil {
			for _, k := range slices.Sorted(maps.Keys(m.source)) {
				if !yield(String(k), fromGo(m.source[k], m.depth, nil)) {
					return
				}
			}
			return
		}
		if m.fields {
			m.sorted()(yield)
			return
		}
		for _, e := range m.entries {
			if e.key.kind != kindDeleted && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// unordered is All in any order, which costs less.
func (m *Map) unordered() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		if of := m.ofRow(); of != nil {
			of.all(yield)
			return
		}
		for k, x := range m.source {
			if !yield(String(k), fromGo(x, m.depth, nil)) {
				return
			}
		}
		for _, e := range m.entries {
			if e.key.kind != kindDeleted && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Put sets the value of key and returns the changed map: m itself, or a copy when
// m is frozen. An existing key keeps its place and its own form. A new key is
// frozen, as its hash must not change.
func (m *Map) Put(key, v Value) *Map {
	m = m.writable()
	key, v = detached(key, &m.extent).Freeze(), detached(v, &m.extent)
	if i := m.find(key); i >= 0 {
		m.lose(m.entries[i].value, 2*m.Len()-1)
		m.entries[i].value = v
		m.add(v)
		return m
	}
	m.put(key, v)
	return m
}

// PutNew is Put for a map that is not frozen and part of nothing, and a key that is
// frozen and not in it.
func (m *Map) PutNew(key, v Value) { m.put(key, v) }

// Delete removes key and returns the changed map: m itself, or a copy when m is
// frozen. In a map with an index the entry is only marked, and marked entries are
// dropped when they are the greater part, so that removing costs the same in maps
// of any size.
func (m *Map) Delete(key Value) *Map {
	m = m.writable()
	i := m.find(key)
	if i < 0 {
		return m
	}
	m.lose(m.entries[i].key, 2*m.Len()-1)
	m.lose(m.entries[i].value, 2*m.Len()-2)
	if m.index == nil { // All may be under way, so the entries stay as they are
		m.entries = slices.Concat(m.entries[:i], m.entries[i+1:])
		return m
	}
	m.entries[i] = entry{key: Value{kind: kindDeleted}}
	m.index.deleted++
	if 2*m.index.deleted > len(m.entries) {
		held := m.held
		*m = *m.shallow()
		m.held = held
	}
	return m
}

func (m *Map) writable() *Map {
	if m.frozen {
		m, _ = m.changeable(nil)
	}
	return m
}

// shallow copies the map, but not what it holds.
func (m *Map) shallow() *Map {
	return m.copied(func(v Value) Value { return v })
}

func (m *Map) copied(value func(Value) Value) *Map {
	c := NewMap(m.Len() + 1)
	for k, v := range m.All() {
		c.put(k, value(v))
	}
	return c
}

// put adds an entry whose key is frozen and not in the map yet.
func (m *Map) put(key, v Value) {
	m.entries = append(m.entries, entry{key: key, value: v})
	m.add(key)
	m.add(v)
	if len(m.entries) >= indexFrom {
		m.indexLast()
	}
}

// indexLast puts the last entry into the index, and all if there is none yet.
func (m *Map) indexLast() {
	from := len(m.entries) - 1
	if m.index == nil {
		m.index, from = newIndex(cap(m.entries)), 0
	}
	for i, e := range m.entries[from:] {
		m.index.add(e.key, from+i)
	}
}

func (m *Map) find(key Value) int {
	if m.index != nil {
		return m.index.find(key, m.entries)
	}
	for i := range m.entries {
		if Same(m.entries[i].key, key) {
			return i
		}
	}
	return -1
}

// Set is the content of a set value: distinct items (by Same) in the order of
// their first insertion.
type Set struct{ m Map }

// NewSet makes a set of the items, without repetitions.
func NewSet(items ...Value) *Set {
	s := &Set{}
	for _, item := range items {
		s.Add(item)
	}
	return s
}

// Len returns the number of items.
func (s *Set) Len() int { return s.m.Len() }

// Has reports whether item is in the set.
func (s *Set) Has(item Value) bool { return s.m.find(item) >= 0 }

// All iterates over the items in order.
func (s *Set) All() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for _, e := range s.m.entries {
			if e.key.kind != kindDeleted && !yield(e.key) {
				return
			}
		}
	}
}

// Add puts items in and returns the changed set: s itself, or a copy when s is
// frozen.
func (s *Set) Add(items ...Value) *Set {
	s = s.writable()
	for _, item := range items {
		s.m.Put(item, Null)
	}
	return s
}

// Remove takes items out and returns the changed set: s itself, or a copy when s
// is frozen.
func (s *Set) Remove(items ...Value) *Set {
	s = s.writable()
	for _, item := range items {
		s.m.Delete(item)
	}
	return s
}

func (s *Set) writable() *Set {
	if s.m.frozen {
		return &Set{m: *s.m.writable()}
	}
	return s
}
