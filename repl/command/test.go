package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/ruletest"
)

// testCommand runs the tests of rule sets.
type testCommand struct {
	offlineFlags
	ruleFlags
	Only     string        `name:"run" placeholder:"PATTERN" help:"Only tests with a name in which this regular expression is found."`
	Coverage bool          `help:"Show the rules that no test has seen true, and the conditions and operands of and and or that none has seen both true and false."`
	JUnit    string        `name:"junit" placeholder:"FILE" help:"Write the results to a file too, as JUnit XML for CI servers."`
	JSON     bool          `name:"json" help:"Write the results as JSON."`
	Timeout  time.Duration `default:"10s" help:"The most that a test may take."`
	Verbose  bool          `help:"Show tests that pass, too."`

	Files []string `arg:"" name:"rules" help:"${rules_help}"`
}

// Help is called by the parser of the command line.
func (c *testCommand) Help() string {
	return `Tests stand under the key tests of rule sets in YAML. Models and other services are not asked: a test says with mock what functions return.

  stellar test rules/
  stellar test rules/squid.yaml --run='upload|download' --verbose
  stellar test rules/ --coverage --junit=tests.xml

Ends with 0 if all tests pass, 1 if one fails or rules cannot be applied, 2 if something cannot be read or there is no test.`
}

// testedFile is a file and what came of its tests.
type testedFile struct {
	*ruleFile
	report *ruletest.Report // nil if the rules cannot be applied
	failed diag.List        // why they cannot
}

// Run is called by the parser of the command line.
func (c *testCommand) Run(ctx context.Context, s *streams) error {
	if c.JUnit == "-" {
		return errors.New("--junit wants the name of a file: standard output has the results for people")
	}
	pattern, err := regexp.Compile(c.Only)
	if err != nil {
		return fmt.Errorf("--run: %w", err)
	}
	report := newReporter(s.err)
	h, err := c.open(ctx, report)
	if err != nil {
		return err
	}
	defer h.close()
	files, err := c.readApart(ctx, c.Files...)
	if err != nil {
		return err
	}
	if err := h.tables.use(ctx, h, files, false); err != nil {
		return err
	}
	if wouldReplace(c.JUnit, files.read) != "" {
		return fmt.Errorf("--junit: %s is one of the files that are read", c.JUnit)
	}
	options := ruletest.Options{
		Environment: h.environment(), Variables: h.variables,
		Timeout: c.Timeout, Select: pattern.MatchString, Coverage: c.Coverage,
		Open: openSample,
	}
	tested, err := runTests(ctx, options, files)
	if err != nil {
		return called(ctx, err)
	}
	results := testResultsOf(tested, c.Coverage)
	switch broken := results.Broken > 0; {
	case results.count() == 0 && !broken && c.Only != "":
		return fmt.Errorf("no test has a name in which %s is found", c.Only)
	case results.count() == 0 && !broken:
		return errors.New("there are no tests: they stand under the key tests of rule sets in YAML")
	}
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, tested); err != nil {
			return err
		}
	}
	if c.JSON {
		err = writeJSON(s.out, results)
	} else {
		err = c.write(s, report, tested, results)
	}
	if (err == nil || isBroken(err)) && results.Failed+results.Broken > 0 {
		err = errFailed
	}
	return err
}

// runTests runs the tests of all sets that have some. Sigma rules are one set: those that
// are not loaded are no reason not to test others.
func runTests(ctx context.Context, options ruletest.Options, files *ruleFiles) ([]testedFile, error) {
	files.joinSigma()
	var tested []testedFile
	for _, file := range files.files {
		if file.set == nil {
			continue
		}
		report, err := ruletest.Run(ctx, options, file.set)
		t := testedFile{ruleFile: file, report: report}
		if err != nil && (ctx.Err() != nil || !errors.As(err, &t.failed)) {
			return nil, err
		}
		tested = append(tested, t)
	}
	return tested, nil
}

