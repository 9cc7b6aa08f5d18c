package compile

import (
	"context"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	evaluate   evaluator
	decision   *Decision // not nil if the result is always a bool, or null as one
	env        *Environment
	names      []string // of the variables that it may read
	needsState bool
	mayPanic   bool      // a function is called without a state
	direct     *Decision // decision, if it needs neither a state nor a guard against panics
	choice     *choice   // evaluate, if it is a choice that needs neither
	guarded    bool      // the decision needs a guard, and a state only where something is large
	ofFields   bool      // each test of the decision is one of a field
	closures   bool      // lambdas are made that read variables or capture locals, and may outlive the evaluation
	at         site
	memo       int32 // in which its value is kept, if it is a part that programs share

	// changesCollections says that a function is called that changes its
	// argument. In such a program a collection can grow after it became a part of
	// others, unseen by their weights.
	changesCollections bool
}

// MakesClosures reports whether evaluations make lambdas that keep their variables.
func (p *Program) MakesClosures() bool { return p.closures }

// Value evaluates the program. The variables are in vars, or in resolver if
// that is not nil. The result is frozen.
func (p *Program) Value(ctx context.Context, vars map[string]any, resolver Resolver) (value.Value, error) {
	v, err := value.Null, errNeedsState
	if p.choice != nil && resolver == nil {
		v, err = p.choice.value(scope{vars: vars})
	}
	if err == errNeedsState {
		v, err = p.value(ctx, vars, resolver)
	}
	switch {
	case err != nil:
		return value.Null, err
	case v.Kind() >= value.KindList && !v.Shareable():
		return p.finished(ctx, v, nil)
	}
	return v, nil
}

// Own evaluates the program like Value for an engine that keeps the result as a variable
// of its own: what can be changed is not frozen, unless it holds Go data of others.
func (p *Program) Own(ctx context.Context, resolver Resolver) (value.Value, error) {
	v, err := p.value(ctx, nil, resolver)
	switch {
	case err != nil:
		return value.Null, err
	case v.Kind() < value.KindList || v.Shareable():
		return v, nil
	case v.Borrows():
		return p.finished(ctx, v, nil)
	case v.Weight() > p.env.Limits.Elements:
		return value.Null, p.at.tooLarge(scope{}, "the result", v, p.env.Limits.Elements)
	}
	return v, nil
}

// Go evaluates the program like Value and returns the result as a Go value. As
// that is a copy, the result need be neither frozen nor detached, and its memory
// can be used again.
func (p *Program) Go(ctx context.Context, vars map[string]any, resolver Resolver) (any, error) {
	if p.changesCollections || !p.needsState && resolver == nil {
		v, err := p.value(ctx, vars, resolver)
		if err == nil && p.changesCollections && v.Kind() >= value.KindList {
			v, err = p.finished(ctx, v, nil)
		}
		switch {
		case err != nil:
			return nil, err
		case v.Kind() < value.KindList:
			return v.Go(), nil
		}
		e := newState(ctx, p, nil)
		x, err := p.goValue(e, v)
		e.release()
		return x, err
	}
	e := newState(ctx, p, resolver)
	v, err := p.containedValue(scope{vars: vars, state: e})
	var x any
	if err == nil {
		if x, err = p.goValue(e, v); err == nil && !e.readsOwn { // or v may be that variable
			e.recycle(v)
		}
	}
	e.release()
	return x, err
}

// goValue returns a result as a Go value.
func (p *Program) goValue(e *state, v value.Value) (any, error) {
	if !v.IsContainer() && v.Kind() != value.KindLambda {
		return v.Go(), nil
	}
	c := value.GoConversion{Budget: e}
	x := c.Of(v)
	if err := c.Err(); err != nil {
		return nil, p.at.budgetFault(scope{}, err)
	}
	return x, nil
}

func (p *Program) value(ctx context.Context, vars map[string]any, resolver Resolver) (v value.Value, err error) {
	s := scope{vars: vars}
	if !p.needsState && resolver == nil {
		if p.mayPanic {
			v, err = p.containedValue(s)
		} else {
			v, err = p.evaluate(s)
		}
		if err != errNeedsState {
			return v, err
		}
	}
	s.state = newState(ctx, p, resolver)
	v, err = p.containedValue(s)
	s.state.release()
	return v, err
}

