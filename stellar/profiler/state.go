package profiler

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// state is what a profile knows of an entity. It owns the variables: they are handed to
// one evaluation at a time, which changes them in place.
type state struct {
	variables []value.Value // by slot; null for none
	begun     bool          // the variables were initialised for this period
	latest    int64         // the latest time of a message that was taken in whole, in milliseconds; 0 for none
}

// newState returns a state without variables.
func (p *definition) newState() *state { return &state{variables: make([]value.Value, len(p.names))} }

// copy returns a state whose changes do not show in s.
func (s *state) copy() *state {
	c := *s
	c.variables = make([]value.Value, len(s.variables))
	for i, v := range s.variables {
		c.variables[i] = v.Copy()
	}
	return &c
}

// weight returns how many values the state holds.
func (s *state) weight() int64 {
	weight := int64(1)
	for _, v := range s.variables {
		weight += v.Weight()
	}
	return weight
}

// apply takes in a message with its time. What was assigned before an error stays; the time
// does not count then.
func (p *definition) apply(ctx context.Context, s *state, message stellar.Resolver, time int64) error {
	variables := &scope{p, s, message}
	if !s.begun {
		if err := variables.assign(ctx, p.init); err != nil {
			return err
		}
		s.begun = true
	}
	if err := variables.assign(ctx, p.update); err != nil {
		return err
	}
	s.latest = max(s.latest, time)
	return nil
}

// scope is what init and update see: the variables, then the message.
type scope struct {
	profile *definition
	state   *state
	message stellar.Resolver // nil for none
}

// Lookup implements stellar.Resolver.
func (s *scope) Lookup(name string) value.Value {
	for i, known := range s.profile.names {
		if known == name && !s.state.variables[i].IsNull() {
			return s.state.variables[i]
		}
	}
	if s.message == nil {
		return value.Null
	}
	return s.message.Lookup(name)
}

// Names implements stellar.Resolver.
func (s *scope) Names() []string {
	var names []string
	if s.message != nil {
		names = slices.Clone(s.message.Names())
	}
	for i, name := range s.profile.names {
		if !s.state.variables[i].IsNull() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// assign evaluates assignments in order. Null keeps what a variable was.
func (s *scope) assign(ctx context.Context, assignments []assignment) error {
	for i := range assignments {
		a := &assignments[i]
		v, err := a.own(ctx, s)
		if err != nil {
			return err
		}
		if !v.IsNull() {
			s.state.variables[a.slot] = v
		}
	}
	return nil
}

// Measurement is the value of a profile of an entity in a period.
type Measurement struct {
	profile.Series
	profile.Measurement
	Expires int64         // how long it is kept, in milliseconds; 0 for ever
	Triage  []value.Value // by the profile's Triage, nil for none
	Fields  []string      // the names of Triage
}

// measure makes the measurement of a period. ok is false if there is none, as the result
// or a group is null. Nothing that it keeps changes with the state later.
func (p *definition) measure(ctx context.Context, s *state, entity string, period profile.Period) (m Measurement, ok bool, err error) {
	own := &scope{p, s, nil}
	result, err := p.result.value(ctx, own)
	if err != nil || result.IsNull() {
		return m, false, err
	}
	m.Profile, m.Entity, m.Period, m.Value = p.Name, entity, period, result
	m.Expires = p.Expires.Milliseconds()
	whole := &measured{scope: own, measurement: &m}
	for i := range p.groups {
		g, err := p.groups[i].value(ctx, whole)
		if err != nil || g.IsNull() {
			return m, false, err
		}
		m.Groups = append(m.Groups, g)
	}
	for i := range p.triage {
		v, err := p.triage[i].value(ctx, own)
		if err != nil || v.IsNull() {
			return m, false, err
		}
		m.Triage, m.Fields = append(m.Triage, v), append(m.Fields, p.triage[i].name)
	}
	return m, true, nil
}

// measured is what groupBy sees: the variables, then the measurement.
type measured struct {
	*scope
	measurement *Measurement
}

// measuredNames are the names of what groupBy sees besides variables.
var measuredNames = []string{"profile", "entity", "start", "end", "duration", "result"}

// Lookup implements stellar.Resolver.
func (m *measured) Lookup(name string) value.Value {
	if v := m.scope.Lookup(name); !v.IsNull() {
		return v
	}
	switch name {
	case "profile":
		return value.String(m.measurement.Profile)
	case "entity":
		return value.String(m.measurement.Entity)
	case "start":
		return value.Long(m.measurement.Period.Start())
	case "end":
		return value.Long(m.measurement.Period.End())
	case "duration":
		return value.Long(m.measurement.Period.Length)
	case "result":
		return m.measurement.Value
	}
	return value.Null
}

// Names implements stellar.Resolver.
func (m *measured) Names() []string { return append(m.scope.Names(), measuredNames...) }
