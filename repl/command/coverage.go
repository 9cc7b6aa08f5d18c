package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/ruletest"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// coverageCommand says which techniques rules cover.
type coverageCommand struct {
	offlineFlags
	ruleFlags
	Attack  bool          `help:"Write a layer for the ATT&CK Navigator, format 4.5, instead of a table."`
	Name    string        `default:"stellar" help:"The name of the layer."`
	Domain  string        `enum:"enterprise-attack,mobile-attack,ics-attack" default:"enterprise-attack" help:"The domain of the layer: ${enum}."`
	Timeout time.Duration `default:"10s" help:"The most that a test may take."`

	Files []string `arg:"" name:"rules" help:"${rules_help}"`
}

// Help is called by the parser of the command line.
func (c *coverageCommand) Help() string {
	return `Counts the rules that name a technique of MITRE ATT&CK, in YAML under attack, in Sigma rules among the tags, and those of them that a passing test expects to be true. The tests are run for it.

  stellar coverage rules/
  stellar coverage --attack rules/ >layer.json

Ends with 0, with 1 if rules cannot be applied, 2 if something cannot be read.`
}

// attackCoverage is which rules techniques have.
type attackCoverage struct {
	techniques    []*coveredTechnique // sorted by id
	rules, tested int
	without       int      // rules that name no technique
	notes         []string // what a layer does not show
}

type coveredTechnique struct {
	id    string
	rules []*coveredRule
}

type coveredRule struct {
	*yaml.Description
	expected, passing int // tests that expect it to be true
}

// Run is called by the parser of the command line.
func (c *coverageCommand) Run(ctx context.Context, s *streams) error {
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
	files.leaveOutBases()
	tested, err := runTests(ctx, ruletest.Options{
		Environment: h.environment(), Variables: h.variables, Timeout: c.Timeout, Open: openSample,
	}, files)
	if err != nil {
		return called(ctx, err)
	}
	coverage := coverageOf(tested)
	if c.Attack {
		err = writeJSON(s.out, coverage.layer(c.Name, c.Domain))
	} else {
		err = writeTable(s.out, coverage.rows())
	}
	if err != nil && !isBroken(err) {
		return err
	}
	for _, t := range tested {
		if t.sigma != nil && len(t.sigma.Skipped) > 0 {
			report.printf("%s", summaryOf(t.sigma, t.sigmaFiles))
		}
	}
	for _, note := range coverage.notes {
		report.printf("%s", terminal.Printable(note))
	}
	report.printf("%s: %d with a passing test, %d without a technique; %s", numberOf(coverage.rules, "rule"),
		coverage.tested, coverage.without, numberOf(len(coverage.techniques), "technique"))
	for _, t := range tested {
		if t.failed != nil {
			report.failure("", t.failed)
			err = errFailed
		}
	}
	return err
}

// coverageOf returns which rules techniques have. Rules that cannot be applied are none.
func coverageOf(tested []testedFile) *attackCoverage {
	c := &attackCoverage{}
	byID := map[string]*coveredTechnique{}
	for _, t := range tested {
		if t.failed != nil {
			continue
		}
		for i := range t.set.Rules {
			r := &coveredRule{Description: &t.set.Rules[i]}
			r.countTests(t.report)
			c.rules++
			if r.passing > 0 {
				c.tested++
			}
			c.add(byID, r)
		}
	}
	c.sort()
	return c
}

// add adds a rule to its techniques.
func (c *attackCoverage) add(byID map[string]*coveredTechnique, r *coveredRule) {
	techniques := 0
	for _, id := range r.Attack {
		if strings.HasPrefix(id, "TA") {
			c.notes = append(c.notes, fmt.Sprintf("%s:%d: %s is a tactic, and only techniques are counted", r.File, r.Line, id))
			continue
		}
		if moved := movedTechniques[id]; moved != "" {
			c.notes = append(c.notes, fmt.Sprintf("%s:%d: %s is %s since version %s of ATT&CK", r.File, r.Line, id, moved, attackVersion))
			id = moved
		}
		techniques++
		t := byID[id]
		if t == nil {
			t = &coveredTechnique{id: id}
			byID[id] = t
			c.techniques = append(c.techniques, t)
		}
		if !slices.Contains(t.rules, r) {
			t.rules = append(t.rules, r)
		}
	}
	if techniques == 0 {
		c.without++
	}
}

// countTests counts the tests that expect the rule to be true.
func (r *coveredRule) countTests(report *ruletest.Report) {
	for i := range report.Results {
		result := &report.Results[i]
		if !slices.Contains(result.Expected, r.Description) {
			continue
		}
		r.expected++
		if result.Outcome == ruletest.Passed {
			r.passing++
		}
	}
}

// title returns the name, and the id if there is one.
func (r *coveredRule) title() string {
	if r.ID == "" {
		return r.Name
	}
	return r.Name + " (" + r.ID + ")"
}

// state says whether the rule is tested.
func (r *coveredRule) state() string {
	switch {
	case r.passing > 0:
		return "tested"
	case r.expected > 0:
		return "no test that expects it passes"
	}
	return "no test expects it"
}

func (t *coveredTechnique) tested() int {
	number := 0
	for _, r := range t.rules {
		if r.passing > 0 {
			number++
		}
	}
	return number
}