// finished freezes the result of an evaluation and detaches it from the Go data
// of its variables. It refuses a result that turns out to be larger than the
// limits allow. The budget is nil unless it is shared.
func (p *Program) finished(ctx context.Context, v value.Value, shared *Budget) (value.Value, error) {
	mayHaveGrown := p.changesCollections && !v.Frozen()
	v.Freeze()
	if mayHaveGrown && v.Weight() > p.env.Limits.Elements {
		return value.Null, p.at.tooLarge(scope{}, "the result", v, p.env.Limits.Elements)
	}
	if !v.Borrows() {
		return v, nil
	}
	e := newState(ctx, p, nil)
	defer e.release()
	e.begin(shared)
	d := value.NewDetachment(e)
	v = d.Of(v)
	e.end(shared)
	if err := d.Err(); err != nil {
		return value.Null, p.at.budgetFault(scope{}, err)
	}
	return v, nil
}

// Decision returns what decides a program that needs neither a state nor a guard against
// panics; nil for others.
func (p *Program) Decision() *Decision { return p.direct }

// IsGuarded reports whether TestGuarded is the way to test the program.
func (p *Program) IsGuarded() bool { return p.guarded }

// TestGuarded is Test with the variables of a plain map and without a state. Where
// NeedsState says so of its error, TestWithState is to be called.
func (p *Program) TestGuarded(vars map[string]any) (bool, error) {
	return p.containedTest(scope{vars: vars})
}

// Test evaluates the program to a bool. Null is false; any other kind is a type
// error.
func (p *Program) Test(ctx context.Context, vars map[string]any, resolver Resolver) (bool, error) {
	switch {
	case p.decision == nil:
		return p.testValue(ctx, vars, resolver)
	case resolver == nil && !p.needsState:
		if b, err := p.TestGuarded(vars); err != errNeedsState {
			return b, err
		}
	case resolver != nil && p.direct != nil && p.ofFields:
		if b, err := p.decision.decideFields(resolver); err == nil {
			return b, nil
		}
	}
	return p.TestWithState(ctx, vars, resolver)
}

// TestWithState is the long way of Test, for a program that is a condition.
func (p *Program) TestWithState(ctx context.Context, vars map[string]any, resolver Resolver) (bool, error) {
	s := scope{vars: vars, state: newState(ctx, p, resolver)}
	b, err := p.containedTest(s)
	s.state.release()
	return b, err
}

func (p *Program) testValue(ctx context.Context, vars map[string]any, resolver Resolver) (bool, error) {
	return p.asBool(p.Value(ctx, vars, resolver))
}

// AsBool returns the result of Value, or of Explain, as that of Test.
func (p *Program) AsBool(v value.Value, err error) (bool, error) { return p.asBool(v, err) }

// asBool returns a result as that of Test.
func (p *Program) asBool(v value.Value, err error) (bool, error) {
	if err == nil && v.Kind() != value.KindBool && !v.IsNull() {
		err = p.at.fault(scope{}, diag.ErrType, "the expression gives %s where true or false is wanted", described(v))
	}
	return v.Bool(), err
}

func (p *Program) containedValue(s scope) (v value.Value, err error) {
	state, returned := s.state, false
	defer func() {
		if !returned {
			err = p.contain(state, recover())
		}
	}()
	v, err = p.evaluate(s)
	returned = true
	return v, err
}

func (p *Program) containedTest(s scope) (b bool, err error) {
	state, returned := s.state, false
	defer func() {
		if !returned {
			err = p.contain(state, recover())
		}
	}()
	i, err := p.decision.outcome(s)
	returned = true
	return i == whenTrue, err
}

// contain makes an error of the panic of a function's body, so that a defect in
// one function of a host cannot end the host.
func (p *Program) contain(e *state, cause any) error {
	at, name := &p.at, "a function"
	if e != nil && e.active != nil {
		at, name = &e.active.at, e.active.f.Name
	}
	if e != nil {
		e.unwind()
	}
	f := at.fault(scope{}, diag.ErrExternal, "%s: internal error: %v", name, cause)
	f.Function = name
	return f
}
