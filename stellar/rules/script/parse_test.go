package script

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

func newEnv(t testing.TB) *stellar.Env {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	return env
}

// TestErrors compares the errors of testdata/errors/*.stellar, with their
// snippets, with the golden files next to them. If there is a message too, NAME.json,
// they are the errors of applying the rules to it. The warnings of rules that load
// come first.
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
	set, list, err := rules.Compile(context.Background(), newEnv(t), Parse(file, source))
	if message, noMessage := os.ReadFile(messageFile); noMessage == nil {
		require.NoError(t, err)
		set, err = set.With(rules.Options{OnError: rules.Null})
		require.NoError(t, err)
		m, parseErr := rules.ParseMessage(message)
		require.NoError(t, parseErr)
		_, err = set.Apply(context.Background(), m)
	}
	if err == nil {
		return list
	}
	var errs diag.List
	require.ErrorAs(t, err, &errs)
	return append(list, errs...)
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

func TestEvaluationErrorHasItsPlaceInTheFile(t *testing.T) {
	set, _, err := rules.Compile(context.Background(), newEnv(t), Parse("test.stellar", []byte("# first\nok := 1\nbad := ok + # comment\n         name\n")))
	require.NoError(t, err)
	_, err = set.Eval(context.Background(), stellar.Vars{"name": "x"})
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
