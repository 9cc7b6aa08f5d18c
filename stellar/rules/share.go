package rules

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// parse reads an expression. Equal ones are read once.
func (c *compiler) parse(text string) (syntax.Tree, *diag.Diagnostic) {
	if tree, known := c.trees[text]; known {
		return tree, nil
	}
	tree, mistake := c.env.Environment().Parse(text)
	if mistake == nil {
		c.trees[text] = tree
	}
	return tree, mistake
}

// share makes what expressions that follow have in common be evaluated once. Assigned
// are the names that rules assign.
func (c *compiler) share(expressions []*Expression, assigned []string) {
	if c.shared = nil; len(expressions) < fewExpressions || c.sharesNothing {
		return
	}
	c.shared = compile.NewShared(c.env.Environment(), &c.names, assigned)
	for _, e := range expressions {
		if e.Text == "" || c.ctx.Err() != nil {
			continue
		}
		if tree, mistake := c.parse(e.Text); mistake == nil {
			c.shared.Add(tree)
		}
	}
}

// fewExpressions have little in common.
const fewExpressions = 8

// shareRules is share for the rules that are of one set with the first ones.
func (c *compiler) shareRules(parsed []Parsed) {
	var expressions []*Expression
	var assigned []string
	for i := range parsed {
		for k := range parsed[i].Rules {
			r := &parsed[i].Rules[k]
			expressions = append(expressions, &r.When)
			for a := range r.Assignments {
				assigned = append(assigned, r.Assignments[a].Name)
				expressions = append(expressions, &r.Assignments[a].Expression)
			}
		}
		if len(parsed[i].Steps) > 0 {
			break
		}
	}
	c.share(expressions, assigned)
}

// shareTriage is share for the rules of a Triage.
func (c *compiler) shareTriage(t *Triage) {
	expressions := []*Expression{&t.When}
	for i := range t.Rules {
		r := &t.Rules[i]
		expressions = append(expressions, &r.When, &r.Score, &r.Reason, &r.Verdict)
		for k := range r.Except {
			expressions = append(expressions, &r.Except[k].When)
		}
	}
	c.share(expressions, nil)
}
