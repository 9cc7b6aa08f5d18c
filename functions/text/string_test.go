package text_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// TestTextLimits shows that functions look at the limits before they build a
// text or a list: the sizes asked for would not fit into memory.
func TestTextLimits(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{StringLength: 1000, Elements: 100}})
	require.NoError(t, err)
	text := strings.Repeat("x", 900)
	nested := make([]any, 90) // as often as the limits allow, and that in each of its lists
	for i := range nested {
		nested[i] = text
	}
	vars := stellar.Vars{
		"text": text, "list": []any{text, text}, "nested": nested, "format": "%2000000000d",
		"json": "[" + strings.Repeat("[],", 100) + "0]", "quoted": `["` + strings.Repeat("[,:", 200) + `\""]`,
	}
	for _, expression := range []string{
		"TO_STRING(nested)", "TO_UPPER(nested)", "TRIM({'k' : nested})", "SPLIT(nested, ',')", "STRING_ENTROPY(nested)",
		"JOIN(list, ',')", "JOIN([nested], ',')", "JOIN([1, 2, 3], text)",
		"SPLIT(text, 'x')", "FILL_LEFT('a', '0', 2000000000)", "FILL_RIGHT(text, '中', 950)",
		"PREPEND_IF_MISSING(text, TO_UPPER(text))", "APPEND_IF_MISSING(text, TO_UPPER(text))",
		"FORMAT('%2000000000d', 1)", "FORMAT('%02000000000x', 1)", "FORMAT('%.2000000000f', 1.0)", "FORMAT('%.2000000000a', 1.0)",
		"FORMAT('%-2000000000s', 'a')", "FORMAT('%2000000000%')", "FORMAT('%s%<s', text)", "FORMAT('%s', nested)", "FORMAT('%h', nested)",
		"FORMAT(nested)", "FORMAT(format, 1)",
		"TO_JSON_OBJECT(json)", "TO_JSON_LIST(json)",
	} {
		_, err := env.Eval(context.Background(), expression, vars)
		require.ErrorIs(t, err, stellar.ErrLimit, expression)
	}
	got, err := env.Eval(context.Background(), "LENGTH(GET_FIRST(TO_JSON_LIST(quoted)))", vars)
	require.NoError(t, err)
	require.Equal(t, 601, got, "delimiters in strings are no values")
}

// TestVariableFormats runs formats that are not known when the expression is
// compiled; the examples and most conformance vectors have constant ones.
func TestVariableFormats(t *testing.T) {
	vars := stellar.Vars{"f": "%05.1f|%-4s|%<S", "bad": "%q", "list": []any{"%d"}, "empty": []any{}}
	for expression, want := range map[string]any{
		"FORMAT(f, 2.25, 'ab')": "002.3|ab  |AB",
		"FORMAT(list, 7)":       "7",
		"FORMAT(bad, 7)":        stellar.ErrArgument,
		"FORMAT('%q', 7)":       stellar.ErrArgument,
		"FORMAT(f, 2.25)":       stellar.ErrArgument,
		"FORMAT('%s %s', 2.25)": stellar.ErrArgument,
		"FORMAT('%d %s', 2.25)": stellar.ErrType,
		"FORMAT(empty)":         stellar.ErrArgument,
	} {
		requireResult(t, want, expression, vars)
	}
}

// TestCharactersAndNulls has what the conformance vectors do not show.
func TestCharactersAndNulls(t *testing.T) {
	for expression, want := range map[string]any{
		"SPLIT(null, 5)":         []any{},
		"SPLIT('a')":             stellar.ErrArity,
		"SPLIT('a', 5)":          stellar.ErrType,
		"CHOP('a😀')":             "a\uFFFD",
		"FILL_LEFT('', '😀', 1)":  "\uFFFD",
		"SUBSTRING('a😀b', 2)":    "\uFFFDb",
		"SUBSTRING('a😀b', 1, 2)": "\uFFFD",
	} {
		requireResult(t, want, expression, nil)
	}
}

// requireResult evaluates an expression; an error as want asks for an error of
// its kind.
func requireResult(t *testing.T, want any, expression string, vars stellar.Vars) {
	t.Helper()
	got, err := stellar.Eval(context.Background(), expression, vars)
	if kind, ok := want.(error); ok {
		require.ErrorIs(t, err, kind, expression)
		return
	}
	require.NoError(t, err, expression)
	require.Equal(t, want, got, expression)
}

func BenchmarkText(b *testing.B) {
	vars := stellar.Vars{"host": "login.example-bank.com", "ip": "10.26.10.5", "port": 443, "share": 12.345}
	for _, expression := range []string{
		"TO_UPPER(host)", "STRING_ENTROPY(host)", "SPLIT(host, '.')", "JOIN([ip, port], ':')",
		"FORMAT('%s:%d', ip, port)", "FORMAT('%05.2f%%', share)", "FILL_LEFT(port, '0', 8)",
	} {
		b.Run(expression, func(b *testing.B) {
			program, err := stellar.Compile(expression)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := program.Value(context.Background(), vars); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
