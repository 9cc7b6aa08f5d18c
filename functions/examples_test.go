package functions_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestExamples runs every documented example, which must give what it says, in
// value and in kind.
func TestExamples(t *testing.T) {
	for _, f := range functions.Library().Functions {
		t.Run(f.Name, func(t *testing.T) {
			require.NotEmpty(t, f.Examples, "no example")
			for _, e := range f.Examples {
				got, want := evaluate(t, e.Expr), evaluate(t, e.Want)
				require.True(t, got.Kind() == want.Kind() && (value.Same(got, want)), "%s gives %s, not %s", e.Expr, got, want)
			}
		})
	}
}

var (
	sentences = regexp.MustCompile(`^[A-Z].*\.$`)
	phrase    = regexp.MustCompile(`^[^A-Z].*[^.]$`)
)

func evaluate(t *testing.T, expression string) value.Value {
	program, err := stellar.Compile(expression)
	require.NoError(t, err, expression)
	v, err := program.Value(context.Background(), nil)
	require.NoError(t, err, expression)
	return v
}

// TestDocumentation holds every declaration to what help and reference need:
// sentences that tell what the function does, phrases for the rest.
func TestDocumentation(t *testing.T) {
	names := map[string]bool{}
	for _, f := range functions.Library().Functions {
		require.Empty(t, f.Validate(), f.Name)
		require.False(t, names[f.Name], "%s is there twice", f.Name)
		names[f.Name] = true
		require.Regexp(t, sentences, f.Doc, f.Name)
		require.Regexp(t, phrase, f.ResultDoc, f.Name)
		require.NotZero(t, f.Result, f.Name)
		require.NotEqual(t, fn.External, f.Purity, "%s talks to the outside: only hosts may add it", f.Name)
		types := []*fn.Type{f.ResultType}
		for _, p := range f.Params {
			require.Regexp(t, phrase, p.Doc, "%s %s", f.Name, p.Name)
			types = append(types, p.Type)
		}
		for _, objects := range types {
			if objects != nil {
				require.Regexp(t, phrase, objects.Doc, objects.Name)
			}
		}
	}
}
