// Package rulestest tests front ends of rules by the files in their testdata.
package rulestest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

// NewEnv returns an environment with all functions of the language.
func NewEnv(t testing.TB) *stellar.Env {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	return env
}

// Findings compares what is found in testdata/errors/*EXTENSION, with the snippets, with
// the golden files next to them, or writes these if update is set. Warnings come first.
// If there is a message too, in a file of the same name with messageExtension, it is what
// applying the rules to it finds.
func Findings(t *testing.T, extension, messageExtension string, update bool, parse func(file string, source []byte) rules.Parsed) {
	files, err := filepath.Glob("testdata/errors/*" + extension)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			source, err := os.ReadFile(path)
			require.NoError(t, err)
			name := strings.TrimSuffix(path, extension)
			var got strings.Builder
			for _, d := range findings(t, parse(filepath.Base(path), source), name+messageExtension) {
				if d.File == filepath.Base(path) {
					require.Equal(t, string(source), d.Source)
				}
				RequireOnePlace(t, d)
				got.WriteString(d.Error() + "\n" + d.Snippet() + "\n\n")
			}
			require.NotEmpty(t, got.String())
			if update {
				require.NoError(t, os.WriteFile(name+".golden", []byte(got.String()), 0o644))
			}
			want, err := os.ReadFile(name + ".golden")
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

// findings returns the warnings and errors.
func findings(t *testing.T, parsed rules.Parsed, messageFile string) diag.List {
	set, list, err := rules.Compile(context.Background(), NewEnv(t), parsed)
	if message, noMessage := os.ReadFile(messageFile); noMessage == nil {
		require.NoError(t, err)
		set, err = set.With(rules.Options{OnError: rules.Null}) // so that all rules are applied
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

// RequireOnePlace checks that the ranges, line and column, and the snippet of a finding
// mean the same place of its file.
func RequireOnePlace(t *testing.T, d *diag.Diagnostic) {
	requireWithin(t, d)
	if !d.Argument.Empty() {
		require.True(t, d.Range.Start <= d.Argument.Start && d.Argument.End <= d.Range.End, "%v in %v", d.Argument, d.Range)
	}
	line, column := d.Position()
	lines := strings.Split(strings.ToValidUTF8(d.Source, "\ufffd"), "\n")
	shown, marks, _ := strings.Cut(d.Snippet(), "\n")
	if strings.ContainsAny(shown, "…\ufffd") {
		return // not as it stands
	}
	require.Equal(t, strings.TrimSuffix(strings.TrimPrefix(lines[line-1], "\ufeff"), "\r"), strings.TrimPrefix(shown, "\ufeff"))
	if strings.HasPrefix(d.Source[d.Range.Start:], "\t") {
		return // a tab bears no mark
	}
	require.Equal(t, column, strings.IndexByte(marks, '^')+1, "%v\n%s", d, d.Snippet())
}

func requireWithin(t *testing.T, d *diag.Diagnostic) {
	require.True(t, 0 <= d.Range.Start && d.Range.Start <= d.Range.End && d.Range.End <= len(d.Source), "%v of %d: %v", d.Range, len(d.Source), d)
}
