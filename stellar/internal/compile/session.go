package compile

import (
	"context"

	"github.com/stellarlang/stellar/stellar/value"
)

// Session evaluates the programs of a set one after the other, on a budget of memory
// that they share. It is for one goroutine.
type Session struct {
	state  *state
	budget Budget
}

// Begin begins a session with the variables of a resolver, of which slots has those
// that the programs read. All programs must be of the environment, and compiled for
// the names of the slots.
func (s *Session) Begin(ctx context.Context, env *Environment, resolver Resolver, slots *Slots) {
	s.state = states.Get().(*state)
	s.state.ctx, s.state.env, s.state.resolver, s.state.slots = ctx, env, resolver, slots
	s.budget = Budget{}
}

// End ends the session, of which no memory is used any more.
func (s *Session) End() {
	s.state.release()
	s.state = nil
}

// Value evaluates a program. The result is frozen.
func (s *Session) Value(p *Program) (value.Value, error) {
	s.next(p)
	v, err := p.containedValue(scope{state: s.state})
	s.state.end(&s.budget)
	switch {
	case err != nil:
		return value.Null, err
	case v.Kind() >= value.KindList:
		return p.finished(s.state.ctx, v, &s.budget)
	}
	return v, nil
}

// Test evaluates a program to a bool as Program.Test does.
func (s *Session) Test(p *Program) (bool, error) {
	if p.decision == nil {
		return p.asBool(s.Value(p))
	}
	s.next(p)
	b, err := p.containedTest(scope{state: s.state})
	s.state.end(&s.budget)
	return b, err
}

// next makes the state that of the next evaluation.
func (s *Session) next(p *Program) {
	e := s.state
	e.program, e.budget = p, budget{}
	if e.all.of != nil {
		e.all = allFields{}
	}
	e.begin(&s.budget)
}

// Ended reports whether the context has ended.
func (s *Session) Ended() bool { return s.state.ctx.Err() != nil }

// Variable is a variable that is read apart from programs.
type Variable struct{ field field }

// Variable returns the variable of a name, as programs of the set read it.
func (n *Names) Variable(name string) Variable {
	c := compiler{names: n}
	return Variable{c.field(name)}
}

// Read returns the value of a variable of the names of the slots.
func (s *Session) Read(v *Variable) value.Value { return scope{state: s.state}.load(&v.field) }

// Part is the value of a part that programs share, and the memory that each evaluation
// of it is charged.
type Part struct {
	Value  value.Value
	Memory int64
}

// ReadPart evaluates a part before programs ask for it, for nobody: nothing is charged,
// and no event is observed. ok is false if it cannot be kept, as it fails or takes more
// than so many steps.
func (s *Session) ReadPart(p *Program, steps int64) (part Part, ok bool) {
	e := s.state
	m := &e.slots.memos[p.memo-1]
	if !m.known {
		s.next(p)
		e.silent = true
		_, _ = p.containedValue(scope{state: e})
		e.silent = false
	}
	return Part{m.value, m.memory}, m.known && m.steps <= steps
}

// Skip charges memory for evaluations that are left out. It reports whether they would
// have been within the limit; if not, nothing is charged.
func (s *Session) Skip(bytes int64) bool {
	used := s.budget.used + bytes
	if used < 0 || used > s.state.env.Limits.Memory {
		return false
	}
	s.budget.used = used
	return true
}

// Used returns how many bytes of memory were charged.
func (s *Session) Used() int64 { return s.budget.used }

// Use begins with so many bytes charged.
func (s *Session) Use(bytes int64) { s.budget.used = bytes }

// Charge charges memory that the result of a program takes where it is kept.
func (s *Session) Charge(p *Program, bytes int64) error {
	if used := s.budget.used + bytes; used >= 0 && used <= p.env.Limits.Memory {
		s.budget.used = used
		return nil
	}
	return p.at.budgetFault(scope{}, p.env.outOfMemory(s.budget.used > 0))
}

// Context returns the context of the session.
func (s *Session) Context() context.Context { return s.state.ctx }
