package lint_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/lint"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// ruleFile returns the text of so many rules.
func ruleFile(n int) string {
	var b strings.Builder
	b.WriteString("enrich:\n  site: |\n    site := DOMAIN_REMOVE_SUBDOMAINS(domain)\ntriage:\n  rules:\n")
	for i := range n {
		fmt.Fprintf(&b, "    - name: rule %d\n      id: r-%d\n      severity: high\n      when: %s\n      score: %d\n      reason: FORMAT('%%s did %d', user)\n",
			i, i, []string{
				fmt.Sprintf("user == 'user%d'", i),
				fmt.Sprintf("IN_SUBNET(ip_src_addr, '10.%d.0.0/16') and bytes > %d", i%256, i),
				fmt.Sprintf("site == 'a%d.com' and not(ENDS_WITH(agent, 'curl/%d'))", i, i),
				fmt.Sprintf("LENGTH(domain) > %d or bytes * 2 > %d", i%60+10, i*1000),
			}[i%4], i%100, i)
	}
	return b.String()
}

func setOf(text string, schema stellar.Schema) lint.Set {
	set := yaml.Parse("rules.yaml", []byte(text), nil)
	return lint.Set{Parsed: []rules.Parsed{set.Parsed}, Rules: set.Rules, Schema: schema}
}

var schema = stellar.Schema{"domain": fn.String, "user": fn.String, "ip_src_addr": fn.String, "bytes": fn.Long, "agent": fn.String}

// TestAgain compares what a linter finds in texts that follow each other with what one
// finds that has seen none before.
func TestAgain(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	text := ruleFile(12)
	edits := []string{
		text,
		strings.Replace(text, "user == 'user4'", "user == 'user0'", 1), // equal conditions
		strings.Replace(text, "user == 'user4'", "usr == 'user4'", 1),
		strings.Replace(text, "user == 'user4'", "(user == 'user4'", 1),
		strings.Replace(text, "site := DOMAIN", "other := DOMAIN", 1),
		strings.Replace(text, "site := DOMAIN_REMOVE_SUBDOMAINS(domain)", "site := LENGTH(domain)", 1), // of another kind
		strings.Replace(text, "enrich:", "lists: { users: ['a', 'b'] }\nenrich:", 1) + "    - { name: last, when: user in users, score: 1 }\n",
		strings.Replace(text, "enrich:", "lists: { users: [1, 2] }\nenrich:", 1) + "    - { name: last, when: user in users, score: 1 }\n",
		text,
	}
	for _, schema := range []stellar.Schema{nil, schema} {
		linter := lint.New(env)
		found := map[string]diag.List{}
		for _, edit := range edits {
			again, err := linter.Check(context.Background(), setOf(edit, schema))
			require.NoError(t, err)
			once, err := lint.Check(context.Background(), env, setOf(edit, schema))
			require.NoError(t, err)
			require.Equal(t, once, again)
			found[edit] = again
		}
		require.Empty(t, found[text])
		for _, edit := range edits[1:4] {
			if schema != nil || !strings.Contains(edit, "usr") {
				require.NotEmpty(t, found[edit], edit)
			}
		}
		if schema != nil {
			require.NotEmpty(t, found[edits[5]])
		}
	}
}

// TestCheckInstead compares what is found of an expression in its place with what is
// found in the whole set.
func TestCheckInstead(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	for _, schema := range []stellar.Schema{nil, schema} {
		linter := lint.New(env)
		set := setOf(ruleFile(8), schema)
		_, err := linter.Check(context.Background(), set)
		require.NoError(t, err)
		const before = "user == 'user4'"
		for _, text := range []string{before, "usr == 'user4'", "(user == 'user4'", "site == 5", "LENGHT(site)", ""} {
			found, ok := linter.CheckInstead(context.Background(), &set, before, text)
			require.True(t, ok)
			whole, err := lint.Check(context.Background(), env, setOf(strings.Replace(ruleFile(8), before, text, 1), schema))
			require.NoError(t, err)
			if text != "" { // which is a mistake in the set
				require.Equal(t, messages(whole), messages(found))
			}
		}
		_, ok := linter.CheckInstead(context.Background(), &set, "no such expression", "1")
		require.False(t, ok)
	}
	_, ok := lint.New(env).CheckInstead(context.Background(), &lint.Set{}, "a", "b")
	require.False(t, ok)
}

func messages(list diag.List) (texts []string) {
	for _, d := range list {
		texts = append(texts, d.Message)
	}
	return texts
}

func TestCalledOff(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	linter := lint.New(env)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set := setOf(strings.Replace(ruleFile(4), "user == 'user0'", "usr == 1", 1), schema)
	_, err = linter.Check(ctx, set)
	require.ErrorIs(t, err, context.Canceled)
	found, err := linter.Check(context.Background(), set)
	require.NoError(t, err)
	require.NotEmpty(t, found, "nothing is remembered of a check that was called off")
}

// BenchmarkKeyPress is a change in one of a thousand rules, read and checked.
func BenchmarkKeyPress(b *testing.B) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(b, err)
	text := ruleFile(1000)
	linter := lint.New(env)
	for i := 0; b.Loop(); i++ {
		_, err := linter.Check(context.Background(), setOf(strings.Replace(text, "user == 'user0'", fmt.Sprintf("user == 'x%d'", i), 1), schema))
		require.NoError(b, err)
	}
}
