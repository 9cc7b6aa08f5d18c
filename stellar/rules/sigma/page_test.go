package sigma

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
)

// TestPage: what SIGMA.md shows is right.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("SIGMA.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	require.Len(t, blocks, 2)
	rule, mapping := blocks[0][1], blocks[1][1]
	require.True(t, Is(rule))
	require.False(t, Is([]byte("triage:\n  rules: []\nfilter: detection\n")))

	made, found := ParseMapping("mapping.yaml", mapping, func(file string) ([]byte, error) { return []byte("# our own\n10.0.0.1\n"), nil })
	require.NoError(t, found.Err())
	require.Equal(t, []string{"10.0.0.1"}, made.placeholders["dc_ip_addresses"])
	for _, m := range []*Mapping{nil, made} {
		set := Parse("whoami.yml", rule, m)
		require.Empty(t, set.Findings)
		_, warnings, err := rules.Compile(context.Background(), newEnv(t), set.Parsed)
		require.NoError(t, err)
		require.Empty(t, warnings)
	}

	shown := regexp.MustCompile(`(?m)^    (EQUALS_ANY.*)\n    (.*)$`).FindSubmatch(page)
	when := Parse("whoami.yml", rule, nil).Steps[0].(*rules.Triage).Rules[0].When.Text
	require.Contains(t, when, string(shown[1])+" "+string(shown[2]))
	for name := range modifiers {
		if name != "ignorecase" && name != "multiline" && name != "dotall" {
			require.True(t, strings.Contains(string(page), "`"+name+"`"), name)
		}
	}
	for _, key := range mappingKeys {
		if key != "taxonomy" && key != "base" {
			require.Contains(t, string(mapping), "\n"+key+":", key)
		}
	}
}
