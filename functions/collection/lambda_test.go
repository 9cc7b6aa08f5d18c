package collection

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// goLambda is a lambda written in Go.
type goLambda struct {
	apply func(x, y value.Value) (value.Value, error)
}

func (*goLambda) Params() []string { return []string{"x", "y"} }

// goEvaluation is an evaluation whose lambdas are written in Go.
type goEvaluation struct {
	fn.Evaluation
	limits fn.Limits
}

func (e *goEvaluation) Limits() *fn.Limits { return &e.limits }

func (e *goEvaluation) NewList(room int) *value.List { return value.NewListSize(room) }
func (*goEvaluation) Spend(int64) error              { return nil }
func (*goEvaluation) Allocate(int64) error           { return nil }

func (e *goEvaluation) Apply(l value.Lambda, x, y value.Value) (value.Value, error) {
	return l.(*goLambda).apply(x, y)
}

func (e *goEvaluation) ApplyToEach(l value.Lambda, items value.Value, results *value.List) error {
	for item := range items.List().All() {
		result, err := e.Apply(l, item, value.Null)
		if err != nil {
			return err
		}
		results.Append(result)
	}
	return nil
}

func lambdaCall(limits fn.Limits, apply func(x, y value.Value) (value.Value, error), args ...value.Value) *fn.Call {
	lambda := value.FromLambda(&goLambda{apply})
	args = append([]value.Value{args[0], lambda}, args[1:]...)
	return &fn.Call{Args: args, Evaluation: &goEvaluation{limits: limits.WithDefaults()}}
}

func TestMapAllocatesOnlyItsResult(t *testing.T) {
	increment := func(x, _ value.Value) (value.Value, error) { return value.Add(x, value.Int(1)) }
	positive := func(x, _ value.Value) (value.Value, error) { return value.Bool(x.Int64() > 0), nil }
	three := value.ListOf(value.Int(1), value.Int(2), value.Int(3))
	threeInSet := value.FromSet(value.NewSet(value.Int(1), value.Int(2), value.Int(3)))
	const list = 1 // with its items in one piece of memory
	for _, c := range []struct {
		name string
		body fn.Body
		call *fn.Call
		want float64
	}{
		{"MAP of a list", mapItems, lambdaCall(fn.Limits{}, increment, three), list},
		{"MAP of a set", mapItems, lambdaCall(fn.Limits{}, increment, threeInSet), list},
		{"FILTER", filterItems, lambdaCall(fn.Limits{}, positive, three), list},
		{"FILTER of a string", filterItems, lambdaCall(fn.Limits{}, positive, value.String("añ😀")), list},
		{"REDUCE", reduceItems, lambdaCall(fn.Limits{}, value.Add, three, value.Int(0)), 0},
	} {
		got := testing.AllocsPerRun(100, func() {
			if _, err := c.body(c.call); err != nil {
				panic(err)
			}
		})
		require.Equal(t, c.want, got, c.name)
	}
}

func TestItemsAddedMeanwhileAreNotVisited(t *testing.T) {
	list := value.ListOf(value.Int(1), value.Int(2))
	call := lambdaCall(fn.Limits{}, func(x, _ value.Value) (value.Value, error) {
		list.List().Append(x)
		return x, nil
	}, list)
	result, err := mapItems(call)
	require.NoError(t, err)
	require.Equal(t, "[1, 2]", result.String())
	require.Equal(t, "[1, 2, 1, 2]", list.String())
}

func TestSetChangedWhileMapped(t *testing.T) {
	set := value.FromSet(value.NewSet(value.Int(1), value.Int(2), value.Int(3), value.Int(4)))
	call := lambdaCall(fn.Limits{}, func(x, _ value.Value) (value.Value, error) {
		set.Set().Remove(x)
		return x, nil
	}, set)
	result, err := mapItems(call)
	require.NoError(t, err)
	require.Equal(t, "[1, 2, 3, 4]", result.String())
	require.Equal(t, "[]", set.String())
}

func TestLimitOfElements(t *testing.T) {
	limits := fn.Limits{Elements: 5}
	identity := func(x, _ value.Value) (value.Value, error) { return x, nil }
	long := value.String("abcdef")

	for name, body := range map[string]fn.Body{"MAP": mapItems, "FILTER": filterItems} {
		call := lambdaCall(limits, identity, long)
		_, err := body(call)
		require.ErrorIs(t, err, fn.ErrLimit, name)
		call.Args[1] = value.Null
		_, err = body(call)
		require.ErrorIs(t, err, fn.ErrLimit, name)
	}

	three := value.ListOf(value.Int(1), value.Int(2), value.Int(3))
	call := &fn.Call{Args: []value.Value{three, three}, Evaluation: &goEvaluation{limits: limits.WithDefaults()}}
	_, err := zip(call, func(a, b int) int { return min(a, b) })
	require.ErrorIs(t, err, fn.ErrLimit)
}
