package rules

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// Set is rules that were compiled together. It does not change and is safe for
// concurrent use.
type Set struct {
	rules   []rule
	names   []string       // that are assigned, each once, in the order of first assignments
	slots   map[string]int // places in names
	fields  []bool         // which of names become fields of messages
	options Options
}

// rule is a compiled Rule.
type rule struct {
	when  *expression // nil for every message
	steps []step
}

// step is a compiled Assignment.
type step struct {
	expression
	slot    int         // place of the name in Set.names
	passing syntax.Node // of the expression, nil unless it passes fields on
}

// expression is a compiled Expression.
type expression struct {
	Expression
	rule    string // its name
	program *compile.Program
}

// Compile returns a set of the rules of all parsed texts, in their order, and all that
// front ends, compiling and stellar.Env.Check found, sorted by place.
//
// If an error keeps the rules from being applied, there is no set, and err is a
// diag.List of all errors. Warnings are what else was found: what is probably not
// meant and, in a set that can be applied, errors of parts that need not be
// evaluated, which fail only for the messages that reach them; Severity tells these
// apart. If ctx ends, err wraps its error.
func Compile(ctx context.Context, env *stellar.Env, parsed ...Parsed) (
	set *Set, warnings diag.List, err error,
) {
	c := compiler{ctx: ctx, env: env, set: &Set{slots: map[string]int{}}}
	for _, p := range parsed {
		for _, d := range p.Findings {
			if d.Severity == diag.Error {
				c.refused = true
			}
			c.findings = append(c.findings, d)
		}
		for i := range p.Rules {
			c.rule(&p.Rules[i])
		}
	}
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("compiling the rules was called off: %w", ctx.Err())
	}
	c.findings.Sort()
	found := c.findings.OnePerPlace()
	if !c.refused {
		return c.set, found, nil
	}
	var errors diag.List
	for _, d := range found {
		if d.Severity == diag.Error {
			errors = append(errors, d)
		} else {
			warnings = append(warnings, d)
		}
	}
	return nil, warnings, errors
}

// compiler makes a set.
type compiler struct {
	ctx      context.Context
	env      *stellar.Env
	set      *Set
	findings diag.List
	refused  bool // by an error that keeps the rules from being applied
}

func (c *compiler) rule(r *Rule) {
	var compiled rule
	if r.When.Text != "" {
		compiled.when, _ = c.expression(r, r.When)
	}
	for _, a := range r.Assignments {
		if a.Name == names.AllFields || a.Name == "" {
			c.refuse(r, &a.Expression, &diag.Diagnostic{
				Kind: diag.ErrSyntax, Message: "nothing can be assigned to the name '" + a.Name + "'",
			})
			continue
		}
		e, tree := c.expression(r, a.Expression)
		if e == nil {
			continue
		}
		s := step{expression: *e, slot: c.set.slot(a.Name)}
		if passes(tree) {
			s.passing = tree
		}
		compiled.steps = append(compiled.steps, s)
	}
	c.set.rules = append(c.set.rules, compiled)
}

// slot returns the slot of a name that is assigned.
func (s *Set) slot(name string) int {
	slot, known := s.slots[name]
	if !known {
		slot = len(s.names)
		s.slots[name] = slot
		s.names = append(s.names, name)
		s.fields = append(s.fields, true)
	}
	return slot
}

// expression compiles an expression, and checks it whether or not that succeeds. It
// returns nil for one that does not compile.
func (c *compiler) expression(r *Rule, e Expression) (*expression, syntax.Node) {
	environment := c.env.Environment()
	tree, mistake := environment.Parse(e.Text)
	if mistake != nil {
		c.refuse(r, &e, mistake)
		return nil, nil
	}
	program, facts, err := compile.Compile(c.ctx, tree, environment)
	if err != nil {
		c.refuse(r, &e, compile.Diagnose(err, e.Text, nil))
	}
	if facts == nil {
		return nil, nil // the context has ended
	}
	found, _ := facts.Check(c.ctx, e.Text)
	for _, d := range found {
		c.findings = append(c.findings, e.place(r.Name, d))
	}
	if err != nil {
		return nil, nil
	}
	return &expression{Expression: e, rule: r.Name, program: program}, tree.Root
}

// refuse reports an error that keeps the rules from being applied.
func (c *compiler) refuse(r *Rule, e *Expression, d *diag.Diagnostic) {
	c.refused = true
	c.findings = append(c.findings, e.place(r.Name, d))
}

// With returns a set like s with the options. It fails if Keep or Drop hold a
// name that the rules do not assign.
func (s *Set) With(options Options) (*Set, error) {
	for _, name := range slices.Concat(options.Keep, options.Drop) {
		if _, ok := s.slots[name]; !ok {
			return nil, fmt.Errorf("%s is not assigned, only %s", name, strings.Join(s.names, ", "))
		}
	}
	with := *s
	with.options = options
	with.fields = make([]bool, len(s.names))
	for i, name := range s.names {
		kept := len(options.Keep) == 0 || slices.Contains(options.Keep, name)
		with.fields[i] = kept && !slices.Contains(options.Drop, name)
	}
	return &with, nil
}

// Options returns the options that With was given.
func (s *Set) Options() Options { return s.options }

// Names lists the names that the rules assign, each once, in the order of their
// first assignments.
func (s *Set) Names() []string { return slices.Clone(s.names) }
