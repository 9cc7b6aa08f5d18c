package rules

import (
	"context"

	"github.com/stellarlang/stellar/stellar"
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

	// Listener is told what the set does with messages.
	Listener Listener
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
// Null the assignments come with the errors. Errors are a diag.List. Of a set with
// steps it returns what has changed, null for what was removed, and nothing if a
// filter drops the variables.
func (s *Set) Eval(ctx context.Context, variables stellar.Resolver) ([]Assigned, error) {
	if s.steps != nil {
		return s.evalSteps(ctx, variables)
	}
	r := s.begin(ctx, variables)
	errs := r.apply()
	var all []Assigned
	if len(errs) == 0 || s.options.OnError == Null {
		all = r.all()
	}
	r.end()
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
// It reports whether the message should pass, as Options.OnError and filters say; if an
// error holds it back, the message is as it was. Errors are a diag.List, and come with a
// message that passes too.
func (s *Set) Apply(ctx context.Context, m *Message) (pass bool, err error) {
	if s.steps != nil {
		return s.applySteps(ctx, m)
	}
	r := s.begin(ctx, m)
	errs := r.apply()
	pass = len(errs) == 0 || !s.holdsBack()
	if pass {
		r.makeFields(m)
	}
	r.end()
	if pass && len(errs) > 0 && s.options.OnError == Report {
		m.addErrors(errs.Unwrap()...)
	}
	return pass, errs.Err()
}

// holdsBack reports whether a message with an error is held back.
func (s *Set) holdsBack() bool { return s.options.OnError == Fail || s.options.OnError == Skip }
