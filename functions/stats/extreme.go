package stats

import (
	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/order"
	"github.com/stellarlang/stellar/functions/internal/summary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var extremeFunctions = []fn.Func{
	{
		Name:   "MAX",
		Params: extremeParams,
		Result: fn.Any, ResultDoc: "the greatest item, null if there is none",
		Doc: "Returns the greatest item of a list or set, or the maximum of a statistics object. Null items are " +
			"skipped. All items must be numbers, all strings or all bools. Numbers are compared by value and " +
			"keep their kind, the first of equal ones counts; NaN is greater than all other numbers.",
		Examples: []fn.Example{
			{Expr: "MAX([1, 3L, 2.5])", Want: "3L"},
			{Expr: "MAX(['ab', 'b'])", Want: "'b'"},
			{Expr: "MAX(STATS_ADD(STATS_INIT(), 4, 7))", Want: "7.0"},
		},
		Cost:  extremeCost,
		Unary: extreme(1, (*summary.Summary).Max),
	},
	{
		Name:   "MIN",
		Params: extremeParams,
		Result: fn.Any, ResultDoc: "the least item, null if there is none",
		Doc: "Returns the least item of a list or set, or the minimum of a statistics object. Null items are " +
			"skipped. All items must be numbers, all strings or all bools. Numbers are compared by value and " +
			"keep their kind, the first of equal ones counts; NaN is greater than all other numbers.",
		Examples: []fn.Example{
			{Expr: "MIN([15.7, 15])", Want: "15"},
			{Expr: "MIN([null, 'b', 'ab'])", Want: "'ab'"},
			{Expr: "MIN([])", Want: "null"},
		},
		Cost:  extremeCost,
		Unary: extreme(-1, (*summary.Summary).Min),
	},
}

// extremeCost is that of an item to compare, or of a number of a window.
const extremeCost fn.Cost = 4

var extremeParams = []fn.Param{{
	Name: "items", Kinds: fn.Iterable | fn.Object, Type: summary.Statistics,
	Doc: "a list or set of comparable items, or a statistics object",
}}

// extreme makes a body that returns a figure of a statistics object, or the
// greatest item of a collection if sign is 1, the least if it is -1.
func extreme(sign int, ofSummary func(*summary.Summary) float64) fn.Unary {
	return func(v value.Value, budget fn.Budget) (value.Value, error) {
		if s := summaryOf(v); s != nil {
			return value.Double(ofSummary(s)), nil
		}
		return extremeItem(budget, v, sign)
	}
}

// itemsAtOnce is how many items are looked at between two looks at the budget.
const itemsAtOnce = 4096

func extremeItem(budget fn.Budget, items value.Value, sign int) (value.Value, error) {
	best, unpaid := value.Null, int64(0)
	for item := range iterate.Items(items) {
		if unpaid++; unpaid == itemsAtOnce {
			if err := budget.Spend(unpaid); err != nil {
				return value.Null, err
			}
			unpaid = 0
		}
		switch {
		case item.IsNull():
			continue
		case !item.IsNumber() && item.Kind() != value.KindString && item.Kind() != value.KindBool:
			return value.Null, fn.Typef(0, "items of kind %s have no order; numbers, strings and bools have", item.Kind())
		case best.IsNull():
			best = item
			continue
		}
		outcome, ok := order.Compare(item, best)
		if !ok {
			return value.Null, fn.Typef(0, "items of the kinds %s and %s cannot be compared", best.Kind(), item.Kind())
		}
		if outcome*sign > 0 {
			best = item
		}
	}
	return best, nil
}
