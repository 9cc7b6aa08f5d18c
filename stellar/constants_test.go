package stellar_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestConstants: a name that stands for a value does so in all ways to evaluate, whatever
// variables there are, and the value stays what it is.
func TestConstants(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	with := env.WithConstants(map[string]value.Value{"c": value.ListOf(value.String("a"), value.Int(2))})
	vars := stellar.Vars{"c": []any{"x"}, "d": map[string]any{"c": 1}, "x": "a"}
	for expression, want := range map[string]any{
		"x in c":                    true,
		"'x' in c":                  false,
		"c":                         []any{"a", 2},
		"`c`":                       []any{"a", 2},
		"MAP([1], c -> c + 1)":      []any{2},
		"MAP([1], y -> LENGTH(c))":  []any{2},
		"d.c":                       1,
		"LIST_ADD(c, 3)":            []any{"a", 2, 3},
		"[LIST_ADD(c, 3), c, x]":    []any{[]any{"a", 2, 3}, []any{"a", 2}, "a"},
		"LENGTH(c) == 2 and x == 3": false,
	} {
		program, err := with.Compile(expression)
		require.NoError(t, err, expression)
		for range 2 {
			got, err := program.Eval(context.Background(), vars)
			require.NoError(t, err, expression)
			require.Equal(t, want, got, expression)
		}
		explanation, err := program.Explain(context.Background(), vars)
		require.NoError(t, err, expression)
		require.NotContains(t, explanation.String(), "c → ['x']")
	}
	got, err := env.Eval(context.Background(), "c", vars)
	require.NoError(t, err)
	require.Equal(t, []any{"x"}, got, "the environment itself has none")

	_, err = with.Eval(context.Background(), "x / 0 + LENGTH(c)", vars)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "c =")
}
