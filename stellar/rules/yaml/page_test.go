package yaml

import (
	"context"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

const vendor = `triage:
  rules:
    - { name: a, id: exfiltration-1, when: bytes > 5, score: 1 }
    - { name: b, id: noise-7, when: user in admins, score: 1 }
define: { admins: [root] }
`

// TestPage: the examples of RULES.md load, what the first expects of a message comes of
// it, and the page names all keys and words.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("RULES.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.Len(t, blocks, 4)
	env, err := stellar.NewEnv(stellar.Options{Functions: table.Library(nil).Functions})
	require.NoError(t, err)
	read := func(name string) ([]byte, error) {
		if name != "vendor.yaml" {
			return nil, fs.ErrNotExist
		}
		return []byte(vendor), nil
	}
	var first *RuleSet
	for i, block := range blocks {
		set := Parse("rules.yaml", []byte(block[1]), read)
		compiled, warnings, err := rules.Compile(context.Background(), env, set.Parsed)
		require.NoError(t, err)
		require.Empty(t, warnings)
		if i > 0 {
			continue
		}
		first = set
		m, err := rules.ParseMessage([]byte(first.Tests[0].Messages[0]))
		require.NoError(t, err)
		_, err = compiled.Apply(context.Background(), m)
		require.NoError(t, err)
		require.Equal(t, *first.Tests[0].Score, m.Lookup(rules.ScoreField).Float64())
		require.Equal(t, first.Tests[0].Fired[0], m.Lookup(rules.RuleField+".0.id").String())
		require.Equal(t, "example.net", m.Lookup("domain").String())
	}
	keys := slices.Concat(sections, stepKeys, triageKeys, ruleKeys, testKeys, expectations, []string{"until", "owner"}, Severities(), Statuses(), aggregatorNames())
	for _, key := range keys {
		require.Contains(t, strings.ReplaceAll(string(page), "`", ""), key)
	}
}
