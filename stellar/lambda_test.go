package stellar_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

func mustValue(t *testing.T, expression string, vars stellar.Vars) value.Value {
	program, err := stellar.Compile(expression)
	require.NoError(t, err)
	v, err := program.Value(context.Background(), vars)
	require.NoError(t, err)
	return v
}

// TestLambdaOfAnotherExpression: an error in a lambda that came in a variable
// points at the call of the expression at hand, not into a text it does not have.
func TestLambdaOfAnotherExpression(t *testing.T) {
	divide := mustValue(t, "x -> (1000000 + 1000000 + 1000000) / x", nil)
	program, err := stellar.Compile("MAP([0], f)")
	require.NoError(t, err)
	_, err = program.Value(context.Background(), stellar.Vars{"f": divide})
	require.ErrorIs(t, err, stellar.ErrArithmetic)
	var e *stellar.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "MAP([0], f)", e.Source[e.Range.Start:e.Range.End])
	require.Equal(t, "MAP", e.Function)
	require.Equal(t, "MAP: in a lambda of another expression: division of 3000000 by the integer zero", e.Message)

	// By way of a third expression, which is as little at hand, nothing changes.
	through := mustValue(t, "x -> GET(MAP([x], f), 0)", stellar.Vars{"f": divide})
	_, err = program.Value(context.Background(), stellar.Vars{"f": through})
	var further *stellar.Error
	require.ErrorAs(t, err, &further)
	require.Equal(t, e.Message, further.Message)
	require.Equal(t, e.Range, further.Range)
}

// TestLambdaKeepsNoState: what a lambda captured is frozen with it, as several
// evaluations may call it at once.
func TestLambdaKeepsNoState(t *testing.T) {
	add := mustValue(t, "GET(MAP([[start]], list -> x -> LIST_ADD(list, x)), 0)", stellar.Vars{"start": 1})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, err := stellar.Eval(context.Background(), "MAP([2], add)", stellar.Vars{"add": add})
			require.NoError(t, err)
			require.Equal(t, []any{[]any{1, 2}}, got)
		})
	}
	group.Wait()
}

// TestChangeShowsByAllNames: a list that a function changes is seen changed by
// each name it has, wherever its literal stands.
func TestChangeShowsByAllNames(t *testing.T) {
	const changed = "GET(MAP([[]], l -> [LIST_ADD(l, 1), l]), 0)"
	for expression, want := range map[string]any{
		changed:                             []any{[]any{1}, []any{1}},
		"[[1], [1]] in [" + changed + "]":   true,
		"[[1], [1]] in [[" + changed + "]]": false,
		"[1] in [[1], [2]] and LENGTH(LIST_ADD([], 1)) == 1": true,
	} {
		got, err := stellar.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
}

// TestArithmeticOfLambda: constants in the body of a lambda, which are computed with
// ahead, do what the same numbers in variables do.
func TestArithmeticOfLambda(t *testing.T) {
	for _, body := range []string{
		"x + a", "a - x", "x - a", "x * a", "a * (b - x) * a + b", "a - (b - (x * b - a))", "(x + b) * b * b - a",
		"x / a", "a / (x - b)", "x + 1.5 - a", "x * 2L + a",
	} {
		for _, items := range []any{
			[]any{1, -3, 0, 2147483647, -2147483648}, []int64{4, 1 << 31, 1 << 62}, []any{7, 2.5, float32(0.5), 3},
			[]any{1, "text", 2}, []any{1, nil}, []any{[]any{1}}, []any{},
		} {
			constant := strings.NewReplacer("a", "7", "b", "2147483629").Replace(body)
			vars := stellar.Vars{"items": items, "a": 7, "b": 2147483629}
			want, wantErr := stellar.Eval(context.Background(), "MAP(items, x -> "+body+")", vars)
			got, err := stellar.Eval(context.Background(), "MAP(items, x -> "+constant+")", vars)
			require.Equal(t, wantErr == nil, err == nil, "%s of %v", constant, items)
			require.Equal(t, want, got, "%s of %v", constant, items)
		}
	}
}

// TestLimitsOfMap: the items of a list count as those of a set and a string do, also
// where the lambda is arithmetic.
func TestLimitsOfMap(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{Elements: 50, Steps: 5000}})
	require.NoError(t, err)
	eval := func(expression string, items int) error {
		list := make([]any, items)
		for i := range list {
			list[i] = i
		}
		program, err := env.Compile(expression)
		require.NoError(t, err)
		_, err = program.Eval(context.Background(), stellar.Vars{"list": list})
		return err
	}
	require.NoError(t, eval("LENGTH(MAP(list, x -> x + 1))", 49))
	for _, lambda := range []string{"x -> x + 1", "x -> [x]", "x -> x"} {
		require.ErrorContains(t, eval("MAP(list, "+lambda+")", 60), "the results have more elements than the limit of 50")
	}
	require.ErrorContains(t, eval("REDUCE(list, (n, i) -> n + LENGTH(MAP(list, x -> x + 1)), 0)", 45), "more than the limit of 5000 steps")

	ended, end := context.WithCancel(context.Background())
	end()
	program, err := env.Compile("MAP(list, x -> x + 1)")
	require.NoError(t, err)
	_, err = program.Eval(ended, stellar.Vars{"list": []any{1}})
	require.ErrorIs(t, err, context.Canceled)
}
