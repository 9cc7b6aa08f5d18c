package yaml

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestWrite: what is written of the examples does the same with their messages.
func TestWrite(t *testing.T) {
	written := 0
	rulestest.Examples(t, func(source string, all []rulestest.Section) rules.Parsed {
		set := Parse("rules.yaml", []byte(source), reading(all))
		text, err := Write(set)
		if err != nil {
			if len(set.Constants) > 0 {
				require.ErrorContains(t, err, "lists that are long")
			} else {
				require.ErrorContains(t, err, "the triage is the last step") // nested output is a step in Go
			}
			return set.Parsed
		}
		written++
		again := Parse("again.yaml", text, nil)
		require.Len(t, again.Steps, len(set.Steps), "%s", text)
		require.Len(t, again.Rules, len(set.Rules))
		return again.Parsed
	})
	require.Greater(t, written, 5)
}

// TestWritten compares what is written of steps with a file.
func TestWritten(t *testing.T) {
	variables, err := stellar.JSON([]byte(`{"limit": 1000, "other": {"a": ["b", 1.50, null, true]}, "nothing": null}`))
	require.NoError(t, err)
	text, err := Write(&RuleSet{Sensor: "squid", Parsed: rules.Parsed{Steps: []rules.Step{
		rules.Blocks{{Rule: rules.Rule{Name: "site", When: rules.Expression{Text: "exists(url)"}, Assignments: []rules.Assignment{
			{Name: "host", Expression: rules.Expression{Text: "URL_TO_HOST(url)"}},
			{Name: "gone", Expression: rules.Expression{Text: "null"}},
		}}, Keep: []string{"host"}}},
		&rules.Filter{Name: "site", Condition: rules.Expression{Text: "host == 'a # b'"}, Effect: rules.DropTrue},
		&rules.Filter{Condition: rules.Expression{Text: "true"}},
		rules.Blocks{
			{Rule: rules.Rule{Name: "group", Assignments: []rules.Assignment{
				{Name: "a b", Expression: rules.Expression{Text: "limit"}}, {Name: "a b", Expression: rules.Expression{Text: "`a b` + 1"}},
			}}, Variables: variables, Flatten: true, Nulls: rules.NullHides, Essential: true},
			{Rule: rules.Rule{Name: "group", Assignments: []rules.Assignment{{Name: "all", Expression: rules.Expression{Text: "_"}}}},
				Variables: variables, Nulls: rules.NullReveals, Inputs: []string{}, Keep: []string{}},
		},
		&rules.Filter{Name: "valid", Condition: rules.Expression{Text: "bytes < limit"}, Effect: rules.Require, Inputs: []string{"bytes"}, Variables: variables},
		&rules.Edit{Name: "edit", Rename: []rules.Renaming{{From: "a", To: "b"}, {From: "yes", To: "5"}}},
		&rules.Edit{Name: "edit", Remove: []string{"x y"}, When: rules.Expression{Text: "a"}, Inputs: []string{"a"}},
		&rules.Edit{Name: "edit", Select: []string{"a", "null"}},
		&rules.Edit{Name: "nothing"},
		rules.Alert{},
		&rules.Triage{
			Aggregator: rules.Sum, NegativesCount: true, When: rules.Expression{Text: "is_alert"},
			Rules: []rules.TriageRule{
				{Name: "one: a name", When: rules.Expression{Text: "a == 1 and\n  b in ['x', \"y\"] // a comment"}, Score: rules.Expression{Text: "-5.5"},
					Reason: rules.Expression{Text: "'why'"}, Except: []rules.Exception{{When: rules.Expression{Text: "b"}, Until: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)}, {When: rules.Expression{Text: "c"}}},
					Comment: "Two\nlines", Fields: []rules.Assigned{
						{Name: "id", Value: value.String("id-1")}, {Name: "severity", Value: value.String("high")},
						{Name: "attack", Value: value.ListOf(value.String("T1059.001"))},
						{Name: "source", Value: value.String("5")}, {Name: "weights", Value: value.ListOf(value.Int(1), value.Double(2.5), value.Null, value.Bool(true))},
					}},
				{Name: "2", When: rules.Expression{Text: "EQUALS_ANY(a_long_name, ['C:\\\\Temp', 'another text', 'and one more'])"}, Score: rules.Expression{Text: "a + 1"}},
				{Verdict: rules.Expression{Text: "{'score' : 5}"}},
			},
		},
	}}, Rules: []Description{
		{ID: "id-1", Description: "What it is\nfor", Severity: "high", Status: "test", Owner: "jo", Attack: []string{"T1059.001"}, References: []string{"https://example.com/#a"},
			FalsePositives: []string{"yes"}, Runbook: "Ask.", Exceptions: []Exception{{Owner: "al", Reason: "5"}}},
		{}, {},
	}})
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("testdata/written.golden", text, 0o644))
	}
	want, err := os.ReadFile("testdata/written.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), string(text))
	require.NoError(t, Parse("written.yaml", text, nil).Findings.Err())
}

