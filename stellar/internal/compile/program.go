package compile

import (
	"context"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// Program is a compiled expression. It is safe for concurrent use.
type Program struct {
	evaluate evaluator
	decision decision // not nil if the result is always a bool, or null as one
	env      *Environment
	needsRun bool
	mayPanic bool // a function is called without a run
	at       site

	// changesCollections says that a function is called that changes its
	// argument. In such a program a collection can grow after it became a part of
	// others, unseen by their weights.
	changesCollections bool
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
	default:
		v, err = p.evaluate(s)
	}
	if err == errNeedsRun {
		s.run = newRun(ctx, p, nil)
		v, err = p.containedValue(s)
		s.run.release()
	}
	if err != nil {
		return value.Null, err
	}
	if v.Kind() >= value.KindList {
		return p.finished(v)
	}
	return v, nil
}

// finished freezes the result of an evaluation and detaches it from the Go data
// of its variables. It refuses a result that turns out to be larger than the
// limits allow.
func (p *Program) finished(v value.Value) (value.Value, error) {
	mayHaveGrown := p.changesCollections && !v.Frozen()
	v.Freeze()
	if mayHaveGrown && v.Weight() > p.env.Limits.Elements {
		return value.Null, p.at.tooLarge(scope{}, "the result", v, p.env.Limits.Elements)
	}
	return v.Detach(), nil
}

// Test evaluates the program to a bool. Null is false; any other kind is a type
// error.
func (p *Program) Test(ctx context.Context, vars map[string]any, resolver Resolver) (b bool, err error) {
	if p.decision == nil {
		return p.testValue(ctx, vars, resolver)
	}
	s := scope{vars: vars}
	switch {
	case p.needsRun || resolver != nil:
		s.run = newRun(ctx, p, resolver)
		b, err = p.containedTest(s)
		s.run.release()
	case p.mayPanic:
		b, err = p.containedTest(s)
	default:
		b, err = p.decision.run(s)
	}
	if err == errNeedsRun {
		s.run = newRun(ctx, p, nil)
		b, err = p.containedTest(s)
		s.run.release()
	}
	return b, err
}

func (p *Program) testValue(ctx context.Context, vars map[string]any, resolver Resolver) (bool, error) {
	v, err := p.Value(ctx, vars, resolver)
	if err == nil && v.Kind() != value.KindBool && !v.IsNull() {
		err = p.at.fault(scope{}, diag.ErrType, "the expression gives the %s %s where true or false is wanted", v.Kind(), diag.ShortValue(v))
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
	v, err = p.evaluate(s)
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
	b, err = p.decision.run(s)
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
	f := at.fault(scope{}, diag.ErrExternal, "%s: internal error: %v", name, cause)
	f.Function = name
	return f
}
