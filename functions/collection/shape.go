package collection

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var shapeFunctions = []fn.Func{
	{
		Name: "FLATTEN",
		Params: []fn.Param{
			{Name: "value", Kinds: fn.Map | fn.List, Null: fn.NullYieldsNull, Doc: "a map with maps in it, or a list with lists in it"},
			separatorParam,
		},
		Result: fn.Map | fn.List, ResultDoc: "a new map or list without any in it of the same kind, but for empty maps",
		Doc: "Takes what is nested to the top. In a map, the names of the keys on the way are joined, as in user.name; lists in it stay. " +
			"In a list, the items of lists take the place of these. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "FLATTEN({'user' : {'name' : 'jdoe', 'groups' : ['adm']}})", Want: "{'user.name' : 'jdoe', 'user.groups' : ['adm']}"},
			{Expr: "FLATTEN([1, [2, [3]]])", Want: "[1, 2, 3]"},
			{Expr: "FLATTEN(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: flatten,
	},
	{
		Name: "NEST",
		Params: []fn.Param{
			{Name: "map", Kinds: fn.Map, Null: fn.NullYieldsNull, Doc: "a map with keys such as user.name"},
			separatorParam,
		},
		Result: fn.Map, ResultDoc: "a new map with maps in it",
		Doc: "Makes maps of the keys that begin alike, which undoes FLATTEN. A key stays as it is if a part of it has a value of its own. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "NEST({'user.name' : 'jdoe', 'user.id' : 7})", Want: "{'user' : {'name' : 'jdoe', 'id' : 7}}"},
			{Expr: "NEST({'a' : 1, 'a.b' : 2})", Want: "{'a' : 1, 'a.b' : 2}"},
			{Expr: "NEST(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: nest,
	},
	{
		Name:   "COMPACT",
		Params: []fn.Param{{Name: "value", Kinds: fn.Map | fn.Iterable, Null: fn.NullYieldsNull, Doc: "a map, list or set"}},
		Result: fn.Map | fn.List, ResultDoc: "a new map, or a new list for a list or set",
		Doc: "Leaves out what is null or empty: entries and items that are null, empty strings, and maps, lists and sets that have nothing else in them. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "COMPACT({'a' : 1, 'b' : null, 'c' : '', 'd' : {'e' : null}})", Want: "{'a' : 1}"},
			{Expr: "COMPACT(['a', '', 0, false, []])", Want: "['a', 0, false]"},
			{Expr: "COMPACT(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			grows := growth{call: c}
			compacted, err := compact(c.Args[0], &grows)
			if err != nil {
				return value.Null, err
			}
			return compacted, grows.charge()
		},
	},
}

var separatorParam = fn.Param{
	Name: "separator", Kinds: fn.String, Optional: true, Doc: "what stands between the parts of a key, a point by default",
}

// separatorOf returns argument 1.
func separatorOf(c *fn.Call) (string, error) {
	if len(c.Args) < 2 {
		return ".", nil
	}
	if c.Args[1].Str() == "" {
		return "", fn.Argumentf(1, "the separator is empty; give one character at least")
	}
	return c.Args[1].Str(), nil
}

// maxLevels is how deep nested collections may be.
const maxLevels = 10_000

func flatten(c *fn.Call) (value.Value, error) {
	separator, err := separatorOf(c)
	if err != nil {
		return value.Null, err
	}
	f := flattening{call: c, separator: separator, grows: growth{call: c}, keys: value.NewMap(0), items: value.NewListSize(0)}
	if m := c.Args[0].Map(); m != nil {
		if err := f.entries(m, "", 0); err != nil {
			return value.Null, err
		}
		return value.FromMap(f.keys), f.grows.charge()
	}
	if err := f.list(c.Args[0], 0); err != nil {
		return value.Null, err
	}
	return value.FromList(f.items), f.grows.charge()
}

// flattening is what has been made so far of what is nested.
type flattening struct {
	call      *fn.Call
	separator string
	grows     growth
	keys      *value.Map
	items     *value.List
}

func (f *flattening) entries(m *value.Map, prefix string, level int) error {
	if level > maxLevels {
		return fn.Limitf(0, "the maps are nested more than %d levels deep", maxLevels)
	}
	for key, v := range m.All() {
		name := prefix + key.String()
		if inner := v.Map(); inner != nil && inner.Len() > 0 {
			if err := f.charge(name); err != nil {
				return err
			}
			if err := f.entries(inner, name+f.separator, level+1); err != nil {
				return err
			}
			continue
		}
		flat := value.String(name)
		if err := f.grows.next(flat, value.FromMap(f.keys)); err != nil {
			return err
		}
		if err := f.charge(name); err != nil {
			return err
		}
		f.keys = f.keys.Put(flat, v)
	}
	return nil
}

// charge charges a name that was made.
func (f *flattening) charge(name string) error {
	if len(name) > f.call.Limits().StringLength {
		return fn.Limitf(0, "a key would be longer than the limit of %d bytes", f.call.Limits().StringLength)
	}
	if err := f.call.Spend(1 + int64(len(name))/64); err != nil {
		return err
	}
	return f.call.Allocate(int64(len(name)))
}

func (f *flattening) list(v value.Value, level int) error {
	if level > maxLevels {
		return fn.Limitf(0, "the lists are nested more than %d levels deep", maxLevels)
	}
	for item := range iterate.Items(v) {
		if item.Kind() == value.KindList {
			if err := f.call.Spend(1); err != nil {
				return err
			}
			if err := f.list(item, level+1); err != nil {
				return err
			}
			continue
		}
		if err := f.grows.next(value.Null, value.FromList(f.items)); err != nil {
			return err
		}
		f.items.Append(item)
	}
	return nil
}

func nest(c *fn.Call) (value.Value, error) {
	separator, err := separatorOf(c)
	if err != nil {
		return value.Null, err
	}
	m := c.Args[0].Map()
	root := newBranch()
	grows := growth{call: c}
	for key, v := range m.All() {
		if err := grows.next(key, value.Null); err != nil {
			return value.Null, err
		}
		name := key.Str()
		parts := strings.Count(name, separator) + 1
		if err := c.Spend(int64(parts) * (3 + int64(len(name))/64)); err != nil {
			return value.Null, err
		}
		if key.Kind() != value.KindString || parts == 1 || parts > maxLevels || hasOwnPart(m, name, separator) {
			root.put(key, v)
			continue
		}
		if err := c.Allocate(2 * bytesPerEntry * int64(parts)); err != nil {
			return value.Null, err
		}
		at := root
		rest := name
		for {
			part, others, found := strings.Cut(rest, separator)
			if !found {
				break
			}
			at, rest = at.below(value.String(part)), others
		}
		at.put(value.String(rest), v)
	}
	return root.value(), grows.charge()
}

// hasOwnPart reports whether a part of a name from its beginning is a key itself, or the
// other way round: such names cannot be nested.
func hasOwnPart(m *value.Map, name, separator string) bool {
	for at := strings.Index(name, separator); at >= 0; {
		if _, ok := m.Get(value.String(name[:at])); ok {
			return true
		}
		next := strings.Index(name[at+len(separator):], separator)
		if next < 0 {
			return false
		}
		at += len(separator) + next
	}
	return false
}

// branch is a map that is being made, with the ones below it.
type branch struct {
	order    []value.Value // the keys
	leaves   map[string]value.Value
	branches map[string]*branch
	others   []value.Value // values of keys that are no strings, in the order of these
}

func newBranch() *branch {
	return &branch{leaves: map[string]value.Value{}, branches: map[string]*branch{}}
}

func (b *branch) put(key, v value.Value) {
	b.order = append(b.order, key)
	if key.Kind() == value.KindString {
		b.leaves[key.Str()] = v
	} else {
		b.others = append(b.others, v)
	}
}

func (b *branch) below(key value.Value) *branch {
	next, ok := b.branches[key.Str()]
	if !ok {
		next = newBranch()
		b.branches[key.Str()] = next
		b.order = append(b.order, key)
	}
	return next
}

func (b *branch) value() value.Value {
	m, others := value.NewMap(len(b.order)), b.others
	for _, key := range b.order {
		switch {
		case key.Kind() != value.KindString:
			m = m.Put(key, others[0])
			others = others[1:]
		case b.branches[key.Str()] != nil:
			m = m.Put(key, b.branches[key.Str()].value())
		default:
			m = m.Put(key, b.leaves[key.Str()])
		}
	}
	return value.FromMap(m)
}

// compact returns v without what is empty in it.
func compact(v value.Value, grows *growth) (value.Value, error) {
	if !v.IsContainer() {
		return v, nil
	}
	if v.Levels() > maxLevels {
		return value.Null, fn.Limitf(0, "the collections are nested more than %d levels deep", maxLevels)
	}
	if m := v.Map(); m != nil {
		kept := value.NewMap(0)
		for key, item := range m.All() {
			item, err := compactItem(key, item, grows)
			if err != nil {
				return value.Null, err
			}
			if !isNothing(item) {
				kept = kept.Put(key, item)
			}
		}
		return value.FromMap(kept), nil
	}
	kept := value.NewListSize(0)
	for item := range iterate.Items(v) {
		item, err := compactItem(value.Null, item, grows)
		if err != nil {
			return value.Null, err
		}
		if !isNothing(item) {
			kept.Append(item)
		}
	}
	return value.FromList(kept), nil
}

func compactItem(key, item value.Value, grows *growth) (value.Value, error) {
	if err := grows.next(key, value.Null); err != nil {
		return value.Null, err
	}
	return compact(item, grows)
}

func isNothing(v value.Value) bool {
	return v.IsNull() || v.Kind() == value.KindString && v.Str() == "" || v.IsContainer() && v.Len() == 0
}
