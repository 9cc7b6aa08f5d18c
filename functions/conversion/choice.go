package conversion

import (
	"errors"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var choiceFunctions = []fn.Func{
	{
		Name: "COALESCE",
		Params: []fn.Param{{
			Name: "values", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Lazy: true, Doc: "what to choose from",
		}},
		Result: fn.Any, ResultDoc: "the first value that is not null; null if there is none",
		Doc: "Returns the first of several values that is there. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "COALESCE(no_such_field, 'unknown')", Want: "'unknown'"},
			{Expr: "COALESCE('first', 1 / 0)", Want: "'first'"},
			{Expr: "COALESCE(null, null)", Want: "null"},
		},
		Cost: fn.LookUpCost,
		Body: func(c *fn.Call) (value.Value, error) {
			for i := range c.Args {
				if v, err := c.Value(i); err != nil || !v.IsNull() {
					return v, err
				}
			}
			return value.Null, nil
		},
	},
	{
		Name: "TRY",
		Params: []fn.Param{
			{Name: "expression", Kinds: fn.Any, Null: fn.NullAccepted, Lazy: true, Doc: "what may fail"},
			{Name: "default", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Lazy: true, Doc: "what to return if it does, null by default"},
		},
		Result: fn.Any, ResultDoc: "the value of the expression; that of the default if the expression fails",
		Doc: "Evaluates an expression and takes another value if it fails, because of a wrong kind or argument or a division by " +
			"zero. That a limit is reached, or the evaluation called off, still is an error. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "TRY(1 / 0, -1)", Want: "-1"},
			{Expr: "TRY(TO_JSON_MAP('no JSON'))", Want: "null"},
			{Expr: "TRY(null, 'not taken')", Want: "null"},
		},
		Exact: true,
		Cost:  fn.LookUpCost,
		Body: func(c *fn.Call) (value.Value, error) {
			v, err := c.Value(0)
			if err == nil || errors.Is(err, fn.ErrLimit) || c.Context().Err() != nil {
				return v, err
			}
			return c.Value(1)
		},
	},
}
