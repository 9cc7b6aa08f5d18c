package rules

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options say how a program is applied to messages. The zero Options make every
// assigned name a field, and report errors in the message.
type Options struct {
	// Keep, if not empty, lists the assigned names that become fields; Drop
	// lists those that do not. The others are forgotten with the message.
	Keep, Drop []string

	// OnError says what becomes of a message for which a statement fails.
	OnError ErrorPolicy

	// Variables are seen by the statements below the fields of the message: a
	// field hides the variable of its name unless it is null. Nil has none.
	Variables stellar.Resolver
}

// ErrorPolicy says what becomes of a message for which a statement fails.
type ErrorPolicy uint8

const (
	// Report lets the message pass as it was, with the error's text added to
	// the list in the field ErrorsField.
	Report ErrorPolicy = iota
	// Fail holds the message back, and asks the caller to stop.
	Fail
	// Skip holds the message back.
	Skip
	// Null takes null for the value of a failing statement and goes on.
	Null
)

// ErrorsField is the field in which the policy Report lists errors.
const ErrorsField = "stellar_errors"

// Assignment is a name and the value that a program gave it.
type Assignment struct {
	Name  string
	Value value.Value
}

// Eval evaluates the statements in order against variables, which are only
// read, and returns what they assigned, each name once in the order of first
// assignments. A name that was assigned hides the variable of that name from
// later statements, even if it is null; a dotted name is then null too, rather
// than a path. Keep and Drop have no effect here. It
// stops at the first error unless the policy is Null; then the assignments come
// with the errors. Errors are a diag.List.
func (p *Program) Eval(ctx context.Context, variables stellar.Resolver) ([]Assignment, error) {
	s, errs := p.run(ctx, variables)
	if len(errs) > 0 && p.options.OnError != Null {
		return nil, errs
	}
	assignments := make([]Assignment, len(p.names))
	for i, name := range p.names {
		assignments[i] = Assignment{name, s.results[i].value}
	}
	return assignments, errs.Err()
}

// Apply evaluates the statements in order on the message and makes what they
// assign fields of it: an existing field is replaced in its place, a new one
// added at the end, and one that was assigned null is removed. A dotted name
// that is assigned is the name of a field, never a path. Statements see
// what was assigned before, then the fields of the message, then
// Options.Variables. Numbers of fields that a statement only passes on, as in
// y := x or y := [x], keep their digits.
//
// It reports whether the message should pass, as Options.OnError says; if not, the
// message is as it was. Errors are a diag.List, and come with a message that
// passes too.
func (p *Program) Apply(ctx context.Context, m *Message) (pass bool, err error) {
	s, errs := p.run(ctx, m)
	if len(errs) > 0 {
		switch p.options.OnError {
		case Fail, Skip:
			return false, errs
		case Report:
			m.addErrors(errs.Unwrap()...)
			return true, errs
		}
	}
	for i, name := range p.names {
		switch {
		case !p.fields[i]:
		case s.results[i].value.IsNull():
			m.Delete(name)
		default:
			m.set(name, s.results[i])
		}
	}
	return true, errs.Err()
}

// run evaluates the steps, up to the first error unless the policy is Null.
func (p *Program) run(ctx context.Context, variables stellar.Resolver) (*scope, diag.List) {
	s := &scope{
		program: p, variables: variables,
		results:  make([]result, len(p.names)),
		assigned: make([]bool, len(p.names)),
	}
	var errs diag.List
	for i := range p.steps {
		step := &p.steps[i]
		v, err := step.program.Value(ctx, s)
		if err != nil {
			errs = append(errs, p.place(step.offset, err))
			if p.options.OnError != Null {
				break
			}
		}
		r := result{v, v}
		if err == nil {
			r.written = s.written(step.passing, v)
		}
		s.results[step.slot], s.assigned[step.slot] = r, true
	}
	return s, errs
}

// scope is what the statements see: what was assigned, then the variables, then
// those of the options.
type scope struct {
	program   *Program
	variables stellar.Resolver // nil for none
	results   []result         // by slot
	assigned  []bool           // by slot
}

// Lookup implements stellar.Resolver.
func (s *scope) Lookup(name string) value.Value {
	if slot, ok := s.program.slots[name]; ok && s.assigned[slot] {
		return s.results[slot].value
	}
	if s.variables != nil {
		if v := s.variables.Lookup(name); !v.IsNull() {
			return v
		}
	}
	if below := s.program.options.Variables; below != nil {
		return below.Lookup(name)
	}
	return value.Null
}

// Assigned reports whether the name was assigned, by a statement or in the
// variables, though it may be null.
func (s *scope) Assigned(name string) bool {
	if slot, ok := s.program.slots[name]; ok && s.assigned[slot] {
		return true
	}
	for _, r := range []stellar.Resolver{s.variables, s.program.options.Variables} {
		if r, ok := r.(interface{ Assigned(name string) bool }); ok && r.Assigned(name) {
			return true
		}
	}
	return false
}

// Names implements stellar.Resolver.
func (s *scope) Names() []string {
	var names []string
	for _, r := range []stellar.Resolver{s.variables, s.program.options.Variables} {
		if r != nil {
			names = append(names, r.Names()...)
		}
	}
	for slot, name := range s.program.names {
		if s.assigned[slot] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool {
		slot, ok := s.program.slots[name]
		return ok && s.assigned[slot] && s.results[slot].value.IsNull()
	})
}
