package stellar_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// fuzzLimits are so small that whatever keeps them takes little time.
var fuzzLimits = stellar.Limits{SourceLength: 4096, Depth: 100, Steps: 20_000, Memory: 4 << 20, Elements: 2000, StringLength: 4096}

// fuzzTime is what nothing may take. It is generous, as fuzzing keeps the
// machine busy.
const fuzzTime = 5 * time.Second

// addSeeds adds the expressions of every nth vector.
func addSeeds(f *testing.F, n int, add func(expression string)) {
	files, err := filepath.Glob("testdata/conformance/*.jsonl")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		for i, v := range readVectors(f, file) {
			if i%n == 0 {
				add(v.Expr)
			}
		}
	}
}

// FuzzCompile compiles any text, and evaluates it without variables if it is an
// expression.
func FuzzCompile(f *testing.F) {
	addSeeds(f, 50, func(expression string) { f.Add(expression) })
	env := newEnv(f, stellar.Options{Limits: fuzzLimits})
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		program, err := env.Compile(text)
		requireSoundError(t, text, err)
		if err == nil {
			ctx, cancel := context.WithTimeout(context.Background(), fuzzTime)
			defer cancel()
			_, err = program.Value(ctx, nil)
			requireSoundError(t, text, err)
		}
		require.Less(t, time.Since(start), fuzzTime, text)
	})
}

// requireSoundError checks what holds of every error of an expression.
func requireSoundError(t testing.TB, expression string, err error) {
	if err == nil {
		return
	}
	var e *stellar.Error
	require.ErrorAs(t, err, &e, expression)
	require.NotZero(t, e.Kind, expression)
	require.NotContains(t, e.Error(), "internal error", expression)
	require.NotErrorIs(t, err, context.DeadlineExceeded, expression)
	require.Equal(t, expression, e.Source)
	require.True(t, 0 <= e.Range.Start && e.Range.Start <= e.Range.End && e.Range.End <= len(expression), "%v of %q", e.Range, expression)
	require.NotEmpty(t, e.Snippet(), expression)
}

// FuzzEval evaluates a random expression over a random message in all ways there
// are, which must agree and leave the message as it is.
func FuzzEval(f *testing.F) {
	addSeeds(f, 50, func(expression string) { f.Add([]byte(expression)) })
	env := newEnv(f, stellar.Options{Limits: fuzzLimits})
	functions := env.Functions()
	f.Fuzz(func(t *testing.T, bytes []byte) {
		g := newGenerator(bytes, functions)
		message := g.message()
		expression := g.expression(one(g, kinds), 1+g.choose(4))
		requireOneOutcome(t, env, expression, message)
		require.Equal(t, newGenerator(bytes, functions).message(), message, expression)
	})
}

// TestOneOutcome keeps what was found by fuzzing, as expressions, for the bytes
// of FuzzEval mean something else when a function is added.
func TestOneOutcome(t *testing.T) {
	env := newEnv(t, stellar.Options{Limits: fuzzLimits})
	message := map[string]any{"a": 1, "text": "42", "list": []any{1, "a", nil}, "map": map[string]any{"k": 1.5}}
	for _, expression := range []string{
		"7 <= text", // the error had the sides exchanged
		"text > 7",
		"(match { map => 1, default => STATS_KURTOSIS([], REGEXP_GROUP_VAL('', '', '', '')) })",
		"(match { missing => 1, default => STATS_KURTOSIS([], REGEXP_GROUP_VAL('', '', '', '')) })",
		"[" + strings.Repeat("1, ", 2000) + "1]", // a constant over the limit of elements
		"{" + strings.Repeat("1 : 1, ", 500) + "2 : [" + strings.Repeat("1, ", 1000) + "1]}",
		"MAP([[1, 2]], list -> [LIST_ADD(list, 3), list])",
		"match { true => x -> 1 / 0, default => 1 }",
	} {
		requireOneOutcome(t, env, expression, message)
	}
}

// requireOneOutcome evaluates an expression in all ways there are.
func requireOneOutcome(t *testing.T, env *stellar.Env, expression string, message map[string]any) {
	program, err := env.Compile(expression)
	requireSoundError(t, expression, err)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), fuzzTime)
	defer cancel()
	want, wantErr := program.Value(ctx, stellar.Vars(message))
	requireSoundError(t, expression, wantErr)

	fields, err := stellar.JSON(value.FromGo(message).AppendJSON(nil))
	require.NoError(t, err)
	got, err := program.Value(ctx, fields)
	requireSameOutcome(t, expression, want, wantErr, got, err)

	if !slices.Contains(program.Variables(), "_") { // which is empty there
		got, err = program.Value(ctx, stellar.Lookup(func(name string) any { return message[name] }))
		requireSameOutcome(t, expression, want, wantErr, got, err)
	}
	for _, variables := range []stellar.Resolver{stellar.Vars(message), fields} {
		b, err := program.Test(ctx, variables)
		requireTestAgrees(t, expression, want, wantErr, b, err)
	}

	explanation, err := program.Explain(ctx, stellar.Vars(message))
	if wantErr == nil {
		requireSameOutcome(t, expression, want, nil, explanation.Value, err)
	}
	// Of two mistakes the compiler may know the second beforehand, and Explain
	// meets the first.
	require.Equal(t, wantErr == nil, err == nil, "%s: %v, %v", expression, wantErr, err)
	requireSoundError(t, expression, err)
	requireSound(t, explanation)
	require.NotEmpty(t, explanation.String())
}

// requireTestAgrees checks Test by the outcome of Value.
func requireTestAgrees(t testing.TB, expression string, v value.Value, wantErr error, b bool, err error) {
	switch {
	case wantErr != nil:
		require.EqualError(t, err, wantErr.Error(), expression)
	case v.IsNull() || v.Kind() == value.KindBool:
		require.NoError(t, err, expression)
		require.Equal(t, v.Bool(), b, expression)
	default:
		require.True(t, errors.Is(err, stellar.ErrType), "%s gives %v", expression, err)
	}
}
