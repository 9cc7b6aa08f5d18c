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
	"github.com/stellarlang/stellar/stellar/rules/internal/scan"
)

// Set is rules that were compiled together. It does not change and is safe for
// concurrent use.
type Set struct {
	rules       []rule
	assigned    []assigned    // each name once, in the order of first assignments
	names       compile.Names // that are read or assigned
	places      []int         // by slot of names, the place in assigned, -1 if there is none
	wanted      *scan.Names   // the names, as they are searched in messages
	environment *compile.Environment
	options     Options

	// keepsScopes says that lambdas are made, which may live on with their scope.
	keepsScopes bool
}

// assigned is a name that is assigned.
type assigned struct {
	name  string
	slot  int
	field bool // it becomes one of messages
}

// rule is a compiled Rule.
type rule struct {
	when  *expression // nil for every message
	steps []step
}

// step is a compiled Assignment.
type step struct {
	expression
	place   int         // of the name in Set.assigned
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
	c := compiler{ctx: ctx, env: env, set: &Set{environment: env.Environment()}}
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
		c.set.finish()
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
		s := step{expression: *e, place: c.set.place(a.Name)}
		if passes(tree) {
			s.passing = tree
		}
		compiled.steps = append(compiled.steps, s)
	}
	c.set.rules = append(c.set.rules, compiled)
}

// place returns the place of a name that is assigned.
func (s *Set) place(name string) int {
	place := s.find(name)
	if place < 0 {
		place = len(s.assigned)
		s.assigned = append(s.assigned, assigned{name, s.names.Slot(name), true})
		s.extendPlaces()
		s.places[s.assigned[place].slot] = place
	}
	return place
}

// find returns the place of a name, -1 if it is not assigned.
func (s *Set) find(name string) int {
	if slot := s.names.Find(name); slot > 0 && slot < len(s.places) {
		return s.places[slot]
	}
	return -1
}

func (s *Set) extendPlaces() {
	for len(s.places) <= s.names.Len() {
		s.places = append(s.places, -1)
	}
}

// finish prepares for messages when all rules are compiled.
func (s *Set) finish() {
	s.extendPlaces()
	s.wanted = scan.NewNames(s.names.List())
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
	program, facts, err := compile.Compile(c.ctx, tree, environment, &c.set.names)
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
	c.set.keepsScopes = c.set.keepsScopes || program.MakesClosures()
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
		if s.find(name) < 0 {
			return nil, fmt.Errorf("%s is not assigned, only %s", name, strings.Join(s.Names(), ", "))
		}
	}
	with := *s
	with.options = options
	with.assigned = slices.Clone(s.assigned)
	for i := range with.assigned {
		a := &with.assigned[i]
		kept := len(options.Keep) == 0 || slices.Contains(options.Keep, a.name)
		a.field = kept && !slices.Contains(options.Drop, a.name)
	}
	return &with, nil
}

// Options returns the options that With was given.
func (s *Set) Options() Options { return s.options }

// Names lists the names that the rules assign, each once, in the order of their
// first assignments.
func (s *Set) Names() []string {
	names := make([]string, len(s.assigned))
	for i, a := range s.assigned {
		names[i] = a.name
	}
	return names
}
