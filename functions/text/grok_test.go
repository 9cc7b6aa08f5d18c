package text_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestGrokAndGroupsAreChecked(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	for _, c := range []struct{ expression, want string }{
		{`REGEXP_GROUPS(x, '(a)')`, "no named groups"},
		{`REGEXP_GROUPS(x, '(?<a>')`, "missing )"},
		{`GROK_EVAL('%{IPP:a}', x)`, "there is no pattern IPP"},
		{`GROK_EVAL('abc', x)`, "no columns"},
		{`GROK_EVAL(' ', x)`, "blank"},
		{`GROK_EVAL('%{A:x}\nA %{A}', x)`, "A refers to itself"},
	} {
		diagnostics := env.Check(c.expression, nil)
		require.Len(t, diagnostics, 1, c.expression)
		require.ErrorContains(t, diagnostics[0], c.want)
	}
}

func TestGrokAndGroupsErrors(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	vars := stellar.Vars{"cyclic": "%{A}\nA %{A}", "word": "%{WORD:w}", "open": "(?<a>", "wide": strings.Repeat("a,", 5000) + strings.Repeat("b", 5000), "long": strings.Repeat("a", 1<<16)}
	for _, c := range []struct {
		expression string
		kind       error
	}{
		{`GROK_EVAL(cyclic, 'a')`, stellar.ErrArgument},
		{`GROK_EVAL(word, [5])`, stellar.ErrType},
		{`GROK_EVAL('(?=%{DATA:a})((a*)*)*b', long)`, stellar.ErrLimit},
		{`GROK_EVAL('%{GREEDYDATA:a}', SPLIT(wide, ','))`, stellar.ErrLimit},
		{`REGEXP_GROUPS('a', open)`, stellar.ErrArgument},
		{`REGEXP_GROUPS(long, '(?=a)(?<a>(a*)*)*b')`, stellar.ErrLimit},
	} {
		_, err := env.Eval(context.Background(), c.expression, vars)
		require.ErrorIs(t, err, c.kind, c.expression)
	}
}
