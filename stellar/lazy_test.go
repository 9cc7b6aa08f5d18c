package stellar_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestLazyArguments: they are evaluated when the body asks for them, in the surroundings
// of the call, whatever these are.
func TestLazyArguments(t *testing.T) {
	var evaluated []string
	noted := func(text string) string {
		evaluated = append(evaluated, text)
		return text
	}
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		stellar.Func("NOTE(text) -> the text", "Notes a text.", noted),
		stellar.Func("FAIL() -> nothing", "Fails.", func() (string, error) { return "", errors.New("it failed") }),
		{
			Name: "TWICE", Result: fn.List, ResultDoc: "both", Doc: "Evaluates its argument twice.",
			Params: []fn.Param{{Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Lazy: true, Doc: "anything"}},
			Body: func(c *fn.Call) (value.Value, error) {
				first, err := c.Value(0)
				if err != nil {
					return value.Null, err
				}
				second, err := c.Value(0)
				return value.ListOf(first, second), err
			},
		},
	}})
	require.NoError(t, err)
	for _, c := range []struct {
		expression string
		want       any
		evaluated  []string
	}{
		{"COALESCE(NOTE('a'), NOTE('b'))", "a", []string{"a"}},
		{"COALESCE(none, NOTE('b'))", "b", []string{"b"}},
		{"COALESCE()", nil, nil},
		{"TRY(NOTE('a'), NOTE('b'))", "a", []string{"a"}},
		{"TRY(FAIL(), NOTE('b'))", "b", []string{"b"}},
		{"TRY(FAIL())", nil, nil},
		{"TRY(TRY(FAIL(), FAIL()), NOTE('c'))", "c", []string{"c"}},
		{"TWICE(NOTE(name))", []any{"n", "n"}, []string{"n", "n"}},
		{"TWICE(NOTE)", []any{nil, nil}, nil},

		// What is around the call.
		{"MAP([1, 0], x -> TRY(6 / x, -1))", []any{6, -1}, nil},
		{"MAP([1, 2], x -> MAP([0, 1], y -> TRY(x / y, x + number)))", []any{[]any{8, 1}, []any{9, 2}}, nil},
		{"TRY(MAP([1, 0], x -> 6 / x), 'none')", "none", nil},
		{"COALESCE(none, x -> x)", "a lambda", nil},
		{"MAP([1, 2], TRY(x -> x * number, 0))", []any{7, 14}, nil},
		{"if TRY(FAIL(), true) then COALESCE(none, 'yes') else 'no'", "yes", nil},
		{"COALESCE(_, 1) == _", true, nil},
		{"COALESCE(map.key, 'none')", "v", nil},
	} {
		program, err := env.Compile(c.expression)
		require.NoError(t, err, c.expression)
		vars := stellar.Vars{"name": "n", "number": 7, "map": map[string]any{"key": "v"}}
		for _, variables := range []stellar.Resolver{vars, stellar.Lookup(func(name string) any { return vars[name] })} {
			if _, looksUp := variables.(stellar.Lookup); looksUp && c.want == true {
				continue // it has no list of names
			}
			evaluated = nil
			got, err := program.Eval(context.Background(), variables)
			require.NoError(t, err, c.expression)
			if c.want == "a lambda" {
				require.Implements(t, (*value.Lambda)(nil), got)
			} else {
				require.Equal(t, c.want, got, c.expression)
			}
			require.Equal(t, c.evaluated, evaluated, c.expression)

			evaluated = nil
			explanation, err := program.Explain(context.Background(), variables)
			require.NoError(t, err, c.expression)
			require.Equal(t, c.evaluated, evaluated, "explaining %s", c.expression)
			if c.want != "a lambda" {
				require.Equal(t, c.want, explanation.Value.Go(), c.expression)
			}
		}
	}
}

// TestTryLetsLimitsThrough: what ends an evaluation is not for an expression to catch.
func TestTryLetsLimitsThrough(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Limits: fn.Limits{Steps: 1000}})
	require.NoError(t, err)
	const long = "TRY(REDUCE(FILL_LEFT('', 'x', 5000), (n, x) -> n + 1, 0), 'caught')"
	_, err = env.Eval(context.Background(), long, nil)
	require.ErrorIs(t, err, stellar.ErrLimit)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = env.Eval(ctx, "TRY(MAP(l, x -> x), 'caught')", stellar.Vars{"l": make([]any, 5000)})
	require.Error(t, err)
}

// TestErrorOfLazyArgument: it is shown where it is.
func TestErrorOfLazyArgument(t *testing.T) {
	_, err := stellar.Eval(context.Background(), "COALESCE(none, 1 / zero)", stellar.Vars{"zero": 0})
	require.EqualError(t, err, "1:16: arithmetic error: division of 1 by the integer zero (with zero = 0)")
}
