// Package compile turns the tree of an expression into a program: closures that
// call each other. Functions, constants and the places of locals are resolved
// here, once, so that running a program looks up nothing but variables.
package compile

import (
	"context"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	code     code
	env      *Environment
	needsRun bool
	mayPanic bool
	at       site

	// changesCollections is that of the compiler. In such a program a collection
	// can grow after it became a part of others, unseen by their weights.
	changesCollections bool
}

// code is the compiled form of a node.
type code struct {
	value func(scope) (value.Value, error)
	test  func(scope) (bool, error) // not nil if the result is always a bool

	constant  *value.Value // not nil if the result is known; frozen
	field     string       // not empty if the node is a variable
	local     int          // 1 + the slot if the node is a local, else 0
	decision  Decision     // what test runs, if it is a decision
	chain     *chain       // what value runs, if it is a chain of arithmetic
	branching *branching   // what value runs, if it is a conditional
}

func valueCode(f func(scope) (value.Value, error)) code { return code{value: f} }

func testCode(f func(scope) (bool, error)) code {
	return code{
		test: f,
		value: func(s scope) (value.Value, error) {
			b, err := f(s)
			return value.Bool(b), err
		},
	}
}

type compiler struct {
	env     *Environment
	program *Program
	frame   *frame // of the lambda being compiled
	err     *fault // the first mistake that makes every evaluation fail

	recorder *recorder // of Explain; nil otherwise

	// changesCollections tells whether a function is called that changes its
	// argument. Constant collections are then made anew by each evaluation, as
	// constants are shared and such functions would have to copy them: an
	// expression that sees a changed list by two names must see the change twice.
	changesCollections bool

	conditional   int // above 0 in what need not be evaluated
	variableReads int
	impureCalls   int
	needsRun      bool
	mayPanic      bool // calls functions without a run
}

// Compile makes a program of a tree. It fails if the expression can only fail;
// what fails only if it is reached, as an unknown function in a branch, fails
// when it is.
func Compile(root syntax.Node, env *Environment) (*Program, error) {
	c := &compiler{env: env}
	return c.compileProgram(root)
}

func (c *compiler) compileProgram(root syntax.Node) (*Program, error) {
	p := &Program{env: c.env, at: site{node: root}}
	c.program = p
	c.changesCollections = c.callsStateful(root)
	p.changesCollections = c.changesCollections
	p.code = c.compile(root)
	if c.err != nil {
		return nil, c.err
	}
	p.needsRun, p.mayPanic = c.needsRun, c.mayPanic
	return p, nil
}

func (c *compiler) callsStateful(n syntax.Node) bool {
	if call, ok := n.(*syntax.Call); ok {
		if f := c.env.Functions[call.Name]; f != nil && f.Purity == fn.Stateful {
			return true
		}
	}
	return slices.ContainsFunc(syntax.Children(n), c.callsStateful)
}

// Decision gives the program as a decision, nil if it is not one or calls
// functions.
func (p *Program) Decision() Decision {
	if p.needsRun || p.mayPanic {
		return nil
	}
	return p.code.decision
}

// Value evaluates the program. The variables are in vars, or in resolver if
// that is not nil. The result is frozen.
func (p *Program) Value(ctx context.Context, vars map[string]any, resolver Resolver) (v value.Value, err error) {
	s := scope{vars: vars}
	switch {
	case p.needsRun || resolver != nil:
		s.run = newRun(ctx, p, resolver)
		v, err = p.containedValue(s)
		s.run.release()
	case p.mayPanic:
		v, err = p.containedValue(s)
	case p.code.branching != nil:
		v, err = p.code.branching.value(s)
	default:
		v, err = p.code.value(s)
	}
	if err != nil {
		return value.Null, err
	}
	if v.Kind() >= value.KindList {
		return p.finished(v)
	}
	return v, nil
}

// finished freezes the result of an evaluation, and refuses it if it turns out
// to be larger than the limits allow.
func (p *Program) finished(v value.Value) (value.Value, error) {
	mayHaveGrown := p.changesCollections && !v.Frozen()
	v.Freeze()
	if mayHaveGrown && v.Weight() > p.env.Limits.Elements {
		return value.Null, p.at.tooLarge(scope{}, "the result", v, p.env.Limits.Elements)
	}
	return v, nil
}

