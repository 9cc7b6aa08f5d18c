package compile

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// frame lays out the locals of a lambda: its parameters first, then copies of
// what it uses of the lambdas around it. Names never change their values, so
// copies do.
type frame struct {
	params   []string
	captured []string       // names found in the parent
	slots    map[string]int // of both
	parent   *frame
}

// newFrame returns the frame of a lambda. If several parameters have one name, it
// means the last.
func newFrame(params []string, parent *frame) *frame {
	f := &frame{params: params, slots: make(map[string]int, len(params)), parent: parent}
	for i, name := range params {
		f.slots[name] = i
	}
	return f
}

// find returns the slot of a name that is already in the frame.
func (f *frame) find(name string) (slot int, ok bool) {
	if f == nil {
		return 0, false
	}
	slot, ok = f.slots[name]
	return slot, ok
}

// resolve returns the slot of a name, capturing it if a lambda further out has
// it. ok is false for variables.
func (f *frame) resolve(name string) (slot int, ok bool) {
	if f == nil {
		return 0, false
	}
	if slot, ok := f.find(name); ok {
		return slot, true
	}
	if _, ok := f.parent.resolve(name); !ok {
		return 0, false
	}
	slot = len(f.params) + len(f.captured)
	f.captured = append(f.captured, name)
	f.slots[name] = slot
	return slot, true
}

// lambda is the code of a lambda, shared by all closures made of it.
type lambda struct {
	program *Program
	at      site
	params  []string
	body    evaluator
	sum     *chain  // the body, if it is arithmetic on the only parameter
	ofInts  *affine // the same for ints; nil if it may be no int

	readsVariables bool // of the message, here or in a lambda within
	deferred       bool // it stands for a lazy argument

	cost int64 // steps of a call: its own, and one for each node of the body
}

// closure is a lambda with what it captured. It can outlive the evaluation
// that made it.
type closure struct {
	*lambda
	captured []value.Value
	vars     map[string]any
	resolver Resolver
	slots    *Slots // of the resolver
	detached bool   // vars are its own
}

// Params implements value.Lambda.
func (c *closure) Params() []string { return c.params }

// IsDeferred implements fn.Deferred.
func (c *closure) IsDeferred() bool { return c.deferred }

// Borrows implements value.Borrower: variables in a plain map are the caller's,
// who may change it. A Resolver is asked at any time, as it is made for that.
func (c *closure) Borrows() bool {
	return c.readsVariables && c.resolver == nil && !c.detached || slices.ContainsFunc(c.captured, value.Value.Borrows)
}

// Detached implements value.Borrower. It keeps the variables that the program may
// read as they are now.
func (c *closure) Detached(d *value.Detachment) value.Lambda {
	detached := &closure{lambda: c.lambda, resolver: c.resolver, slots: c.slots, detached: true}
	for _, v := range c.captured {
		detached.captured = append(detached.captured, d.Of(v))
	}
	if c.readsVariables && c.resolver == nil {
		variables := variablesOf{c.program, reflect.ValueOf(c.vars).UnsafePointer()}
		detached.vars = d.Shared(variables, func() any { return c.variables(d) }).(map[string]any)
	}
	return detached
}

// variablesOf identifies the variables that a program reads of a map.
type variablesOf struct {
	program *Program
	vars    unsafe.Pointer
}

// variables returns the variables in the map that the program may read.
func (c *closure) variables(d *value.Detachment) map[string]any {
	kept := map[string]any{}
	keep := func(name string) {
		if x, ok := c.vars[name]; ok {
			kept[name] = d.Of(value.FromGo(x))
		}
	}
	for _, name := range c.program.names {
		keep(name)
		for _, prefix := range names.Prefixes(name) {
			keep(prefix)
		}
		if name == names.AllFields {
			for name := range c.vars {
				keep(name)
			}
		}
	}
	return kept
}

// Freeze implements value.Freezer.
func (c *closure) Freeze() {
	for _, v := range c.captured {
		v.Freeze()
	}
}

func (c *compiler) lambda(n *syntax.Lambda) code {
	if compiled, ok := c.lambdas[n]; ok {
		return compiled
	}
	compiled := c.closure(n, n.Params, n.Body, &lambda{})
	if _, closed := compiled.(constant); closed && c.lambdas != nil {
		c.lambdas[n] = compiled
	}
	return compiled
}

// deferred compiles a lazy argument: to a lambda without parameters, unless evaluating
// it costs as little as that.
func (c *compiler) deferred(n syntax.Node) code {
	switch n.(type) {
	case *syntax.Literal, *syntax.Variable:
		return c.compile(n)
	}
	return c.closure(n, nil, n, &lambda{deferred: true})
}

