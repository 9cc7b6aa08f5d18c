package stellar_test

import (
	"context"
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