// Test evaluates the program to a bool. Null is false; any other kind is a type
// error.
func (p *Program) Test(ctx context.Context, vars map[string]any, resolver Resolver) (b bool, err error) {
	s := scope{vars: vars}
	switch {
	case p.code.test == nil:
		return p.testValue(ctx, vars, resolver)
	case p.needsRun || resolver != nil:
		s.run = newRun(ctx, p, resolver)
		b, err = p.containedTest(s)
		s.run.release()
		return b, err
	}
	return p.containedTest(s)
}

func (p *Program) testValue(ctx context.Context, vars map[string]any, resolver Resolver) (bool, error) {
	v, err := p.Value(ctx, vars, resolver)
	if err == nil && v.Kind() != value.KindBool && !v.IsNull() {
		err = p.at.fault(scope{}, fn.ErrType, "the expression gives the %s %s where true or false is wanted", v.Kind(), diag.ShortValue(v))
	}
	return v.Bool(), err
}

func (p *Program) containedValue(s scope) (v value.Value, err error) {
	returned := false
	defer func() {
		if !returned {
			err = p.contain(s, recover())
		}
	}()
	v, err = p.code.value(s)
	returned = true
	return v, err
}

func (p *Program) containedTest(s scope) (b bool, err error) {
	returned := false
	defer func() {
		if !returned {
			err = p.contain(s, recover())
		}
	}()
	if p.code.decision != nil {
		b, err = p.code.decision.run(s)
	} else {
		b, err = p.code.test(s)
	}
	returned = true
	return b, err
}

// contain makes an error of the panic of a function's body, so that a defect in
// one function of a host cannot end the host.
func (p *Program) contain(s scope, cause any) error {
	at, name := &p.at, "a function"
	if s.run != nil && s.run.active != nil {
		at, name = &s.run.active.at, s.run.active.f.Name
	}
	if s.run != nil {
		s.run.unwind()
	}
	f := at.fault(scope{}, fn.ErrExternal, "%s: internal error: %v", name, cause)
	f.Function = name
	return f
}

// fail records a mistake of the expression if it makes every evaluation fail,
// and gives code that fails if it is reached.
func (c *compiler) fail(f *fault) code {
	if c.conditional == 0 && c.err == nil {
		c.err = f
	}
	return valueCode(func(scope) (value.Value, error) { return value.Null, f })
}

func (c *compiler) constant(v value.Value) code {
	v.Freeze()
	compiled := valueCode(func(scope) (value.Value, error) { return v, nil })
	if v.Kind() == value.KindBool {
		b := v.Bool()
		compiled.test = func(scope) (bool, error) { return b, nil }
	}
	compiled.constant = &v
	return compiled
}

// compile makes the code of a node.
func (c *compiler) compile(n syntax.Node) code {
	if c.recorder != nil {
		return c.recorder.record(n, c.plain(n))
	}
	return c.plain(n)
}

func (c *compiler) plain(n syntax.Node) code {
	switch n := n.(type) {
	case *syntax.Literal:
		return c.constant(n.Value)
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
		return c.conditionalExpression(n)
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

func (c *compiler) compileAll(nodes []syntax.Node) []code {
	codes := make([]code, len(nodes))
	for i, n := range nodes {
		codes[i] = c.compile(n)
	}
	return codes
}

// inBranch compiles a node that need not be evaluated.
func (c *compiler) inBranch(n syntax.Node) code {
	c.conditional++
	defer func() { c.conditional-- }()
	return c.compile(n)
}

// allFieldsName is the variable that stands for all variables.
const allFieldsName = "_"

func (c *compiler) variable(n *syntax.Variable) code {
	if slot, ok := c.frame.resolve(n.Name); ok {
		return code{
			local: slot + 1,
			value: func(s scope) (value.Value, error) { return s.run.local(slot), nil },
		}
	}
	c.variableReads++
	if n.Name == allFieldsName {
		return valueCode(func(s scope) (value.Value, error) { return s.allFields(), nil })
	}
	name := n.Name
	return code{
		field: name,
		value: func(s scope) (value.Value, error) { return s.load(name), nil },
	}
}

func (c *compiler) exists(n *syntax.Exists) code {
	if slot, ok := c.frame.resolve(n.Name); ok {
		return testCode(func(s scope) (bool, error) { return !s.run.local(slot).IsNull(), nil })
	}
	c.variableReads++
	if n.Name == allFieldsName {
		return c.constant(value.Bool(true))
	}
	name := n.Name
	return single(step{kind: existsStep, field: name, test: func(s scope) (bool, error) {
		return !s.load(name).IsNull(), nil
	}})
}
