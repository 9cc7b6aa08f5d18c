package text_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/text"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func TestRegexpErrors(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{Steps: 100_000, StringLength: 1000}})
	require.NoError(t, err)
	vars := stellar.Vars{
		"xs": strings.Repeat("x", 60), "long": strings.Repeat("x", 900), "slow": `(?=.)(x+x+)+y`, "bad": `(`,
	}
	for _, c := range []struct {
		expression string
		kind       error
	}{
		{`REGEXP_MATCH(xs, '(?=.)(x+x+)+y')`, stellar.ErrLimit},
		{`REGEXP_MATCH(xs, slow)`, stellar.ErrLimit},
		{`REGEXP_GROUP_VAL(xs, slow, 1)`, stellar.ErrLimit},
		{`REGEXP_REPLACE(xs, slow, 'y')`, stellar.ErrLimit},
		{`REGEXP_REPLACE(long, 'x', 'yy')`, stellar.ErrLimit},
		{`REGEXP_MATCH(long, '(?:x{1,30}){1,30}')`, stellar.ErrLimit},
		{`REGEXP_MATCH(xs, '(')`, stellar.ErrArgument},
		{`REGEXP_MATCH(xs, bad)`, stellar.ErrArgument},
		{`REGEXP_MATCH(xs, ['y', bad])`, stellar.ErrArgument},
		{`REGEXP_MATCH(xs, ['y', '('])`, stellar.ErrArgument},
		{`REGEXP_REPLACE(xs, 'x', '$1')`, stellar.ErrArgument},
		{`REGEXP_GROUP_VAL(xs, '(x)+', -1)`, stellar.ErrArgument},
	} {
		_, err := env.Eval(context.Background(), c.expression, vars)
		require.ErrorIs(t, err, c.kind, c.expression)
	}
}

// TestRegexpDynamic uses more patterns that are not constant than are kept.
func TestRegexpDynamic(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	program, err := env.Compile(`REGEXP_GROUP_VAL('ab', pattern, 1)`)
	require.NoError(t, err)
	for range 2 {
		for n := range 300 {
			vars := stellar.Vars{"pattern": "a{1," + strings.Repeat("0", n) + "1}(.*)"}
			got, err := program.Eval(context.Background(), vars)
			require.NoError(t, err)
			require.Equal(t, "b", got)
		}
	}
}

// endedEvaluation is one that nobody wants any more.
type endedEvaluation struct{ fn.Evaluation }

func (endedEvaluation) Spend(int64) error { return context.Canceled }

// A list may hold many patterns, each of which may cost all that is allowed.
func TestMatchEndsWithContext(t *testing.T) {
	match := text.Library().Only("REGEXP_MATCH").Functions[0]
	_, err := match.Body(&fn.Call{
		Args:       []value.Value{value.String("x"), value.ListOf(value.String("y"), value.String("x"))},
		Evaluation: endedEvaluation{},
	})
	require.ErrorIs(t, err, context.Canceled)
}
