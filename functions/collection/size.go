package collection

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var sizeFunctions = []fn.Func{
	{
		Name: "IS_EMPTY",
		Params: []fn.Param{{
			Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
			Doc: "a string, list, set, map or anything else",
		}},
		Result: fn.Bool, ResultDoc: "whether there is nothing in it",
		Doc: "Reports whether a value is null, an empty string, or a list, set or map without items. " +
			"Blank strings, numbers and bools are not empty.",
		Examples: []fn.Example{
			{Expr: "IS_EMPTY([])", Want: "true"},
			{Expr: "IS_EMPTY(no_such_field)", Want: "true"},
			{Expr: "IS_EMPTY(' ')", Want: "false"},
		},
		Cost: fn.LookUpCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			switch v.Kind() {
			case value.KindNull:
				return value.Bool(true), nil
			case value.KindString:
				return value.Bool(v.Str() == ""), nil
			}
			return value.Bool(v.IsContainer() && v.Len() == 0), nil
		},
	},
	{
		Name: "LENGTH",
		Params: []fn.Param{{
			Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
			Doc: "a string, list, set or map",
		}},
		Result: fn.Int, ResultDoc: "the length or size, 0 of anything else",
		Doc: "Returns the length of a string in UTF-16 code units, or the number of items of a list, set or map. " +
			"Null and values without a length have the length 0.",
		Examples: []fn.Example{
			{Expr: "LENGTH('abc')", Want: "3"},
			{Expr: "LENGTH([1, 2])", Want: "2"},
			{Expr: "LENGTH(12345)", Want: "0"},
		},
		Cost: fn.TextCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			return value.Integer(int64(v.Len())), nil
		},
	},
}
