package metron

import (
	"context"
	"flag"
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

// TestExamples applies the configurations of testdata/examples/*.txt. Such a file has
// sections: -- config -- and, for each message, -- message -- and what becomes of it,
// -- result --, which is empty for one that is dropped. A -- config -- may follow on
// results.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			heads := sectionHead.FindAllStringSubmatchIndex(string(text), -1)
			require.NotEmpty(t, heads)
			var set *rules.Set
			var got string
			results := 0
			for i, head := range heads {
				end := len(text)
				if i+1 < len(heads) {
					end = heads[i+1][0]
				}
				content := string(text[head[1]:end])
				switch string(text[head[2]:head[3]]) {
				case "config":
					var warnings diag.List
					set, warnings, err = rules.Compile(context.Background(), newEnv(t), Parse("config.json", []byte(content)))
					require.NoError(t, err)
					require.Empty(t, warnings)
				case "message":
					message := strings.Split(content, "\n")[0]
					m, err := rules.ParseMessage([]byte(message))
					require.NoError(t, err)
					pass, err := set.Apply(context.Background(), m)
					require.NoError(t, err)
					got = ""
					if pass {
						got = string(m.AppendJSON(nil)) + "\n"
					}
				case "result":
					require.Equal(t, strings.TrimSpace(content), strings.TrimSpace(got))
					results++
				}
			}
			require.NotZero(t, results)
		})
	}
}

// TestErrors compares what is found in testdata/errors/*.json, with the snippets, with
// the golden files next to them. If there is a message too, NAME.message, it is what
// applying the rules to it finds.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			name := strings.TrimSuffix(file, ".json")
			var got strings.Builder
			for _, d := range findingsOf(t, filepath.Base(file), source, name+".message") {
				requireOnePlace(t, string(source), d)
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
	set, list, err := rules.Compile(context.Background(), newEnv(t), Parse(file, source))
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

// requireOnePlace checks that the line and column, and the snippet of an error mean the
// same place of the file.
func requireOnePlace(t *testing.T, source string, d *diag.Diagnostic) {
	require.Equal(t, source, d.Source)
	require.True(t, 0 <= d.Range.Start && d.Range.Start <= d.Range.End && d.Range.End <= len(source), "%v", d.Range)
	line, column := d.Position()
	lines := strings.Split(strings.ToValidUTF8(source, "\ufffd"), "\n")
	shown, marks, _ := strings.Cut(d.Snippet(), "\n")
	if strings.Contains(shown, "…") { // of a long line, a part is shown
		return
	}
	require.Equal(t, strings.TrimSuffix(lines[line-1], "\r"), shown)
	require.Equal(t, column, strings.IndexByte(marks, '^')+1, "%v\n%s", d, d.Snippet())
}
