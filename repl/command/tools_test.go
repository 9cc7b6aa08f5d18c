package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tools are commands on rules of which one test fails, with their exit codes.
var tools = []struct {
	args []string
	exit int
}{
	{[]string{"check", "rules.yaml"}, exitFailed},
	{[]string{"check", "rules.yaml", "--json"}, exitFailed},
	{[]string{"check", "rules.yaml", "--format=sarif"}, exitFailed},
	{[]string{"test", "rules.yaml"}, exitFailed},
	{[]string{"test", "rules.yaml", "--json"}, exitFailed},
	{[]string{"explain", "rules.yaml", `{"a":1,"b":0}`}, exitFailed},
	{[]string{"explain", "rules.yaml", `{"a":1,"b":0}`, "--json"}, exitFailed},
	{[]string{"coverage", "rules.yaml"}, exitFine},
	{[]string{"coverage", "--attack", "rules.yaml"}, exitFine},
	{[]string{"schema", "infer", "sample.json"}, exitFine},
	{[]string{"schema", "infer", "--json-schema", "sample.json"}, exitFine},
}

func toolFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("rules.yaml", []byte(`
triage:
  rules:
    - { name: one, when: a / b > 1 and x, score: 1, attack: T1071, except: [ { when: a == 5, until: 2020-01-01 } ] }
tests:
  - { name: fails, message: { a: 1, b: 0 }, expect: { fired: one } }
`), 0o644))
	require.NoError(t, os.WriteFile("sample.json", []byte(`{"a":1}`), 0o644))
}

type closedWriter struct{}

func (closedWriter) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// TestOutputOfTools: output that cannot be written is an error, unless whoever reads it
// has enough; then the exit code is that of what was found.
func TestOutputOfTools(t *testing.T) {
	toolFiles(t)
	for _, tool := range tools {
		name := strings.Join(tool.args, " ")
		var out, errs bytes.Buffer
		require.Equal(t, tool.exit, Run(context.Background(), tool.args, strings.NewReader(""), &out, &errs), name)
		require.NotEmpty(t, out.String(), name)
		require.Equal(t, tool.exit, Run(context.Background(), tool.args, strings.NewReader(""), closedWriter{}, &errs), name)
		errs.Reset()
		require.Equal(t, exitUsage, Run(context.Background(), tool.args, strings.NewReader(""), brokenWriter{}, &errs), name)
		require.Contains(t, errs.String(), "stellar: output: disk full", name)
	}
}

// TestInterruptedTools: the end of the context ends commands, those too that wait for
// input.
func TestInterruptedTools(t *testing.T) {
	toolFiles(t)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tool := range tools {
		var out, errs bytes.Buffer
		require.Equal(t, exitInterrupted, Run(ended, tool.args, strings.NewReader(""), &out, &errs), strings.Join(tool.args, " "))
		require.Empty(t, out.String())
	}
	for _, args := range [][]string{
		{"check", "rules.yaml", "--sample=-"}, {"explain", "rules.yaml", "-"}, {"schema", "infer", "-"},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		input, held := io.Pipe()
		var out, errs bytes.Buffer
		require.Equal(t, exitInterrupted, Run(ctx, args, input, &out, &errs), strings.Join(args, " "))
		cancel()
		_ = held.Close()
	}
}
