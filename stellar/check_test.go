package stellar_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
)

var checkSchema = stellar.Schema{
	"name": fn.String, "ip": fn.String, "port": fn.Int | fn.Long, "score": fn.Double, "is_alert": fn.Bool,
	"tags": fn.List, "any": fn.Any, "source.type": fn.String, "a": fn.Bool, "b": fn.Bool, "c": fn.Bool,
}

// TestCheck compares what Check says of the expressions of a file, one in a line
// that begins with "> ", with what follows each. The fields of check.txt are those
// of checkSchema. newcomers.txt is what people type who come from elsewhere, where
// any name may be that of a field.
func TestCheck(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	for file, schema := range map[string]stellar.Schema{"testdata/check.txt": checkSchema, "testdata/newcomers.txt": nil} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var got strings.Builder
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "# ") {
				got.WriteString(line + "\n")
			}
			expression, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> ")
			if !ok {
				continue
			}
			fmt.Fprintf(&got, "> %s\n", expression)
			for _, e := range env.Check(expression, schema) {
				fmt.Fprintf(&got, "%v\n%s\n", e, e.Snippet())
			}
			got.WriteString("\n")
		}
		if *updateFlag {
			require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
			continue
		}
		require.Equal(t, string(text), got.String(), "run with -args -update and review the change")
	}
}

// TestAdviceWithoutFunctions: in an environment without functions no message calls
// one, except those of the expression.
func TestAdviceWithoutFunctions(t *testing.T) {
	env := newEnv(t, stellar.Options{Libraries: []fn.Library{}})
	text, err := os.ReadFile("testdata/newcomers.txt")
	require.NoError(t, err)
	expressions := []string{"x =~ 'a'", "x ^ 2", "'a' + 'b'", "'a' 'b'", "`a`b`", "a.b[1]", "x matches 'a'"}
	for line := range strings.Lines(string(text)) {
		if expression, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> "); ok {
			expressions = append(expressions, expression)
		}
	}
	require.EqualError(t, env.Check("first & last", nil), "1:7: syntax error: & is not an operator: write and, or &&")
	call := regexp.MustCompile(`[A-Z][A-Z0-9_]+\(`)
	for _, expression := range expressions {
		for _, d := range env.Check(expression, nil) {
			for _, called := range call.FindAllString(d.Message, -1) {
				require.Contains(t, expression+" NOT", called[:len(called)-1], d.Message)
			}
		}
	}
}

// TestCheckOfHyphens has no schema: any name may be that of a field.
func TestCheckOfHyphens(t *testing.T) {
	env := newEnv(t, stellar.Options{})
	for expression, want := range map[string]string{
		"user-agent == 'curl'": "`user-agent`",
		"http-status + 1":      "`http-status`",
		"1 + a-b-c":            "`a-b-c`",
		"http - status":        "",
		"`a`-`b`":              "",
		"`a-b` == 1":           "",
	} {
		got := ""
		for _, d := range env.Check(expression, nil) {
			if d.Suggestion != "" {
				require.Empty(t, got)
				require.Equal(t, diag.Warning, d.Severity)
				got = d.Suggestion
			}
		}
		require.Equal(t, want, got, expression)
	}
	schema := stellar.Schema{"bytes": fn.Long, "header": fn.Int, "any": fn.Any, "name": fn.String}
	for expression, want := range map[string]int{"bytes-header": 0, "bytes-any": 0, "bytes-name > 1": 2, "bytes-nme > 1": 2} {
		require.Len(t, env.Check(expression, schema), want, expression)
	}
	schema["bytes-header"] = fn.Long
	require.Len(t, env.Check("bytes-header", schema), 1)
}

// TestCheckOfWhatRuns compares the errors, not the warnings, that Check finds in
// expressions that have a value with testdata/check_unreached.txt. They must all
// be in parts that are not reached: rules in use must not be called wrong.
func TestCheckOfWhatRuns(t *testing.T) {
	const file = "testdata/check_unreached.txt"
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	var got strings.Builder
	for _, group := range []string{"language.ok", "language-random.ok"} {
		for _, v := range readVectors(t, "testdata/conformance/"+group+".jsonl") {
			for _, e := range env.Check(v.Expr, nil) {
				if e.Severity == diag.Error {
					fmt.Fprintf(&got, "%v\n%s\n\n", e, e.Snippet())
				}
			}
		}
	}
	if *updateFlag {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String(), "run with -args -update and review the change")
}
