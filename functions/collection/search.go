package collection

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var searchFunctions = []fn.Func{
	{
		Name: "CONTAINS",
		Params: []fn.Param{
			{Name: "where", Kinds: fn.String | fn.Iterable | fn.Map, Null: fn.NullAccepted, Doc: "a string, list, set or map; nothing is in null"},
			{Name: "what", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the part, item or key to look for"},
		},
		Result: fn.Bool, ResultDoc: "whether it is there",
		Doc: "Looks for a part of a string, an item of a list or set, or a key of a map, as the operator in does. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "CONTAINS('powershell -enc', 'shell')", Want: "true"},
			{Expr: "CONTAINS([22, 80], 443)", Want: "false"},
			{Expr: "CONTAINS({'a' : 1}, 'a')", Want: "true"},
			{Expr: "CONTAINS(null, 'a')", Want: "false"},
		},
		Cost:    fn.OwnCost,
		Body:    contains,
		Witness: fn.TextWitness(fn.HasPart, 0, 1, false),
	},
	{
		Name: "INDEX_OF",
		Params: []fn.Param{
			{Name: "where", Kinds: fn.String | fn.List, Null: fn.NullYieldsNull, Doc: "a string or list"},
			{Name: "what", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the part or item to look for"},
		},
		Result: fn.Int, ResultDoc: "the first place, counted from 0; -1 if it is not there",
		Doc: "Finds a part of a string or an item of a list. Places in a string count as those of SUBSTRING. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "INDEX_OF('user@example.com', '@')", Want: "4"},
			{Expr: "INDEX_OF(['a', 'b'], 'c')", Want: "-1"},
			{Expr: "INDEX_OF(null, 'a')", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: indexOf,
	},
	{
		Name:   "ANY",
		Params: predicateParams,
		Result: fn.Bool, ResultDoc: "whether it is true for one at least; false for null and for no items",
		Doc: "Reports whether a lambda returns true for one of some items. Those after it are not looked at. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "ANY([22, 3389], port -> port == 3389)", Want: "true"},
			{Expr: "ANY([], x -> true)", Want: "false"},
			{Expr: "ANY(null, x -> true)", Want: "false"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) { return decide(c, true) },
	},
	{
		Name:   "ALL",
		Params: predicateParams,
		Result: fn.Bool, ResultDoc: "whether it is true for each of them; false for null, true for no items",
		Doc: "Reports whether a lambda returns true for all items. Those after the first for which it does not are not looked at. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "ALL(['10.0.0.1', '10.0.0.2'], ip -> IN_SUBNET(ip, '10.0.0.0/8'))", Want: "true"},
			{Expr: "ALL([1, null], x -> x == 1)", Want: "false"},
			{Expr: "ALL(null, x -> true)", Want: "false"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) { return decide(c, false) },
	},
}

var predicateParams = []fn.Param{
	{Name: "items", Kinds: fn.Iterable, Null: fn.NullAccepted, Doc: "a list or set"},
	{Name: "predicate", Kinds: fn.Lambda, Doc: "a lambda of one item; nothing but true counts as true"},
}

// decide looks for an item for which the predicate is true, or is not. It returns whether
// it is true for any, or for all.
func decide(c *fn.Call, wanted bool) (value.Value, error) {
	if c.Args[0].IsNull() {
		return value.Bool(false), nil
	}
	for item := range iterate.Items(c.Args[0]) {
		result, err := c.Apply(c.Args[1].Lambda(), item, value.Null)
		if err != nil {
			return value.Null, err
		}
		if result.Bool() == wanted {
			return value.Bool(wanted), nil
		}
	}
	return value.Bool(!wanted), nil
}

func contains(c *fn.Call) (value.Value, error) {
	where, what := c.Args[0], c.Args[1]
	switch where.Kind() {
	case value.KindString, value.KindList:
		i, err := find(c, where, what)
		return value.Bool(i >= 0), err
	case value.KindSet:
		if err := c.Spend(1 + stepsOn(what)); err != nil {
			return value.Null, err
		}
		return value.Bool(where.Set().Has(what)), nil
	case value.KindMap:
		if err := c.Spend(1 + stepsOn(what)); err != nil {
			return value.Null, err
		}
		_, ok := where.Map().Get(what)
		return value.Bool(ok), nil
	}
	return value.Bool(false), nil
}

func indexOf(c *fn.Call) (value.Value, error) {
	i, err := find(c, c.Args[0], c.Args[1])
	if i > 0 && c.Args[0].Kind() == value.KindString {
		i = value.UTF16Len(c.Args[0].Str()[:i])
	}
	return value.Integer(int64(i)), err
}

// find returns the place of a part in a string, in bytes, or of an item in a list, and
// -1 if there is none.
func find(c *fn.Call, where, what value.Value) (int, error) {
	if where.Kind() == value.KindString {
		if what.Kind() != value.KindString {
			return -1, nil
		}
		if err := c.Spend(1 + stepsOn(where)); err != nil {
			return -1, err
		}
		return strings.Index(where.Str(), what.Str()), nil
	}
	size := 1 + stepsOn(what)
	for i := range where.Len() {
		item := where.Item(i)
		if err := c.Spend(min(size, 1+stepsOn(item))); err != nil {
			return -1, err
		}
		if value.Equal(item, what) {
			return i, nil
		}
	}
	return -1, nil
}
