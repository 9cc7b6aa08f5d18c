package collection

import (
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var setFunctions = []fn.Func{
	{
		Name: "SET_INIT",
		Params: []fn.Param{{
			Name: "items", Kinds: fn.Iterable, Null: fn.NullAccepted, Optional: true,
			Doc: "the items of the new set, as a list or set",
		}},
		Result: fn.Set, ResultDoc: "a new set",
		Doc: "Makes a set of the items of a list or another set. Equal items are in it once, the first of them; " +
			"it keeps the order in which items were added. Without an argument or with null it is empty.",
		Examples: []fn.Example{
			{Expr: "SET_INIT([1, 2, 1])", Want: "SET_INIT([1, 2])"},
			{Expr: "LENGTH(SET_INIT())", Want: "0"},
		},
		Exact: true,
		Cost:  fn.OwnCost,
		Body:  setOf,
	},
	{
		Name:   "SET_ADD",
		Params: setParams,
		Result: fn.Set, ResultDoc: "the changed set; null without an argument",
		Doc: "Puts items into a set and returns that set. The set itself is changed, unless it is a field of the " +
			"message or a constant: of these a changed copy is returned. Items that are null are skipped, a list " +
			"is one item.",
		Examples: []fn.Example{
			{Expr: "SET_ADD(SET_INIT(['a']), 'b', 'a')", Want: "SET_INIT(['a', 'b'])"},
			{Expr: "SET_ADD(null, 'a')", Want: "SET_INIT(['a'])"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return changeSet(c, func(s *value.Set, item value.Value) *value.Set { return s.Add(item) })
		},
	},
	{
		Name:   "SET_REMOVE",
		Params: setParams,
		Result: fn.Set, ResultDoc: "the changed set; null without an argument",
		Doc: "Takes items out of a set and returns that set. The set itself is changed, unless it is a field of " +
			"the message or a constant: of these a changed copy is returned. Items that are null or not in the set " +
			"are skipped.",
		Examples: []fn.Example{
			{Expr: "SET_REMOVE(SET_INIT(['a', 'b']), 'a', 'c')", Want: "SET_INIT(['b'])"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return changeSet(c, func(s *value.Set, item value.Value) *value.Set { return s.Remove(item) })
		},
	},
	{
		Name: "SET_MERGE",
		Params: []fn.Param{{
			Name: "sets", Kinds: fn.Iterable, Null: fn.NullAccepted, Optional: true,
			Doc: "a list or set of sets and lists, where null is skipped",
		}},
		Result: fn.Set, ResultDoc: "a new set; null without an argument",
		Doc: "Makes a new set of the items of several sets or lists.",
		Examples: []fn.Example{
			{Expr: "SET_MERGE([SET_INIT([1, 2]), [2, 3]])", Want: "SET_INIT([1, 2, 3])"},
		},
		Cost: fn.OwnCost,
		Body: mergeSets,
	},
}

var setParams = []fn.Param{
	{Name: "set", Kinds: fn.Set, Null: fn.NullAccepted, Optional: true, Doc: "the set to change; null makes a new one"},
	{Name: "items", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "the items"},
}

// setOf makes a set of the items of a list or set, an empty one of null.
func setOf(c *fn.Call) (value.Value, error) {
	s := value.NewSet()
	grows := growth{call: c}
	for item := range iterate.Items(c.Arg(0)) {
		if err := grows.next(item, value.FromSet(s)); err != nil {
			return value.Null, err
		}
		s = s.Add(item)
	}
	return value.FromSet(s), grows.charge()
}

// changeSet applies change to the set in the first argument and each of the
// others that is not null.
func changeSet(c *fn.Call, change func(*value.Set, value.Value) *value.Set) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	changed, err := changeable(c, 0, c.Args[1:]...)
	if err != nil {
		return value.Null, err
	}
	s := changed.Set()
	if s == nil {
		s = value.NewSet()
	}
	for _, item := range c.Args[1:] {
		if !item.IsNull() {
			s = change(s, item)
		}
	}
	return value.FromSet(s), nil
}

func mergeSets(c *fn.Call) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	merged := value.NewSet()
	grows := growth{call: c}
	for member := range iterate.Items(c.Args[0]) {
		if !member.IsNull() && member.Kind() != value.KindList && member.Kind() != value.KindSet {
			return value.Null, fn.Typef(0, "one of the sets is of kind %s", member.Kind())
		}
		for item := range iterate.Items(member) {
			if err := grows.next(item, value.FromSet(merged)); err != nil {
				return value.Null, err
			}
			merged = merged.Add(item)
		}
	}
	return value.FromSet(merged), grows.charge()
}
