package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// TestReadLater: a name that a step assigns is read by a later step, not by its own.
func TestReadLater(t *testing.T) {
	e := func(text string) rules.Expression { return rules.Expression{Text: text} }
	assign := rules.Rule{Name: "site", Assignments: []rules.Assignment{{Name: "a", Expression: e("x")}, {Name: "b", Expression: e("a")}}}
	triage := func(r rules.TriageRule) rules.Step {
		r.Name = "rule"
		return &rules.Triage{Rules: []rules.TriageRule{r}}
	}
	steps := func(steps ...rules.Step) rules.Parsed {
		return rules.Parsed{Steps: append([]rules.Step{rules.Blocks{{Rule: assign}}}, steps...)}
	}
	for name, test := range map[string]struct {
		parsed       []rules.Parsed
		name, reader string
	}{
		"within":    {[]rules.Parsed{steps()}, "", ""},
		"condition": {[]rules.Parsed{steps(triage(rules.TriageRule{When: e("a > 1"), Score: e("1")}))}, "a", "rule"},
		"reason":    {[]rules.Parsed{steps(triage(rules.TriageRule{When: e("x"), Score: e("1"), Reason: e("a.b")}))}, "a", "rule"},
		"exception": {[]rules.Parsed{steps(triage(rules.TriageRule{When: e("x"), Score: e("1"), Except: []rules.Exception{{When: e("a")}}}))}, "a", "rule"},
		"filter":    {[]rules.Parsed{steps(&rules.Filter{Name: "drop", Condition: e("not(a)")})}, "a", "drop"},
		"other":     {[]rules.Parsed{steps(&rules.Filter{Name: "drop", Condition: e("b")})}, "", ""},
		"before":    {[]rules.Parsed{{Steps: []rules.Step{&rules.Filter{Condition: e("a")}, rules.Blocks{{Rule: assign}}}}}, "", ""},
		"files":     {[]rules.Parsed{{Rules: []rules.Rule{assign}}, {Steps: []rules.Step{triage(rules.TriageRule{When: e("a"), Score: e("1")})}}}, "a", "rule"},
		"scripts":   {[]rules.Parsed{{Rules: []rules.Rule{assign}}, {Rules: []rules.Rule{{Name: "other", When: e("a")}}}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			env, err := stellar.NewEnv(stellar.Options{})
			require.NoError(t, err)
			found, reader := rules.ReadLater(t.Context(), env, []string{"a"}, test.parsed...)
			require.Equal(t, test.name, found)
			require.Equal(t, test.reader, reader)
		})
	}
}
