package rules_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

const listened = `
enrich:
  site: |
    half := bytes / 2
    digits := number
  more: { assign: { more: half + 1 }, when: half > 10 }
drop: method == 'CONNECT'
filter: bytes > 0
triage:
  when: bytes > 5
  rules:
    - { name: one, when: half > 10 and user != 'root', score: bytes * 2, reason: "FORMAT('%d', bytes)" }
    - { name: two, when: half > 10, score: 7, except: [ { when: user == 'al' }, { when: user == 'jo' } ] }
    - { name: three, when: half > 1000, score: 7 }
    - { name: four, when: half / zero > 1, score: 7 }
`

// TestListener: each evaluation and each rule that is true is told, and what comes of a
// message is the same as without.
func TestListener(t *testing.T) {
	parsed := yaml.Parse("rules.yaml", []byte(listened), nil).Parsed
	set, _, err := rules.Compile(context.Background(), rulestest.NewEnv(t), parsed)
	require.NoError(t, err)
	var hits, evaluated []string
	listening, err := set.With(rules.Options{Listener: rules.Listener{
		Hit: func(h rules.Hit) {
			except := ""
			if h.Exception != nil {
				except = h.Exception.When.Text
			}
			hits = append(hits, fmt.Sprintf("%s %v %q %s", h.Rule.Name, h.Score, h.Reason, except))
		},
		Evaluated: func(e rules.Evaluated) {
			evaluated = append(evaluated, fmt.Sprintf("%d %s %s: %s = %v (%d) %v", e.Part, e.Rule, e.Name, e.Text, e.Value, len(e.Explanation.Children), e.Err))
		},
	}})
	require.NoError(t, err)
	apply := func(set *rules.Set, text string) string {
		m, err := rules.ParseMessage([]byte(text))
		require.NoError(t, err)
		pass, err := set.Apply(context.Background(), m)
		return fmt.Sprintf("%t %v %s", pass, err, m.AppendJSON(nil))
	}
	for _, text := range []string{
		`{"bytes":50,"user":"jo","zero":0,"number":1.50}`, `{"bytes":50,"method":"CONNECT"}`, `{"bytes":-1}`,
		`{"bytes":3}`, `{"bytes":"x"}`, `{"bytes":50,"user":5,"zero":1}`,
	} {
		require.Equal(t, apply(set, text), apply(listening, text))
	}
	hits, evaluated = nil, nil
	apply(listening, `{"bytes":50,"user":"jo","zero":0,"number":1.50}`)
	require.Equal(t, []string{`one 100 "50" `, `two 7 "" user == 'jo'`}, hits)
	require.Equal(t, []string{
		"1 site half: bytes / 2 = 25 (2) <nil>",
		"1 site digits: number = 1.5 (0) <nil>",
		"0 more : half > 10 = true (2) <nil>",
		"1 more more: half + 1 = 26 (2) <nil>",
		"3 drop : method == 'CONNECT' = false (2) <nil>",
		"2 filter : bytes > 0 = true (2) <nil>",
		"6 triage : bytes > 5 = true (2) <nil>",
		"0 one : half > 10 and user != 'root' = true (2) <nil>",
		"7 one : bytes * 2 = 100 (2) <nil>",
		"8 one : FORMAT('%d', bytes) = 50 (2) <nil>",
		"0 two : half > 10 = true (2) <nil>",
		"7 two : 7 = 7 (0) <nil>",
		"9 two : user == 'al' = false (2) <nil>",
		"9 two : user == 'jo' = true (2) <nil>",
		"0 three : half > 1000 = false (2) <nil>",
		"0 four : half / zero > 1 = null (2) rules.yaml:15:27: arithmetic error: division of 25 by the integer zero (with half = 25, zero = 0)",
	}, evaluated)
}
