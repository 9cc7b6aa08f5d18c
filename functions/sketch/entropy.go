package sketch

import (
	"math"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var entropyFunctions = []fn.Func{{
	Name: "IT_ENTROPY",
	Params: []fn.Param{{
		Name: "counts", Kinds: fn.Map, Null: fn.NullYieldsNull, Doc: "how often there was each item, such as MULTISET_INIT makes",
	}},
	Result: fn.Double, ResultDoc: "the entropy in bits, 0.0 of no items; NaN if a count is 0",
	Doc: "Returns the Shannon entropy of how items are distributed: how many bits it takes on average to say which item " +
		"comes next. It is 0.0 if there is only one item, and largest, the logarithm to base 2 of the number of items, if all are equally " +
		"frequent.",
	Examples: []fn.Example{
		{Expr: "IT_ENTROPY(MULTISET_INIT(['a', 'b', 'a', 'b']))", Want: "1.0"},
		{Expr: "IT_ENTROPY({'a' : 1, 'b' : 1, 'c' : 2})", Want: "1.5"},
		{Expr: "IT_ENTROPY({'a' : 5})", Want: "0.0"},
	},
	Cost:  8,
	Unary: entropy,
}}

func entropy(counts value.Value, _ fn.Budget) (value.Value, error) {
	total := 0.0
	for key, count := range counts.Map().All() {
		switch {
		case count.IsNull():
			return value.Null, fn.Argumentf(0, "the count of %s is null", short(key))
		case !count.IsIntegral():
			return value.Null, fn.Typef(0, "the count of %s is %s where an integer is needed", short(key), indefinite(count))
		}
		n, _ := count.Number()
		total += n
	}
	bits := 0.0
	for _, count := range counts.Map().All() {
		n, _ := count.Number()
		share := n / total
		bits -= share * math.Log2(share)
	}
	return value.Double(bits), nil
}
