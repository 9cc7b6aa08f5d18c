package command

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/terminal"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// TestCommands runs the commands of testdata/commands/*.txt. Such a file has
// sections: -- args --, one argument a line; -- stdin --; -- file NAME -- for
// files in the folder in which the command runs; and what must come of it, --
// stdout --, -- stderr -- and -- exit --, and -- wrote NAME -- for files that the
// command makes. Text before the first section says what it is about. The same must
// come of a run with --parallel.
func TestCommands(t *testing.T) {
	eachText(t, "testdata/commands", func(t *testing.T, file, text string) {
		sections := sectionsOf(text)
		require.NotEmpty(t, sections["args"])
		inTempDir(t, sections)
		args := strings.Split(strings.TrimSuffix(sections["args"], "\n"), "\n")
		var written []string
		for name := range sections {
			if name, ok := strings.CutPrefix(name, "wrote "); ok {
				written = append(written, name)
			}
		}
		slices.Sort(written)
		got := resultsOf(t, args, sections["stdin"], written)
		if *update {
			inputs, _, _ := strings.Cut(text, "-- stdout --\n")
			require.NoError(t, os.WriteFile(file, []byte(inputs+got), 0o644))
			return
		}
		want := fmt.Sprintf("-- stdout --\n%s-- stderr --\n%s-- exit --\n%s", sections["stdout"], sections["stderr"], sections["exit"])
		for _, name := range written {
			want += fmt.Sprintf("-- wrote %s --\n%s", name, sections["wrote "+name])
		}
		require.Equal(t, want, got)
		if slices.Contains([]string{"run", "replay"}, args[0]) && !strings.Contains(sections["args"], "--parallel") {
			parallel := resultsOf(t, append(args, "--parallel=8"), sections["stdin"], written)
			require.Equal(t, nullReportsSorted(want), nullReportsSorted(parallel), "with --parallel")
		}
	})
}

// eachText runs a test for each text of a folder, of which it gets the absolute name of
// the file too.
func eachText(t *testing.T, folder string, test func(t *testing.T, file, text string)) {
	files, err := filepath.Glob(folder + "/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			file, err := filepath.Abs(file)
			require.NoError(t, err)
			test(t, file, string(text))
		})
	}
}

// inTempDir has the rest of a test run in a new folder that has the files of the sections.
func inTempDir(t *testing.T, sections map[string]string) {
	t.Chdir(t.TempDir())
	for name, content := range sections {
		if name, ok := strings.CutPrefix(name, "file "); ok {
			require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
			require.NoError(t, os.WriteFile(name, []byte(content), 0o644))
		}
	}
}

// resultsOf runs a command, and returns the sections of what came of it, such as the
// files that it writes.
func resultsOf(t *testing.T, args []string, input string, files []string) string {
	for _, file := range files {
		_ = os.Remove(file) // that of a run before
	}
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), args, strings.NewReader(input), &stdout, &stderr)
	if args[0] == "replay" {
		out := measured.ReplaceAllString(stdout.String(), "$1: TIME")
		stdout.Reset()
		stdout.WriteString(out)
	}
	results := fmt.Sprintf("-- stdout --\n%s-- stderr --\n%s-- exit --\n%d\n", &stdout, &stderr, code)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		results += fmt.Sprintf("-- wrote %s --\n%s", file, content)
	}
	return results
}

// nullReportsSorted returns results whose reports of calls that gave null are in the
// order of their texts: with --parallel, the calls of different messages end in any
// order, and each is reported when it ends.
func nullReportsSorted(results string) string {
	lines := strings.Split(results, "\n")
	var places []int
	var reports []string
	for i, line := range lines {
		if strings.HasPrefix(line, "stellar: ") && strings.Contains(line, " gives null: ") {
			places = append(places, i)
			reports = append(reports, line)
		}
	}
	slices.Sort(reports)
	for i, place := range places {
		lines[place] = reports[i]
	}
	return strings.Join(lines, "\n")
}

// measured finds the times in the report of a replay.
var measured = regexp.MustCompile(`((?:T|t)ime for a message|"seconds_old"|"seconds_new"|"time_ratio"): [^\n]*`)

var sectionHead = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// sectionsOf returns the sections of a text by name.
func sectionsOf(text string) map[string]string {
	sections := map[string]string{}
	heads := sectionHead.FindAllStringSubmatchIndex(text, -1)
	for i, head := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		sections[text[head[2]:head[3]]] = text[head[1]:end]
	}
	return sections
}

// TestSessions types what stands after the prompts in testdata/sessions/*.txt into a
// shell and compares all that a terminal would show. The first line holds the
// arguments of the command, after a $.
func TestSessions(t *testing.T) {
	eachText(t, "testdata/sessions", func(t *testing.T, file, text string) {
		command, transcript, _ := strings.Cut(text, "\n")
		args := strings.Fields(strings.TrimPrefix(command, "$ stellar"))
		var typed []string
		for line := range strings.SplitSeq(transcript, "\n") {
			for _, p := range []string{terminal.Prompt, terminal.MorePrompt} {
				if input, ok := strings.CutPrefix(line, p); ok {
					typed = append(typed, input)
				}
			}
		}
		t.Setenv("XDG_CONFIG_HOME", t.TempDir())
		var screen bytes.Buffer
		code := Run(context.Background(), args, strings.NewReader(strings.Join(typed, "\n")+"\n"), &screen, &screen)
		require.Equal(t, exitFine, code)
		got := command + "\n" + echo(screen.String(), typed)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			return
		}
		require.Equal(t, text, got)
	})
}

// echo puts what was typed after the prompts, as a terminal does.
func echo(screen string, typed []string) string {
	return regexp.MustCompile(regexp.QuoteMeta(terminal.Prompt)+"|"+regexp.QuoteMeta(terminal.MorePrompt)).ReplaceAllStringFunc(screen, func(p string) string {
		if len(typed) == 0 {
			return p
		}
		line := typed[0]
		typed = typed[1:]
		return p + line + "\n"
	})
}