// closure compiles what makes the closures of a lambda l, which stands at a node.
func (c *compiler) closure(at syntax.Node, params []string, body syntax.Node, l *lambda) code {
	facts := c.facts.Of(at)
	outer := c.frame
	c.frame = newFrame(params, outer)
	inner := c.frame
	l.program, l.at, l.params, l.readsVariables = c.program, site{at, inner}, params, facts.ReadsFields
	before := c.nodes
	compiled := c.compileIf(false, body)
	l.cost = 1 + int64(c.nodes-before)
	if ch, ok := compiled.(*chain); ok && ch.isLocal && ch.local == 0 && len(params) == 1 {
		l.sum, l.ofInts = ch, ch.ofInts()
	}
	l.body = compiled.evaluator()
	c.frame = outer
	c.needsState = true

	if facts.Closed() { // one closure serves for all
		return constant{value.FromLambda(&closure{lambda: l}).Freeze()}
	}
	c.program.closures = c.program.closures || !l.deferred
	slots := make([]int, len(inner.captured))
	for i, name := range inner.captured {
		slots[i], _ = outer.resolve(name)
	}
	return plain(func(s scope) (value.Value, error) {
		made := &closure{lambda: l, vars: s.vars, resolver: s.state.resolver, slots: s.state.slots}
		for _, slot := range slots {
			made.captured = append(made.captured, s.state.local(slot).Hold())
		}
		return value.FromLambda(made), nil
	})
}

// maxCallDepth bounds lambdas that call themselves through a variable.
const maxCallDepth = 500

// Apply implements fn.Evaluation.
func (e *state) Apply(l value.Lambda, x, y value.Value) (value.Value, error) {
	c, ok := l.(*closure)
	if !ok {
		return value.Null, fn.Typef(fn.NoArg, "%T is not a lambda of this language", l)
	}
	if e.isArithmetic(c, x) {
		return e.arithmetic(c, x), nil
	}
	return e.apply(c, x, y)
}

// ApplyToEach implements fn.Evaluation.
func (e *state) ApplyToEach(l value.Lambda, items value.Value, results *value.List) error {
	c, ok := l.(*closure)
	for i := range items.Len() {
		item := items.Item(i)
		if ok && e.isArithmetic(c, item) {
			results.Append(e.arithmetic(c, item))
		} else {
			result, err := e.Apply(l, item, value.Null)
			if err != nil {
				return err
			}
			results.Append(result)
		}
		if limit := e.env.Limits.Elements; results.Weight() > limit {
			return fn.Limitf(fn.NoArg, "the results have more elements than the limit of %d", limit)
		}
	}
	return nil
}

// isArithmetic reports whether the call of a lambda is arithmetic on an int, which
// cannot fail and needs no place on the stack, and the context need not be looked at
// before it.
func (e *state) isArithmetic(c *closure, x value.Value) bool {
	return c.ofInts != nil && x.Kind() == value.KindInt && e.steps+c.cost < e.due
}

// arithmetic is such a call.
func (e *state) arithmetic(c *closure, x value.Value) value.Value {
	e.steps += c.cost
	return value.Int(c.ofInts.of(int32(x.Int64())))
}

// apply calls a lambda, which may be one of another program.
func (e *state) apply(c *closure, x, y value.Value) (value.Value, error) {
	caller := e.program
	e.program = c.program
	result, err := e.call(c, x, y)
	e.program = caller
	if err != nil && caller != c.program {
		err = asForeign(err)
	}
	return result, err
}

func (e *state) call(c *closure, x, y value.Value) (value.Value, error) {
	s := scope{vars: c.vars, state: e}
	if err := e.enter(c); err != nil {
		return value.Null, err
	}
	if c.sum != nil { // if it fails, the long way tells where
		if v, err := c.sum.from(s, x); err == nil {
			return v, nil
		}
	}
	base := len(e.stack)
	switch len(c.params) {
	case 0:
	case 1:
		e.push(x)
	default:
		e.stack = append(e.stack, x, y)
		for range len(c.params) - 2 {
			e.push(value.Null)
		}
	}
	if len(c.captured) > 0 {
		e.stack = append(e.stack, c.captured...)
	}
	outer, resolver, slots := e.base, e.resolver, e.slots
	e.base = base
	if c.readsVariables {
		e.resolver, e.slots = c.resolver, c.slots
	}
	e.depth++

	result, err := c.body(s)

	e.depth--
	e.base = outer
	if c.readsVariables {
		e.resolver, e.slots = resolver, slots
	}
	e.pop(base)
	return result, err
}

// enter charges a call of a lambda and refuses it when a limit is reached.
func (e *state) enter(c *closure) error {
	if err := e.Spend(c.cost + int64(len(c.captured))); err != nil {
		return c.at.budgetFault(scope{}, err)
	}
	if e.depth > maxCallDepth {
		return c.at.fault(scope{}, diag.ErrLimit, "lambdas and functions call each other more than %d levels deep", maxCallDepth)
	}
	return nil
}
