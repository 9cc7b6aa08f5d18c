package engine_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console/engine"
)

// TestCompleteKeys completes at | in rule sets. What is wanted are the first items; the
// places of values are those of expressions.
func TestCompleteKeys(t *testing.T) {
	e := newEngine(t)
	for text, want := range map[string]string{
		"tri|":                         "triage",
		"|":                            "define drop",
		"triage:\n  ru|":               "rules",
		"triage:\n  aggregator: M|":    "MAX MIN MEAN",
		"triage:\n  rules:\n    - na|": "name",
		"triage:\n  rules:\n    - |":   "name",
		"triage:\n  rules:\n  - |":     "name",
		"triage:\n  rules:\n    - name: a\n      sev|":                                       "severity",
		"triage:\n  rules:\n    - name: a\n      severity: h|":                               "high",
		"triage:\n  rules:\n    - name: a\n      except:\n        - own|":                    "owner",
		"triage:\n  rules:\n    - name: a\n      except:\n        - when: x\n          unt|": "until",
		"tests:\n  - name: é\n    expect:\n      fir|":                                       "fired",
		"enrich:\n  step:\n    ass|":                                                         "assign",
		"enrich:\n  # a comment\n\n  step:\n    assign: |\n      x := 1\n    fla|":           "",
		"triage:\n  rules:\n    - when: IN_SUBN|":                                            "IN_SUBNET",
	} {
		before, after, _ := strings.Cut(text, "|")
		if i := strings.LastIndex(text, "|"); want == "" { // in a block of text after |
			before, after, want = text[:i], text[i+1:], "flatten"
		}
		parameters, err := json.Marshal(engine.Text{Mode: engine.Rules, Text: before + after, Offset: len([]rune(before))})
		require.NoError(t, err)
		answer, err := e.Call(context.Background(), "complete", parameters)
		require.NoError(t, err)
		var found engine.Completions
		require.NoError(t, json.Unmarshal(answer, &found))
		var labels []string
		for _, item := range found.Items[:min(len(found.Items), len(strings.Fields(want)))] {
			labels = append(labels, item.Label)
		}
		require.Equal(t, want, strings.Join(labels, " "), text)
		require.Equal(t, len([]rune(before)), found.To, text)
	}
}
