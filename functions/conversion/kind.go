package conversion

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var kindFunctions = []fn.Func{
	{
		Name:      "TYPE_OF",
		Params:    anyParams,
		Result:    fn.String,
		ResultDoc: "the name of the kind, such as 'int', or of the type of an object, such as 'STATS'; 'null' for null",
		Doc:       "Returns the kind of a value: null, bool, int, long, float, double, bigint, string, list, map, set, lambda, or an object's type. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "TYPE_OF('443')", Want: "'string'"},
			{Expr: "TYPE_OF(443)", Want: "'int'"},
			{Expr: "TYPE_OF(null)", Want: "'null'"},
		},
		Cost: fn.LookUpCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			if t := fn.TypeOf(v); t != nil {
				return value.String(t.Name), nil
			}
			return value.String(v.Kind().String()), nil
		},
	},
	kindTest("IS_STRING", fn.String, "a string", "'a'", "443"),
	kindTest("IS_NUMBER", fn.Number, "a number, NaN included; text that says one is none", "1.5", "'1.5'"),
	kindTest("IS_LIST", fn.List, "a list; a set is none", "[1, 2]", "SET_INIT([1, 2])"),
	kindTest("IS_MAP", fn.Map, "a map", "{'a' : 1}", "['a', 1]"),
}

var anyParams = []fn.Param{{Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "any value"}}

// kindTest declares a function that tests whether a value is of some kinds: of is what
// these are called, one and other are a value that is and one that is not.
func kindTest(name string, kinds fn.Kinds, of, one, other string) fn.Func {
	return fn.Func{
		Name:      name,
		Params:    anyParams,
		Result:    fn.Bool,
		ResultDoc: "whether it is; false for null",
		Doc:       "Tests whether a value is " + of + ". Not in Metron.",
		Examples: []fn.Example{
			{Expr: name + "(" + one + ")", Want: "true"},
			{Expr: name + "(" + other + ")", Want: "false"},
			{Expr: name + "(null)", Want: "false"},
		},
		Cost: fn.LookUpCost,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			return value.Bool(kinds.Has(v.Kind())), nil
		},
	}
}
