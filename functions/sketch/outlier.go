package sketch

import (
	"errors"
	"math"

	"github.com/stellarlang/stellar/functions/sketch/internal/deviation"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var outlierFunctions = []fn.Func{
	{
		Name: "OUTLIER_MAD_STATE_MERGE",
		Params: []fn.Param{
			{Name: "states", Kinds: fn.List, Null: fn.NullAccepted, Doc: "a list of earlier states, whose numbers are the usual ones; null is like an empty list"},
			{Name: "current", Kinds: fn.Object, Type: deviation.OutlierState, Null: fn.NullAccepted, Optional: true, Doc: "one more earlier state, such as the one that a profile has so far"},
		},
		Result: fn.Object, ResultType: deviation.OutlierState, ResultDoc: "a new state",
		Doc: "Makes a state by which OUTLIER_MAD_SCORE tells how unusual a number is, and to which OUTLIER_MAD_ADD adds numbers. It begins with the numbers that were added " +
			"to the earlier states, but not with those that these began with themselves. So a profile that makes a state an hour, of those of the last " +
			"hours, forgets what is long ago.",
		Examples: []fn.Example{
			{Expr: "OUTLIER_MAD_SCORE(OUTLIER_MAD_STATE_MERGE([OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 2, 3, 4, 100])]), 100, 1) > 50", Want: "true"},
			{Expr: "OUTLIER_MAD_SCORE(OUTLIER_MAD_STATE_MERGE(null), 5)", Want: "NaN"},
		},
		Cost: fn.OwnCost,
		Body: mergeOutliers,
	},
	{
		Name: "OUTLIER_MAD_ADD",
		Params: []fn.Param{
			{Name: "state", Kinds: fn.Object, Type: deviation.OutlierState, Null: fn.NullAccepted, Doc: "the state to change; null yields null"},
			{Name: "numbers", Kinds: fn.Number | fn.List, Null: fn.NullAccepted, Doc: "a number, or a list of numbers; null and NaN are skipped, but null in a list is an error"},
		},
		Result: fn.Object, ResultType: deviation.OutlierState, ResultDoc: "the state",
		Doc: "Adds numbers to those by which OUTLIER_MAD_SCORE judges, and returns the state. The state itself is changed, unless it is a field of the message or a constant: " +
			"of these a changed copy is returned. How far a number is from the median counts as it was when the number came. Numbers so far apart that " +
			"the fourth powers of their differences are beyond the range of a double are refused.",
		Examples: []fn.Example{
			{Expr: "OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [5, 7]), 10)", Want: "1.349"},
			{Expr: "OUTLIER_MAD_ADD(null, 5)", Want: "null"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   addToOutliers,
	},
	{
		Name: "OUTLIER_MAD_SCORE",
		Params: []fn.Param{
			{Name: "state", Kinds: fn.Object, Type: deviation.OutlierState, Null: fn.NullAccepted, Doc: "a state; null yields NaN"},
			{Name: "number", Kinds: fn.Number, Null: fn.NullAccepted, Doc: "the number to judge; null yields NaN"},
			{Name: "scale", Kinds: fn.Number, Null: fn.NullAccepted, Optional: true, Doc: "what the result is multiplied by, by default and for null 0.6745"},
		},
		Result: fn.Double, ResultDoc: "the score; NaN of fewer than two numbers",
		Doc: "Tells how unusual a number is: its distance from the median, divided by the median of such distances and multiplied by the scale. With the default scale it is " +
			"about the number of standard deviations if numbers are distributed normally; above 3.5 a number is usually called an outlier. Unlike mean and standard deviation, " +
			"the median does not follow the outliers that were added. If more than half of the distances are 0, the score is Infinity, or NaN for the median itself.",
		Examples: []fn.Example{
			{Expr: "OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 2, 3, 4, 100]), 100) > 3.5", Want: "true"},
			{Expr: "OUTLIER_MAD_SCORE(OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 2, 3, 4, 100]), 3)", Want: "0.0"},
		},
		Cost: fn.OwnCost,
		Body: scoreOutlier,
	},
}

func mergeOutliers(c *fn.Call) (value.Value, error) {
	states := c.Args[0]
	if err := c.Allocate(bytesPerState); err != nil {
		return value.Null, err
	}
	merged := &deviation.State{}
	if current, ok := c.Arg(1).Object().(*deviation.State); ok {
		if err := remember(c, merged, current); err != nil {
			return value.Null, err
		}
	}
	for i := range states.Len() {
		s, err := member[*deviation.State](i, states.Item(i), deviation.OutlierState)
		if err != nil {
			return value.Null, err
		}
		if err := remember(c, merged, s); err != nil {
			return value.Null, err
		}
	}
	return value.Object(merged), nil
}

// remember merges a state into another one, and charges it. What is merged of digests
// has no more parts than both.
func remember(c *fn.Call, merged, earlier *deviation.State) error {
	size := earlier.Weight() * value.WeightSize
	if err := c.Spend(mergeDigestSteps + fn.Cost(mergeSteps).Steps(size)); err != nil {
		return err
	}
	if err := c.Allocate(size); err != nil {
		return err
	}
	merged.Remember(earlier)
	return nil
}

// What digests take, however many numbers they describe.
const (
	mergeDigestSteps = 200
	scoreSteps       = 4
	stepsPerNumber   = 10
	bytesPerNumber   = 4 * 24
	bytesPerState    = 1 << 10
	numbersAtOnce    = 1000
)

func addToOutliers(c *fn.Call) (value.Value, error) {
	numbers := c.Args[1]
	var few [8]float64 // keeps the usual call from allocating
	added := few[:0]
	switch {
	case numbers.Kind() == value.KindList:
		if err := c.Allocate(int64(numbers.Len()) * 8); err != nil {
			return value.Null, err
		}
		for i := range numbers.Len() {
			if err := c.Spend(1); err != nil {
				return value.Null, err
			}
			item := numbers.Item(i)
			x, ok := item.Number()
			if item.IsNull() {
				return value.Null, fn.Argumentf(1, "item %d is null where a number is needed", i+1)
			} else if !ok {
				return value.Null, fn.Typef(1, "item %d is %s where a number is needed", i+1, indefinite(item))
			}
			added = append(added, x)
		}
	case !numbers.IsNull():
		x, _ := numbers.Number()
		added = append(added, x)
	}
	if c.Args[0].IsNull() || len(added) == 0 {
		return c.Args[0], nil
	}
	state, err := writable(c, c.Args[0])
	if err != nil {
		return value.Null, err
	}
	return state, addNumbers(c, state.Object().(*deviation.State), added)
}

// addNumbers adds all numbers or, if there is an error, none. Many are added to a copy
// first, as the evaluation may end meanwhile.
func addNumbers(c *fn.Call, s *deviation.State, numbers []float64) error {
	if err := c.Allocate(int64(len(numbers)) * bytesPerNumber); err != nil {
		return err
	}
	changed := s
	if len(numbers) > numbersAtOnce {
		if err := c.Allocate(s.Weight() * value.WeightSize); err != nil {
			return err
		}
		changed = s.Clone()
	}
	for len(numbers) > 0 {
		some := numbers[:min(numbersAtOnce, len(numbers))]
		numbers = numbers[len(some):]
		if err := c.Spend(int64(len(some)) * stepsPerNumber); err != nil {
			return err
		}
		if err := changed.Add(some...); errors.Is(err, deviation.ErrRange) {
			return &fn.Error{Kind: fn.ErrArithmetic, Arg: 1, Msg: err.Error(), Cause: err}
		} else if err != nil {
			return err
		}
	}
	if changed != s {
		*s = *changed
	}
	return nil
}

func scoreOutlier(c *fn.Call) (value.Value, error) {
	s, ok := c.Args[0].Object().(*deviation.State)
	x, known := c.Args[1].Number()
	if !ok || !known {
		return value.Double(math.NaN()), nil
	}
	scale := float64(deviation.Scale)
	if given, ok := c.Arg(2).Number(); ok {
		scale = given
	}
	if err := c.Spend(scoreSteps); err != nil {
		return value.Null, err
	}
	return value.Double(s.Score(x, scale)), nil
}
