package rules

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules/internal/scan"
)

// Set is rules and steps that were compiled together. It does not change and is safe
// for concurrent use.
type Set struct {
	rules       []rule
	index       *ruleIndex    // over the conditions of the rules, those of a triage too; nil for none
	assigned    []assigned    // each name once, in the order of first assignments
	names       compile.Names // that are read or assigned, by all of the steps
	places      places        // in assigned, by slots of the names
	wanted      *scan.Names   // the names, as they are searched in messages
	environment *compile.Environment
	options     Options
	explained   *sync.Map // trees of expressions that a Listener is told of, by their programs

	// keepsScopes says that lambdas are made, which may live on with their scope.
	keepsScopes bool

	// steps are what the set does if they are not nil; it then has no rules itself.
	// Each of them has sets of its own, of one scope each.
	steps []compiledStep

	// What follows is that of the Block that the set is.
	inputs    []string // nil for all
	nulls     Nulls
	flatten   bool
	nested    bool
	variables stellar.Resolver // nil for none
}

// assigned is a name that is assigned.
type assigned struct {
	name  string
	slot  int
	kept  bool // by its rule
	field bool // it becomes one of messages, by the options too
}

// rule is a compiled Rule.
type rule struct {
	when        *expression // nil for every message
	assignments []assignment
}

// assignment is a compiled Assignment.
type assignment struct {
	expression
	place   int         // of the name in Set.assigned
	passing syntax.Node // of the expression, nil unless it passes fields on
}

// expression is a compiled Expression.
type expression struct {
	Expression
	rule    string // its name
	assigns string // the name that it is assigned to, "" if to none
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
	return newCompiler(ctx, within(env, constantsOf(parsed), functionsOf(parsed))).compile(parsed)
}

func newCompiler(ctx context.Context, env *stellar.Env) *compiler {
	return &compiler{ctx: ctx, env: env,
		conditions: map[*Set][]condition{}, parts: map[int32]*compile.Program{}, trees: map[string]syntax.Tree{},
		explained: &sync.Map{},
	}
}

