package rules

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

func newEnv(t testing.TB) *stellar.Env {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	return env
}

func load(t testing.TB, source string, options Options) *Program {
	p, err := Load(newEnv(t), "test.stellar", []byte(source))
	require.NoError(t, err)
	p, err = p.With(options)
	require.NoError(t, err)
	return p
}

// TestErrors compares the errors of testdata/errors/*.stellar, with their
// snippets, with the golden files next to them. If there is a message too, NAME.json,
// they are the errors of applying the rules to it. The warnings of rules that load
// come before.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.stellar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			name := strings.TrimSuffix(file, ".stellar")
			var got strings.Builder
			for _, d := range diagnosticsOf(t, filepath.Base(file), source, name+".json") {
				requireOnePlace(t, string(source), d)
				got.WriteString(d.Error() + "\n" + d.Snippet() + "\n\n")
			}
			if *update {
				require.NoError(t, os.WriteFile(name+".golden", []byte(got.String()), 0o644))
			}
			want, err := os.ReadFile(name + ".golden")
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

func diagnosticsOf(t *testing.T, file string, source []byte, messageFile string) diag.List {
	p, err := Load(newEnv(t), file, source)
	var list diag.List
	if err == nil {
		list = p.Warnings()
	}
	if message, noMessage := os.ReadFile(messageFile); noMessage == nil {
		require.NoError(t, err)
		p, err = p.With(Options{OnError: Null})
		require.NoError(t, err)
		_, err = p.Apply(context.Background(), parse(t, string(message)))
	}
	if err == nil {
		return list
	}
	return append(list, listOf(t, err)...)
}

// requireOnePlace checks that the ranges, line and column, and the snippet of an
// error mean the same place of the file. Lines of tests are not too long to be
// shown in full, and have no wide characters.
func requireOnePlace(t *testing.T, source string, d *diag.Diagnostic) {
	require.Equal(t, source, d.Source)
	line, column := d.Position()
	lines := strings.Split(source, "\n")
	shown, marks, _ := strings.Cut(d.Snippet(), "\n")
	require.Equal(t, strings.TrimSuffix(lines[line-1], "\r"), shown)
	require.Equal(t, column, strings.IndexByte(marks, '^')+1, "%v\n%s", d, d.Snippet())
	if !d.Argument.Empty() {
		require.True(t, d.Range.Start <= d.Argument.Start && d.Argument.End <= d.Range.End, "%v in %v", d.Argument, d.Range)
	}
}

func listOf(t *testing.T, err error) diag.List {
	var list diag.List
	require.ErrorAs(t, err, &list)
	return list
}

func TestEvaluationErrorHasItsPlaceInTheFile(t *testing.T) {
	p := load(t, "# first\nok := 1\nbad := ok + # comment\n         name\n", Options{})
	_, err := p.Eval(context.Background(), stellar.Vars{"name": "x"})
	var e *stellar.Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, stellar.ErrType)
	require.Equal(t, "test.stellar", e.File)
	require.Equal(t, "name", e.Source[e.Argument.Start:e.Argument.End])
	require.Equal(t, "ok + # comment\n         name", e.Source[e.Range.Start:e.Range.End])
	line, column := e.Position()
	require.Equal(t, []int{4, 10}, []int{line, column})
	require.True(t, strings.HasPrefix(e.Error(), "test.stellar:4:10: type error: "), e.Error())
	require.True(t, strings.HasPrefix(e.Snippet(), "         name\n         ^^^^"), e.Snippet())
}

func TestWith(t *testing.T) {
	p := load(t, "a := 1\nb := 2\na := 3", Options{})
	require.Equal(t, []string{"a", "b"}, p.Names())
	_, err := p.With(Options{Keep: []string{"a", "c"}})
	require.EqualError(t, err, "c is not assigned, only a, b")
	_, err = p.With(Options{Drop: []string{"d"}})
	require.Error(t, err)
}

func TestExpression(t *testing.T) {
	p := load(t, "a := 1 # one\n`b-c` := a +\n 2\na := a + 1 // two", Options{})
	require.Equal(t, "a + 1", p.Expression("a"))
	require.Equal(t, "a +\n 2", p.Expression("b-c"))
	require.Empty(t, p.Expression("c"))
}

func TestEval(t *testing.T) {
	p := load(t, "a := x + 1\nb := null\na := a * 10", Options{})
	got, err := p.Eval(context.Background(), stellar.Vars{"x": 1})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "a", got[0].Name)
	require.Equal(t, 20, got[0].Value.Go())
	require.Equal(t, "b", got[1].Name)
	require.True(t, got[1].Value.IsNull())

	got, err = load(t, "a := 'x' < 1", Options{}).Eval(context.Background(), nil)
	require.Error(t, err)
	require.Nil(t, got)

	got, err = load(t, "a := x + 1\nb := 2", Options{OnError: Null}).Eval(context.Background(), stellar.Vars{"x": "text"})
	require.Error(t, err)
	require.True(t, got[0].Value.IsNull())
	require.Equal(t, 2, got[1].Value.Go())
}

func TestEvalEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := load(t, "a := REDUCE(xs, (x, y) -> x + y, 0)", Options{})
	_, err := p.Eval(ctx, stellar.Vars{"xs": make([]int, 100)})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
}
