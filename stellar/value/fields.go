package value

import (
	"cmp"
	"iter"
	"slices"
)

// AllFields makes the map that the variable _ stands for: a view of the
// variables, whose text form leaves out nulls.
func AllFields(variables map[string]any) Value {
	if variables == nil {
		variables = map[string]any{}
	}
	return FromMap(&Map{source: variables, extent: viewed(2*len(variables), 0, true)})
}

// What a field costs when all are looked up.
const (
	stepsOfField = 4
	bytesOfField = 2*valueSize + 2*slotSize
)

// LookUpFields is AllFields of variables that are looked up by their names, which are
// charged to a budget.
func LookUpFields(budget Budget, names []string, lookUp func(string) Value) (Value, error) {
	if err := budget.Allocate(int64(len(names)) * bytesOfField); err != nil {
		return Null, err
	}
	m := NewMap(len(names))
	for _, name := range names {
		if err := budget.Spend(stepsOfField); err != nil {
			return Null, err
		}
		if key := String(name); m.find(key) < 0 {
			m.put(key, lookUp(name).shared())
		}
	}
	m.frozen, m.fields = true, true
	return FromMap(m), nil
}

// IsAllFields reports whether m is the map of all fields, which functions must
// refuse to change.
func (m *Map) IsAllFields() bool { return m.fields }

// sorted iterates over the entries of a map of all fields in the order of their
// names, in which a Go map has them too.
func (m *Map) sorted() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		places := make([]int32, len(m.entries))
		for i := range places {
			places[i] = int32(i)
		}
		slices.SortFunc(places, func(a, b int32) int { return cmp.Compare(m.entries[a].key.Str(), m.entries[b].key.Str()) })
		for _, i := range places {
			if e := &m.entries[i]; !yield(e.key, e.value) {
				return
			}
		}
	}
}
