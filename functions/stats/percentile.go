package stats

import (
	"math"
	"math/bits"

	"github.com/stellarlang/stellar/functions/internal/summary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var percentileFunctions = []fn.Func{
	{
		Name: "STATS_PERCENTILE",
		Params: []fn.Param{
			statisticsParams[0],
			{Name: "percent", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "a number from 0 to 100, with a window above 0; what is not a number yields NaN"},
		},
		Result: fn.Double, ResultDoc: "the percentile, NaN of no numbers",
		Doc: "Returns the number that so many percent of the numbers in a statistics object do not exceed. Between " +
			"two numbers it interpolates. It is exact with a window, and as long as there are at most 500 different " +
			"numbers. Of more it is an estimate, whose rank is off by less than half a percent, and by less than " +
			"a twentieth of a percent at 0.1 and 99.9.",
		Examples: []fn.Example{
			{Expr: "STATS_PERCENTILE(STATS_ADD(null, 1, 2, 3, 4, 5), 90)", Want: "4.6"},
			{Expr: "STATS_PERCENTILE(STATS_ADD(STATS_INIT(5), 1, 2, 3, 4, 5), 90)", Want: "5.0"},
			{Expr: "900 > STATS_PERCENTILE(STATS_ADD(null, [100, 200, 300, 400, 500]), 95)", Want: "true"},
		},
		Cost: fn.OwnCost,
		Body: percentile,
	},
	{
		Name: "STATS_BIN",
		Params: []fn.Param{
			{Name: "statistics", Kinds: fn.Object, Type: summary.Statistics, Null: fn.NullAccepted, Doc: "a statistics object; null yields -1"},
			{Name: "number", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the number to place; what is not a number yields -1"},
			{Name: "bounds", Kinds: fn.String | fn.List, Optional: true,
				Doc: "'QUARTILE', 'QUINTILE', 'DECILE' or a list of percents in ascending order; quartiles if left out"},
		},
		Result: fn.Int, ResultDoc: "the index of the bin, -1 if there is nothing to place",
		Doc: "Returns into which part of the numbers in a statistics object a number falls: the index of the first " +
			"bound whose percentile is not less than it, and the number of bounds if all are less. So with quartiles it is 0 in the " +
			"lowest quarter and 3 in the highest. Bounds after that one are not looked at.",
		Examples: []fn.Example{
			{Expr: "STATS_BIN(STATS_ADD(null, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 5)", Want: "1"},
			{Expr: "STATS_BIN(STATS_ADD(null, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 5, 'DECILE')", Want: "4"},
			{Expr: "STATS_BIN(STATS_ADD(null, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 9, [10, 50, 90])", Want: "2"},
		},
		Cost: fn.OwnCost,
		Body: statisticsBin,
	},
	{
		Name: "BIN",
		Params: []fn.Param{
			{Name: "number", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the number to place; what is not a number yields -1"},
			{Name: "bounds", Kinds: fn.List, Null: fn.NullAccepted, Optional: true, Doc: "the upper bounds of the bins, numbers in ascending order; null and an empty list yield -1"},
		},
		Result: fn.Int, ResultDoc: "the index of the bin, -1 if there is nothing to place",
		Doc: "Returns the index of the first bound that is not less than a number, and the number of bounds if all " +
			"are less. Bounds after that one are not looked at. NaN is above all bounds.",
		Examples: []fn.Example{
			{Expr: "BIN(7, [1, 5, 10])", Want: "2"},
			{Expr: "GET(['low', 'usual', 'high'], BIN(60, [50, 80]))", Want: "'usual'"},
			{Expr: "BIN(11, [1, 5, 10])", Want: "3"},
		},
		Cost: fn.OwnCost,
		Body: bin,
	},
}

// percentileSteps are those of an estimate.
const percentileSteps = 3

// sortingSteps are those of a number to sort, for each time that their number can be
// halved.
const sortingSteps = 0.25

// percentileOf returns a percentile, and charges what that takes.
func percentileOf(c *fn.Call, s *summary.Summary, arg int, percent float64) (float64, error) {
	switch {
	case s.IsWindow() && (percent <= 0 || percent > 100):
		return 0, fn.Argumentf(arg, "percentiles of a window are those above 0 to 100, and this is %s", value.Double(percent))
	case percent < 0 || percent > 100:
		return 0, fn.Argumentf(arg, "percentiles are those from 0 to 100, and this is %s", value.Double(percent))
	}
	steps := int64(percentileSteps)
	if n := s.Unsorted(); n > 0 {
		steps += int64(float64(n) * (1 + sortingSteps*float64(bits.Len(uint(n)))))
		if err := c.Allocate(8 * int64(n)); err != nil {
			return 0, err
		}
	}
	if err := c.Spend(steps); err != nil {
		return 0, err
	}
	return s.Percentile(percent), nil
}

func percentile(c *fn.Call) (value.Value, error) {
	s := summaryOf(c.Args[0])
	percent, ok, err := number(c, c.Args[1])
	if s == nil || !ok || err != nil {
		return value.Double(math.NaN()), err
	}
	p, err := percentileOf(c, s, 1, percent)
	return value.Double(p), err
}

// textSteps are those of 64 bytes of text to read as a number.
const textSteps fn.Cost = 6

// number converts an argument to a number; it is none if it is null.
func number(c *fn.Call, v value.Value) (x float64, ok bool, err error) {
	switch v.Kind() {
	case value.KindNull:
		return 0, false, nil
	case value.KindInt, value.KindLong, value.KindFloat, value.KindDouble:
	default:
		if err := c.Spend(textSteps.Steps(v.Size())); err != nil {
			return 0, false, err
		}
	}
	x, ok = value.ToDouble(v)
	return x, ok, nil
}

// splits are the percents of the bounds that have names.
var splits = map[string][]float64{
	"QUARTILE": {25, 50, 75},
	"QUINTILE": {20, 40, 60, 80},
	"DECILE":   {10, 20, 30, 40, 50, 60, 70, 80, 90},
}

func statisticsBin(c *fn.Call) (value.Value, error) {
	s, bounds := summaryOf(c.Args[0]), c.Arg(2)
	x, ok, err := number(c, c.Args[1])
	if err != nil {
		return value.Null, err
	}
	if bounds.Kind() == value.KindList {
		return place(c, x, bounds.Len(), ok && s != nil, func(i int) (float64, error) {
			percent, err := boundOf(c, bounds, i, 2)
			if err != nil {
				return 0, err
			}
			return percentileOf(c, s, 2, percent)
		})
	}
	percents := splits["QUARTILE"]
	if bounds.Kind() == value.KindString {
		if percents = splits[bounds.Str()]; percents == nil {
			return value.Null, fn.Argumentf(2, "there are no bounds %.40q; there are 'QUARTILE', 'QUINTILE', 'DECILE' and lists of percents", bounds.Str())
		}
	}
	return place(c, x, len(percents), ok && s != nil, func(i int) (float64, error) {
		return percentileOf(c, s, 2, percents[i])
	})
}

func bin(c *fn.Call) (value.Value, error) {
	x, ok, err := number(c, c.Args[0])
	if err != nil {
		return value.Null, err
	}
	bounds := c.Arg(1)
	return place(c, x, bounds.Len(), ok, func(i int) (float64, error) {
		return boundOf(c, bounds, i, 1)
	})
}

// boundOf returns an item of a list of bounds, which is argument arg.
func boundOf(c *fn.Call, bounds value.Value, i, arg int) (float64, error) {
	bound := bounds.Item(i)
	switch {
	case bound.IsNull():
		return 0, fn.Argumentf(arg, "bound %d is null", i+1)
	case !bound.IsNumber():
		return 0, fn.Typef(arg, "bound %d must be a number, and this is %s", i+1, fn.Of(bound.Kind()).Indefinite())
	}
	x, _, err := number(c, bound)
	return x, err
}

// place returns the index of the first bound that is not less than x, -1 if nothing can
// be placed.
func place(c *fn.Call, x float64, count int, placeable bool, bound func(i int) (float64, error)) (value.Value, error) {
	if !placeable || count == 0 {
		return value.Int(-1), nil
	}
	before := math.Inf(-1)
	for i := range count {
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		upper, err := bound(i)
		switch {
		case err != nil:
			return value.Null, err
		case upper < before:
			return value.Null, fn.Argumentf(fn.NoArg, "bounds must ascend, and bound %d, %s, is less than the one before it", i+1, value.Double(upper))
		case upper >= x:
			return value.Int(int32(i)), nil
		}
		before = upper
	}
	return value.Int(int32(count)), nil
}
