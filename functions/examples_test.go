package functions_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/system"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// hosts are the families that hosts join to the library of the language.
var hosts = fn.Join("hosts", "what hosts join", library.Families(library.Host{System: system.OfProcess()})...)

// documented are the functions that REFERENCE.md lists, but for those that ask the
// outside, whose examples their own tests run.
var documented = fn.Join("documented", "all functions", functions.Library(), hosts).OfPurity(fn.Pure, fn.Impure, fn.Stateful)

// TestExamples runs every documented example, which must give what it says, in
// value and in kind.
func TestExamples(t *testing.T) {
	for _, f := range documented.Functions {
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
	env, err := stellar.NewEnv(stellar.Options{Functions: hosts.Functions})
	require.NoError(t, err)
	program, err := env.Compile(expression)
	require.NoError(t, err, expression)
	v, err := program.Value(context.Background(), nil)
	require.NoError(t, err, expression)
	return v
}

// TestDocumentation holds every declaration to what help and reference need:
// sentences that tell what the function does, phrases for the rest.
func TestDocumentation(t *testing.T) {
	names := map[string]bool{}
	for _, f := range documented.Functions {
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
