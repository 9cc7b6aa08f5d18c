package sigma

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// converted returns the set of the converted rules.
func converted(t *testing.T, set *RuleSet) *rules.Set {
	text, err := set.Convert()
	require.NoError(t, err)
	native := yaml.Parse("converted.yaml", text, nil)
	require.NoError(t, native.Findings.Err())
	require.Len(t, native.Rules, len(set.Rules))
	made, _, err := rules.Compile(context.Background(), newEnv(t), native.Parsed)
	require.NoError(t, err)
	return made
}

// TestConvert: converted rules do the same with messages.
func TestConvert(t *testing.T) {
	mapping, found := ParseMapping("test", []byte(everyMessage), nil)
	require.NoError(t, found.Err())
	env := newEnv(t)
	detections(t, func(t *testing.T, rule string, lines []string) {
		set := Parse("test.yml", []byte("level: high\nid: a-1\ndescription: 'A: b'\nauthor: jo\nreferences: [https://example.com/#a]\nfalsepositives: [ours, '5']\ntags: [attack.t1059.001]\n"+rule), mapping)
		if len(set.Skipped) > 0 {
			return
		}
		original, _, err := rules.Compile(context.Background(), env, set.Parsed)
		require.NoError(t, err)
		native := converted(t, set)
		for _, line := range lines {
			require.Equal(t, outcome(t, original, []byte(line[2:])), outcome(t, native, []byte(line[2:])), line)
		}
	})
}

// outcome returns what becomes of a message.
func outcome(t *testing.T, set *rules.Set, message []byte) string {
	m, err := rules.ParseMessage(message)
	require.NoError(t, err)
	_, err = set.Apply(context.Background(), m)
	require.NoError(t, err)
	return string(m.AppendJSON(nil))
}

// TestConvertCollection does the same for the public rules and the events that come with
// them. All rules would be too long for one file.
func TestConvertCollection(t *testing.T) {
	mapping, _ := Builtin("evtx")
	var events [][]byte
	err := filepath.WalkDir(filepath.Join(checkout(t), "regression_data"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".json" {
			events = append(events, eventsOf(t, path)[0])
		}
		return err
	})
	require.NoError(t, err)
	hits := 0
	for paths := range slices.Chunk(collection(t, inUse...), 1000) {
		set := parseAll(mapping, paths)
		original, _, err := rules.Compile(context.Background(), newEnv(t), set.Parsed)
		require.NoError(t, err)
		native := converted(t, set)
		for i := 0; i < len(events); i += 5 { // some dozens are enough
			want := outcome(t, original, events[i])
			require.Equal(t, want, outcome(t, native, events[i]))
			if strings.Contains(want, rules.ScoreField) {
				hits++
			}
		}
	}
	require.Greater(t, hits, 40)
}
