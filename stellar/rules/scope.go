package rules

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/rules/internal/index"
	"github.com/stellarlang/stellar/stellar/value"
)

// scope is what expressions see: what was assigned, then the variables, then those
// of the options.
type scope struct {
	set       *Set
	variables stellar.Resolver // nil for none
	message   *Message         // the variables, if they are one
	results   []result         // by place in Set.assigned
	assigned  []bool           // by place
	replaced  []replaced       // by the rule under way, unless it is the first; not by its last assignment
	slots     compile.Slots
	session   compile.Session

	index      *ruleIndex // that found the candidates; nil if all rules are
	candidates index.Candidates
}

// replaced is what a place held before.
type replaced struct {
	place    int
	result   result
	assigned bool
}

var scopes = sync.Pool{New: func() any { return &scope{} }}

// begin makes a scope, which must be ended.
func (s *Set) begin(ctx context.Context, variables stellar.Resolver) *scope {
	r := scopes.Get().(*scope)
	r.set, r.variables = s, variables
	r.message, _ = variables.(*Message)
	r.results = slices.Grow(r.results, len(s.assigned))[:len(s.assigned)]
	r.assigned = slices.Grow(r.assigned, len(s.assigned))[:len(s.assigned)]
	r.slots.Begin(&s.names, r)
	r.session.Begin(ctx, s.environment, r, &r.slots)
	return r
}

// all returns what was assigned.
func (s *scope) all() []Assigned {
	all := make([]Assigned, 0, len(s.set.assigned))
	for i, a := range s.set.assigned {
		if s.assigned[i] {
			all = append(all, Assigned{a.name, s.results[i].value})
		}
	}
	return all
}

// makeFields makes what was assigned fields of the message.
func (s *scope) makeFields(m *Message) {
	for i, a := range s.set.assigned {
		switch {
		case !a.field || !s.assigned[i]:
		case s.results[i].value.IsNull():
			if s.set.nulls != NullHides {
				m.Delete(a.name)
				if s.set.nested {
					m.deleteEntry(strings.Split(a.name, "."))
				}
			}
		case s.set.flatten && s.results[i].value.Kind() == value.KindMap:
		default:
			m.put(a.name, s.results[i])
		}
	}
	if s.set.flatten {
		s.flatten(m)
	}
}

// flatten makes the entries of maps that were assigned fields, which come after all
// others.
func (s *scope) flatten(m *Message) {
	for i, a := range s.set.assigned {
		if a.field && s.assigned[i] && s.results[i].value.Kind() == value.KindMap {
			s.results[i].flatten(a.name, m)
		}
	}
}

// end forgets everything, unless somebody may still ask for variables.
func (s *scope) end() {
	s.session.End()
	if s.set.keepsScopes {
		return
	}
	s.slots.End()
	s.candidates.Forget()
	clear(s.results)
	clear(s.assigned)
	clear(s.replaced)
	s.results, s.assigned, s.replaced = s.results[:0], s.assigned[:0], s.replaced[:0]
	s.set, s.variables, s.message, s.index = nil, nil, nil, nil
	scopes.Put(s)
}

// apply applies the rules, up to the first error if the message is then held back.
func (s *scope) apply() diag.List {
	var errs diag.List
	s.findCandidates()
	for i := s.nextCandidate(0); i < len(s.set.rules); i = s.nextCandidate(i + 1) {
		failed := s.rule(i)
		if len(failed) == 0 {
			continue
		}
		s.mayHaveEnded()
		errs = append(errs, failed...)
		if s.set.holdsBack() {
			break
		}
	}
	return errs
}

// rule applies rule number i. One that fails leaves nothing assigned, unless the
// policy is Null.
func (s *scope) rule(i int) (errs diag.List) {
	r := &s.set.rules[i]
	if r.when != nil {
		applies, err := r.when.test(s, ConditionPart)
		if err != nil {
			return diag.List{r.when.failure(err, s)}
		}
		if !applies {
			return nil
		}
	}
	policy := s.set.options.OnError
	s.replaced = s.replaced[:0]
	for k := range r.assignments {
		a := &r.assignments[k]
		if i > 0 && policy == Report && k < len(r.assignments)-1 {
			s.replaced = append(s.replaced, replaced{a.place, s.results[a.place], s.assigned[a.place]})
		}
		if err := s.evaluate(a); err != nil {
			errs = append(errs, a.failure(err, s))
			if policy != Null {
				s.restore(i)
				return errs
			}
			s.results[a.place] = result{}
		}
		s.assigned[a.place] = true
		if s.set.nulls != NullRemoves && s.results[a.place].value.IsNull() {
			s.assignedNull(a.place)
			continue
		}
		s.slots.Put(s.set.assigned[a.place].slot, s.results[a.place].value)
	}
	return errs
}

