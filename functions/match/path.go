package match

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var valuesAt = fn.Func{
	Name: "VALUES_AT",
	Params: []fn.Param{
		{Name: "field", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the field of the whole path, which comes first if there is one"},
		{Name: "root", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the field that the path begins with"},
		{Name: "path", Kinds: fn.String, Doc: "the rest of the path: keys with dots between them, [] after that of a map or list all values of which are meant"},
	},
	Result: fn.List, ResultDoc: "all values at the path",
	Doc: "Lists the values at a path of keys, also in maps that are items of lists. A key that has a dot in it is found too. Null is left out. Not in Metron.",
	Examples: []fn.Example{
		{Expr: "VALUES_AT(null, {'items' : [{'cidr' : 'a'}, {'cidr' : 'b'}, {}]}, 'items.cidr')", Want: "['a', 'b']"},
		{Expr: "VALUES_AT(null, {'b.c' : 1}, 'b.c')", Want: "[1]"},
		{Expr: "VALUES_AT(null, {'a' : {'x' : {'c' : 1}, 'y' : {'c' : 2}}}, 'a[].c')", Want: "[1, 2]"},
		{Expr: "VALUES_AT('flat', {'b' : 'nested'}, 'b')", Want: "['flat']"},
		{Expr: "VALUES_AT(null, null, 'b')", Want: "[]"},
	},
	Exact: true, Cost: fn.OwnCost,
	Body: func(c *fn.Call) (value.Value, error) {
		all := c.NewList(1)
		if field := c.Args[0]; !field.IsNull() {
			all.Append(field)
			return value.FromList(all), c.Allocate(bytesOfItem)
		}
		w := &walk{call: c, to: all}
		if err := w.down(c.Args[1], c.Args[2].Str()); err != nil {
			return value.Null, err
		}
		if weight := all.Weight(); weight > c.Limits().Elements {
			return value.Null, fn.Limitf(0, "the values have more elements than the limit of %d", c.Limits().Elements)
		}
		return value.FromList(all), nil
	},
}

// walk collects the values at a path.
type walk struct {
	call *fn.Call
	to   *value.List
}

// maxKeys bounds how many keys a path has; beyond, there is nothing.
const maxKeys = 64

func (w *walk) down(v value.Value, path string) error {
	if strings.Count(path, ".") >= maxKeys {
		return nil
	}
	return w.walk(v, path)
}

func (w *walk) walk(v value.Value, path string) error {
	if err := w.call.Spend(1 + int64(len(path))/bytesPerStep); err != nil {
		return err
	}
	switch {
	case v.IsNull():
		return nil
	case path == "":
		w.to.Append(v)
		return w.call.Allocate(bytesOfItem)
	case v.Kind() == value.KindList:
		for i := range v.Len() {
			if err := w.walk(v.Item(i), path); err != nil {
				return err
			}
		}
	case v.Kind() == value.KindMap:
		// The shortest key that is there is taken.
		for end := 0; end < len(path); {
			next := strings.IndexByte(path[end:], '.')
			rest := ""
			if next < 0 {
				end = len(path)
			} else {
				end += next
				rest = path[end+1:]
			}
			if item, ok := v.Map().Get(value.String(path[:end])); ok {
				return w.walk(item, rest)
			}
			if key, ok := strings.CutSuffix(path[:end], "[]"); ok {
				if item, ok := v.Map().Get(value.String(key)); ok {
					return w.each(item, rest)
				}
			}
			end++
		}
	}
	return nil
}

// each collects what is at a path in each value of a collection.
func (w *walk) each(v value.Value, path string) error {
	if v.Kind() != value.KindMap {
		return w.walk(v, path)
	}
	for _, item := range v.Map().All() {
		if err := w.walk(item, path); err != nil {
			return err
		}
	}
	return nil
}
