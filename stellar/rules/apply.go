package rules

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options say how a set is applied to messages. The zero Options make every
// assigned name a field, and report errors in the message.
type Options struct {
	// Keep, if not empty, lists the assigned names that become fields; Drop
	// lists those that do not. The others are forgotten with the message.
	Keep, Drop []string

	// OnError says what becomes of a message for which a rule fails.
	OnError ErrorPolicy

	// Variables are seen by the rules below the fields of the message: a field
	// hides the variable of its name unless it is null. Nil has none.
	Variables stellar.Resolver
}

// ErrorPolicy says what becomes of a message for which a rule fails, and in a
// stream of a line that is no message.
type ErrorPolicy uint8

const (
	// Report lets the message pass without what the failing rule has assigned,
	// with the error's text added to the list in the field ErrorsField. A line
	// that is no message passes as it is.
	Report ErrorPolicy = iota
	// Fail holds the message or line back, and asks the caller to stop.
	Fail
	// Skip holds the message or line back.
	Skip
	// Null takes null for the value of a failing expression and goes on. A line
	// that is no message passes as it is.
	Null
)

// ErrorsField is the field in which the policy Report lists errors.
const ErrorsField = "stellar_errors"

// Assigned is a name and the value that it was assigned.
type Assigned struct {
	Name  string
	Value value.Value
}

// Eval applies the rules to variables, which are only read, and returns what they
// assigned, each name once in the order of first assignments. A name that was
// assigned hides the variable of that name from what comes later, even if it is
// null; a dotted name is then null too, rather than a path. Keep and Drop have no
// effect here. Unless the policy is Null, an error is all that is returned; with
// Null the assignments come with the errors. Errors are a diag.List.
func (s *Set) Eval(ctx context.Context, variables stellar.Resolver) ([]Assigned, error) {
	r, errs := s.run(ctx, variables)
	if len(errs) > 0 && s.options.OnError != Null {
		return nil, errs
	}
	all := make([]Assigned, 0, len(s.names))
	for i, name := range s.names {
		if r.assigned[i] {
			all = append(all, Assigned{name, r.results[i].value})
		}
	}
	return all, errs.Err()
}

// Apply applies the rules in order to the message and makes what they assign
// fields of it: an existing field is replaced in its place, a new one added at the
// end, and one that was assigned null is removed. A dotted name that is assigned
// is the name of a field, never a path. Expressions see what was assigned before,
// then the fields of the message, then Options.Variables. Numbers of fields that
// an expression only passes on, as in y := x or y := [x], keep their digits.
//
// All evaluations for a message, and the fields they make, share one budget of
// Limits.Memory.
//
// It reports whether the message should pass, as Options.OnError says; if not, the
// message is as it was. Errors are a diag.List, and come with a message that
// passes too.
func (s *Set) Apply(ctx context.Context, m *Message) (pass bool, err error) {
	r, errs := s.run(ctx, m)
	if len(errs) > 0 && s.holdsBack() {
		return false, errs
	}
	for i, name := range s.names {
		switch {
		case !s.fields[i] || !r.assigned[i]:
		case r.results[i].value.IsNull():
			m.Delete(name)
		default:
			m.set(name, r.results[i])
		}
	}
	if len(errs) > 0 && s.options.OnError == Report {
		m.addErrors(errs.Unwrap()...)
	}
	return true, errs.Err()
}

// run applies the rules, up to the first error if the message is then held back.
func (s *Set) run(ctx context.Context, variables stellar.Resolver) (*scope, diag.List) {
	r := &scope{
		set: s, variables: variables,
		results:  make([]result, len(s.names)),
		assigned: make([]bool, len(s.names)),
	}
	var errs diag.List
	for i := range s.rules {
		failed := r.rule(ctx, i)
		errs = append(errs, failed...)
		if len(errs) > 0 && s.holdsBack() {
			break
		}
	}
	return r, errs
}

// holdsBack reports whether a message with an error is held back.
func (s *Set) holdsBack() bool { return s.options.OnError == Fail || s.options.OnError == Skip }