func (c *compiler) compile(parsed []Parsed) (set *Set, warnings diag.List, err error) {
	set = c.newSet()
	c.shareRules(parsed)
	for i, p := range parsed {
		for _, d := range p.Findings {
			if d.Severity == diag.Error {
				c.refused = true
			}
			c.findings = append(c.findings, d)
		}
		for _, e := range p.Checked {
			c.check(e)
		}
		for k := range p.Rules {
			c.rule(set, &p.Rules[k])
		}
		if len(p.Steps) > 0 {
			c.flush(set)
			set = c.newSet()
			c.shared = nil
		}
		for _, s := range p.Steps {
			c.steps = append(c.steps, s.compile(c))
		}
		if len(p.Steps) > 0 {
			c.shareRules(parsed[i+1:])
		}
	}
	if len(c.steps) > 0 {
		c.flush(set)
		set = c.newSet()
		set.steps = c.steps
	}
	if c.ctx.Err() != nil {
		return nil, nil, fmt.Errorf("compiling the rules was called off: %w", c.ctx.Err())
	}
	c.findings.Sort()
	found := c.findings.OnePerPlace()
	if !c.refused {
		c.finish()
		return set, found, nil
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

// compiler makes a set, of one scope or of steps.
type compiler struct {
	ctx   context.Context
	env   *stellar.Env
	names compile.Names // of all sets
	sets  []*Set

	// conditions are those of the rules of each set.
	conditions map[*Set][]condition
	parts      map[int32]*compile.Program // that are subjects of their witnesses

	shared *compile.Shared        // by the expressions of the set that is compiled; nil for nothing
	trees  map[string]syntax.Tree // of expressions, by text

	explained *sync.Map // of all sets

	sharesNothing bool // for tests, to compare with

	steps    []compiledStep
	triage   *Triage // the last one
	findings diag.List
	refused  bool // by an error that keeps the rules from being applied
}

// newSet makes a set of one scope.
func (c *compiler) newSet() *Set {
	set := &Set{environment: c.env.Environment(), explained: c.explained}
	c.sets = append(c.sets, set)
	return set
}

// flush makes a step of rules.
func (c *compiler) flush(set *Set) {
	if len(set.rules) > 0 {
		c.steps = append(c.steps, &compiledBlocks{blocks: []compiledBlock{{set: set}}})
	}
}

// finish prepares for messages when everything is compiled.
func (c *compiler) finish() {
	for _, set := range c.sets {
		set.index = c.newIndex(set, c.conditions[set])
	}
	wanted := scan.NewNames(c.names.List())
	for _, set := range c.sets {
		set.names, set.wanted = c.names, wanted
	}
}

func (c *compiler) rule(set *Set, r *Rule) {
	var compiled rule
	var facts *analysis.Analysis
	if r.When.Text != "" {
		compiled.when, facts = c.expression(set, r.Name, r.When)
	}
	for _, a := range r.Assignments {
		if a.Name == names.AllFields || a.Name == "" && !set.flatten {
			c.refuse(r.Name, &a.Expression, &diag.Diagnostic{
				Kind: diag.ErrSyntax, Message: "nothing can be assigned to the name '" + a.Name + "'",
			})
			continue
		}
		e, facts := c.expression(set, r.Name, a.Expression)
		if e == nil {
			continue
		}
		e.assigns = a.Name
		made := assignment{expression: *e, place: c.place(set, a.Name)}
		if tree := facts.Tree.Root; passes(tree) {
			made.passing = tree
		}
		compiled.assignments = append(compiled.assignments, made)
	}
	set.rules = append(set.rules, compiled)
	c.conditions[set] = append(c.conditions[set], c.witness(facts))
}

// condition compiles a condition. It returns nil for an empty text.
func (c *compiler) condition(set *Set, rule string, e Expression) *expression {
	if e.Text == "" {
		return nil
	}
	compiled, _ := c.expression(set, rule, e)
	return compiled
}

// place returns the place of a name that is assigned in a set.
func (c *compiler) place(set *Set, name string) int {
	slot := c.names.Slot(name)
	if place := set.places.find(slot); place >= 0 {
		return place
	}
	place := len(set.assigned)
	set.assigned = append(set.assigned, assigned{name, slot, true, true})
	set.places.add(slot, place)
	return place
}

// find returns the place of a name, -1 if it is not assigned.
func (s *Set) find(name string) int {
	return s.places.find(s.names.Find(name))
}

// expression compiles an expression, and checks it whether or not that succeeds. It
// returns nil for one that does not compile.
func (c *compiler) expression(set *Set, rule string, e Expression) (*expression, *analysis.Analysis) {
	environment := c.env.Environment()
	tree, mistake := c.parse(e.Text)
	if mistake != nil {
		c.refuse(rule, &e, mistake)
		return nil, nil
	}
	program, facts, err := compile.Compile(c.ctx, tree, environment, &c.names, c.shared)
	if err != nil {
		c.refuse(rule, &e, compile.Diagnose(err, e.Text, nil))
	}
	if facts == nil {
		return nil, nil // the context has ended
	}
	found, _ := facts.Check(c.ctx, e.Text)
	for _, d := range found {
		c.findings = append(c.findings, e.Place(rule, d))
	}
	if err != nil {
		return nil, nil
	}
	set.keepsScopes = set.keepsScopes || program.MakesClosures()
	return &expression{Expression: e, rule: rule, program: program}, facts
}

// check finds what is wrong with an expression that is not evaluated.
func (c *compiler) check(e Expression) {
	names, shared := c.names, c.shared
	c.names, c.shared = compile.Names{}, nil
	c.expression(&Set{}, "", e)
	c.names, c.shared = names, shared
}

// refuse reports an error that keeps the rules from being applied.
func (c *compiler) refuse(rule string, e *Expression, d *diag.Diagnostic) {
	c.refused = true
	c.findings = append(c.findings, e.Place(rule, d))
}

// With returns a set like s with the options. It fails if Keep or Drop hold a
// name that the rules do not assign, or assign for themselves only.
func (s *Set) With(options Options) (*Set, error) {
	known := s.Names()
	for _, name := range slices.Concat(options.Keep, options.Drop) {
		if len(known) == 0 {
			return nil, fmt.Errorf("%s is not assigned: the rules assign no names", name)
		}
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s is not assigned, only %s", name, strings.Join(known, ", "))
		}
	}
	return s.with(options), nil
}

func (s *Set) with(options Options) *Set {
	with := *s
	with.options = options
	with.assigned = slices.Clone(s.assigned)
	for i := range with.assigned {
		a := &with.assigned[i]
		kept := a.kept && (len(options.Keep) == 0 || slices.Contains(options.Keep, a.name))
		a.field = kept && !slices.Contains(options.Drop, a.name)
	}
	with.steps = slices.Clone(s.steps)
	for i, step := range with.steps {
		with.steps[i] = step.with(options)
	}
	return &with
}

// Options returns the options that With was given.
func (s *Set) Options() Options { return s.options }

// Names lists the names that the rules assign to fields, each once, in the order of
// their first assignments.
func (s *Set) Names() []string {
	var names []string
	known := map[string]bool{}
	add := func(of *Set) {
		for _, a := range of.assigned {
			if a.kept && !known[a.name] {
				known[a.name] = true
				names = append(names, a.name)
			}
		}
	}
	add(s)
	for _, step := range s.steps {
		if blocks, ok := step.(*compiledBlocks); ok {
			for i := range blocks.blocks {
				add(blocks.blocks[i].set)
			}
		}
	}
	return names
}
