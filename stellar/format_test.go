package stellar_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

func ExampleProgram_String() {
	program, err := stellar.Compile(`ip NOT IN ["10.0.0.1"] && // ours
		(bytes>1000 ? true : country == "RU")`)
	if err != nil {
		panic(err)
	}
	fmt.Println(program)
	// Output:
	// ip not in ['10.0.0.1'] and (if bytes > 1000 then true else country == 'RU')
}

// TestStringOverTheLimit: the canonical text of a program that used up a limit
// can be over it.
func TestStringOverTheLimit(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{SourceLength: 10}})
	require.NoError(t, err)
	program, err := env.Compile("a&&b&&c&&d")
	require.NoError(t, err)
	require.Equal(t, "a and b and c and d", program.String())
	_, err = env.Compile(program.String())
	require.ErrorIs(t, err, stellar.ErrLimit)
}

// FuzzFormat formats an expression: the canonical text must be one line, give
// the same tree and the same canonical text, and if the expression compiles, so
// must the text, with the same outcome.
func FuzzFormat(f *testing.F) {
	for _, expression := range sampleExpressions(f, 20) {
		f.Add(expression)
	}
	env, err := stellar.NewEnv(stellar.Options{
		Limits: stellar.Limits{Steps: 10_000, Elements: 1000, StringLength: 10_000},
		Clock:  func() time.Time { return time.Unix(1467657279, 0) },
	})
	require.NoError(f, err)
	limits := syntax.Limits{Length: 4 << 10, Depth: 200}
	formatted := syntax.Limits{Length: 10 * limits.Length, Depth: 2 * limits.Depth}

	f.Fuzz(func(t *testing.T, expression string) {
		tree, err := syntax.Parse(expression, limits)
		if err != nil {
			return
		}
		text := syntax.Format(tree.Root)
		require.NotContains(t, text, "\n")
		again, err := syntax.Parse(text, formatted)
		require.Nil(t, err, text)
		require.True(t, syntax.EqualTrees(tree.Root, again.Root), text)
		require.Equal(t, text, syntax.Format(again.Root))

		require.Equal(t, outcome(env, expression), outcome(env, text), text)
	})
}

// outcome evaluates an expression with the variables that most vectors have, and
// describes the result or the error, without its place.
func outcome(env *stellar.Env, expression string) string {
	program, err := env.Compile(expression)
	if err == nil {
		v, failure := program.Value(context.Background(), stellar.Vars{
			"i": 3, "j": -7, "zero": 0, "l": int64(9000000000), "f": float32(1.5), "d": 2.25,
			"s": "foo", "t": "foobar", "empty": "", "b": true, "nb": false, "ip_src_addr": "10.1.2.3",
			"xs": []any{1, 2, 3}, "ys": []any{"foo", "bar"}, "es": []any{},
			"m": map[string]any{"foo": 1, "bar": "x"}, "em": map[string]any{},
		})
		if failure == nil {
			return outcomeText(v)
		}
		err = failure
	}
	var e *stellar.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	return e.Kind.Error() + " error: " + e.Message
}

// sampleExpressions returns one in so many of the expressions of the vectors.
func sampleExpressions(t testing.TB, in int) []string {
	files, err := filepath.Glob("testdata/conformance/*.jsonl")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var expressions []string
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(t, err)
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 16<<20)
		for n := 0; lines.Scan(); n++ {
			if n%in == 0 {
				var v vector
				require.NoError(t, json.Unmarshal(lines.Bytes(), &v))
				expressions = append(expressions, v.Expr)
			}
		}
		require.NoError(t, lines.Err())
	}
	return expressions
}
