package rules

import (
	"context"
	"fmt"
	"maps"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/value"
)

// Check finds what is wrong with rules if messages have the fields of a schema, with
// their kinds: fields that there are not, comparisons that never hold. It follows what
// the rules assign and remove, and returns the fields that messages have after them,
// among them those that become fields of messages for some messages only. A nil schema
// says nothing of fields.
//
// What Compile finds is found too, if it is in an expression that belongs to a source
// and is evaluated. Check fails only when ctx ends.
func Check(ctx context.Context, env *stellar.Env, schema stellar.Schema, parsed ...Parsed) (
	found diag.List, after stellar.Schema, err error,
) {
	c := &checker{ctx: ctx, env: withConstants(env, parsed), fields: maps.Clone(schema)}
	for _, p := range parsed {
		for i := range p.Rules {
			c.rule(&p.Rules[i], nil)
		}
		for _, s := range p.Steps {
			s.check(c)
		}
	}
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("checking the rules was called off: %w", ctx.Err())
	}
	c.findings.Sort()
	return c.findings.OnePerPlace(), c.fields, nil
}

// checker follows the fields of messages through rules.
type checker struct {
	ctx      context.Context
	env      *stellar.Env
	fields   stellar.Schema // nil if nothing is known of them
	findings diag.List
}

// expression checks an expression, and returns the kinds of its value.
func (c *checker) expression(rule string, e Expression) fn.Kinds {
	if e.Text == "" {
		return 0
	}
	environment := c.env.Environment()
	tree, mistake := environment.Parse(e.Text)
	if mistake != nil {
		c.add(rule, e, mistake)
		return fn.Any
	}
	facts, err := compile.Analyse(c.ctx, tree, environment, c.fields)
	if err != nil {
		return fn.Any // the context has ended
	}
	found, _ := facts.Check(c.ctx, e.Text)
	for _, d := range found {
		c.add(rule, e, d)
	}
	return facts.Of(tree.Root).Kinds
}

// add takes note of a finding, unless it is in what a front end has written.
func (c *checker) add(rule string, e Expression, d *diag.Diagnostic) {
	if e.Source != nil {
		c.findings = append(c.findings, e.place(rule, d))
	}
}

// rule checks a rule, which may be of a block.
func (c *checker) rule(r *Rule, b *Block) {
	c.expression(r.Name, r.When)
	for _, a := range r.Assignments {
		kinds := c.expression(r.Name, a.Expression) &^ analysis.MayBeNull
		switch {
		case c.fields == nil || a.Name == "":
		case kinds == 0: // null is assigned
			c.fields[a.Name] |= fn.Any
		case r.When.Text != "" || b != nil:
			c.fields[a.Name] |= kinds
		default:
			c.fields[a.Name] = kinds
		}
	}
}

// within calls check with the fields that a step sees: its inputs, if it has some, and
// variables. It returns what they are afterwards.
func (c *checker) within(inputs []string, variables stellar.Resolver, check func()) stellar.Schema {
	outside := c.fields
	defer func() { c.fields = outside }()
	if outside != nil {
		c.fields = maps.Clone(outside)
		if inputs != nil {
			c.fields = stellar.Schema{}
			for _, name := range inputs {
				c.fields[name] = outside[name]
				if outside[name] == 0 {
					c.fields[name] = fn.Any
				}
			}
		}
		c.variables(variables)
	}
	check()
	return c.fields
}

// variables adds variables to what is seen. Those that do not know their names may have
// any.
func (c *checker) variables(variables stellar.Resolver) {
	if variables == nil {
		return
	}
	names := variables.Names()
	if names == nil {
		c.fields = nil
		return
	}
	for _, name := range names {
		if v := variables.Lookup(name); !v.IsNull() {
			c.fields[name] |= fn.Of(v.Kind())
		}
	}
}

// assign adds what was assigned in another scope to the fields.
func (c *checker) assign(scope stellar.Schema, name string) {
	switch kinds := scope[name]; {
	case c.fields == nil:
	case kinds == 0:
		c.fields[name] |= fn.Any
	default:
		c.fields[name] |= kinds
	}
}

func (b Blocks) check(c *checker) {
	scopes := make([]stellar.Schema, len(b))
	for i := range b {
		scopes[i] = c.within(b[i].Inputs, b[i].Variables, func() { c.rule(&b[i].Rule, &b[i]) })
	}
	for i := range b {
		for _, a := range b[i].Assignments {
			switch {
			case b[i].Flatten && a.Name == "":
				c.fields = nil // its entries become fields
			case b[i].keeps(a.Name):
				c.assign(scopes[i], a.Name)
			}
		}
	}
}

// keeps reports whether a name that is assigned becomes a field.
func (b *Block) keeps(name string) bool {
	if b.Keep == nil {
		return true
	}
	for _, kept := range b.Keep {
		if kept == name {
			return true
		}
	}
	return false
}

func (f *Filter) check(c *checker) {
	c.within(f.Inputs, f.Variables, func() { c.expression(f.Name, f.Condition) })
}

func (e *Edit) check(c *checker) {
	c.within(e.Inputs, nil, func() { c.expression(e.Name, e.When) })
	if c.fields == nil {
		return
	}
	before := maps.Clone(c.fields)
	if e.When.Text == "" {
		for _, name := range e.Remove {
			delete(c.fields, name)
		}
		for _, r := range e.Rename {
			delete(c.fields, r.From)
		}
	}
	for _, r := range e.Rename {
		if kinds, ok := before[r.From]; ok {
			c.fields[r.To] |= kinds
		}
	}
	if e.Select != nil && e.When.Text == "" {
		selected := stellar.Schema{}
		for _, name := range e.Select {
			if kinds, ok := c.fields[name]; ok {
				selected[name] = kinds
			}
		}
		c.fields = selected
	}
}

// check: what a function does is not known.
func (f Func) check(*checker) {}

func (t *Triage) check(c *checker) {
	c.within(nil, t.Variables, func() {
		c.expression(t.Name, t.When)
		for i := range t.Rules {
			r := &t.Rules[i]
			for _, e := range []Expression{r.When, r.Score, r.Reason, r.Verdict} {
				c.expression(r.Name, e)
			}
			for _, e := range r.Except {
				c.expression(r.Name, e.When)
			}
		}
	})
	if c.fields != nil {
		c.fields[ScoreField] = fn.Of(value.KindDouble)
		c.fields[RuleField] |= fn.Map // so that the fields below are known
	}
}
