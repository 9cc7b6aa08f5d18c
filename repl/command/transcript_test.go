package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTranscripts runs the commands of testdata/transcripts/*.txt one after the other in a
// folder, and compares what they show. Such a file has sections: -- file NAME -- for
// files in the folder, and -- transcript --, in which each line after "$ stellar " is a
// command, after which stands what it writes to both outputs, and its exit code if that
// is not 0. An argument with blanks stands in quotes; < NAME reads a file, > NAME writes
// one. With -update it writes what is shown.
func TestTranscripts(t *testing.T) {
	eachText(t, "testdata/transcripts", func(t *testing.T, file, text string) {
		const head = "-- transcript --\n"
		before, transcript, found := strings.Cut(text, head)
		require.True(t, found)
		inTempDir(t, sectionsOf(before))
		var got strings.Builder
		for line := range strings.Lines(transcript) {
			if command, ok := strings.CutPrefix(line, "$ stellar "); ok {
				got.WriteString(line + shown(t, strings.TrimSpace(command)))
			}
		}
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(before+head+got.String()), 0o644))
			return
		}
		require.Equal(t, transcript, got.String())
	})
}

var argument = regexp.MustCompile(`"([^"]*)"|'([^']*)'|(\S+)`)

// shown runs a command and returns what it writes.
func shown(t *testing.T, command string) string {
	var args []string
	input, output := "", ""
	for _, m := range argument.FindAllStringSubmatch(command, -1) {
		args = append(args, m[1]+m[2]+m[3])
		if n := len(args); n > 2 && (args[n-2] == "<" || args[n-2] == ">") {
			if args[n-2] == ">" {
				output = args[n-1]
			} else {
				text, err := os.ReadFile(args[n-1])
				require.NoError(t, err)
				input = string(text)
			}
			args = args[:n-2]
		}
	}
	var out, errors bytes.Buffer
	code := Run(context.Background(), args, strings.NewReader(input), &out, &errors)
	if output != "" {
		require.NoError(t, os.WriteFile(output, out.Bytes(), 0o644))
		out.Reset()
	}
	out.Write(errors.Bytes())
	if code != 0 {
		fmt.Fprintf(&out, "exit %d\n", code)
	}
	return profilerEntry.ReplaceAllString(out.String(), `"kind":"entry",…}`)
}

// profilerEntry is what a profiler keeps for itself, in which there are random numbers.
var profilerEntry = regexp.MustCompile(`"kind":"entry",.*}`)
