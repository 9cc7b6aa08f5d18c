package assist

import (
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxNames is how many variables, or keys of a map, are looked at.
const maxNames = 10_000

// field is a name that the scope knows.
type field struct {
	name  string
	value value.Value // null if it is not known
	kinds fn.Kinds    // 0 if they are not known
}

// fields lists the variables and fields of the scope by name.
func (s *Scope) fields() []field {
	var list []field
	known := map[string]bool{}
	if s.Variables != nil {
		for _, name := range s.Variables.Names() {
			if len(list) == maxNames {
				break
			}
			if !known[name] {
				known[name] = true
				list = append(list, fieldOf(name, s.Variables.Lookup(name)))
			}
		}
	}
	for name, kinds := range s.Schema {
		if len(list) == maxNames {
			break
		}
		if !known[name] {
			list = append(list, field{name: name, kinds: kinds})
		}
	}
	slices.SortFunc(list, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return list
}

func fieldOf(name string, v value.Value) field {
	f := field{name: name, value: v}
	if !v.IsNull() {
		f.kinds = fn.Of(v.Kind())
	}
	return f
}

// field returns what a name stands for: a variable, or an entry of one by a path.
func (s *Scope) field(name string) (f field, ok bool) {
	if s.Variables != nil {
		if v := s.Variables.Lookup(name); !v.IsNull() {
			return fieldOf(name, v), true
		}
		for _, prefix := range names.Prefixes(name) {
			v := s.Variables.Lookup(prefix)
			if v.Kind() != value.KindMap {
				continue
			}
			for key := range strings.SplitSeq(name[len(prefix)+1:], ".") {
				if v.Kind() != value.KindMap {
					return field{}, false
				}
				v, _ = v.Map().Get(value.String(key))
			}
			return fieldOf(name, v), !v.IsNull()
		}
	}
	kinds, ok := s.Schema[name]
	return field{name: name, kinds: kinds}, ok
}

// keys lists the keys of a map that are strings, as fields.
func keys(m *value.Map) []field {
	var list []field
	for k, v := range m.All() {
		if len(list) == maxNames {
			break
		}
		if k.Kind() == value.KindString {
			list = append(list, fieldOf(k.Str(), v))
		}
	}
	return list
}

// detail says what a field is: its value, or else its kinds.
func (f *field) detail() string {
	switch {
	case !f.value.IsNull():
		return shortValue(f.value)
	case f.kinds != 0:
		return f.kinds.String()
	}
	return ""
}

func sortedNames(functions map[string]*fn.Func) []string {
	return slices.Sorted(maps.Keys(functions))
}
