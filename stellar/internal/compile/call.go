package compile

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// invocation is the call of a function in a program.
type invocation struct {
	at     site
	f      *fn.Func
	nodes  []syntax.Node
	args   []code
	body   fn.Body
	unary  fn.Unary // not nil if only the first argument matters
	first  fn.Param // of the first argument, when unary is used
	limits *fn.Limits
}

func (c *compiler) call(n *syntax.Call) code {
	args := c.compileAll(n.Args)
	f, known := c.env.Functions[n.Name]
	if !known {
		return c.fail(c.unknownFunction(n))
	}
	if fault := c.arity(n, f); fault != nil {
		return c.fail(fault)
	}
	call := &invocation{at: site{n, c.frame}, f: f, nodes: n.Args, args: args, limits: &c.env.Limits}
	if fault := call.constantRefused(); fault != nil {
		return c.fail(fault)
	}
	call.prepare()
	if f.Purity != fn.Pure {
		c.impureCalls++
	}
	if v, ok := c.fold(call); ok {
		return c.constant(v)
	}
	if call.unary == nil || !call.onlyFirstVaries() {
		c.needsRun = true
		compiled := valueCode(call.value)
		if f.Result == fn.Bool {
			compiled.test = call.test
		}
		return compiled
	}
	c.mayPanic = true
	call.first = *f.Param(0)
	compiled := valueCode(call.unaryValue)
	if f.Result == fn.Bool {
		compiled.test = call.unaryTest
		if args[0].field != "" {
			compiled.decision = oneStep(step{kind: callStep, field: args[0].field, call: call, test: call.unaryTest})
		}
	}
	return compiled
}

// test is the value of a function that gives bools. Null counts as false
// wherever a test is used.
func (call *invocation) test(s scope) (bool, error) {
	v, err := call.value(s)
	return v.Bool(), err
}

// prepare chooses the body, with constant arguments worked in if possible.
func (call *invocation) prepare() {
	f := call.f
	call.body, call.unary = f.Body, f.Unary
	if f.Prepare != nil {
		constants := make(fn.Constants, len(call.args))
		for i, arg := range call.args {
			if arg.constant != nil {
				constants[i] = fn.Constant{Value: *arg.constant, Known: true}
			}
		}
		if prepared, err := prepareSafely(f, constants); err == nil && (prepared.Body != nil || prepared.Unary != nil) {
			call.body, call.unary = prepared.Body, prepared.Unary
		}
	}
	if call.body == nil {
		unary := call.unary
		call.body = func(c *fn.Call) (value.Value, error) { return unary(c.Arg(0), c.Limits()) }
	}
}

// prepareSafely contains a panic of a host's function.
func prepareSafely(f *fn.Func, constants fn.Constants) (prepared fn.Prepared, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			prepared, err = fn.Prepared{}, fmt.Errorf("internal error: %v", cause)
		}
	}()
	return f.Prepare(constants)
}

// constantRefused gives the error of a constant argument that makes every call
// fail: null or of a wrong kind, and no argument before it can be null and
// thereby the call's result.
func (call *invocation) constantRefused() *fault {
	for i, arg := range call.args {
		p := call.f.Param(i)
		switch {
		case p == nil:
			return nil
		case arg.constant == nil:
			if p.Null == fn.NullYieldsNull {
				return nil
			}
		case arg.constant.IsNull():
			if p.Null == fn.NullRefused {
				return call.nullRefused(scope{}, i)
			}
			if p.Null == fn.NullYieldsNull {
				return nil
			}
		case !p.Kinds.Has(arg.constant.Kind()):
			return call.kindRefused(scope{}, i, *arg.constant)
		}
	}
	return nil
}

// onlyFirstVaries tells whether all arguments but the first are constants of
// the right kinds, so that they need not be looked at again.
func (call *invocation) onlyFirstVaries() bool {
	if len(call.args) == 0 || len(call.f.Params) == 0 {
		return false
	}
	for i, arg := range call.args[1:] {
		if arg.constant == nil {
			return false
		}
		p := call.f.Param(i + 1)
		if p == nil {
			continue
		}
		if v := *arg.constant; v.IsNull() && p.Null != fn.NullAccepted || !v.IsNull() && !p.Kinds.Has(v.Kind()) {
			return false
		}
	}
	return true
}

// unaryTest is test for a body that needs the first argument alone.
func (call *invocation) unaryTest(s scope) (bool, error) {
	v, err := call.unaryValue(s)
	return v.Bool(), err
}

// unaryValue calls a body that needs the first argument alone.
func (call *invocation) unaryValue(s scope) (value.Value, error) {
	if field := call.args[0].field; field != "" {
		return call.unaryOn(s, s.load(field))
	}
	v, err := call.args[0].value(s)
	if err != nil {
		return value.Null, err
	}
	return call.unaryOn(s, v)
}