// assignedNull deals with null where that does not just remove the field.
func (s *scope) assignedNull(place int) {
	s.slots.Forget(s.set.assigned[place].slot)
	if s.set.nulls == NullReveals && !s.set.assigned[place].kept {
		s.assigned[place] = false
	}
}

// restore takes back what rule number i, the one under way, has assigned.
func (s *scope) restore(i int) {
	if i == 0 {
		clear(s.assigned)
	}
	for _, r := range slices.Backward(s.replaced) {
		s.results[r.place], s.assigned[r.place] = r.result, r.assigned
	}
	for k := range s.set.rules[i].assignments {
		s.slots.Forget(s.set.assigned[s.set.rules[i].assignments[k].place].slot)
	}
}

// evaluate puts what an assignment assigns into its place, if it does not fail. What becomes
// a field counts at least with its size, though it may share memory with others, as
// it will be written.
func (s *scope) evaluate(a *assignment) error {
	before := s.session.Used()
	v, err := a.value(s, AssignmentPart)
	if err != nil {
		return err
	}
	r := resultOf(v)
	if a.passing != nil {
		r = s.result(a.passing, v)
	}
	if made := s.session.Used() - before; r.size > made && s.set.assigned[a.place].field {
		if err := s.session.Charge(a.program, r.size-made); err != nil {
			return err
		}
	}
	s.results[a.place] = r
	return nil
}

// failure makes a diagnostic of an error of the expression.
func (e *expression) failure(err error, s *scope) *diag.Diagnostic {
	return e.Place(e.rule, s.set.environment.Diagnose(err, e.Text, s))
}

// Lookup implements stellar.Resolver.
func (s *scope) Lookup(name string) value.Value {
	if place := s.set.find(name); place >= 0 && s.assigned[place] {
		if v := s.results[place].value; !v.IsNull() || s.set.nulls == NullRemoves {
			return v
		}
		if s.set.nulls == NullHides {
			return s.below(name)
		}
	}
	if s.variables != nil {
		if v := s.variables.Lookup(name); !v.IsNull() {
			return v
		}
	}
	return s.below(name)
}

// below returns a variable of the block, or else of the options.
func (s *scope) below(name string) value.Value {
	if s.set.variables != nil {
		if v := s.set.variables.Lookup(name); !v.IsNull() {
			return v
		}
	}
	if below := s.set.options.Variables; below != nil {
		return below.Lookup(name)
	}
	return value.Null
}

// Slot implements compile.SlotSource. It is Lookup for a name with a slot.
func (s *scope) Slot(slot int) value.Value {
	name := s.set.names.List()[slot-1]
	if s.message == nil {
		return s.Lookup(name)
	}
	if place := s.set.places.find(slot); place >= 0 && s.assigned[place] {
		return s.Lookup(name)
	}
	if i := s.message.findPlace(s.set.wanted, slot-1, name); i >= 0 {
		if v := s.message.value(i); !v.IsNull() {
			return v
		}
	}
	return s.below(name)
}

// Assigned reports whether the name was assigned, by a rule or in the variables,
// though it may be null.
func (s *scope) Assigned(name string) bool {
	if s.isAssigned(name) {
		return true
	}
	for _, r := range []stellar.Resolver{s.variables, s.set.variables, s.set.options.Variables} {
		if r, ok := r.(interface{ Assigned(name string) bool }); ok && r.Assigned(name) {
			return true
		}
	}
	return false
}

// isAssigned reports whether what was assigned hides what else has the name.
func (s *scope) isAssigned(name string) bool {
	place := s.set.find(name)
	return place >= 0 && s.assigned[place] && (s.set.nulls != NullReveals || !s.results[place].value.IsNull())
}

// Names implements stellar.Resolver.
func (s *scope) Names() []string {
	var names []string
	for _, r := range []stellar.Resolver{s.variables, s.set.variables, s.set.options.Variables} {
		if r != nil {
			names = append(names, r.Names()...)
		}
	}
	for i, a := range s.set.assigned {
		if s.assigned[i] {
			names = append(names, a.name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool {
		return s.isAssigned(name) && s.Lookup(name).IsNull()
	})
}
