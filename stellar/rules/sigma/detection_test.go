package sigma

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// everyMessage is a mapping by which rules are for every message.
const everyMessage = `
undeclared: every
placeholders:
  hosts: [ 'ws*', srv ]
  numbers: [ '\d+' ]
`

// detections calls test with the detections of testdata/detections, each as a rule, and the
// lines after it: + and a message that it is for, - and one that it is not for, or ! and
// why it is not loaded.
func detections(t *testing.T, test func(t *testing.T, rule string, lines []string)) {
	files, err := filepath.Glob("testdata/detections/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		for _, section := range rulestest.Sections(t, file) {
			t.Run(section.Name, func(t *testing.T) {
				rule := "title: " + strings.ReplaceAll(section.Name, ":", "") + "\nlogsource: { product: test }\ndetection:\n"
				var lines []string
				for line := range strings.Lines(section.Content) {
					if strings.HasPrefix(line, "+ ") || strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "! ") {
						lines = append(lines, strings.TrimRight(line, "\n"))
					} else {
						rule += "  " + line
					}
				}
				require.NotEmpty(t, lines)
				test(t, rule, lines)
			})
		}
	}
}

// TestDetections: each form of values, modifiers and conditions is for some messages and not
// for others.
func TestDetections(t *testing.T) {
	mapping, found := ParseMapping("test", []byte(everyMessage), nil)
	require.NoError(t, found.Err())
	env := newEnv(t)
	detections(t, func(t *testing.T, rule string, lines []string) {
		parsed := Parse("test.yml", []byte(rule), mapping)
		if why, ok := strings.CutPrefix(lines[0], "! "); ok {
			require.Len(t, parsed.Skipped, 1)
			require.Contains(t, parsed.Skipped[0].Why, why)
			return
		}
		require.Empty(t, parsed.Skipped)
		set, _, err := rules.Compile(context.Background(), env, parsed.Parsed)
		require.NoError(t, err)
		for _, line := range lines {
			when := parsed.Steps[0].(*rules.Triage).Rules[0].When.Text
			require.Equal(t, line[0] == '+', fires(t, set, []byte(line[2:])), "%s\n%s", line, when)
		}
	})
}
