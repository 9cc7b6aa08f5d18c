package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	session := unindented(between(t, readme(t), "    $ stellar\n", "\n`?TO_UPPER`"))
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

// TestReadmeTours does what sections show, with the files that they name.
func TestReadmeTours(t *testing.T) {
	for section, want := range map[string]int{"Five minutes": 5, "Baselines": 2} {
		t.Run(section, func(t *testing.T) {
			tour := between(t, readme(t), "## "+section+"\n", "\n## ")
			t.Chdir(t.TempDir())
			for _, file := range regexp.MustCompile("`([a-z]+[.][a-z]+)`:\n\n(?s:```yaml\n(.*?)```|((?:    .*?\n)+))").FindAllStringSubmatch(tour, -1) {
				require.NoError(t, os.WriteFile(file[1], []byte(file[2]+unindented(file[3])), 0o644))
			}
			commands := 0
			for _, block := range regexp.MustCompile(`(?m)^    \$ stellar (.*)\n((?:    [^$].*\n)*)`).FindAllStringSubmatch(tour, -1) {
				var out bytes.Buffer
				Run(context.Background(), strings.Fields(block[1]), strings.NewReader(""), &out, &out)
				require.Equal(t, unindented(block[2]), out.String(), block[1])
				commands++
			}
			require.Equal(t, want, commands)
		})
	}
}

// TestReadmeCommands shows that the commands that are named have arguments that there are.
func TestReadmeCommands(t *testing.T) {
	table := between(t, readme(t), "## Day by day\n", "\n## ")
	word := regexp.MustCompile(`'[^']*'|\S+`)
	spans := regexp.MustCompile("`stellar ([^`]+)`").FindAllStringSubmatch(table, -1)
	require.Greater(t, len(spans), 20)
	for _, span := range spans {
		var args []string
		for _, arg := range word.FindAllString(span[1], -1) {
			args = append(args, strings.Trim(arg, "'"))
		}
		if len(args) == 1 || args[0] == "COMMAND" {
			continue
		}
		parser, err := newParser(context.Background(), &streams{out: io.Discard, err: io.Discard}, nil)
		require.NoError(t, err)
		_, err = parser.Parse(args)
		require.NoError(t, err, span[1])
	}
}

func TestReadmeProgram(t *testing.T) {
	program := between(t, readme(t), "```go\n", "```")
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, []byte(program), 0o644))
	out, err := exec.Command("go", "run", file).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "true <nil>\n", string(out))
}
