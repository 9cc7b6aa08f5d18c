package rules

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// compiledStep is a compiled Step.
type compiledStep interface {
	apply(a *applying) (verdict, diag.List)
	with(options Options) compiledStep
}

// verdict is what becomes of a message after a step.
type verdict uint8

const (
	goesOn  verdict = iota
	dropped         // it does not pass, and that is no error
	stopped         // no step after this one is taken
)

// applying is the application of steps to a message.
type applying struct {
	ctx     context.Context
	message *Message
	used    int64 // of the budget of memory that all evaluations share
	hits    []hit // of all triages so far
}

// begin makes a scope of the message for a set, which must be ended.
func (a *applying) begin(set *Set) *scope {
	var s *scope
	if set.inputs == nil {
		s = set.begin(a.ctx, a.message)
	} else {
		s = set.begin(a.ctx, &view{a.message, set.inputs})
	}
	s.session.Use(a.used)
	return s
}

// charge takes note of what the evaluations of a scope have used up.
func (a *applying) charge(s *scope) { a.used = s.session.Used() }

// applySteps is Apply for a set of steps.
func (s *Set) applySteps(ctx context.Context, m *Message) (pass bool, err error) {
	var before savedMessage
	if s.holdsBack() {
		before = m.save()
	}
	a := &applying{ctx: ctx, message: m}
	var errs diag.List
	for _, step := range s.steps {
		verdict, failed := step.apply(a)
		errs = append(errs, failed...)
		if verdict == dropped {
			return false, errs.Err()
		}
		if len(failed) > 0 && s.holdsBack() {
			m.restore(before)
			return false, errs.Err()
		}
		if verdict == stopped {
			break
		}
	}
	if len(errs) > 0 && s.options.OnError == Report {
		m.addErrors(errs.Unwrap()...)
	}
	return true, errs.Err()
}

// evalSteps is Eval for a set of steps: it applies them to a message of the variables,
// and returns what has changed.
func (s *Set) evalSteps(ctx context.Context, variables stellar.Resolver) ([]Assigned, error) {
	m, err := ParseMessage([]byte("{}"))
	if err != nil {
		return nil, err
	}
	if variables != nil {
		for _, name := range variables.Names() {
			m.Set(name, variables.Lookup(name))
		}
	}
	before := slices.Clone(m.results) // one for each member
	options := s.options
	if options.OnError == Report {
		options.OnError = Skip // errors are returned, not put into the message
	}
	pass, err := s.with(options).applySteps(ctx, m)
	if !pass {
		return nil, err
	}
	var all []Assigned
	for i := range m.members {
		switch name := m.members[i].Name; {
		case m.edits[i] == deleted:
			if m.find(name) < 0 {
				all = append(all, Assigned{name, value.Null})
			}
		case i >= len(before) || !m.value(i).IsIdentical(before[i].value):
			all = append(all, Assigned{name, m.value(i)})
		}
	}
	return all, err
}

// view is a message of which some fields are seen only.
type view struct {
	message *Message
	fields  []string
}

func (v *view) shows(name string) bool { return slices.Contains(v.fields, name) }

// Lookup implements stellar.Resolver.
func (v *view) Lookup(name string) value.Value {
	if v.shows(name) {
		return v.message.Lookup(name)
	}
	return value.Null
}

// Names implements stellar.Resolver.
func (v *view) Names() []string {
	return slices.DeleteFunc(v.message.Names(), func(name string) bool { return !v.shows(name) })
}

// savedMessage is what a message was before it was changed.
type savedMessage struct {
	edits   []edit
	results []result
	members int
}

func (m *Message) save() savedMessage {
	return savedMessage{slices.Clone(m.edits), slices.Clone(m.results), len(m.members)}
}

// restore makes m what it was.
func (m *Message) restore(s savedMessage) {
	m.members, m.edits = m.members[:s.members], append(m.edits[:0], s.edits...)
	m.results = append(m.results[:0], s.results...)
	clear(m.found)
	for i := range m.members {
		if place := m.names.Place(m.members[i].Name); place >= 0 && m.editOf(i) != deleted {
			m.found[place] = int32(i + 1)
		}
	}
	m.index = nil
	m.buildIndex()
}