// scope is what expressions see: what was assigned, then the variables, then those
// of the options.
type scope struct {
	set       *Set
	variables stellar.Resolver // nil for none
	results   []result         // by slot
	assigned  []bool           // by slot
	replaced  []replaced       // by the rule under way, unless it is the first
	budget    compile.Budget
}

// replaced is what a slot held before.
type replaced struct {
	slot     int
	result   result
	assigned bool
}

// rule applies rule number i. One that fails leaves nothing assigned, unless the
// policy is Null.
func (s *scope) rule(ctx context.Context, i int) (errs diag.List) {
	r := &s.set.rules[i]
	if r.when != nil {
		applies, err := r.when.program.TestWithin(ctx, s, &s.budget)
		if err != nil {
			return diag.List{r.when.failure(err, s)}
		}
		if !applies {
			return nil
		}
	}
	policy := s.set.options.OnError
	s.replaced = s.replaced[:0]
	for k := range r.steps {
		step := &r.steps[k]
		if i > 0 && policy == Report {
			s.replaced = append(s.replaced, replaced{step.slot, s.results[step.slot], s.assigned[step.slot]})
		}
		if err := s.evaluate(ctx, step); err != nil {
			errs = append(errs, step.failure(err, s))
			if policy != Null {
				s.restore(i)
				return errs
			}
			s.results[step.slot] = result{}
		}
		s.assigned[step.slot] = true
	}
	return errs
}

// restore takes back what rule number i, the one under way, has assigned.
func (s *scope) restore(i int) {
	if i == 0 {
		clear(s.assigned)
	}
	for _, r := range slices.Backward(s.replaced) {
		s.results[r.slot], s.assigned[r.slot] = r.result, r.assigned
	}
}

// evaluate puts what a step assigns into its slot, if it does not fail. What becomes
// a field counts at least with its size, though it may share memory with others, as
// it will be written.
func (s *scope) evaluate(ctx context.Context, step *step) error {
	before := s.budget.Used()
	v, err := step.program.ValueWithin(ctx, s, &s.budget)
	if err != nil {
		return err
	}
	r := resultOf(v)
	if step.passing != nil {
		r = s.result(step.passing, v)
	}
	if made := s.budget.Used() - before; r.size > made && s.set.fields[step.slot] {
		if err := step.program.Charge(r.size-made, &s.budget); err != nil {
			return err
		}
	}
	s.results[step.slot] = r
	return nil
}

// failure makes a diagnostic of an error of the expression.
func (e *expression) failure(err error, s *scope) *diag.Diagnostic {
	return e.place(e.rule, compile.Diagnose(err, e.Text, s))
}

// Lookup implements stellar.Resolver.
func (s *scope) Lookup(name string) value.Value {
	if slot, ok := s.set.slots[name]; ok && s.assigned[slot] {
		return s.results[slot].value
	}
	if s.variables != nil {
		if v := s.variables.Lookup(name); !v.IsNull() {
			return v
		}
	}
	if below := s.set.options.Variables; below != nil {
		return below.Lookup(name)
	}
	return value.Null
}

// Assigned reports whether the name was assigned, by a rule or in the variables,
// though it may be null.
func (s *scope) Assigned(name string) bool {
	if slot, ok := s.set.slots[name]; ok && s.assigned[slot] {
		return true
	}
	for _, r := range []stellar.Resolver{s.variables, s.set.options.Variables} {
		if r, ok := r.(interface{ Assigned(name string) bool }); ok && r.Assigned(name) {
			return true
		}
	}
	return false
}

// Names implements stellar.Resolver.
func (s *scope) Names() []string {
	var names []string
	for _, r := range []stellar.Resolver{s.variables, s.set.options.Variables} {
		if r != nil {
			names = append(names, r.Names()...)
		}
	}
	for slot, name := range s.set.names {
		if s.assigned[slot] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool {
		slot, ok := s.set.slots[name]
		return ok && s.assigned[slot] && s.results[slot].value.IsNull()
	})
}
