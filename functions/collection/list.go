package collection

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var listFunctions = []fn.Func{
	{
		Name: "LIST_ADD",
		Params: []fn.Param{
			{Name: "list", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "the list to extend; anything else is returned as it is"},
			{Name: "item", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "the item, which may be null"},
		},
		Result: fn.Any, ResultDoc: "the extended list",
		Doc: "Adds one item at the end of a list and returns that list. The list itself is changed, " +
			"unless it is a field of the message or a constant: of these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "LIST_ADD([1, 2], 3)", Want: "[1, 2, 3]"},
			{Expr: "LIST_ADD([1, 2], [3])", Want: "[1, 2, [3]]"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			if len(c.Args) < 2 || c.Args[0].Kind() != value.KindList {
				return c.Arg(0), nil
			}
			list, err := c.Changeable(c.Args[0], 1)
			if err != nil {
				return value.Null, err
			}
			return value.FromList(list.List().Append(c.Args[1])), nil
		},
	},
	{
		Name: "GET",
		Params: []fn.Param{
			{Name: "list", Kinds: fn.List, Doc: "the list"},
			{Name: "index", Kinds: fn.Int, Doc: "the place of the item, from 0"},
		},
		Result: fn.Any, ResultDoc: "the item, null beyond the end",
		Doc: "Returns the item of a list at an index. The first item has the index 0. The index must be an int: " +
			"use TO_INTEGER for other kinds of numbers.",
		Examples: []fn.Example{
			{Expr: "GET(['a', 'b'], 1)", Want: "'b'"},
			{Expr: "GET(['a', 'b'], 2)", Want: "null"},
		},
		Cost: fn.LookUpCost,
		Body: func(c *fn.Call) (value.Value, error) {
			list, i := c.Args[0].List(), c.Args[1].Int64()
			switch {
			case i < 0:
				return value.Null, fn.Argumentf(1, "the index is %d, the first item has the index 0", i)
			case i >= int64(list.Len()):
				return value.Null, nil
			}
			return list.At(int(i)), nil
		},
	},
	{
		Name:   "GET_FIRST",
		Params: []fn.Param{{Name: "list", Kinds: fn.List, Doc: "the list"}},
		Result: fn.Any, ResultDoc: "the item, null of an empty list",
		Doc:      "Returns the first item of a list.",
		Examples: []fn.Example{{Expr: "GET_FIRST(['a', 'b'])", Want: "'a'"}, {Expr: "GET_FIRST([])", Want: "null"}},
		Cost:     fn.LookUpCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			list := v.List()
			if list.Len() == 0 {
				return value.Null, nil
			}
			return list.At(0), nil
		},
	},
	{
		Name:   "GET_LAST",
		Params: []fn.Param{{Name: "list", Kinds: fn.List, Doc: "the list"}},
		Result: fn.Any, ResultDoc: "the item, null of an empty list",
		Doc:      "Returns the last item of a list.",
		Examples: []fn.Example{{Expr: "GET_LAST(['a', 'b'])", Want: "'b'"}, {Expr: "GET_LAST([])", Want: "null"}},
		Cost:     fn.LookUpCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			list := v.List()
			if list.Len() == 0 {
				return value.Null, nil
			}
			return list.At(list.Len() - 1), nil
		},
	},
}
