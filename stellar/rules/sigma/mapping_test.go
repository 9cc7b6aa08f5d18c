package sigma

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestMappings compares the conditions and scores of rules, or why they are not loaded,
// with those in testdata/mappings. They compile without warnings.
func TestMappings(t *testing.T) {
	files, err := filepath.Glob("testdata/mappings/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var mapping *Mapping
			var got, rule strings.Builder
			for _, section := range rulestest.Sections(t, file) {
				switch section.Name {
				case "mapping":
					m, found := ParseMapping(file, []byte(section.Content), nil)
					require.NoError(t, found.Err())
					mapping = m
				case "rule":
					rule.Reset()
					rule.WriteString(section.Content)
				case "when":
					section.Content = conditionOf(t, mapping, rule.String())
				}
				got.WriteString("-- " + section.Name + " --\n" + section.Content)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got.String()), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

// conditionOf returns the condition and the score of a rule, or why it is not loaded.
func conditionOf(t *testing.T, mapping *Mapping, rule string) string {
	set := Parse("rule.yml", []byte(rule), mapping)
	if len(set.Skipped) > 0 {
		return set.Skipped[0].Reason.String() + ": " + set.Skipped[0].Why + "\n"
	}
	_, warnings, err := rules.Compile(context.Background(), newEnv(t), set.Parsed)
	require.NoError(t, err)
	require.Empty(t, warnings)
	made := set.Steps[0].(*rules.Triage).Rules[0]
	return made.When.Text + "\nscore " + made.Score.Text + "\n"
}
