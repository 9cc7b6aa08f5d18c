package command

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tests below hold README.md to what it shows.

func readme(t *testing.T) string {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	return string(text)
}

// between returns the part of text after start, up to end.
func between(t *testing.T, text, start, end string) string {
	_, text, found := strings.Cut(text, start)
	require.True(t, found, "README.md has no %q", start)
	text, _, found = strings.Cut(text, end)
	require.True(t, found, "README.md has no %q behind %q", end, start)
	return text
}

func unindented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimPrefix(line, "    "))
	}
	return b.String()
}

func TestReadmeSession(t *testing.T) {
	const prompt = "[Stellar]>>> "
	session := unindented(between(t, readme(t), "    $ go run ./repl/cmd/stellar\n", "\n`?TO_UPPER`"))
	var typed, shown strings.Builder
	for line := range strings.Lines(session) {
		if input, ok := strings.CutPrefix(line, prompt); ok {
			typed.WriteString(input)
			line = prompt
		}
		shown.WriteString(line)
	}
	var out bytes.Buffer
	code := Run(context.Background(), []string{"shell", "-i"}, strings.NewReader(typed.String()), &out, &out)
	require.Zero(t, code)
	require.Equal(t, strings.TrimSpace(shown.String()), strings.TrimSpace(out.String()))
}

func TestReadmeRules(t *testing.T) {
	text := readme(t)
	rules := unindented(between(t, text, "`site.stellar`:\n\n", "\n`stellar run`"))
	input := between(t, text, "$ echo '", "' |")
	want := strings.TrimSpace(between(t, text, "run site.stellar --drop foreign\n", "\n\n"))
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("site.stellar", []byte(rules), 0o644))
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), []string{"run", "site.stellar", "--drop", "foreign"}, strings.NewReader(input+"\n"), &stdout, &stderr)
	require.Zero(t, code, stderr.String())
	require.Equal(t, want, strings.TrimSpace(stdout.String()))
}

func TestReadmeProgram(t *testing.T) {
	program := between(t, readme(t), "```go\n", "```")
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(program), 0o644))
	out, err := exec.Command("go", "run", file).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "true <nil>\n", string(out))
}
