package sigma

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
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
	require.Len(t, native.Rules, len(set.Rules))
	made, _, err := rules.Compile(context.Background(), newEnv(t), native.Parsed)
	require.NoError(t, err)
	return made
}

// TestConvert: converted rules are for the same messages, with the same scores.
func TestConvert(t *testing.T) {
	mapping, found := ParseMapping("test", []byte(everyMessage), nil)
	require.NoError(t, found.Err())
	env := newEnv(t)
	detections(t, func(t *testing.T, rule string, lines []string) {
		set := Parse("test.yml", []byte("level: high\nid: a-1\ndescription: 'A: b'\ntags: [attack.t1059.001]\n"+rule), mapping)
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

// outcome returns the score of a message, and what both forms say of the rules.
func outcome(t *testing.T, set *rules.Set, message []byte) []any {
	m, err := rules.ParseMessage(message)
	require.NoError(t, err)
	_, err = set.Apply(context.Background(), m)
	require.NoError(t, err)
	all := []any{m.Lookup(rules.ScoreField).Go()}
	for n := range 10 {
		for _, key := range []string{"name", "score", "id", "severity", "attack"} {
			if v := m.Lookup(fmt.Sprintf("%s.%d.%s", rules.RuleField, n, key)); !v.IsNull() {
				all = append(all, v.Go())
			}
		}
	}
	return all
}

// TestConvertCollection does the same for the public rules and the events that come with
// them.
func TestConvertCollection(t *testing.T) {
	mapping, _ := Builtin("evtx")
	set := parseAll(mapping, collection(t, inUse...))
	original, _, err := rules.Compile(context.Background(), newEnv(t), set.Parsed)
	require.NoError(t, err)
	native := converted(t, set)
	messages := 0
	err = filepath.WalkDir(filepath.Join(checkout(t), "regression_data"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" {
			return err
		}
		for _, event := range eventsOf(t, path)[:1] {
			if messages++; messages%5 == 0 { // some dozens are enough
				require.Equal(t, outcome(t, original, event), outcome(t, native, event), path)
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, messages, 100)
}
