package file_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/file"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// evaluator evaluates expressions and returns what they give and what they hide.
func evaluator(t *testing.T, h file.Host, limits stellar.Limits) func(expression string) (value.Value, string, error) {
	var events []string
	env, err := stellar.NewEnv(stellar.Options{
		Functions: file.Library(h).Functions, Limits: limits,
		Observer: func(e fn.Event) { events = append(events, e.Function+": "+e.Err.Error()) },
	})
	require.NoError(t, err)
	return func(expression string) (value.Value, string, error) {
		events = nil
		program, err := env.Compile(expression)
		require.NoError(t, err, expression)
		v, err := program.Value(context.Background(), nil)
		return v, strings.Join(events, "; "), err
	}
}

// TestFailures: of what fails it is said which file it is, as it was written, and what the
// expression gets.
func TestFailures(t *testing.T) {
	folder, l := local(t)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "full/below"), 0o755))
	var events []fn.Event
	env, err := stellar.NewEnv(stellar.Options{Functions: file.Library(file.Host{Local: l}).Functions, Observer: func(e fn.Event) { events = append(events, e) }})
	require.NoError(t, err)
	for expression, want := range map[string][3]string{
		"LOCAL_READ('a/../no.txt')":      {"null", `"a/../no.txt"`, ""},
		"LOCAL_READ_LINES('/no\n.txt')":  {"null", `"/no\n.txt"`, ""},
		"LOCAL_WRITE('x', '../out.txt')": {"false", `"../out.txt"`, "false"},
		"LOCAL_RM('full')":               {"false", `"full"`, "false"},
		"LENGTH(LOCAL_LS('no')) > 0":     {"true", `"no"`, "an empty table"},
	} {
		program, err := env.Compile(expression)
		require.NoError(t, err)
		events = nil
		v, err := program.Value(t.Context(), nil)
		require.NoError(t, err)
		require.Len(t, events, 1, expression)
		require.Equal(t, want, [3]string{v.String(), events[0].Subject, events[0].Gives}, expression)
	}
}

func local(t *testing.T) (folder string, l *file.Local) {
	folder = t.TempDir()
	l, err := file.OpenLocal(folder)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return folder, l
}

func TestLocal(t *testing.T) {
	folder, l := local(t)
	outside := filepath.Join(t.TempDir(), "outside.txt")
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(folder, "link")))
	require.NoError(t, os.Symlink(filepath.Dir(outside), filepath.Join(folder, "links")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(folder, "pipe"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "large"), make([]byte, 1001), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "latin1"), []byte{'a', 0xe4}, 0o600))

	evaluate := evaluator(t, file.Host{Local: l}, stellar.Limits{StringLength: 1000})
	for _, step := range []struct{ expression, want, event string }{
		{"LOCAL_WRITE('ä\nb\r\nc\r', 'a/b/c.txt')", "true", ""},
		{"LOCAL_READ('a/b/c.txt')", `"ä\nb\r\nc\r"`, ""},
		{"LOCAL_READ_LINES('a/b/c.txt')", `["ä","b","c"]`, ""},
		{"LOCAL_READ('" + folder + "/a/b/c.txt')", `"ä\nb\r\nc\r"`, ""},
		{"LOCAL_WRITE('short', 'a/b/c.txt')", "true", ""},
		{"LOCAL_READ('a/../a/b/c.txt')", `"short"`, ""},
		{"LOCAL_WRITE('', 'empty')", "true", ""},
		{"LOCAL_READ_LINES('empty')", `[]`, ""},
		{"LOCAL_READ('latin1')", `"a�"`, ""},

		{"LOCAL_READ('missing')", "null", "LOCAL_READ: no such file or directory"},
		{"LOCAL_READ('a')", "null", "LOCAL_READ: it is no file"},
		{"LOCAL_READ('pipe')", "null", "LOCAL_READ: it is no file"},
		{"LOCAL_WRITE('x', 'pipe')", "false", "LOCAL_WRITE: it is no file"},
		{"LOCAL_WRITE('x', 'a')", "false", "LOCAL_WRITE: it is no file"},
		{"LOCAL_WRITE('x', 'empty/x')", "false", "LOCAL_WRITE: file exists"},
		{"LOCAL_READ('large')", "null", "LOCAL_READ: it is too large: it has 1001 bytes, and 1000 are allowed"},

		{"LOCAL_READ('link')", "null", "LOCAL_READ: it is outside of the folder that may be used"},
		{"LOCAL_READ('links/outside.txt')", "null", "LOCAL_READ: it is outside of the folder that may be used"},
		{"LOCAL_WRITE('x', 'links/outside.txt')", "false", "LOCAL_WRITE: it is outside of the folder that may be used"},
		{"LOCAL_WRITE('x', 'links/new/x')", "false", "LOCAL_WRITE: it is outside of the folder that may be used"},
		{"LOCAL_RM('links/outside.txt')", "false", "LOCAL_RM: it is outside of the folder that may be used"},
		{"LOCAL_READ('../x')", "null", "LOCAL_READ: it is outside of the folder that may be used"},
		{"LOCAL_READ('/etc/passwd')", "null", "LOCAL_READ: it is outside of the folder that may be used"},
		{"LOCAL_READ('" + folder + "x/y')", "null", "LOCAL_READ: it is outside of the folder that may be used"},
		{"LOCAL_RM('" + folder + "', true)", "false", "LOCAL_RM: the folder itself cannot be removed"},

		{"LOCAL_RM('a')", "false", "LOCAL_RM: directory not empty"},
		{"LOCAL_RM('a', 'true')", "true", ""},
		{"LOCAL_RM('a', true)", "true", ""},
		{"LOCAL_RM('missing')", "true", ""},
		{"LOCAL_RM('link')", "true", ""},
		{"LOCAL_RM('links', true)", "true", ""},
	} {
		got, event, err := evaluate(step.expression)
		require.NoError(t, err, step.expression)
		require.Equal(t, step.want, string(got.AppendJSON(nil)), step.expression)
		require.Equal(t, step.event, event, step.expression)
	}
	content, err := os.ReadFile(outside)
	require.NoError(t, err)
	require.Equal(t, "secret", string(content))
}

