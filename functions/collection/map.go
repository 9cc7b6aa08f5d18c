package collection

import (
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var mapFunctions = []fn.Func{
	{
		Name: "MAP_EXISTS",
		Params: []fn.Param{
			{Name: "key", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "the key to look for"},
			{Name: "map", Kinds: fn.Any, Meant: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "the map to look in"},
		},
		Result: fn.Bool, ResultDoc: "whether the key is in the map",
		Doc: "Reports whether a map has a key, even if the key's value is null. It is false if the key is null or " +
			"the second argument is not a map.",
		Examples: []fn.Example{
			{Expr: "MAP_EXISTS('a', {'a' : null})", Want: "true"},
			{Expr: "MAP_EXISTS('b', {'a' : 1})", Want: "false"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			key, m := c.Arg(0), c.Arg(1)
			if key.IsNull() || m.Kind() != value.KindMap {
				return value.Bool(false), nil
			}
			if err := spendOnKey(c, key); err != nil {
				return value.Null, err
			}
			_, found := m.Map().Get(key)
			return value.Bool(found), nil
		},
	},
	{
		Name: "MAP_GET",
		Params: []fn.Param{
			{Name: "key", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the key to look for"},
			{Name: "map", Kinds: fn.Any, Meant: fn.Map, Null: fn.NullAccepted, Doc: "the map to look in; it is not looked at if the key is null"},
			{Name: "default", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "what to return instead of nothing"},
		},
		Result: fn.Any, ResultDoc: "the key's value, else the default, else null",
		Doc: "Returns the value that a map has for a key. The default is returned if the map does not have the key, " +
			"if its value is null, or if key or map are null. Numbers are the same key if they have the same value, of whatever kind.",
		Examples: []fn.Example{
			{Expr: "MAP_GET('a', {'a' : 1})", Want: "1"},
			{Expr: "MAP_GET('b', {'a' : 1}, 'none')", Want: "'none'"},
			{Expr: "MAP_GET(443L, {443 : 'https'})", Want: "'https'"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			key, m := c.Args[0], c.Args[1]
			if key.IsNull() || m.IsNull() {
				return c.Arg(2), nil
			}
			if m.Kind() != value.KindMap {
				return value.Null, noMap(key, m)
			}
			if err := spendOnKey(c, key); err != nil {
				return value.Null, err
			}
			if v, _ := m.Map().Get(key); !v.IsNull() {
				return v, nil
			}
			return c.Arg(2), nil
		},
		Prepare: prepareMapGet,
	},
	{
		Name: "MAP_PUT",
		Params: []fn.Param{
			{Name: "key", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the key, which may be null"},
			{Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "its value, which may be null"},
			{Name: "map", Kinds: fn.Map, Null: fn.NullAccepted, Doc: "the map to extend; null makes a new one"},
		},
		Result: fn.Map, ResultDoc: "the extended map",
		Doc: "Sets the value of a key in a map and returns that map. The map itself is changed, unless it is a " +
			"field of the message or a constant: of these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "MAP_PUT('b', 2, {'a' : 1})", Want: "{'a' : 1, 'b' : 2}"},
			{Expr: "MAP_PUT('a', 1, null)", Want: "{'a' : 1}"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			m, err := changeableMap(c, 2, c.Args[0])
			if err != nil {
				return value.Null, err
			}
			return value.FromMap(m.Put(c.Args[0], c.Args[1])), nil
		},
	},
	{
		Name: "MAP_MERGE",
		Params: []fn.Param{{
			Name: "maps", Kinds: fn.Iterable, Null: fn.NullAccepted, Optional: true,
			Doc: "a list or set of maps, where null is skipped",
		}},
		Result: fn.Map, ResultDoc: "a new map; null without an argument",
		Doc: "Makes a new map of the entries of several maps. If a key is in more than one, the last value holds.",
		Examples: []fn.Example{
			{Expr: "MAP_MERGE([{'a' : 1, 'b' : 1}, {'b' : 2}])", Want: "{'a' : 1, 'b' : 2}"},
			{Expr: "MAP_MERGE([])", Want: "{}"},
		},
		Cost: fn.OwnCost,
		Body: mergeMaps,
	},
}

// prepareMapGet makes a body of the map alone, as key and default mostly are constants.
func prepareMapGet(constants fn.Constants) (fn.Prepared, error) {
	key, known := constants.Get(0)
	otherwise, defaultKnown := constants.Get(2)
	if !known || key.IsNull() || stepsOn(key) > 0 || len(constants) > 2 && !defaultKnown {
		return fn.Prepared{}, nil
	}
	return fn.Prepared{Arg: 1, Cost: fn.LookUpCost, Unary: func(m value.Value, _ fn.Budget) (value.Value, error) {
		switch m.Kind() {
		case value.KindMap:
			if v, _ := m.Map().Get(key); !v.IsNull() {
				return v, nil
			}
		case value.KindNull:
		default:
			return value.Null, noMap(key, m)
		}
		return otherwise, nil
	}}, nil
}

// noMap says that what MAP_GET has to look in is none.
func noMap(key, m value.Value) error {
	if key.Kind() == value.KindMap {
		return fn.Typef(1, "map must be a map, and this is %s; the arguments stand in the other order: MAP_GET(key, map, [default])",
			fn.Of(m.Kind()).Indefinite())
	}
	return fn.Typef(1, "map must be a map, and this is %s", fn.Of(m.Kind()).Indefinite())
}

// changeableMap charges a change of the map that argument i is by some items, and
// returns it to be changed, a new one for null.
func changeableMap(c *fn.Call, i int, items ...value.Value) (*value.Map, error) {
	if m := c.Args[i].Map(); m != nil && m.IsAllFields() {
		return nil, fn.Argumentf(i, "the map of all fields cannot be changed; copy it with MAP_MERGE([{}, _])")
	}
	m, err := changeable(c, i, items...)
	switch {
	case err != nil:
		return nil, err
	case m.IsNull():
		return value.NewMap(0), nil
	}
	return m.Map(), nil
}

func mergeMaps(c *fn.Call) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	merged := value.NewMap(0)
	grows := growth{call: c}
	for item := range iterate.Items(c.Args[0]) {
		m, err := mapAmong(item)
		if err != nil {
			return value.Null, err
		}
		for key, v := range m.All() {
			if err := grows.next(key, value.FromMap(merged)); err != nil {
				return value.Null, err
			}
			merged = merged.Put(key, v)
		}
	}
	return value.FromMap(merged), grows.charge()
}

// mapAmong returns the map that one item of the first argument is, an empty one
// for null.
func mapAmong(item value.Value) (*value.Map, error) {
	switch item.Kind() {
	case value.KindNull:
		return value.NewMap(0), nil
	case value.KindMap:
		return item.Map(), nil
	}
	return nil, fn.Typef(0, "one of the maps is of kind %s", item.Kind())
}
