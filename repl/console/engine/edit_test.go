package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console/engine"
)

// ruleSet has expressions of all sorts of YAML texts, and one mistake before and after
// that which is edited.
const ruleSet = `define:
  big: bytes > 1000
enrich:
  e: |
    site := TO_UPER(domain)
triage:
  rules:
    - name: é 😀
      when: user == 'ann' and bytes > 5
      score: 10
    - name: quoted
      when: 'user == "bob"'
      score: 10
    - name: last
      when: usr == 'x' and big
      score: 10
`

func check(t testing.TB, e *engine.Engine, text string, quick bool) engine.Checked {
	parameters, err := json.Marshal(engine.Text{
		Mode: engine.Rules, Text: text, Messages: `{"user": "ann", "bytes": 1, "domain": "a"}`, Quick: quick,
	})
	require.NoError(t, err)
	answer, err := e.Call(context.Background(), "check", parameters)
	require.NoError(t, err)
	var checked engine.Checked
	require.NoError(t, json.Unmarshal(answer, &checked))
	return checked
}

// TestEdits compares what is found when an edit is answered quickly with what is found in
// the whole.
func TestEdits(t *testing.T) {
	for name, test := range map[string]struct {
		before, now string
		whole       bool // it must be checked
	}{
		"a mistake":        {before: "and bytes > 5", now: "and byts > 5"},
		"a bracket":        {before: "and bytes > 5", now: "and (bytes > 5"},
		"at the end":       {before: "and bytes > 5", now: "and bytes > 5 or"},
		"at the beginning": {before: "when: user == 'ann'", now: "when: 1user == 'ann'"},
		"removed":          {before: " and bytes > 5", now: ""},
		"nothing":          {before: "and bytes > 5", now: "and bytes > 5", whole: true},
		"in quotes":        {before: `user == "bob"`, now: `usr == "bob"`},
		"in a block":       {before: "TO_UPER(domain)", now: "TO_UPPER(domin)"},
		"mended":           {before: "TO_UPER(domain)", now: "TO_UPPER(domain)"},
		"with definitions": {before: "usr == 'x'", now: "user == 'x'", whole: true},
		"a name":           {before: "name: last", now: "name: lost", whole: true},
		"a new line":       {before: "and bytes > 5", now: "and bytes > 5\n        or true", whole: true},
		"a comment":        {before: "and bytes > 5", now: "# and bytes > 5", whole: true},
		"an open quote":    {before: "when: user == 'ann'", now: "when: 'user == 'ann'", whole: true},
		"no text":          {before: "when: user == 'ann' and bytes > 5", now: "when: ", whole: true},
		"a colon":          {before: "and bytes > 5", now: "and bytes: > 5", whole: true},
		"a key":            {before: "score: 10\n    - name: last", now: "scor: 10\n    - name: last", whole: true},
		"another rule":     {before: "    - name: last", now: "    - {name: other, when: x, score: 1}\n    - name: last", whole: true},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, ruleSet, test.before)
			now := strings.Replace(ruleSet, test.before, test.now, 1)
			e := newEngine(t)
			check(t, e, ruleSet, false)
			quick := check(t, e, now, true)
			require.Equal(t, !test.whole, quick.Partial)
			whole := check(t, e, now, false)
			require.False(t, whole.Partial)
			require.Equal(t, whole.Diagnostics, quick.Diagnostics)
			require.Equal(t, check(t, newEngine(t), now, false), whole, "what was known changes nothing")
		})
	}
}

// TestCompleteAnEdit completes a name in an expression that was edited since the rule set
// was checked.
func TestCompleteAnEdit(t *testing.T) {
	e := newEngine(t)
	check(t, e, ruleSet, false)
	now := strings.Replace(ruleSet, "and bytes > 5", "and ste == si", 1)
	at := strings.Index(now, "== si") + len("== si") - len("é😀") + 3 // in UTF-16 units
	parameters, err := json.Marshal(engine.Text{Mode: engine.Rules, Text: now, Offset: at})
	require.NoError(t, err)
	for _, e := range []*engine.Engine{e, newEngine(t)} {
		answer, err := e.Call(context.Background(), "complete", parameters)
		require.NoError(t, err)
		var completions engine.Completions
		require.NoError(t, json.Unmarshal(answer, &completions))
		require.Equal(t, at-2, completions.From)
		require.Equal(t, "site", completions.Items[0].Label)
	}
}

// BenchmarkKeyPress is a key in one expression of a thousand rules.
func BenchmarkKeyPress(b *testing.B) {
	var text strings.Builder
	text.WriteString("triage:\n  rules:\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "    - name: rule %d\n      when: user == 'u%d' and bytes > 1000\n      score: 10\n", i, i)
	}
	for _, quick := range []bool{true, false} {
		b.Run(fmt.Sprintf("quick=%v", quick), func(b *testing.B) {
			e := newEngine(b)
			check(b, e, text.String(), false)
			for i := 0; b.Loop(); i++ {
				checked := check(b, e, strings.Replace(text.String(), "'u7'", fmt.Sprintf("'x%d'", i), 1), quick)
				require.Equal(b, quick, checked.Partial)
			}
		})
	}
}