// TestList compares the table of a folder with testdata/list.txt.
func TestList(t *testing.T) {
	folder, l := local(t)
	require.NoError(t, os.Mkdir(filepath.Join(folder, "folder"), 0o750))
	for name, day := range map[string]int{"b": 3, "a": 3, "new\nline": 2, "folder": 1, "old": 1} {
		path := filepath.Join(folder, name)
		if name != "folder" {
			require.NoError(t, os.WriteFile(path, make([]byte, day), 0o640))
		}
		at := time.Date(2026, 11, day, 14, 5, 9, 0, time.UTC)
		require.NoError(t, os.Chtimes(path, at, at))
	}
	evaluate := evaluator(t, file.Host{Local: l}, stellar.Limits{})
	var b bytes.Buffer
	for _, expression := range []string{"LOCAL_LS()", "LOCAL_LS('a')", "LOCAL_LS('missing')", "LOCAL_LS('')", "LOCAL_LS(null)", "LOCAL_LS('/')"} {
		v, event, err := evaluate(expression)
		require.NoError(t, err)
		b.WriteString("> " + expression + " " + event + "\n" + v.Str())
	}
	// Who owns the files, and how large a folder is, differs.
	text := regexp.MustCompile(`(│ )\w+( +│ )\w+( +│ )(?:\d{2,})?`).ReplaceAllString(b.String(), "${1}$2$3")
	text = regexp.MustCompile(` +│`).ReplaceAllString(text, " │")
	text = regexp.MustCompile(`[═─╤╪┼╧]+`).ReplaceAllString(text, "-")
	if *update {
		require.NoError(t, os.WriteFile("testdata/list.txt", []byte(text), 0o644))
	}
	want, err := os.ReadFile("testdata/list.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), text)
}

// TestAllFiles: devices and endless files do not hold a call, wherever they are.
func TestAllFiles(t *testing.T) {
	folder, _ := local(t)
	evaluate := evaluator(t, file.Host{Local: file.AllLocal()}, stellar.Limits{})
	for _, device := range []string{"/dev/zero", "/dev/null", "/dev/tty"} {
		got, event, err := evaluate("LOCAL_READ('" + device + "')")
		require.NoError(t, err)
		require.True(t, got.IsNull(), device)
		require.NotEmpty(t, event)
	}
	got, _, err := evaluate("LOCAL_WRITE('x', '" + folder + "/new/x')")
	require.NoError(t, err)
	require.True(t, got.Bool())
	got, event, err := evaluate("LOCAL_RM('/', true)")
	require.NoError(t, err)
	require.False(t, got.Bool())
	require.Contains(t, event, "cannot be removed")
}

func TestErrors(t *testing.T) {
	_, l := local(t)
	for expression, want := range map[string]string{
		"LOCAL_READ('x')": "may not use the files", "HDFS_LS()": "no HDFS was given", "LOCAL_WRITE('x', '')": "the path is empty",
		"HDFS_RM('')": "the path is empty", "LOCAL_RM('x', [])": "neither true nor false", "LOCAL_RM('x', null)": "neither true nor false",
	} {
		_, _, err := evaluator(t, file.Host{}, stellar.Limits{})(expression)
		require.ErrorContains(t, err, want, expression)
	}
	evaluate := evaluator(t, file.Host{Local: l}, stellar.Limits{Elements: 2})
	_, _, err := evaluate("LOCAL_WRITE('\n\n\n', 'lines')")
	require.NoError(t, err)
	_, _, err = evaluate("LOCAL_READ_LINES('lines')")
	require.ErrorIs(t, err, stellar.ErrLimit)
}

func TestExamples(t *testing.T) {
	evaluate := evaluator(t, file.Host{}, stellar.Limits{})
	for _, f := range file.Library(file.Host{}).Functions {
		require.NotEmpty(t, f.Examples)
		for _, e := range f.Examples {
			got, _, err := evaluate(e.Expr)
			require.NoError(t, err, e.Expr)
			want, _, err := evaluate(e.Want)
			require.NoError(t, err)
			require.True(t, value.Same(got, want), "%s gives %s", e.Expr, got)
		}
	}
}
