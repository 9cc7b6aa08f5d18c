package shell_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/shell"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// host is a shell with variables, whose person edits nothing.
func host() shell.Host {
	return shell.Host{
		Variables: func() []shell.Variable {
			return []shell.Variable{
				{Name: "given", Value: value.ListOf(value.String("a"), value.Int(1))},
				{Name: "long text", Value: value.String("one two three"), Expression: "JOIN(['one', 'two', 'three'], ' ')"},
				{Name: "none", Expression: "null"},
				{Name: "x", Value: value.Int(4), Expression: "2 + 2"},
			}
		},
		Edit: func(_ context.Context, text string) (string, error) { return text, nil },
	}
}

func envOf(t *testing.T, h shell.Host, limits stellar.Limits, observe func(fn.Event)) *stellar.Env {
	env, err := stellar.NewEnv(stellar.Options{Functions: shell.Library(h).Functions, Limits: limits, Observer: observe})
	require.NoError(t, err)
	return env
}

func evaluate(t *testing.T, env *stellar.Env, expression string) (value.Value, error) {
	program, err := env.Compile(expression)
	if err != nil {
		return value.Null, err
	}
	return program.Value(t.Context(), nil)
}

func TestExamples(t *testing.T) {
	env := envOf(t, host(), stellar.Limits{}, nil)
	for _, f := range shell.Library(host()).Functions {
		require.Empty(t, f.Validate(), f.Name)
		require.NotEmpty(t, f.Examples, f.Name)
		for _, example := range f.Examples {
			got, err := evaluate(t, env, example.Expr)
			require.NoError(t, err, example.Expr)
			want, err := evaluate(t, env, example.Want)
			require.NoError(t, err, example.Want)
			require.True(t, value.Same(want, got), "%s gives %v", example.Expr, got)
		}
	}
}

func TestVariables(t *testing.T) {
	env := envOf(t, host(), stellar.Limits{}, nil)
	for _, c := range []struct{ expression, want string }{
		{"SHELL_LIST_VARS()", `
╔═══════════╤═══════════════╤════════════════════════════════════╗
║ VARIABLE  │ VALUE         │ EXPRESSION                         ║
╠═══════════╪═══════════════╪════════════════════════════════════╣
║ given     │ [a, 1]        │                                    ║
╟───────────┼───────────────┼────────────────────────────────────╢
║ long text │ one two three │ JOIN(['one', 'two', 'three'], ' ') ║
╟───────────┼───────────────┼────────────────────────────────────╢
║ none      │ null          │ null                               ║
╟───────────┼───────────────┼────────────────────────────────────╢
║ x         │ 4             │ 2 + 2                              ║
╚═══════════╧═══════════════╧════════════════════════════════════╝
`},
		{"SHELL_LIST_VARS('8')", `
╔══════════╤═════════╤══════════════╗
║ VARIABLE │ VALUE   │ EXPRESSION   ║
╠══════════╪═════════╪══════════════╣
║ given    │ [a, 1]  │              ║
╟──────────┼─────────┼──────────────╢
║ long     │ one two │ JOIN(['one', ║
║ text     │ three   │ 'two',       ║
║          │         │ 'three'],    ║
║          │         │ ' ')         ║
╟──────────┼─────────┼──────────────╢
║ none     │ null    │ null         ║
╟──────────┼─────────┼──────────────╢
║ x        │ 4       │ 2 + 2        ║
╚══════════╧═════════╧══════════════╝
`},
		{"SHELL_GET_EXPRESSION('x')", "2 + 2"},
		{"SHELL_GET_EXPRESSION('given')", "null"},
		{"SHELL_GET_EXPRESSION(4)", "null"},
		{"SHELL_GET_EXPRESSION()", "null"},
		{"SHELL_VARS2MAP('x', 'given', null, 'no', 5, 'long text', 'x')", "{x=2 + 2, long text=JOIN(['one', 'two', 'three'], ' ')}"},
		{"SHELL_VARS2MAP()", "{}"},
		{"SHELL_MAP2TABLE(SHELL_VARS2MAP('x'))", "\n╔═════╤═══════╗\n║ KEY │ VALUE ║\n╠═════╪═══════╣\n║ x   │ 2 + 2 ║\n╚═════╧═══════╝\n"},
		{"SHELL_LIST_VARS(-1) == SHELL_LIST_VARS(null)", "true"},
	} {
		got, err := evaluate(t, env, c.expression)
		require.NoError(t, err, c.expression)
		require.Equal(t, strings.TrimPrefix(c.want, "\n"), got.String(), c.expression)
	}
	for _, expression := range []string{"SHELL_LIST_VARS('wide')", "SHELL_LIST_VARS([])"} {
		_, err := evaluate(t, env, expression)
		require.ErrorIs(t, err, stellar.ErrArgument, expression)
	}
}

func TestWithoutShell(t *testing.T) {
	env := envOf(t, shell.Host{}, stellar.Limits{}, nil)
	for _, expression := range []string{"SHELL_LIST_VARS()", "SHELL_VARS2MAP('x')", "SHELL_GET_EXPRESSION('x')", "SHELL_EDIT('x')"} {
		_, err := evaluate(t, env, expression)
		require.ErrorIs(t, err, stellar.ErrExternal, expression)
		require.ErrorContains(t, err, "only the shell has", expression)
	}
}

func TestEdit(t *testing.T) {
	var offered string
	var events []error
	edited, failed := "  new\ntext \n", error(nil)
	h := shell.Host{Edit: func(_ context.Context, text string) (string, error) {
		offered = text
		return edited, failed
	}}
	env := envOf(t, h, stellar.Limits{StringLength: 100}, func(e fn.Event) { events = append(events, e.Err) })
	got, err := evaluate(t, env, "SHELL_EDIT('old')")
	require.NoError(t, err)
	require.Equal(t, "new\ntext", got.Str())
	require.Equal(t, "old", offered)
	for _, expression := range []string{"SHELL_EDIT(null)", "SHELL_EDIT()"} {
		_, err = evaluate(t, env, expression)
		require.NoError(t, err)
		require.Empty(t, offered)
	}
	_, err = evaluate(t, env, "SHELL_EDIT(5)")
	require.ErrorIs(t, err, stellar.ErrType)

	edited = strings.Repeat("x", 101)
	_, err = evaluate(t, env, "SHELL_EDIT('old')")
	require.ErrorIs(t, err, stellar.ErrLimit)

	failed = errors.New("no editor")
	got, err = evaluate(t, env, "SHELL_EDIT('old')")
	require.NoError(t, err)
	require.True(t, got.IsNull())
	require.Equal(t, []error{failed}, events)
}

// TestTablesAreBounded: a table grows with its widest cell times its rows.
func TestTablesAreBounded(t *testing.T) {
	h := shell.Host{Variables: func() []shell.Variable {
		all := make([]shell.Variable, 10_000)
		for i := range all {
			all[i] = shell.Variable{Name: "x", Value: value.Int(1)}
		}
		all[0].Value = value.String(strings.Repeat("x", 1<<20))
		return all
	}}
	_, err := evaluate(t, envOf(t, h, stellar.Limits{}, nil), "SHELL_LIST_VARS()")
	require.ErrorIs(t, err, stellar.ErrLimit)
	_, err = evaluate(t, envOf(t, h, stellar.Limits{Steps: 1000}, nil), "SHELL_VARS2MAP('x')")
	require.ErrorIs(t, err, stellar.ErrLimit)
}
