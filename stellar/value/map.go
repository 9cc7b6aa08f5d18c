package value

import (
	"iter"
	"maps"
	"slices"
)

// indexFrom is the number of entries from which a map keeps a hash index;
// smaller ones are searched.
const indexFrom = 9

type entry struct{ key, value Value }

// kindDeleted is the kind of the key of a deleted entry. No value is of it.
const kindDeleted Kind = 0xFF

// Map is the content of a map value: entries in the order of their first
// insertion, keys compared by Same. A map made from a Go map converts its
// values when they are read and lists its keys in sorted order.
type Map struct {
	entries []entry
	deleted int                // how many entries are deleted: at most half of them
	index   map[uint64][]int32 // hash to places in entries, from indexFrom entries on
	source  map[string]any     // when not nil: the entries, still in Go form; the map is frozen then
	fields  bool               // the map of all fields; see AllFields
	extent
}

// AllFields makes the map that the variable _ stands for: a view of the
// variables, whose text form leaves out nulls.
func AllFields(variables map[string]any) Value {
	if variables == nil {
		variables = map[string]any{}
	}
	return FromMap(&Map{source: variables, fields: true, extent: extent{frozen: true, views: true, weight: 2 * int64(len(variables))}})
}

// IsAllFields tells whether m is the map of all fields, which functions must
// refuse to change.
func (m *Map) IsAllFields() bool { return m.fields }

// NewMap makes an empty map with room for n entries.
func NewMap(n int) *Map {
	return &Map{entries: make([]entry, 0, n)}
}

// Len gives the number of entries.
func (m *Map) Len() int {
	if m.source != nil {
		return len(m.source)
	}
	return len(m.entries) - m.deleted
}

// Get gives the value of key, and whether there is one.
func (m *Map) Get(key Value) (Value, bool) {
	if m.source != nil {
		if key.kind != KindString {
			return Null, false
		}
		v, ok := m.source[key.Str()]
		return fromGo(v, m.depth+1, nil), ok
	}
	if i := m.find(key); i >= 0 {
		return m.entries[i].value, true
	}
	return Null, false
}

// All iterates over the entries in order. Changes that are made to m meanwhile
// are seen or not.
func (m *Map) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		if m.source != nil {
			for _, k := range slices.Sorted(maps.Keys(m.source)) {
				if !yield(String(k), fromGo(m.source[k], m.depth+1, nil)) {
					return
				}
			}
			return
		}
		for _, e := range m.entries {
			if e.key.kind != kindDeleted && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Put sets the value of key and gives the changed map: m itself, or a copy when
// m is frozen. An existing key keeps its place and its own form. A new key is
// frozen, as its hash must not change.
func (m *Map) Put(key, v Value) *Map {
	m = m.writable()
	key, v = detached(key, &m.extent).Freeze(), detached(v, &m.extent)
	if i := m.find(key); i >= 0 {
		m.lose(m.entries[i].value.Weight(), 2*m.Len()-1)
		m.entries[i].value = v
		m.add(v)
		return m
	}
	m.put(key, v)
	return m
}

// Delete removes key and gives the changed map: m itself, or a copy when m is
// frozen. The entry is only marked, and marked entries are dropped when they are
// the greater part, so that removing costs the same in maps of any size.
func (m *Map) Delete(key Value) *Map {
	m = m.writable()
	i := m.find(key)
	if i < 0 {
		return m
	}
	m.lose(m.entries[i].key.Weight()+m.entries[i].value.Weight(), 2*m.Len()-2)
	if m.index != nil {
		h := key.Hash()
		m.index[h] = slices.DeleteFunc(m.index[h], func(place int32) bool { return int(place) == i })
	}
	m.entries[i] = entry{key: Value{kind: kindDeleted}}
	m.deleted++
	if 2*m.deleted > len(m.entries) {
		held := m.held
		*m = *m.shallow()
		m.held = held
	}
	return m
}

// lose takes the weight of a part away. As the part may have grown since it was
// counted, the weight never gets less than the number of parts that are left.
func (m *Map) lose(weight int64, left int) {
	m.weight = max(m.weight-weight, int64(left))
}

func (m *Map) writable() *Map {
	if m.frozen {
		return m.shallow()
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
	m.extendIndex()
}

func (m *Map) find(key Value) int {
	if m.index == nil {
		for i := range m.entries {
			if Same(m.entries[i].key, key) {
				return i
			}
		}
		return -1
	}
	for _, i := range m.index[key.Hash()] {
		if Same(m.entries[i].key, key) {
			return int(i)
		}
	}
	return -1
}

// extendIndex brings the index up to date after entries were added.
func (m *Map) extendIndex() {
	switch {
	case len(m.entries) < indexFrom:
		return
	case m.index == nil:
		m.index = make(map[uint64][]int32, len(m.entries))
		for i := range m.entries {
			m.addToIndex(i)
		}
	default:
		m.addToIndex(len(m.entries) - 1)
	}
}

func (m *Map) addToIndex(i int) {
	h := m.entries[i].key.Hash()
	m.index[h] = append(m.index[h], int32(i))
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

// Len gives the number of items.
func (s *Set) Len() int { return s.m.Len() }

// Has tells whether item is in the set.
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

// Add puts items in and gives the changed set: s itself, or a copy when s is
// frozen.
func (s *Set) Add(items ...Value) *Set {
	s = s.writable()
	for _, item := range items {
		s.m.Put(item, Null)
	}
	return s
}

// Remove takes items out and gives the changed set: s itself, or a copy when s
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
		return &Set{m: *s.m.shallow()}
	}
	return s
}
