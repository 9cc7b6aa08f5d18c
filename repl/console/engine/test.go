package engine

import (
	"context"
	"errors"
	"io"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/ruletest"
)

// Tests is the answer of test: the results of the tests of a rule set, and what they
// cover.
type Tests struct {
	// Diagnostics say why the rules cannot be applied.
	Diagnostics []Diagnostic `json:"diagnostics"`
	Tests       []Test       `json:"tests"`
	// Conditions are those of rules and steps, and the operands of and and or in them.
	Conditions []Condition `json:"conditions"`
	Seen       int         `json:"seen"` // outcomes of conditions
	Of         int         `json:"of"`
}

// Test is the result of a test.
type Test struct {
	Name     string   `json:"name"`
	Line     int      `json:"line"`
	Outcome  string   `json:"outcome"` // passed, failed or skipped
	Failures []string `json:"failures"`
	Notes    []string `json:"notes,omitempty"` // what expressions saw as null
}

// Condition is what tests have seen of a condition, or of a part of one.
type Condition struct {
	Range
	Rule    string `json:"rule"`
	Text    string `json:"text"`
	Operand bool   `json:"operand"` // of and or or
	True    int    `json:"true"`    // times
	False   int    `json:"false"`
}

func openNothing(string) (io.ReadCloser, error) { return nil, errFiles }

// test runs the tests of a rule set.
func (e *Engine) test(ctx context.Context, t Text) (*Tests, error) {
	text, err := t.parse()
	if err != nil {
		return nil, err
	}
	answer := &Tests{Diagnostics: []Diagnostic{}, Tests: []Test{}, Conditions: []Condition{}}
	if text.set == nil {
		return answer, nil
	}
	report, err := ruletest.Run(ctx, ruletest.Options{Environment: e.environment, Coverage: true, Open: openNothing}, text.set)
	var found diag.List
	switch {
	case errors.As(err, &found):
		answer.Diagnostics = diagnosticsOf(t.Text, found)
		return answer, nil
	case err != nil:
		return nil, err
	}
	for i := range report.Results {
		r := &report.Results[i]
		result := Test{Name: r.Test.Name, Line: r.Test.Line, Outcome: r.Outcome.String(), Failures: []string{}}
		for _, f := range r.Failures {
			result.Failures = append(result.Failures, f.String())
		}
		if r.Test.Skip != "" {
			result.Notes = append(result.Notes, r.Test.Skip)
		}
		n := &nulls{}
		for _, event := range r.Nulls {
			n.observe(event)
		}
		result.Notes = append(result.Notes, n.texts...)
		answer.Tests = append(answer.Tests, result)
	}
	answer.Seen, answer.Of = report.Coverage.Outcomes()
	at := places{text: t.Text}
	for i := range report.Coverage.Conditions {
		c := &report.Coverage.Conditions[i]
		if c.Source == t.Text {
			answer.Conditions = append(answer.Conditions, Condition{
				Range: at.of(c.Range), Rule: c.Rule, Text: diag.ShortText(c.Text, maxText), Operand: c.Operand, True: c.True, False: c.False,
			})
		}
	}
	return answer, nil
}
