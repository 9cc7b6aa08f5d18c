package sigma

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// compiling returns a function that parses a text, the conditions of which must compile.
func compiling(t testing.TB) func(t testing.TB, text string) rules.Parsed {
	mapping, found := ParseMapping("test", []byte(everyMessage), nil)
	require.NoError(t, found.Err())
	env := newEnv(t)
	return func(t testing.TB, text string) rules.Parsed {
		set := Parse("test.yml", []byte(text), mapping)
		require.Equal(t, len(set.Rules) > 0, len(set.Steps) > 0)
		if len(set.Steps) > 0 {
			requireConditions(t, env, set)
		}
		return set.Parsed
	}
}

func requireConditions(t testing.TB, env *stellar.Env, set *RuleSet) {
	triage := set.Steps[0].(*rules.Triage)
	require.Len(t, set.Rules, len(triage.Rules))
	_, _, err := rules.Compile(context.Background(), env, set.Parsed)
	if err != nil {
		for _, r := range triage.Rules {
			t.Log(r.When.Text)
		}
	}
	require.NoError(t, err)
}

// TestDamaged: see rulestest.Damaged.
func TestDamaged(t *testing.T) {
	parse := compiling(t)
	pieces := []string{
		"", `"`, `\`, "{", "}", "[", "]", ",", ":", "null", "5", "- ", "|", "\t", "\n", "'", "*", "?", "not ", "(", ")", " of them", "%hosts%", "\xff", "---\n",
		"|contains", "|re", "|all", "|expand", "|windash", "|base64", "-", "/", "`",
	}
	rulestest.Damaged(t, 10, pieces, func(text string) rules.Parsed { return parse(t, text) })
	detections(t, func(t *testing.T, rule string, _ []string) {
		for at := range rule {
			for _, piece := range pieces[at%len(pieces):][:1] {
				rulestest.RequirePlaces(t, parse(t, rule[:at]+piece+rule[at+1:]))
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range rulestest.Texts(f) {
		f.Add(text)
	}
	f.Add("title: T\nlogsource: { product: test }\ndetection:\n  s: { f|contains|all: [ 'a*b', 5, true ], g|re|i: '^x', h: null }\n  condition: not 1 of s* or (s)\n")
	parse := compiling(f)
	f.Fuzz(func(t *testing.T, text string) { rulestest.RequirePlaces(t, parse(t, text)) })
}
