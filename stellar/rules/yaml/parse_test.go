package yaml

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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

var sectionHead = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// section is a part of a file of examples.
type section struct{ name, content string }

func sectionsOf(t testing.TB, file string) []section {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	heads := sectionHead.FindAllStringSubmatchIndex(string(text), -1)
	var all []section
	for i, head := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		all = append(all, section{string(text[head[2]:head[3]]), string(text[head[1]:end])})
	}
	require.NotEmpty(t, all)
	return all
}

// reading returns a ReadFile for the files among sections, which are in one folder.
func reading(all []section) ReadFile {
	return func(name string) ([]byte, error) {
		for _, s := range all {
			if s.name == "file "+name {
				return []byte(s.content), nil
			}
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
}

// TestExamples applies the rule sets of testdata/examples/*.txt. Such a file has
// sections: -- rules --, -- file NAME -- for files that it names, and, for each message,
// -- message -- and what becomes of it, -- result --, which is empty for one that is
// dropped.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			all := sectionsOf(t, file)
			var set *rules.Set
			var got string
			results := 0
			for _, s := range all {
				switch s.name {
				case "rules":
					var warnings diag.List
					set, warnings, err = rules.Compile(context.Background(), newEnv(t), Parse("rules.yaml", []byte(s.content), reading(all)).Parsed)
					require.NoError(t, err)
					require.Empty(t, warnings)
				case "message":
					m, err := rules.ParseMessage([]byte(strings.Split(s.content, "\n")[0]))
					require.NoError(t, err)
					pass, err := set.Apply(context.Background(), m)
					require.NoError(t, err)
					got = ""
					if pass {
						got = string(m.AppendJSON(nil))
					}
				case "result":
					require.Equal(t, strings.TrimSpace(s.content), got)
					results++
				}
			}
			require.NotZero(t, results)
		})
	}
}

// TestErrors compares what is found in testdata/errors/*.yaml, with the snippets, with
// the golden files next to them. If there is a message too, NAME.message, it is what
// applying the rules to it finds. A file that they name is NAME.other.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 30)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			name := strings.TrimSuffix(file, ".yaml")
			var got strings.Builder
			for _, d := range findingsOf(t, filepath.Base(file), source, name+".message") {
				requireOnePlace(t, d)
				got.WriteString(d.Error() + "\n" + d.Snippet() + "\n\n")
			}
			require.NotEmpty(t, got.String())
			if *update {
				require.NoError(t, os.WriteFile(name+".golden", []byte(got.String()), 0o644))
			}
			want, err := os.ReadFile(name + ".golden")
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

// findingsOf returns the warnings and errors.
func findingsOf(t *testing.T, file string, source []byte, messageFile string) diag.List {
	others := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata/others", name)) }
	set, list, err := rules.Compile(context.Background(), newEnv(t), Parse(file, source, others).Parsed)
	if message, noMessage := os.ReadFile(messageFile); noMessage == nil {
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

// requireOnePlace checks that the line and column, and the snippet of a finding mean
// the same place of its file.
func requireOnePlace(t *testing.T, d *diag.Diagnostic) {
	require.True(t, 0 <= d.Range.Start && d.Range.Start <= d.Range.End && d.Range.End <= len(d.Source), "%v", d.Range)
	line, column := d.Position()
	lines := strings.Split(strings.ToValidUTF8(d.Source, "\ufffd"), "\n")
	shown, marks, _ := strings.Cut(d.Snippet(), "\n")
	if strings.ContainsAny(shown, "…\ufffd") || strings.Contains(lines[line-1], "\t") {
		return // not as it stands
	}
	require.Equal(t, strings.TrimSuffix(strings.TrimPrefix(lines[line-1], "\ufeff"), "\r"), strings.TrimPrefix(shown, "\ufeff"))
	require.Equal(t, column, strings.IndexByte(marks, '^')+1, "%v\n%s", d, d.Snippet())
}
