// Package compile turns the tree of an expression, and what package analysis
// knows of it, into a program: closures that call each other. Functions,
// constants and the places of locals are resolved here, once, so that running a
// program looks up nothing but variables.
package compile

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

type compiler struct {
	env     *Environment
	facts   *analysis.Analysis
	program *Program
	frame   *frame  // of the lambda being compiled
	err     *fault  // the first mistake that makes every evaluation fail
	names   *Names  // of the set; nil if the program is of none
	shared  *Shared // by the set; nil if it shares nothing
	parts   parts   // of the tree, if there is something shared

	recorder *recorder // of Explain; nil otherwise

	// makesAnew says that constant collections are made anew by each evaluation,
	// because a function is called that changes its argument. Constants are
	// shared, so such a function would have to copy them, while an expression
	// that sees a changed list by two names must see the change twice.
	makesAnew bool

	nodes         int // compiled so far
	conditionally int // above 0 in what need not be evaluated
	needsState    bool
	mayPanic      bool // calls functions without a state

	beforehand    *compiler               // of what is computed beforehand
	lambdas       map[*syntax.Lambda]code // that beforehand has compiled
	stepsLeft     int64                   // that may still be spent beforehand
	functionNames *names.Index            // of functions, made when one is not found
}

// Analyse finds out what is known of the nodes of a tree. A nil schema means that
// nothing is known of fields. It fails only when the context ends.
func Analyse(ctx context.Context, tree syntax.Tree, env *Environment, schema map[string]fn.Kinds) (*analysis.Analysis, error) {
	return newCompiler(env).analyse(ctx, tree, schema)
}

// Compile makes a program of a tree, and returns what is known of its nodes too.
// It fails if the context ends, and if the expression can only fail; what fails
// only if it is reached, such as an unknown function in a branch, fails when it
// is.
//
// Names are those of the set that the program will be of, nil if it is of none. Shared
// are the parts of its expressions, nil if it shares none.
func Compile(ctx context.Context, tree syntax.Tree, env *Environment, names *Names, shared *Shared) (*Program, *analysis.Analysis, error) {
	c := newCompiler(env)
	c.names = names
	if shared != nil {
		c.shared, c.parts = shared, shared.trees[tree.Root]
	}
	facts, err := c.analyse(ctx, tree, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("compiling was called off: %w", err)
	}
	c.facts = facts
	program, err := c.compileProgram(tree.Root)
	return program, facts, err
}

func newCompiler(env *Environment) *compiler {
	return &compiler{env: env, program: &Program{env: env}}
}

func (c *compiler) analyse(ctx context.Context, tree syntax.Tree, schema map[string]fn.Kinds) (*analysis.Analysis, error) {
	return analysis.Analyse(ctx, analysis.Input{
		Tree: tree, Functions: c.env.Functions, Elements: c.env.Limits.Elements, Schema: schema, Call: c.precompute,
		Constants: c.env.Constants,
	})
}

// compileProgram makes the program when the analysis is complete.
func (c *compiler) compileProgram(root syntax.Node) (*Program, error) {
	p := c.program
	p.at, p.names = site{node: root}, c.facts.Names()
	c.makesAnew = c.facts.Of(root).Stateful
	p.changesCollections = c.makesAnew
	compiled := c.compile(root)
	if c.err != nil {
		return nil, c.err
	}
	p.needsState, p.mayPanic = c.needsState, c.mayPanic
	if condition := conditionOf(compiled); condition != nil {
		p.decision = condition.decision()
		if !p.needsState && !p.mayPanic {
			p.direct = p.decision
		}
		p.guarded = p.mayPanic && !p.needsState
		p.ofFields = condition.isOfFields()
	}
	if branches, ok := compiled.(*branching); ok && !p.needsState && !p.mayPanic {
		p.choice = branches.choice()
		p.evaluate = p.choice.value
	} else {
		p.evaluate = compiled.evaluator()
	}
	return p, nil
}

