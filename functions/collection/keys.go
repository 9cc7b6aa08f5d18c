package collection

import (
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var keyFunctions = []fn.Func{
	{
		Name:   "MAP_KEYS",
		Params: []fn.Param{oneMapParam},
		Result: fn.List, ResultDoc: "a list of the keys",
		Doc: "Lists the keys of a map, in the order of its entries. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "MAP_KEYS({'a' : 1, 'b' : 2})", Want: "['a', 'b']"},
			{Expr: "MAP_KEYS(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return listOfEntries(c, func(key, _ value.Value) value.Value { return key })
		},
	},
	{
		Name:   "MAP_VALUES",
		Params: []fn.Param{oneMapParam},
		Result: fn.List, ResultDoc: "a list of the values",
		Doc: "Lists the values of a map, in the order of its entries. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "MAP_VALUES({'a' : 1, 'b' : 2})", Want: "[1, 2]"},
			{Expr: "MAP_VALUES(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return listOfEntries(c, func(_, v value.Value) value.Value { return v })
		},
	},
	{
		Name: "MAP_REMOVE",
		Params: []fn.Param{
			{Name: "keys", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the key to leave out, or a list or set of keys"},
			oneMapParam,
		},
		Result: fn.Map, ResultDoc: "a new map",
		Doc: "Makes a map without some entries of another, which stays as it is. Keys that this does not have are skipped. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "MAP_REMOVE('b', {'a' : 1, 'b' : 2})", Want: "{'a' : 1}"},
			{Expr: "MAP_REMOVE(['a', 'c'], {'a' : 1, 'b' : 2})", Want: "{'b' : 2}"},
			{Expr: "MAP_REMOVE('a', null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: removeKeys,
	},
	{
		Name: "MAP_MAP",
		Params: []fn.Param{
			oneMapParam,
			{Name: "function", Kinds: fn.Lambda, Doc: "a lambda of key and value, which returns the new value"},
		},
		Result: fn.Map, ResultDoc: "a new map with the same keys",
		Doc: "Calls a lambda for each entry of a map, and makes a map of the results. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "MAP_MAP({'a' : 1, 'b' : 2}, (k, v) -> v * 10)", Want: "{'a' : 10, 'b' : 20}"},
			{Expr: "MAP_MAP(null, (k, v) -> v)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return mapOfEntries(c, func(m *value.Map, key, _, result value.Value) *value.Map { return m.Put(key, result) })
		},
	},
	{
		Name: "MAP_FILTER",
		Params: []fn.Param{
			oneMapParam,
			{Name: "predicate", Kinds: fn.Lambda, Doc: "a lambda of key and value, which returns true to keep the entry"},
		},
		Result: fn.Map, ResultDoc: "a new map of the entries kept",
		Doc: "Calls a lambda for each entry of a map, and makes a map of those for which it returns true. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "MAP_FILTER({'a' : 1, 'b' : null}, (k, v) -> v != null)", Want: "{'a' : 1}"},
			{Expr: "MAP_FILTER(null, (k, v) -> true)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return mapOfEntries(c, func(m *value.Map, key, v, result value.Value) *value.Map {
				if !result.Bool() {
					return m
				}
				return m.Put(key, v)
			})
		},
	},
}

var oneMapParam = fn.Param{Name: "map", Kinds: fn.Map, Null: fn.NullYieldsNull, Doc: "the map"}

// listOfEntries makes a list of what part returns of each entry of the first argument.
func listOfEntries(c *fn.Call, part func(key, v value.Value) value.Value) (value.Value, error) {
	m := c.Args[0].Map()
	if err := c.Allocate(bytesPerList + bytesPerItem*int64(m.Len())); err != nil {
		return value.Null, err
	}
	list := c.NewList(m.Len())
	for key, v := range m.All() {
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		list.Append(part(key, v))
	}
	return value.FromList(list), nil
}

func removeKeys(c *fn.Call) (value.Value, error) {
	keys := value.NewSet()
	if given := c.Args[0]; given.Kind() == value.KindList || given.Kind() == value.KindSet {
		grows := growth{call: c}
		for key := range iterate.Items(given) {
			if err := grows.next(key, value.FromSet(keys)); err != nil {
				return value.Null, err
			}
			keys = keys.Add(key)
		}
		if err := grows.charge(); err != nil {
			return value.Null, err
		}
	} else {
		keys = keys.Add(given)
	}
	grows, kept := growth{call: c}, value.NewMap(0)
	for key, v := range c.Args[1].Map().All() {
		if err := grows.next(key, value.FromMap(kept)); err != nil {
			return value.Null, err
		}
		if !keys.Has(key) {
			kept = kept.Put(key, v)
		}
	}
	return value.FromMap(kept), grows.charge()
}

// mapOfEntries makes a map by calling the lambda for each entry of the first argument; put
// returns the map so far with the entry and the lambda's result worked in.
func mapOfEntries(c *fn.Call, put func(m *value.Map, key, v, result value.Value) *value.Map) (value.Value, error) {
	lambda := c.Args[1].Lambda()
	grows, made := growth{call: c}, value.NewMap(0)
	for key, v := range c.Args[0].Map().All() {
		result, err := c.Apply(lambda, key, v)
		if err != nil {
			return value.Null, err
		}
		if err := grows.next(key, value.FromMap(made)); err != nil {
			return value.Null, err
		}
		made = put(made, key, v, result)
	}
	return value.FromMap(made), grows.charge()
}
