package collection

import (
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var multisetFunctions = []fn.Func{
	{
		Name: "MULTISET_INIT",
		Params: []fn.Param{{
			Name: "items", Kinds: fn.Iterable, Null: fn.NullAccepted, Optional: true,
			Doc: "the items to count, as a list or set",
		}},
		Result: fn.Map, ResultDoc: "a new map from item to count",
		Doc: "Counts how often each item is in a list or set. A multiset is a map from item to count, " +
			"which the functions of maps take as well.",
		Examples: []fn.Example{
			{Expr: "MULTISET_INIT(['GET', 'PUT', 'GET'])", Want: "{'GET' : 2, 'PUT' : 1}"},
			{Expr: "MULTISET_INIT()", Want: "{}"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			counts := value.NewMap(0)
			grows := growth{call: c}
			for item := range iterate.Items(c.Arg(0)) {
				err := grows.next(item, value.FromMap(counts))
				if err == nil {
					counts, err = count(counts, item, value.Int(1))
				}
				if err != nil {
					return value.Null, err
				}
			}
			return value.FromMap(counts), grows.charge()
		},
	},
	{
		Name:   "MULTISET_ADD",
		Params: multisetParams,
		Result: fn.Map, ResultDoc: "the changed multiset; null without an argument",
		Doc: "Adds 1 to the counts of items in a multiset and returns that multiset. The multiset itself is " +
			"changed, unless it is a field of the message or a constant: of these a changed copy is returned. Items " +
			"that are null are skipped.",
		Examples: []fn.Example{
			{Expr: "MULTISET_ADD({'GET' : 2}, 'GET', 'PUT')", Want: "{'GET' : 3, 'PUT' : 1}"},
			{Expr: "MULTISET_ADD(null, 'GET')", Want: "{'GET' : 1}"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return changeMultiset(c, func(counts *value.Map, item value.Value) (*value.Map, error) {
				return count(counts, item, value.Int(1))
			})
		},
	},
	{
		Name:   "MULTISET_REMOVE",
		Params: multisetParams,
		Result: fn.Map, ResultDoc: "the changed multiset; null without an argument",
		Doc: "Takes 1 from the counts of items in a multiset, drops those that were counted once, and returns that " +
			"multiset. The multiset itself is changed, unless it is a field of the message or a constant: of " +
			"these a changed copy is returned. Items that are null or not in the multiset are skipped.",
		Examples: []fn.Example{
			{Expr: "MULTISET_REMOVE({'GET' : 2, 'PUT' : 1}, 'GET', 'PUT')", Want: "{'GET' : 1}"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return changeMultiset(c, uncount)
		},
	},
	{
		Name: "MULTISET_MERGE",
		Params: []fn.Param{{
			Name: "multisets", Kinds: fn.Iterable, Optional: true,
			Doc: "a list or set of multisets, where null is skipped; their counts must be ints",
		}},
		Result: fn.Map, ResultDoc: "a new multiset; null without an argument",
		Doc: "Makes a new multiset that has the sum of the counts of several multisets.",
		Examples: []fn.Example{
			{Expr: "MULTISET_MERGE([{'GET' : 1}, {'GET' : 2, 'PUT' : 1}])", Want: "{'GET' : 3, 'PUT' : 1}"},
		},
		Cost: fn.OwnCost,
		Body: mergeMultisets,
	},
	{
		Name: "MULTISET_TO_SET",
		Params: []fn.Param{{
			Name: "multiset", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true,
			Doc: "the multiset; null counts as an empty one",
		}},
		Result: fn.Set, ResultDoc: "a new set; null without an argument",
		Doc: "Makes a set of the items of a multiset.",
		Examples: []fn.Example{
			{Expr: "MULTISET_TO_SET({'GET' : 2, 'PUT' : 1})", Want: "SET_INIT(['GET', 'PUT'])"},
		},
		Exact: true,
		Cost:  fn.OwnCost,
		Body:  multisetToSet,
	},
}

var multisetParams = []fn.Param{
	{Name: "multiset", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "a map from item to count; null makes a new one"},
	{Name: "items", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "the items"},
}

// changeMultiset applies change to the multiset in the first argument and each
// of the others that is not null.
func changeMultiset(c *fn.Call, change func(*value.Map, value.Value) (*value.Map, error)) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	counts, err := changeableMap(c, 0, c.Args[1:]...)
	if err != nil {
		return value.Null, err
	}
	for _, item := range c.Args[1:] {
		if item.IsNull() {
			continue
		}
		if counts, err = change(counts, item); err != nil {
			return value.Null, err
		}
	}
	return value.FromMap(counts), nil
}

// count adds n to the count of item. As arithmetic does, it keeps the kind of
// the count, and wraps around.
func count(counts *value.Map, item, n value.Value) (*value.Map, error) {
	old, found := counts.Get(item)
	if found {
		if !old.IsIntegral() {
			return nil, notCount(old)
		}
		var err error
		if n, err = value.Add(old, n); err != nil {
			return nil, fn.Argumentf(0, "a count is too large: %v", err)
		}
	}
	return counts.Put(item, n), nil
}

// uncount takes 1 from the count of item and removes an item counted once.
func uncount(counts *value.Map, item value.Value) (*value.Map, error) {
	old, found := counts.Get(item)
	switch {
	case !found:
		return counts, nil
	case !old.IsIntegral():
		return nil, notCount(old)
	case value.Equal(old, value.Int(1)):
		return counts.Delete(item), nil
	}
	return count(counts, item, value.Int(-1))
}

func notCount(v value.Value) error {
	return fn.Typef(0, "counts must be integers, one is of kind %s", v.Kind())
}

// mergeMultisets takes ints only as counts, as Metron does, so that merging a
// map that is no multiset is noticed.
func mergeMultisets(c *fn.Call) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	merged := value.NewMap(0)
	grows := growth{call: c}
	for multiset := range iterate.Items(c.Args[0]) {
		counts, err := mapAmong(multiset)
		if err != nil {
			return value.Null, err
		}
		for item, n := range counts.All() {
			if n.Kind() != value.KindInt {
				return value.Null, fn.Typef(0, "counts must be ints, one is of kind %s", n.Kind())
			}
			if err = grows.next(item, value.FromMap(merged)); err != nil {
				return value.Null, err
			}
			if merged, err = count(merged, item, n); err != nil {
				return value.Null, err
			}
		}
	}
	return value.FromMap(merged), grows.charge()
}

func multisetToSet(c *fn.Call) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	s := value.NewSet()
	grows := growth{call: c}
	if counts := c.Args[0].Map(); counts != nil {
		for item := range counts.All() {
			if err := grows.next(item, value.FromSet(s)); err != nil {
				return value.Null, err
			}
			s = s.Add(item)
		}
	}
	return value.FromSet(s), grows.charge()
}
