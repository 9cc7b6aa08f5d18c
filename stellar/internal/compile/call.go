package compile

import (
	"errors"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// invocation is the call of a function in a program.
type invocation struct {
	at        site
	f         *fn.Func
	nodes     []syntax.Node
	args      []evaluator
	unknown   []argument    // the arguments whose kinds each call looks at
	known     []value.Value // the arguments, if all are constants that the body accepts
	knownSize int64         // what such constants count for the cost
	lent      []int         // the arguments that are maps made for the call alone
	body      fn.Body
	unary     fn.Unary // not nil if only one argument matters
	varies    int      // the index of that argument
	onNull    bool     // if that is null, body is called
	param     fn.Param // that of that argument, when unary is used
	cost      fn.Cost
	limits    *fn.Limits
	free      fn.Budget // of an evaluation without a state
}

func (c *compiler) call(n *syntax.Call) code {
	f := c.facts.Of(n).Function
	args := c.arguments(n, f)
	if f == nil {
		return c.fail(func() *fault { return c.unknownFunction(n) })
	}
	at := site{n, c.frame}
	if message := analysis.WrongArity(n, f); message != "" {
		return c.fail(func() *fault { return at.fault(scope{}, diag.ErrArity, "%s", message) })
	}
	call := &invocation{at: at, f: f, nodes: n.Args, limits: &c.env.Limits, free: freeBudget{&c.env.Limits}}
	kinds := func(i int) fn.Kinds { return c.facts.Of(n.Args[i]).Kinds }
	if refused := call.constantRefused(args, kinds); refused != nil {
		return c.fail(refused)
	}
	if failed := call.prepare(args); failed != nil {
		return c.fail(func() *fault { return at.callFault(scope{}, f.Name, n.Args, failed) })
	}
	only := call.unary != nil && call.onlyOneVaries(args)
	if !only || call.onNull {
		call.setArgs(args)
	}
	if !only {
		c.needsState = true
		if f.Result == fn.Bool {
			return conditionalCall{test(call.test), call.value}
		}
		return plain(call.value)
	}
	c.mayPanic = true
	call.param = *f.Param(call.varies)
	evaluate := call.unaryValue(args[call.varies])
	if f.Result != fn.Bool {
		return plain(evaluate)
	}
	if f, ok := args[call.varies].(field); ok {
		return conditionalCall{single(step{kind: callStep, field: f, call: call}), evaluate}
	}
	return conditionalCall{test(func(s scope) (bool, error) {
		v, err := evaluate(s)
		return v.Bool(), err
	}), evaluate}
}

// argument is a place in a call, and what is declared for it.
type argument struct {
	place int
	param *fn.Param
}

// setArgs notes how the arguments are evaluated, and looks at those that are known.
func (call *invocation) setArgs(args []code) {
	call.args = evaluators(args)
	constants := make([]value.Value, 0, len(args))
	for i := range args {
		p := call.f.Param(i)
		known, isConstant := args[i].(constant)
		if isConstant {
			constants = append(constants, known.value)
		}
		switch {
		case p == nil: // surplus
		case isConstant && !p.Lazy && accepts(p, known.value):
			if known.value.Kind() >= value.KindBigInt {
				call.knownSize += call.cost.Size(known.value)
			}
		default:
			call.unknown = append(call.unknown, argument{i, p})
		}
		if _, ok := args[i].(mapOfKeys); ok {
			call.lent = append(call.lent, i)
		}
	}
	if len(constants) == len(args) && len(call.unknown) == 0 {
		call.known = constants
	}
}

// accepts reports whether a body is called with v.
func accepts(p *fn.Param, v value.Value) bool {
	if v.IsNull() {
		return p.Null == fn.NullAccepted
	}
	return p.Accepts(v)
}

// arguments compiles the arguments of a call; f is nil if there is no such function.
func (c *compiler) arguments(n *syntax.Call, f *fn.Func) []code {
	args := make([]code, len(n.Args))
	for i, arg := range n.Args {
		if f != nil && isLazy(f, i) {
			args[i] = c.deferred(arg)
		} else {
			args[i] = c.compile(arg)
		}
	}
	return args
}

func isLazy(f *fn.Func, i int) bool {
	p := f.Param(i)
	return p != nil && p.Lazy
}

func (c *compiler) unknownFunction(n *syntax.Call) *fault {
	if c.functionNames == nil {
		c.functionNames = analysis.Index(c.env.Functions)
	}
	return &fault{Diagnostic: analysis.UnknownFunction(n, c.functionNames), at: site{n, c.frame}}
}

// test is the value of a function whose results are bools. Null counts as false
// wherever a test is used.
func (call *invocation) test(s scope) (bool, error) {
	v, err := call.value(s)
	return v.Bool(), err
}

// prepare chooses the body, with constant arguments worked in if possible. It returns why
// each call fails, nil if that depends on more than these.
func (call *invocation) prepare(args []code) error {
	f := call.f
	call.body, call.unary, call.cost = f.Body, f.Unary, f.Cost
	if f.Prepare != nil {
		constants := make(fn.Constants, len(args))
		for i, arg := range args {
			if arg, ok := arg.(constant); ok && !isLazy(f, i) {
				constants[i] = fn.Constant{Value: arg.value, Known: true}
			}
		}
		prepared, err := analysis.Prepare(f, constants)
		var failed *fn.Error
		if errors.As(err, &failed) && failed.Always {
			return err
		}
		if err == nil && (prepared.Body != nil || prepared.Unary != nil) {
			call.body, call.unary, call.varies = prepared.Body, prepared.Unary, prepared.Arg
			call.onNull = call.body != nil && call.unary != nil
			if prepared.Cost != 0 {
				call.cost = prepared.Cost
			}
		}
	}
	if call.body == nil {
		unary, varies := call.unary, call.varies
		call.body = func(c *fn.Call) (value.Value, error) { return unary(c.Arg(varies), c) }
	}
	return nil
}

// constantRefused returns the mistake of a constant argument that makes every
// call fail, nil if there is none: it is null or of a wrong kind, and no argument
// before it can be null and thereby the call's result.
func (call *invocation) constantRefused(args []code, kinds func(i int) fn.Kinds) func() *fault {
	for i, arg := range args {
		p := call.f.Param(i)
		known, isConstant := arg.(constant)
		switch {
		case p == nil:
			return nil
		case p.Lazy:
		case !isConstant:
			if p.Null == fn.NullYieldsNull {
				return nil
			}
		case known.value.IsNull():
			if p.Null == fn.NullRefused {
				return func() *fault { return call.nullRefused(scope{}, i) }
			}
			if p.Null == fn.NullYieldsNull {
				return nil
			}
		case !p.Accepts(known.value):
			return func() *fault { return call.kindRefused(scope{}, i, known.value, kinds) }
		}
	}
	return nil
}

// onlyOneVaries reports whether all arguments but the one that varies are constants of
// the right kinds, so that they need not be looked at again.
func (call *invocation) onlyOneVaries(args []code) bool {
	if call.varies >= min(len(args), len(call.f.Params)) {
		return false
	}
	for i, arg := range args {
		if i == call.varies {
			continue
		}
		known, ok := arg.(constant)
		if !ok {
			return false
		}
		if p := call.f.Param(i); p != nil && !accepts(p, known.value) {
			return false
		}
	}
	return true
}

// unaryValue returns the evaluator of a call whose body needs one argument alone.
func (call *invocation) unaryValue(varying code) evaluator {
	if f, ok := varying.(field); ok {
		return func(s scope) (value.Value, error) { return call.unaryOn(s, s.load(&f)) }
	}
	argument := varying.evaluator()
	return func(s scope) (value.Value, error) {
		v, err := argument(s)
		if err != nil {
			return value.Null, err
		}
		return call.unaryOn(s, v)
	}
}

// unaryOn calls a body that needs one argument, v, alone.
func (call *invocation) unaryOn(s scope, v value.Value) (value.Value, error) {
	switch {
	case !v.IsNull():
		if kind := v.Kind(); !call.param.Kinds.Has(kind) || kind == value.KindObject && !call.param.Accepts(v) {
			return value.Null, call.kindRefused(s, call.varies, v, nil)
		}
	case call.param.Null == fn.NullYieldsNull:
		return value.Null, nil
	case call.param.Null == fn.NullRefused:
		return value.Null, call.nullRefused(s, call.varies)
	case call.onNull:
		return call.valueOfNull(s)
	}
	budget := call.free
	if !s.isFree(v) {
		if err := call.spendOnCall(s, call.cost.Size(v)); err != nil {
			return value.Null, err
		}
		if s.state != nil {
			budget = s.state
		}
	}
	result, err := call.unary(v, budget)
	switch {
	case err != nil:
		return value.Null, call.unaryFault(s, err)
	case result.Kind() < value.KindString:
		return result, nil
	case s.isFree(result) && len(result.Str()) <= call.limits.StringLength:
		return result, nil
	}
	return result, call.chargeResult(s, result, v)
}

// valueOfNull calls the body with null as the argument that varies.
func (call *invocation) valueOfNull(s scope) (value.Value, error) {
	e := s.state
	if e == nil {
		return value.Null, errNeedsState
	}
	base := len(e.stack)
	for i, arg := range call.args {
		v := value.Null
		if i != call.varies {
			v, _ = arg(s) // a constant
		}
		e.push(v)
	}
	result, err := call.invoke(s, e.stack[base:])
	e.pop(base)
	return result, err
}

// unaryFault is callFault for a body that may lack a state.
func (call *invocation) unaryFault(s scope, err error) error {
	if err == errNeedsState {
		return err
	}
	return call.at.callFault(s, call.f.Name, call.nodes, err)
}

// value evaluates the arguments onto the stack and runs the body.
func (call *invocation) value(s scope) (value.Value, error) {
	if call.known != nil {
		return call.invoke(s, call.known)
	}
	e := s.state
	base := len(e.stack)
	for i := range call.args {
		v, err := call.args[i](s)
		if err != nil {
			e.pop(base)
			return value.Null, err
		}
		e.push(v)
	}
	result, err := call.invoke(s, e.stack[base:])
	e.pop(base)
	return result, err
}

func (call *invocation) invoke(s scope, args []value.Value) (value.Value, error) {
	e := s.state
	size := call.knownSize
	for _, unknown := range call.unknown {
		i, p := unknown.place, unknown.param
		arg := args[i]
		switch kind := arg.Kind(); {
		case kind == value.KindNull:
			switch p.Null {
			case fn.NullYieldsNull:
				return value.Null, nil
			case fn.NullRefused:
				return value.Null, call.nullRefused(s, i)
			}
			continue
		case !p.Kinds.Has(kind) || kind == value.KindObject && !p.Accepts(arg):
			return value.Null, call.kindRefused(s, i, arg, kindsOf(args))
		case kind >= value.KindBigInt:
			size += call.cost.Size(arg)
		}
	}
	if err := e.Spend(1 + call.cost.Steps(size)); err != nil {
		return value.Null, call.at.budgetFault(s, err)
	}
	for e.depth >= len(e.calls) {
		e.calls = append(e.calls, &fn.Call{Evaluation: e})
	}
	c := e.calls[e.depth]
	c.Args = args
	e.depth++
	outer := e.active
	e.active = call
	result, err := call.body(c)
	e.active = outer
	e.depth--
	c.Args = nil
	if err != nil {
		return value.Null, call.at.callFault(s, call.f.Name, call.nodes, err)
	}
	if len(call.lent) > 0 && result.Shareable() { // and so holds no argument that is not frozen
		for _, i := range call.lent {
			e.recycleMap(args[i].Map())
		}
	}
	if !isSized(result) {
		return result, nil
	}
	if err := call.chargeResult(s, result, args...); err != nil {
		return value.Null, err // nobody is to look at what is too large
	}
	return result, nil
}

func (call *invocation) nullRefused(s scope, i int) *fault {
	f := call.at.fault(s, diag.ErrArgument, "%s: %s must not be null", call.f.Name, call.f.Param(i).Name)
	f.Function, f.Argument = call.f.Name, call.nodes[i].Span()
	return f
}

func kindsOf(args []value.Value) func(i int) fn.Kinds {
	return func(i int) fn.Kinds { return fn.Of(args[i].Kind()) }
}

// kindRefused is the failure of a call with v as argument i. If the kinds of all
// arguments are at hand, it says whether they stand in another order.
func (call *invocation) kindRefused(s scope, i int, v value.Value, kinds func(i int) fn.Kinds) *fault {
	p := call.f.Param(i)
	given := diag.ShortValue(v) + " is " + fn.Of(v.Kind()).Indefinite()
	if v.Kind() == value.KindObject { // whose text says less than its type
		given = "this is " + fn.TypeOf(v).Indefinite()
	}
	hint := analysis.KindHint(call.f, i, fn.Of(v.Kind()))
	if kinds != nil && analysis.Exchange(call.f, i, len(call.nodes), kinds) >= 0 {
		hint = "; " + analysis.OtherOrder + call.f.Signature()
	}
	f := call.at.fault(s, diag.ErrType, "%s: %s must be %s, and %s%s", call.f.Name, p.Name, p.Wanted(), given, hint)
	f.Function, f.Argument = call.f.Name, call.nodes[i].Span()
	return f
}
