package stellar_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
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
		expression, message := newGenerator(bytes, functions).program()
		requireOneOutcome(t, env, expression, message)
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