// unaryOn calls a body that needs the first argument, v, alone.
func (call *invocation) unaryOn(s scope, v value.Value) (value.Value, error) {
	switch {
	case !v.IsNull():
		if !call.first.Kinds.Has(v.Kind()) {
			return value.Null, call.kindRefused(s, 0, v)
		}
	case call.first.Null == fn.NullYieldsNull:
		return value.Null, nil
	case call.first.Null == fn.NullRefused:
		return value.Null, call.nullRefused(s, 0)
	}
	result, err := call.unary(v, call.limits)
	if err != nil {
		return value.Null, call.at.callFault(s, call.f.Name, call.nodes, err)
	}
	if result.Kind() >= value.KindString {
		err = call.bounded(s, result)
	}
	return result, err
}

// value evaluates the arguments onto the stack and runs the body.
func (call *invocation) value(s scope) (value.Value, error) {
	r := s.run
	base := len(r.stack)
	for i := range call.args {
		v, err := call.args[i].value(s)
		if err != nil {
			r.pop(base)
			return value.Null, err
		}
		r.push(v)
	}
	result, err := call.invoke(s, base)
	r.pop(base)
	return result, err
}

func (call *invocation) invoke(s scope, base int) (value.Value, error) {
	r := s.run
	if err := r.tick(); err != nil {
		return value.Null, call.at.interrupted(s, err)
	}
	args := r.stack[base:]
	for i := range args {
		p := call.f.Param(i)
		if p == nil {
			break // surplus
		}
		if args[i].IsNull() {
			switch p.Null {
			case fn.NullYieldsNull:
				return value.Null, nil
			case fn.NullRefused:
				return value.Null, call.nullRefused(s, i)
			}
			continue
		}
		if !p.Kinds.Has(args[i].Kind()) {
			return value.Null, call.kindRefused(s, i, args[i])
		}
	}

	for r.depth >= len(r.calls) {
		r.calls = append(r.calls, &fn.Call{Evaluation: r})
	}
	c := r.calls[r.depth]
	c.Args = args
	r.depth++
	outer := r.active
	r.active = call
	result, err := call.body(c)
	r.active = outer
	r.depth--
	c.Args = nil
	if err != nil {
		return value.Null, call.at.callFault(s, call.f.Name, call.nodes, err)
	}
	return result, call.bounded(s, result)
}

func (call *invocation) nullRefused(s scope, i int) *fault {
	f := call.at.fault(s, fn.ErrArgument, "%s: %s must not be null", call.f.Name, call.f.Param(i).Name)
	f.Function, f.Argument = call.f.Name, call.nodes[i].Span()
	return f
}

func (call *invocation) kindRefused(s scope, i int, v value.Value) *fault {
	p := call.f.Param(i)
	f := call.at.fault(s, fn.ErrType, "%s: %s must be %s, and %s is %s",
		call.f.Name, p.Name, p.Kinds.Indefinite(), diag.ShortValue(v), fn.Of(v.Kind()).Indefinite())
	f.Function, f.Argument = call.f.Name, call.nodes[i].Span()
	return f
}

// bounded refuses a result that is larger than the limits allow.
func (call *invocation) bounded(s scope, v value.Value) error {
	switch {
	case v.Kind() == value.KindString && len(v.Str()) > call.limits.StringLength:
		return call.at.fault(s, fn.ErrLimit, "%s: the result is longer than the limit of %d bytes", call.f.Name, call.limits.StringLength)
	case v.IsContainer() && v.Weight() > call.limits.Elements:
		return call.at.tooLarge(s, call.f.Name+": the result", v, call.limits.Elements)
	}
	return nil
}

// What a folded call may give and take. Anything larger is computed anew each
// time rather than kept in the program, or made when it is compiled.
const (
	maxFoldedString = 256
	maxFoldedWeight = 64
	maxFoldedSteps  = 1000
	maxFoldedWork   = 10_000 // of each kind that there are limits for
)

// fold computes a pure call of constants. A call that fails is left to fail
// when it is evaluated.
func (c *compiler) fold(call *invocation) (value.Value, bool) {
	if call.f.Purity != fn.Pure {
		return value.Null, false
	}
	for _, arg := range call.args {
		if arg.constant == nil {
			return value.Null, false
		}
		if l, ok := arg.constant.Lambda().(*closure); ok && !l.pure {
			return value.Null, false
		}
	}
	env := *c.env
	limits := &env.Limits
	limits.Steps = min(limits.Steps, maxFoldedSteps)
	limits.Elements = min(limits.Elements, maxFoldedWork)
	limits.StringLength = min(limits.StringLength, maxFoldedWork)
	limits.RegexpWork = 0 // even a small limit can cost a tenth of a second
	p := &Program{code: valueCode(call.value), env: &env, needsRun: true, at: call.at}
	v, err := p.Value(context.Background(), nil, nil)
	if v.IsContainer() && c.changesCollections {
		return value.Null, false
	}
	if err != nil || v.Weight() > maxFoldedWeight || len(v.Str()) > maxFoldedString || v.Kind() == value.KindObject {
		return value.Null, false
	}
	return v, true
}
