package ruletest

import (
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// Coverage is what tests have seen of the rules and conditions of a set.
type Coverage struct {
	Rules []RuleCoverage // in their order
	// Conditions are those of rules, steps and filters, and the operands of and
	// and or in them, in their order.
	Conditions []ConditionCoverage

	index map[place]int // of Conditions
}

// RuleCoverage is what tests have seen of a rule with a score: for how many messages it
// was true, though an exception may have kept it from counting.
type RuleCoverage struct {
	Rule *yaml.Description
	True int
}

// ConditionCoverage is what tests have seen of a condition, or of a part of one.
type ConditionCoverage struct {
	Rule string // the name of the rule or step
	Text string
	// File and Range are where it stands.
	File        string
	Source      string
	Range       diag.Range
	Operand     bool // of and or or
	True, False int  // times; failures count as neither
}

// Outcomes returns how many of the two outcomes of each condition were seen, and how many
// there are.
func (c *Coverage) Outcomes() (seen, all int) {
	for i := range c.Conditions {
		if c.Conditions[i].True > 0 {
			seen++
		}
		if c.Conditions[i].False > 0 {
			seen++
		}
	}
	return seen, 2 * len(c.Conditions)
}

// Merge returns what the tests of several sets have seen together. Rules and conditions
// that sets have in common, as those that are laid over each other, are counted once.
func Merge(all []*Coverage) *Coverage {
	type key struct {
		file, rule, text string
		at               diag.Range
		line             int
	}
	merged := &Coverage{}
	rulesAt, conditionsAt := map[key]int{}, map[key]int{}
	for _, c := range all {
		for _, r := range c.Rules {
			k := key{file: r.Rule.File, line: r.Rule.Line}
			if i, known := rulesAt[k]; known {
				merged.Rules[i].True += r.True
				continue
			}
			rulesAt[k] = len(merged.Rules)
			merged.Rules = append(merged.Rules, r)
		}
		for _, condition := range c.Conditions {
			k := key{file: condition.File, rule: condition.Rule, text: condition.Text, at: condition.Range}
			if i, known := conditionsAt[k]; known {
				merged.Conditions[i].True += condition.True
				merged.Conditions[i].False += condition.False
				continue
			}
			conditionsAt[k] = len(merged.Conditions)
			merged.Conditions = append(merged.Conditions, condition)
		}
	}
	return merged
}

// place tells parts of conditions apart.
type place struct {
	file       string
	offset     int // of the expression
	start, end int // of the part, in its text
}

// newCoverage returns the coverage of a set that nothing was seen of.
func newCoverage(env *stellar.Env, set *yaml.RuleSet) *Coverage {
	c := &Coverage{index: map[place]int{}}
	for _, r := range set.Parsed.Rules {
		c.condition(env, r.Name, r.When)
	}
	for _, step := range set.Steps {
		switch step := step.(type) {
		case rules.Blocks:
			for i := range step {
				c.condition(env, step[i].Name, step[i].When)
			}
		case *rules.Filter:
			c.condition(env, step.Name, step.Condition)
		case *rules.Edit:
			c.condition(env, step.Name, step.When)
		case *rules.Triage:
			c.condition(env, step.Name, step.When)
			for i := range step.Rules {
				c.condition(env, step.Rules[i].Name, step.Rules[i].When)
			}
		}
	}
	for i := range set.Rules {
		c.Rules = append(c.Rules, RuleCoverage{Rule: &set.Rules[i]})
	}
	return c
}

// condition adds a condition, and the operands in it.
func (c *Coverage) condition(env *stellar.Env, rule string, e rules.Expression) {
	if e.Text == "" || e.Source == nil {
		return
	}
	program, err := env.Compile(e.Text)
	if err != nil {
		return
	}
	c.part(rule, e, program.Root(), false)
}

// part adds a part of a condition, and the operands in it.
func (c *Coverage) part(rule string, e rules.Expression, n stellar.Node, operand bool) {
	at := place{e.Source.File, e.Offset, n.Start, n.End}
	if _, known := c.index[at]; known || n.Kind == "literal" {
		return
	}
	c.index[at] = len(c.Conditions)
	c.Conditions = append(c.Conditions, ConditionCoverage{
		Rule: rule, Text: e.Text[n.Start:n.End], File: e.Source.File, Source: e.Source.Text,
		Range: e.InSource(diag.Range{Start: n.Start, End: n.End}), Operand: operand,
	})
	for _, child := range operandsIn(n) {
		c.part(rule, e, child, true)
	}
}

// operandsIn returns the operands of the first and or or that n is, or that are below it.
// The bodies of lambdas have many values, and are passed over.
func operandsIn(n stellar.Node) []stellar.Node {
	switch n.Kind {
	case "logical":
		return n.Children
	case "lambda":
		return nil
	}
	var all []stellar.Node
	for _, child := range n.Children {
		all = append(all, operandsIn(child)...)
	}
	return all
}

// seen is what a test has seen.
type seen struct {
	coverage *Coverage
	outcomes []outcomes // by the number of the condition
	hits     map[*rules.TriageRule]int
}

type outcomes struct{ trues, falses int }

// begin returns what a test has seen that begins, nil for nil.
func (c *Coverage) begin() *seen {
	if c == nil {
		return nil
	}
	return &seen{coverage: c, outcomes: make([]outcomes, len(c.Conditions)), hits: map[*rules.TriageRule]int{}}
}

// evaluated takes note of an evaluation.
func (s *seen) evaluated(e rules.Evaluated) {
	if e.Source == nil || e.Explanation == nil {
		return
	}
	switch e.Part {
	case rules.ConditionPart, rules.FilterPart, rules.DropPart, rules.RequirePart, rules.EditPart, rules.TriagePart:
		s.walk(place{file: e.Source.File, offset: e.Offset}, e.Explanation)
	}
}

func (s *seen) walk(at place, e *stellar.Explanation) {
	if e.Count == 0 {
		return
	}
	at.start, at.end = e.Start, e.End
	if i, ok := s.coverage.index[at]; ok && e.Err == nil {
		if b, _ := value.ToBool(e.Value); b {
			s.outcomes[i].trues++
		} else {
			s.outcomes[i].falses++
		}
	}
	for _, child := range e.Children {
		s.walk(at, child)
	}
}

// add adds what a test has seen, of rules that are described. Both may be nil.
func (c *Coverage) add(s *seen, about map[*rules.TriageRule]*yaml.Description) {
	if c == nil {
		return
	}
	for i, o := range s.outcomes {
		c.Conditions[i].True += o.trues
		c.Conditions[i].False += o.falses
	}
	for rule, number := range s.hits {
		if i := slices.IndexFunc(c.Rules, func(r RuleCoverage) bool { return r.Rule == about[rule] }); i >= 0 {
			c.Rules[i].True += number
		}
	}
}

// Untested lists the rules that were not true for any message.
func (c *Coverage) Untested() []*yaml.Description {
	var all []*yaml.Description
	for _, r := range c.Rules {
		if r.True == 0 {
			all = append(all, r.Rule)
		}
	}
	return slices.Clip(all)
}
