package yaml

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestWrite: what is written of the examples does the same with their messages.
func TestWrite(t *testing.T) {
	written := 0
	rulestest.Examples(t, func(source string, all []rulestest.Section) rules.Parsed {
		set := Parse("rules.yaml", []byte(source), reading(all))
		text, err := Write(set.Steps, set.Rules)
		if err != nil {
			require.ErrorContains(t, err, "be written") // nested output is a step in Go
			return set.Parsed
		}
		if slices.ContainsFunc(all, func(s rulestest.Section) bool { return strings.Contains(s.Content, "twice(bytes)") }) {
			return set.Parsed // it shows a score as it is written with a definition
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
	text, err := Write([]rules.Step{
		rules.Blocks{{Rule: rules.Rule{Name: "site", When: rules.Expression{Text: "exists(url)"}, Assignments: []rules.Assignment{
			{Name: "host", Expression: rules.Expression{Text: "URL_TO_HOST(url)"}},
			{Name: "gone", Expression: rules.Expression{Text: "null"}},
		}}, Keep: []string{"host"}}},
		&rules.Filter{Name: "site", Condition: rules.Expression{Text: "host == 'a # b'"}, Effect: rules.DropTrue},
		&rules.Filter{Condition: rules.Expression{Text: "true"}},
		&rules.Triage{
			Aggregator: rules.Sum, NegativesCount: true, When: rules.Expression{Text: "is_alert"},
			Rules: []rules.TriageRule{
				{Name: "one: a name", When: rules.Expression{Text: "a == 1 and\n  b in ['x', \"y\"] // a comment"}, Score: rules.Expression{Text: "-5.5"},
					Reason: rules.Expression{Text: "'why'"}, Except: []rules.Exception{{When: rules.Expression{Text: "b"}, Until: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)}, {When: rules.Expression{Text: "c"}}}},
				{Name: "2", When: rules.Expression{Text: "EQUALS_ANY(a_long_name, ['C:\\\\Temp', 'another text', 'and one more'])"}, Score: rules.Expression{Text: "a + 1"}},
			},
		},
	}, []Description{
		{ID: "id-1", Comment: "Two\nlines", Severity: "high", Status: "test", Owner: "jo", Attack: []string{"T1059.001"}, References: []string{"https://example.com/#a"},
			FalsePositives: []string{"yes"}, Runbook: "Ask.", Exceptions: []Exception{{Owner: "al", Reason: "5"}}},
		{},
	})
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("testdata/written.golden", text, 0o644))
	}
	want, err := os.ReadFile("testdata/written.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), string(text))
	require.NoError(t, Parse("written.yaml", text, nil).Findings.Err())
}

// TestNotWritten: what rule sets in YAML cannot say is an error.
func TestNotWritten(t *testing.T) {
	for want, steps := range map[string][]rules.Step{
		"triage t: nothing can be written after a triage": {&rules.Triage{Name: "t"}, &rules.Triage{}},
		"triage t: its variables cannot be written":       {&rules.Triage{Name: "t", Variables: &rules.Message{}}},
		"rule r: a verdict cannot be written":             {&rules.Triage{Rules: []rules.TriageRule{{Name: "r", Verdict: rules.Expression{Text: "a"}}}}},
		"filter f: it has conditions":                     {&rules.Filter{Name: "f", Effect: rules.Require}},
		"2 blocks side by side":                           {rules.Blocks{{}, {}}},
		"block b: it has inputs":                          {rules.Blocks{{Rule: rules.Rule{Name: "b"}, Flatten: true}}},
		"block b: a is assigned twice":                    {rules.Blocks{{Rule: rules.Rule{Name: "b", Assignments: []rules.Assignment{{Name: "a"}, {Name: "a"}}}}}},
		"a step of the form *rules.Edit":                  {&rules.Edit{}},
	} {
		_, err := Write(steps, nil)
		require.ErrorContains(t, err, want)
	}
}
