package rules

import (
	"slices"
	"sync/atomic"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules/internal/index"
	"github.com/stellarlang/stellar/stellar/value"
)

// Of many rules most are not true of a message. An index finds those that may be, and
// the others are not evaluated. It knows of a condition only what would not fail, keep
// state or charge memory if it was evaluated, so that nothing else differs.

// ruleIndex is an index over the conditions of the rules of a set or a Triage.
type ruleIndex struct {
	index  *index.Index
	fields []subject // those of the index

	rest     atomic.Int32 // for how many messages it is not asked
	restless bool         // for tests: it is always asked
}

// restAfterDense is for how many messages an index is not asked that has left most
// rules to be evaluated: it costs more than it saves where that goes on.
const restAfterDense = 64

// subject is a field, or a part that conditions share if there is a program.
type subject struct {
	variable compile.Variable
	part     *compile.Program
}

// condition is what is known of the condition of a rule.
type condition struct {
	witness analysis.Witness
	known   bool
	again   func(common func(*analysis.Atom) float64) condition // with another witness
}

// fewRules is how many conditions with a witness are evaluated faster than they are
// looked up.
const fewRules = 12

// witness returns what is known of a condition, nothing if the facts are nil.
func (c *compiler) witness(facts *analysis.Analysis) condition {
	if facts == nil {
		return condition{}
	}
	root, shared := facts.Tree.Root, c.shared
	var find func(common func(*analysis.Atom) float64) condition
	find = func(common func(*analysis.Atom) float64) condition {
		w, ok := facts.Witness(root, func(n syntax.Node) int32 { return shared.Part(root, n) }, common)
		if ok = ok && w.Steps < c.env.Environment().Limits.Steps; ok {
			for _, use := range w.Uses {
				c.parts[use.Part] = shared.Program(use.Part)
			}
		}
		return condition{w, ok, find}
	}
	return find(nil)
}

// newIndex returns an index over the conditions of a set, nil if it would not pay.
func (c *compiler) newIndex(set *Set, conditions []condition) *ruleIndex {
	avoidCommon(conditions)
	known, assigned := 0, set.assignedNames()
	for i := range conditions {
		w := &conditions[i]
		if w.known = w.known && !assigned.areIn(&w.witness); w.known {
			known++
		}
	}
	if known < fewRules {
		return nil
	}
	var b index.Builder
	for i := range conditions {
		if conditions[i].known {
			b.Add(conditions[i].witness)
		} else {
			b.Always()
		}
	}
	x := &ruleIndex{index: b.Index()}
	for _, s := range x.index.Subjects() {
		if s.Part > 0 {
			x.fields = append(x.fields, subject{part: c.parts[s.Part]})
		} else {
			x.fields = append(x.fields, subject{variable: c.names.Variable(s.Field)})
		}
	}
	return x
}

// assignedNames are names that rules of a set assign to. Their fields may differ from
// rule to rule.
type assignedNames map[string]bool

func (s *Set) assignedNames() assignedNames {
	all := make(assignedNames, len(s.assigned))
	for _, a := range s.assigned {
		all[a.name] = true
	}
	return all
}

// has reports whether a field may differ, as its path may, too.
func (a assignedNames) has(field string) bool {
	return a[field] || slices.ContainsFunc(names.Prefixes(field), func(prefix string) bool { return a[prefix] })
}

// areIn reports whether a witness is about one of them.
func (a assignedNames) areIn(w *analysis.Witness) bool {
	return len(a) > 0 &&
		(slices.ContainsFunc(w.Atoms, func(atom analysis.Atom) bool { return a.has(atom.Field) }) ||
			slices.ContainsFunc(w.Guards, func(g analysis.Guard) bool { return a.has(g.Field) }))
}

// findCandidates finds the rules of the set that may be true. For a listener to all
// evaluations all may.
func (s *scope) findCandidates() {
	s.index = s.set.index
	switch x := s.index; {
	case x == nil:
	case s.set.options.Listener.Evaluated != nil, x.rests():
		s.index = nil
	default:
		if s.mayHaveEnded(); s.index != nil {
			x.index.Find(&s.candidates, s)
			x.found(&s.candidates)
		}
	}
}

// rests reports whether the index is not to be asked for a message.
func (x *ruleIndex) rests() bool { return x.rest.Load() > 0 && x.rest.Add(-1) >= 0 }

// found takes note of what an index has found.
func (x *ruleIndex) found(c *index.Candidates) {
	if most := c.Conditions() / 2; c.Count() > most && !x.restless {
		x.rest.Store(restAfterDense)
	}
}

// mayHaveEnded makes all rules candidates from here on if the context has ended: each
// then has an error of its own.
func (s *scope) mayHaveEnded() {
	if s.index != nil && s.session.Ended() {
		s.index = nil
	}
}

// nextCandidate returns the first rule from one on that may be true; if there is none,
// a number that no rule has. Those between were skipped: they are charged what they
// would have been.
func (s *scope) nextCandidate(from int) int {
	if s.index == nil {
		return from
	}
	return s.skip(from)
}

// skip is nextCandidate where there is an index. It is apart so that the former is
// inlined.
func (s *scope) skip(from int) int {
	if s.candidates.Has(from) { // as most are of the rules for which an index does not pay
		return from
	}
	next := s.candidates.Next(from)
	if memory := s.candidates.Skipped(from, next); memory > 0 && !s.session.Skip(memory) {
		s.index = nil // one of them fails
		return from
	}
	return next
}

// Field implements index.Source.
func (s *scope) Field(i int) (v value.Value, memory int64, ok bool) {
	subject := &s.index.fields[i]
	if subject.part == nil {
		return s.session.Read(&subject.variable), 0, true
	}
	part, ok := s.session.ReadPart(subject.part, fn.TestedSteps)
	return part.Value, part.Memory, ok
}