// fail records a mistake of the expression if it makes every evaluation fail,
// and returns code that fails if it is reached.
func (c *compiler) fail(mistake func() *fault) code {
	if c.conditionally == 0 && c.err == nil {
		c.err = mistake()
	}
	return plain(func(scope) (value.Value, error) { return value.Null, mistake() })
}

// compile makes the code of a node.
func (c *compiler) compile(n syntax.Node) code {
	if c.recorder != nil {
		return c.recorder.record(n, c.node(n))
	}
	if v, ok := c.facts.Constant(n); ok && !(c.makesAnew && v.IsContainer()) {
		return constant{v}
	}
	if memo := c.memoOf(n); memo > 0 {
		return c.memoized(n, memo, c.node(n))
	}
	return c.node(n)
}

// compileIf compiles a node that is, or is not, evaluated in every evaluation of
// what it belongs to.
func (c *compiler) compileIf(always bool, n syntax.Node) code {
	if always {
		return c.compile(n)
	}
	c.conditionally++
	defer func() { c.conditionally-- }()
	return c.compile(n)
}

func (c *compiler) compileAll(nodes []syntax.Node) []code {
	codes := make([]code, len(nodes))
	for i, n := range nodes {
		codes[i] = c.compile(n)
	}
	return codes
}

func (c *compiler) node(n syntax.Node) code {
	c.nodes++
	switch n := n.(type) {
	case *syntax.Literal:
		return constant{n.Value}
	case *syntax.Variable:
		return c.variable(n)
	case *syntax.Exists:
		return c.exists(n)
	case *syntax.Call:
		return c.call(n)
	case *syntax.Not:
		return c.not(n)
	case *syntax.Negate:
		return c.negate(n)
	case *syntax.Binary:
		switch {
		case n.Op.IsArithmetic():
			return c.arithmetic(n)
		case n.Op.IsComparison():
			return c.comparison(n)
		}
		return c.in(n)
	case *syntax.Logical:
		return c.logical(n)
	case *syntax.Conditional:
		return c.conditional(n)
	case *syntax.Match:
		return c.match(n)
	case *syntax.List:
		return c.list(n)
	case *syntax.Map:
		return c.mapLiteral(n)
	case *syntax.Lambda:
		return c.lambda(n)
	}
	panic(fmt.Sprintf("no code for %T", n)) // a node that syntax made and compile does not know
}

func (c *compiler) variable(n *syntax.Variable) code {
	if slot, ok := c.frame.resolve(n.Name); ok {
		return local{slot}
	}
	if v, ok := c.env.Constants[n.Name]; ok {
		return constant{v}
	}
	if n.Name == names.AllFields {
		at := &site{n, c.frame}
		return plain(func(s scope) (value.Value, error) {
			v, err := s.allFields()
			if err != nil {
				err = at.budgetFault(s, err)
			}
			return v, err
		})
	}
	return c.field(n.Name)
}

func (c *compiler) exists(n *syntax.Exists) code {
	if slot, ok := c.frame.resolve(n.Name); ok {
		return test(func(s scope) (bool, error) { return !s.state.local(slot).IsNull(), nil })
	}
	if n.Name == names.AllFields {
		return constant{value.Bool(true)}
	}
	return single(step{kind: existsStep, field: c.field(n.Name)})
}

func (c *compiler) field(name string) field {
	f := field{name: name, slot: c.slot(name), path: pathOf(name, c.frame.resolve)}
	if f.path != nil {
		for i := range f.path.prefixes {
			prefix := &f.path.prefixes[i].field
			prefix.slot = c.slot(prefix.name)
		}
	}
	return f
}

// slot returns the slot of a name in the set that is compiled, 0 if there is no set.
func (c *compiler) slot(name string) int {
	if c.names == nil {
		return 0
	}
	return c.names.Slot(name)
}
