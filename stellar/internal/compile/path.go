package compile

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// path is how a dotted name is read that is missing in every scope: the shortest
// of its prefixes that names a map, and then the rest as keys.
type path struct{ prefixes []prefix }

// prefix is what stands before one of the dots, and the keys after it.
type prefix struct {
	field field // without a path
	slot  int   // of the local that hides the field; -1 if none does
	keys  []value.Value
}

// pathOf returns the path of a name, nil if it has none. slotOf finds locals.
func pathOf(name string, slotOf func(name string) (slot int, ok bool)) *path {
	before := names.Prefixes(name)
	if len(before) == 0 {
		return nil
	}
	p := &path{prefixes: make([]prefix, len(before))}
	var keys []value.Value
	for key := range strings.SplitSeq(name[len(before[0])+1:], ".") {
		keys = append(keys, value.String(key))
	}
	for i, n := range before {
		p.prefixes[i] = prefix{field: field{name: n}, slot: -1, keys: keys[i:]}
		if slot, ok := slotOf(n); ok {
			p.prefixes[i].slot = slot
		}
	}
	return p
}

// follow reads the path of a field that is null. If it has none, or was set to
// null and is not missing, it stays null.
func (s scope) follow(f *field) value.Value {
	if f.path == nil {
		return value.Null
	}
	if s.state != nil {
		if assigned, ok := s.state.resolver.(interface{ Assigned(name string) bool }); ok && assigned.Assigned(f.name) {
			return value.Null
		}
	}
	for i := range f.path.prefixes {
		p := &f.path.prefixes[i]
		var v value.Value
		if p.slot >= 0 {
			v = s.state.local(p.slot)
		} else {
			v = s.load(&p.field)
		}
		if v.Kind() != value.KindMap {
			continue
		}
		for _, key := range p.keys {
			if v.Kind() != value.KindMap {
				return value.Null
			}
			v, _ = v.Map().Get(key)
		}
		return v
	}
	return value.Null
}