// TestNotWritten: what rule sets in YAML cannot say is an error, in its place.
func TestNotWritten(t *testing.T) {
	source := &rules.Source{File: "a.json", Text: "\n  a"}
	at := rules.Expression{Text: "a", Source: source, Offset: 3}
	assigned := func(names ...string) []rules.Assignment {
		var all []rules.Assignment
		for _, name := range names {
			all = append(all, rules.Assignment{Name: name, Expression: at})
		}
		return all
	}
	for want, steps := range map[string][]rules.Step{
		"the triage is the last step of a rule set": {&rules.Triage{}, rules.Func(func(*rules.Message) {})},
		"a.json:2:3: argument error: a rule set has one triage, and here begins a second one, which is for other messages": {
			&rules.Triage{}, &rules.Triage{When: at, Rules: []rules.TriageRule{{When: at, Score: at}}}},
		"which makes the score in another way": {&rules.Triage{}, &rules.Triage{Aggregator: rules.Sum}},
		"makes the score in another way":       {&rules.Triage{}, &rules.Triage{NegativesCount: true}},
		"may see other variables":              {&rules.Triage{}, &rules.Triage{Variables: stellar.Vars{"a": 1}}},
		"may read what the first one adds": {&rules.Triage{}, &rules.Triage{Rules: []rules.TriageRule{
			{When: rules.Expression{Text: "threat.triage.score > 5"}, Score: at}}}},
		"a step that is written in Go":                              {rules.Func(func(*rules.Message) {})},
		"a.json:2:3: argument error: e: one step removes":           {&rules.Edit{Name: "e", When: at, Remove: []string{"a"}, Select: []string{"b"}}},
		"a.json:2:3: argument error: e: a gets two names":           {&rules.Edit{Name: "e", When: at, Rename: []rules.Renaming{{From: "a", To: "b"}, {From: "a", To: "c"}}}},
		"a.json:2:3: argument error: b: assignments without a name": {rules.Blocks{{Rule: rules.Rule{Name: "b", Assignments: assigned("a", "a", "")}}}},
		"a.json:2:3: argument error: rule r: what it adds":          {&rules.Triage{Rules: []rules.TriageRule{{Name: "r", When: at, Score: at}}}},
		"a.json:2:3: argument error: the rule ' r' would not":       {&rules.Triage{Rules: []rules.TriageRule{{Name: " r", When: at, Score: at, Fields: described}}}},
		"a.json:2:3: argument error: the step b would not":          {rules.Blocks{{Rule: rules.Rule{Name: "b", Assignments: assigned("a")}, Inputs: []string{" a"}}}},
		"a.json:2:3: argument error: variables that do not know":    {&rules.Filter{Condition: at, Variables: stellar.Lookup(func(string) any { return nil })}},
	} {
		_, err := Write(&RuleSet{Parsed: rules.Parsed{Steps: steps}, Rules: []Description{{ID: "1"}}})
		require.ErrorContains(t, err, want)
	}
}

var described = []rules.Assigned{{Name: "id", Value: value.String("1")}}
