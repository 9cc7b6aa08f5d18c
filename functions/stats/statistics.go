package stats

import (
	"errors"
	"math"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/summary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var statisticsFunctions = []fn.Func{
	{
		Name: "STATS_INIT",
		Params: []fn.Param{{
			Name: "window", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
			Doc: "how many of the last numbers count; all do if it is below 1 or not a number; a negative one is an error",
		}},
		Result: fn.Object, ResultType: summary.Statistics, ResultDoc: "a new statistics object",
		Doc: "Makes a statistics object, to which STATS_ADD adds numbers. With a window it keeps the last numbers " +
			"and describes these; without one it describes all numbers in constant space and can be merged.",
		Examples: []fn.Example{
			{Expr: "STATS_MEAN(STATS_ADD(STATS_INIT(), 1, 2, 3, 6))", Want: "3.0"},
			{Expr: "STATS_SUM(STATS_ADD(STATS_INIT(2), 1, 2, 3, 6))", Want: "9.0"},
		},
		Unary: initStatistics,
	},
	{
		Name: "STATS_ADD",
		Params: []fn.Param{
			{Name: "statistics", Kinds: fn.Object, Type: summary.Statistics, Null: fn.NullAccepted, Doc: "the statistics object to change; null makes a new one"},
			{Name: "numbers", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "numbers, or lists or sets of numbers; text is converted, null skipped"},
		},
		Result: fn.Object, ResultType: summary.Statistics, ResultDoc: "the statistics object",
		Doc: "Adds numbers to a statistics object and returns that object. The object " +
			"itself is changed, unless it is a field of the message or a constant: of these a changed copy is " +
			"returned. If one of the numbers cannot be added, none is. Without a window NaN is refused, as are " +
			"numbers whose fourth powers go beyond the range of a double.",
		Examples: []fn.Example{
			{Expr: "STATS_COUNT(STATS_ADD(null, 1, [2, 3], '4'))", Want: "4.0"},
			{Expr: "STATS_MAX(STATS_ADD(STATS_INIT(), 5, null, 7))", Want: "7.0"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   addToStatistics,
	},
	{
		Name: "STATS_MERGE",
		Params: []fn.Param{{
			Name: "statistics", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
			Doc: "a list of statistics objects without window; other items are skipped",
		}},
		Result: fn.Object, ResultType: summary.Statistics, ResultDoc: "a statistics object; null if there is none to merge",
		Doc: "Makes a statistics object that describes the numbers of several ones. If there is only one in " +
			"the list, it is that object itself.",
		Examples: []fn.Example{
			{Expr: "STATS_MEAN(STATS_MERGE([STATS_ADD(null, 1, 2), STATS_ADD(null, 6)]))", Want: "3.0"},
			{Expr: "STATS_MERGE([])", Want: "null"},
		},
		Cost:  fn.LookUpCost,
		Unary: mergeStatistics,
	},
	{
		Name: "STATS_COUNT", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the number of numbers, as a double",
		Doc:      "Returns how many numbers a statistics object describes.",
		Examples: []fn.Example{{Expr: "STATS_COUNT(STATS_ADD(null, 1, 2))", Want: "2.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Count),
	},
	{
		Name: "STATS_SUM", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the sum, 0.0 of no numbers",
		Doc:      "Returns the sum of the numbers in a statistics object.",
		Examples: []fn.Example{{Expr: "STATS_SUM(STATS_ADD(null, 1, 2))", Want: "3.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Sum),
	},
	{
		Name: "STATS_MEAN", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the mean, NaN of no numbers",
		Doc:      "Returns the arithmetic mean of the numbers in a statistics object.",
		Examples: []fn.Example{{Expr: "STATS_MEAN(STATS_ADD(null, 1, 2))", Want: "1.5"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Mean),
	},
	{
		Name: "STATS_MIN", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the minimum, NaN of no numbers",
		Doc:      "Returns the smallest of the numbers in a statistics object.",
		Examples: []fn.Example{{Expr: "STATS_MIN(STATS_ADD(null, 1, 2))", Want: "1.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Min),
	},
	{
		Name: "STATS_MAX", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the maximum, NaN of no numbers",
		Doc:      "Returns the largest of the numbers in a statistics object.",
		Examples: []fn.Example{{Expr: "STATS_MAX(STATS_ADD(null, 1, 2))", Want: "2.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Max),
	},
	{
		Name: "STATS_VARIANCE", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the variance",
		Doc: "Returns the unbiased variance of the numbers in a statistics object, whose divisor is their number " +
			"less one. Without a window it is -0.0 of no numbers and NaN of one; with a window NaN of none and " +
			"0.0 of one.",
		Examples: []fn.Example{{Expr: "STATS_VARIANCE(STATS_ADD(null, 1, 2, 3, 4, 5))", Want: "2.5"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Variance),
	},
	{
		Name: "STATS_SD", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the standard deviation",
		Doc:      "Returns the standard deviation of the numbers in a statistics object: the square root of STATS_VARIANCE.",
		Examples: []fn.Example{{Expr: "STATS_SD(STATS_ADD(null, 2, 4, 6))", Want: "2.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).StandardDeviation),
	},
	{
		Name: "STATS_POPULATION_VARIANCE", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the variance, NaN of no numbers",
		Doc:      "Returns the variance of the numbers in a statistics object with their number as the divisor.",
		Examples: []fn.Example{{Expr: "STATS_POPULATION_VARIANCE(STATS_ADD(null, 1, 2, 3, 4, 5))", Want: "2.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).PopulationVariance),
	},
	{
		Name: "STATS_GEOMETRIC_MEAN", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the geometric mean, NaN of no numbers",
		Doc: "Returns the geometric mean of the numbers in a statistics object: 0.0 if one of them is 0, NaN if " +
			"one is negative.",
		Examples: []fn.Example{{Expr: "STATS_GEOMETRIC_MEAN(STATS_ADD(null, 0, 5))", Want: "0.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).GeometricMean),
	},
	{
		Name: "STATS_QUADRATIC_MEAN", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the quadratic mean, NaN of no numbers",
		Doc: "Returns the quadratic mean of the numbers in a statistics object: the square root of the mean of " +
			"their squares.",
		Examples: []fn.Example{{Expr: "STATS_QUADRATIC_MEAN(STATS_ADD(null, 1, 7))", Want: "5.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).QuadraticMean),
	},
	{
		Name: "STATS_SUM_SQUARES", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the sum of the squares, 0.0 of no numbers",
		Doc:      "Returns the sum of the squares of the numbers in a statistics object.",
		Examples: []fn.Example{{Expr: "STATS_SUM_SQUARES(STATS_ADD(null, 1, 2, 3))", Want: "14.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).SumSquares),
	},
	{
		Name: "STATS_SUM_LOGS", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the sum of the logarithms, 0.0 of no numbers",
		Doc: "Returns the sum of the natural logarithms of the numbers in a statistics object: negative infinity " +
			"if one of them is 0, NaN if one is negative.",
		Examples: []fn.Example{{Expr: "STATS_SUM_LOGS(STATS_ADD(null, 1, 1))", Want: "0.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).SumLogs),
	},
	{
		Name: "STATS_SKEWNESS", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the skewness",
		Doc: "Returns the unbiased skewness of the numbers in a statistics object, which is 0 of symmetric numbers " +
			"and positive if the larger ones spread more. It is NaN of fewer than three numbers and of equal " +
			"ones.",
		Examples: []fn.Example{{Expr: "STATS_SKEWNESS(STATS_ADD(null, 1, 2, 3))", Want: "0.0"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Skewness),
	},
	{
		Name: "STATS_KURTOSIS", Params: statisticsParams,
		Result: fn.Double, ResultDoc: "the kurtosis",
		Doc: "Returns the unbiased excess kurtosis of the numbers in a statistics object, which is 0 of normally " +
			"distributed numbers and positive if more of them are far off. It is NaN of fewer than four numbers " +
			"and of equal ones.",
		Examples: []fn.Example{{Expr: "STATS_KURTOSIS(STATS_ADD(null, 1, 2, 3))", Want: "NaN"}},
		Cost:     fn.LookUpCost,
		Unary:    figure((*summary.Summary).Kurtosis),
	},
}

var statisticsParams = []fn.Param{{
	Name: "statistics", Kinds: fn.Object, Type: summary.Statistics, Null: fn.NullAccepted, Doc: "a statistics object; null yields NaN",
}}

func initStatistics(window value.Value, budget fn.Budget) (value.Value, error) {
	size, _ := window.Number()
	switch {
	case size < 0 || size > math.MaxInt32:
		return value.Null, fn.Argumentf(0, "a window of %s numbers, where 0 to %d are possible", window, math.MaxInt32)
	case !(size >= 1): // NaN too
		return value.Object(summary.New()), nil
	case size > float64(budget.Limits().Elements):
		return value.Null, fn.Limitf(0, "a window of %s numbers, where Elements allows %d", window, budget.Limits().Elements)
	}
	return value.Object(summary.NewWindow(int(size))), nil
}

// summaryOf returns the summary that an argument wraps, nil for other values.
func summaryOf(v value.Value) *summary.Summary {
	s, _ := v.Object().(*summary.Summary)
	return s
}

// figure makes the body of a function that reads one figure off a summary.
func figure(get func(*summary.Summary) float64) fn.Unary {
	return func(v value.Value, budget fn.Budget) (value.Value, error) {
		s := summaryOf(v)
		if s == nil {
			return value.Double(math.NaN()), nil
		}
		if err := budget.Spend(s.Steps()); err != nil {
			return value.Null, err
		}
		return value.Double(get(s)), nil
	}
}

// addToStatistics implements STATS_ADD. The usual case, a number for statistics of the
// evaluation, comes first.
func addToStatistics(c *fn.Call) (value.Value, error) {
	if len(c.Args) != 2 {
		return addAll(c)
	}
	var x float64
	switch number := c.Args[1]; number.Kind() {
	case value.KindDouble:
		x = number.Float64()
	case value.KindInt, value.KindLong:
		x = float64(number.Int64())
	default:
		return addAll(c)
	}
	object := c.Args[0]
	if object.Frozen() {
		return addAll(c)
	}
	if err := c.Spend(1 + stepsPerNumber); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(bytesPerNumber); err != nil {
		return value.Null, err
	}
	if err := summaryOf(object).Add(x); err != nil {
		return value.Null, notAdded(err)
	}
	return object, nil
}

func addAll(c *fn.Call) (value.Value, error) {
	var few [8]float64 // keeps the usual call from allocating
	numbers := few[:0]
	for i, arg := range c.Args[1:] {
		var err error
		if numbers, err = appendNumbers(c, numbers, i+1, arg); err != nil {
			return value.Null, err
		}
	}
	if object := c.Args[0]; object.Frozen() { // and copied
		if err := spendOnCopy(c, object); err != nil {
			return value.Null, err
		}
	}
	object := c.Args[0].Writable()
	if object.IsNull() {
		object = value.Object(summary.New())
		if err := c.Allocate(object.Size()); err != nil {
			return value.Null, err
		}
	}
	return object, addNumbers(c, object, numbers)
}

// What a number takes and makes that is added to statistics.
const (
	stepsPerNumber = 2
	bytesPerNumber = 48
	numbersAtOnce  = 1000
)

// addNumbers adds all numbers or, if there is an error, none. Many are added to a
// copy first, as the evaluation may end meanwhile.
func addNumbers(c *fn.Call, object value.Value, numbers []float64) error {
	if err := c.Allocate(int64(len(numbers)) * bytesPerNumber); err != nil {
		return err
	}
	s := summaryOf(object)
	if len(numbers) <= numbersAtOnce {
		if err := c.Spend(int64(len(numbers)) * stepsPerNumber); err != nil {
			return err
		}
		return notAdded(s.Add(numbers...))
	}
	if err := spendOnCopy(c, object); err != nil {
		return err
	}
	changed := s.Clone()
	for len(numbers) > 0 {
		some := numbers[:min(numbersAtOnce, len(numbers))]
		numbers = numbers[len(some):]
		if err := c.Spend(int64(len(some)) * stepsPerNumber); err != nil {
			return err
		}
		if err := changed.Add(some...); err != nil {
			return notAdded(err)
		}
	}
	*s = *changed
	return nil
}

func spendOnCopy(c *fn.Call, object value.Value) error {
	if err := c.Spend(fn.Cost(0).Steps(object.Size())); err != nil {
		return err
	}
	return c.Allocate(object.Size())
}

// appendNumbers appends the number that argument arg of the call is, or those
// of a list or set; nested ones convert to their first item.
func appendNumbers(c *fn.Call, numbers []float64, arg int, v value.Value) ([]float64, error) {
	if v.Kind() != value.KindList && v.Kind() != value.KindSet {
		return appendNumber(c, numbers, arg, v)
	}
	for item := range iterate.Items(v) {
		var err error
		if numbers, err = appendNumber(c, numbers, arg, item); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

func appendNumber(c *fn.Call, numbers []float64, arg int, v value.Value) ([]float64, error) {
	steps := int64(1)
	if v.Kind() == value.KindString {
		steps += textSteps.Steps(v.Size())
	}
	if err := c.Spend(steps); err != nil {
		return nil, err
	}
	if v.IsNull() {
		return numbers, nil
	}
	x, ok := value.ToDouble(v)
	switch {
	case ok:
		return append(numbers, x), nil
	case v.Kind() == value.KindString:
		return nil, fn.Argumentf(arg, "the text %.40q is not a number", v.Str())
	}
	return nil, fn.Argumentf(arg, "%s given where a number is needed", v.Kind())
}

// notAdded returns the error of a call for one of adding or merging, nil for nil.
func notAdded(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, summary.ErrOverflow) || errors.Is(err, summary.ErrUnderflow) {
		return &fn.Error{Kind: fn.ErrArithmetic, Arg: fn.NoArg, Msg: err.Error(), Cause: err}
	}
	return fn.Argumentf(fn.NoArg, "%v", err)
}

// mergeSteps are those of 24 bytes to merge.
const mergeSteps = 2

func mergeStatistics(statistics value.Value, budget fn.Budget) (value.Value, error) {
	list := statistics.List()
	if list == nil {
		return value.Null, nil
	}
	if err := budget.Spend(int64(list.Len())); err != nil {
		return value.Null, err
	}
	var summaries []*summary.Summary
	only := value.Null
	for item := range list.All() {
		if s := summaryOf(item); s != nil {
			summaries = append(summaries, s)
			only = item
		}
	}
	if len(summaries) < 2 {
		return only, nil
	}
	merged := summary.New()
	for _, s := range summaries {
		if err := budget.Spend(mergeSteps * s.Weight()); err != nil {
			return value.Null, err
		}
		if err := merged.Merge(s); err != nil {
			return value.Null, notAdded(err)
		}
	}
	return value.Object(merged), nil
}
