package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConvertedRuns runs what convert makes of the rules in testdata/commands/run_*.txt,
// which must do the same.
func TestConvertedRuns(t *testing.T) {
	files, err := filepath.Glob("testdata/commands/run_*.txt")
	require.NoError(t, err)
	compared := map[string]int{} // by the ending of the rule file
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			sections := sectionsOf(string(text))
			args := strings.Split(strings.TrimSuffix(sections["args"], "\n"), "\n")
			if len(args) < 2 || sections["file "+args[1]] == "" || slices.ContainsFunc(args, func(arg string) bool {
				return strings.HasPrefix(arg, "--rules") || strings.HasPrefix(arg, "--sigma") || strings.HasPrefix(arg, "--errors")
			}) {
				return
			}
			inTempDir(t, sections)
			convert, again := []string{"convert", args[1], "-o", "converted.yaml"}, []string{"run", "converted.yaml"}
			for i, arg := range args[2:] {
				switch {
				case arg == "--fields" || args[i+1] == "--fields":
					convert = append(convert, arg)
				default:
					again = append(again, arg)
				}
			}
			var ignored bytes.Buffer
			code := Run(context.Background(), convert, strings.NewReader(""), &ignored, &ignored)
			if _, err := os.Stat("converted.yaml"); code != exitFine || err != nil {
				return // it has mistakes, or is in YAML
			}
			var want, got, messages bytes.Buffer
			code = Run(context.Background(), args, strings.NewReader(sections["stdin"]), &want, &messages)
			if strings.Contains(want.String(), "stellar_errors") {
				return // in which the places are others
			}
			require.Equal(t, code, Run(context.Background(), again, strings.NewReader(sections["stdin"]), &got, &messages), "%s", &messages)
			require.Equal(t, want.String(), got.String())
			compared[filepath.Ext(args[1])]++
		})
	}
	for _, ending := range []string{".stellar", ".json", ".yml"} {
		require.NotZero(t, compared[ending], ending)
	}
	require.Greater(t, compared[".stellar"], 10)
}