// write shows the results to people.
func (c *testCommand) write(s *streams, report *reporter, tested []testedFile, results *testResults) error {
	var text bytes.Buffer
	for _, t := range tested {
		if t.failed != nil {
			report.failure("", t.failed)
			continue
		}
		for i := range t.report.Results {
			c.writeResult(&text, &t.report.Results[i])
		}
	}
	if c.Coverage {
		writeCoverage(&text, coverageOfTests(tested))
	}
	if _, err := s.out.Write(text.Bytes()); err != nil {
		return err
	}
	report.printf("%s: %d passed, %d failed, %d skipped", numberOf(results.count(), "test"), results.Passed, results.Failed, results.Skipped)
	if results.Broken > 0 {
		report.printf("the tests of %s were not run: the rules cannot be applied", numberOf(results.Broken, "file"))
	}
	return nil
}

func (c *testCommand) writeResult(w io.Writer, r *ruletest.Result) {
	name := terminal.Printable(fmt.Sprintf("%s:%d: %s", r.Test.File, r.Test.Line, r.Test.Name))
	switch r.Outcome {
	case ruletest.Skipped:
		fmt.Fprintf(w, "skipped %s (%s)\n", name, terminal.Printable(r.Test.Skip))
		return
	case ruletest.Passed:
		if c.Verbose {
			fmt.Fprintf(w, "passed %s\n", name)
		}
		return
	}
	fmt.Fprintf(w, "FAILED %s\n", name)
	for _, line := range failureLines(r) {
		fmt.Fprintf(w, "    %s\n", line)
	}
}

// failureLines says in lines why a test has failed.
func failureLines(r *ruletest.Result) []string {
	var lines []string
	for _, f := range r.Failures {
		where := ""
		if r.Messages > 1 && f.Message > 0 {
			where = fmt.Sprintf("message %d: ", f.Message)
		}
		lines = append(lines, where+terminal.Printable(f.String()))
	}
	if r.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", r.More))
	}
	for _, e := range r.Nulls {
		lines = append(lines, "("+eventText(e)+")")
	}
	return lines
}

// coverageOfTests returns what all tests have seen together.
func coverageOfTests(tested []testedFile) *ruletest.Coverage {
	var all []*ruletest.Coverage
	for _, t := range tested {
		if t.report != nil {
			all = append(all, t.report.Coverage)
		}
	}
	return ruletest.Merge(all)
}

// writeCoverage shows what the tests have not seen.
func writeCoverage(w io.Writer, coverage *ruletest.Coverage) {
	for _, d := range coverage.Untested() {
		fmt.Fprintf(w, "%s: %s: no test has seen this rule true\n",
			terminal.Printable(fmt.Sprintf("%s:%d", d.File, d.Line)), terminal.Printable(diag.ShortText(d.Name, 60)))
	}
	for i := range coverage.Conditions {
		c := &coverage.Conditions[i]
		if what := unseen(c); what != "" {
			line, column := placeOfCondition(c)
			fmt.Fprintf(w, "%s: %s: %s: %s\n", terminal.Printable(fmt.Sprintf("%s:%d:%d", c.File, line, column)),
				terminal.Printable(diag.ShortText(c.Rule, 60)), what, terminal.Printable(diag.ShortText(c.Text, 60)))
		}
	}
	seen, all := coverage.Outcomes()
	fmt.Fprintf(w, "coverage: %d of %d outcomes of conditions and operands were seen\n", seen, all)
}

// placeOfCondition returns the line and column of a condition.
func placeOfCondition(c *ruletest.ConditionCoverage) (line, column int) {
	return (&diag.Diagnostic{Source: c.Source, Range: c.Range}).Position()
}

// unseen says what was not seen of a condition, "" if all was.
func unseen(c *ruletest.ConditionCoverage) string {
	switch {
	case c.True > 0 && c.False > 0:
		return ""
	case c.True > 0:
		return "never false"
	case c.False > 0:
		return "never true"
	}
	return "never evaluated"
}
