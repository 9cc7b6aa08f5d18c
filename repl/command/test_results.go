package command

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/ruletest"
)

// testResults are the results of tests, for programs.
type testResults struct {
	Tests    []testResult    `json:"tests"`
	Passed   int             `json:"passed"`
	Failed   int             `json:"failed"`
	Skipped  int             `json:"skipped"`
	Broken   int             `json:"broken"` // files whose rules cannot be applied
	Errors   diag.List       `json:"errors"` // why they cannot
	Coverage *coverageResult `json:"coverage,omitzero"`
}

type testResult struct {
	Name     string          `json:"name"`
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Outcome  string          `json:"outcome"`
	Messages int             `json:"messages"`
	Failures []failureResult `json:"failures,omitempty"`
	Notes    []string        `json:"notes,omitempty"` // what expressions saw as null
	Skip     string          `json:"skip,omitzero"`
}

type failureResult struct {
	Message  int    `json:"message,omitzero"`
	What     string `json:"what"`
	Expected string `json:"expected,omitzero"`
	Got      string `json:"got,omitzero"`
}

type coverageResult struct {
	Seen       int               `json:"seen"` // outcomes of conditions
	Of         int               `json:"of"`
	Rules      []ruleResult      `json:"rules"`
	Conditions []conditionResult `json:"conditions"`
}

type ruleResult struct {
	Name string `json:"name"`
	ID   string `json:"id,omitzero"`
	File string `json:"file"`
	Line int    `json:"line"`
	True int    `json:"true"`
}

type conditionResult struct {
	Rule    string `json:"rule"`
	Text    string `json:"text"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Operand bool   `json:"operand"`
	True    int    `json:"true"`
	False   int    `json:"false"`
}

func (r *testResults) count() int { return r.Passed + r.Failed + r.Skipped }

// testResultsOf returns the results of tests for programs.
func testResultsOf(tested []testedFile, covered bool) *testResults {
	all := &testResults{Tests: []testResult{}, Errors: diag.List{}}
	for _, t := range tested {
		if t.failed != nil {
			all.Broken++
			all.Errors = append(all.Errors, t.failed...)
			continue
		}
		for i := range t.report.Results {
			all.add(&t.report.Results[i])
		}
	}
	if covered {
		all.Coverage = coverageResultOf(coverageOfTests(tested))
	}
	return all
}

func (all *testResults) add(r *ruletest.Result) {
	switch r.Outcome {
	case ruletest.Passed:
		all.Passed++
	case ruletest.Failed:
		all.Failed++
	default:
		all.Skipped++
	}
	result := testResult{
		Name: r.Test.Name, File: r.Test.File, Line: r.Test.Line, Outcome: r.Outcome.String(), Messages: r.Messages, Skip: r.Test.Skip,
	}
	for _, f := range r.Failures {
		result.Failures = append(result.Failures, failureResult(f))
	}
	if r.More > 0 {
		result.Failures = append(result.Failures, failureResult{What: fmt.Sprintf("and %d more", r.More)})
	}
	for _, e := range r.Nulls {
		result.Notes = append(result.Notes, eventText(e))
	}
	all.Tests = append(all.Tests, result)
}

func coverageResultOf(c *ruletest.Coverage) *coverageResult {
	all := &coverageResult{Rules: []ruleResult{}, Conditions: []conditionResult{}}
	all.Seen, all.Of = c.Outcomes()
	for _, r := range c.Rules {
		all.Rules = append(all.Rules, ruleResult{r.Rule.Name, r.Rule.ID, r.Rule.File, r.Rule.Line, r.True})
	}
	for i := range c.Conditions {
		condition := &c.Conditions[i]
		line, column := placeOfCondition(condition)
		all.Conditions = append(all.Conditions, conditionResult{
			condition.Rule, condition.Text, condition.File, line, column, condition.Operand, condition.True, condition.False,
		})
	}
	return all
}

// What follows is the form of JUnit XML that Jenkins, GitLab and others read.

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Seconds  string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Seconds string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Skipped *junitProblem `xml:"skipped"`
}

// junitProblem has its message twice, as some read the attribute and some the text.
type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the results of tests to a file.
func writeJUnit(file string, tested []testedFile) error {
	all := junitSuites{}
	for _, t := range tested {
		suite := suiteOf(&t)
		all.Tests, all.Failures, all.Errors = all.Tests+suite.Tests, all.Failures+suite.Failures, all.Errors+suite.Errors
		all.Suites = append(all.Suites, suite)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append([]byte(xml.Header), append(text, '\n')...), 0o644); err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return nil
}

func suiteOf(t *testedFile) junitSuite {
	suite := junitSuite{Name: t.name, Seconds: "0"}
	if t.failed != nil {
		suite.Tests, suite.Errors = 1, 1
		suite.Cases = []junitCase{{
			Name: "the rules can be applied", Class: t.name, File: t.name, Line: 1, Seconds: "0",
			Error: &junitProblem{t.failed[0].Error(), "rules", t.failed.Error()},
		}}
		return suite
	}
	names := map[string]int{}
	total := 0.0
	for i := range t.report.Results {
		r := &t.report.Results[i]
		made := junitCase{
			Name: r.Test.Name, Class: t.name, File: r.Test.File, Line: r.Test.Line, Seconds: fmt.Sprintf("%.3f", r.Duration.Seconds()),
		}
		if names[made.Name]++; names[made.Name] > 1 { // of equal names some servers keep the first only
			made.Name = fmt.Sprintf("%s (%d)", made.Name, names[made.Name])
		}
		switch r.Outcome {
		case ruletest.Failed:
			lines := failureLines(r)
			made.Failure = &junitProblem{lines[0], "expectation", strings.Join(lines, "\n")}
			suite.Failures++
		case ruletest.Skipped:
			made.Skipped = &junitProblem{Message: r.Test.Skip, Text: r.Test.Skip}
			suite.Skipped++
		}
		total += r.Duration.Seconds()
		suite.Cases = append(suite.Cases, made)
	}
	suite.Tests, suite.Seconds = len(suite.Cases), fmt.Sprintf("%.3f", total)
	return suite
}
