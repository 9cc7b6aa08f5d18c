package stellar_test

import (
	"fmt"
	"os"
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

// TestCheck compares what Check says of the expressions of testdata/check.txt, one
// in a line that begins with "> ", with what stands behind each. The fields are
// those of checkSchema.
func TestCheck(t *testing.T) {
	const file = "testdata/check.txt"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	var got strings.Builder
	for line := range strings.Lines(string(text)) {
		expression, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> ")
		if !ok {
			continue
		}
		fmt.Fprintf(&got, "> %s\n", expression)
		for _, e := range env.Check(expression, checkSchema) {
			fmt.Fprintf(&got, "%v\n%s\n", e, e.Snippet())
		}
		got.WriteString("\n")
	}
	if *updateFlag {
		require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
		return
	}
	require.Equal(t, string(text), got.String(), "run with -args -update and review the change")
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
