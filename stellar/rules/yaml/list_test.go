package yaml

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestLongLists: lists of 100,000 indicators, in a file and in the rule set, are used by
// many rules without that their text stands in each.
func TestLongLists(t *testing.T) {
	const indicators = 100_000
	var file, inline strings.Builder
	for i := range indicators {
		fmt.Fprintf(&file, "host-%d.example.com\n", i)
		fmt.Fprintf(&inline, "host-%d.example.com, ", i)
	}
	var b strings.Builder
	b.WriteString("define:\n  filed: { file: ioc.txt }\n  written: [" + strings.TrimSuffix(inline.String(), ", ") + "]\ntriage:\n  rules:\n")
	const number = 200
	for i := range number {
		fmt.Fprintf(&b, "    - { name: r%d, when: 'host in %s and n > %d', score: 1 }\n", i, []string{"filed", "written"}[i%2], i)
	}
	start := time.Now()
	parsed := Parse("f.yaml", []byte(b.String()), func(string) ([]byte, error) { return []byte(file.String()), nil }).Parsed
	set, found, err := rules.Compile(context.Background(), rulestest.NewEnv(t), parsed)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Less(t, time.Since(start), 20*time.Second)
	require.Len(t, parsed.Constants, 2)
	for host, hits := range map[string]int{"host-99999.example.com": number, "host-100000.example.com": 0} {
		m, err := rules.ParseMessage([]byte(`{"host":"` + host + `","n":1000}`))
		require.NoError(t, err)
		start := time.Now()
		pass, err := set.Apply(context.Background(), m)
		require.NoError(t, err)
		require.True(t, pass)
		require.Less(t, time.Since(start), time.Second)
		require.Equal(t, hits > 0, !m.Lookup(fmt.Sprintf("threat.triage.rules.%d.name", max(0, hits-1))).IsNull())
		require.True(t, m.Lookup(fmt.Sprintf("threat.triage.rules.%d.name", hits)).IsNull())
	}
	t.Log(time.Since(start))
}

// TestShortListsStand: what is short stands in the expressions that use it.
func TestShortListsStand(t *testing.T) {
	parsed := Parse("f.yaml", []byte("define: { a: [x, y] }\nfilter: host in a\n"), nil).Parsed
	require.Empty(t, parsed.Constants)
	require.Equal(t, "host in ['x', 'y']", parsed.Steps[0].(*rules.Filter).Condition.Text)
}
