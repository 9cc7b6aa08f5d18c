package repl

import (
	"maps"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// Variable is a variable of a session.
type Variable struct {
	Name  string
	Value value.Value
	// Expression is what it was assigned from, "" if it was there before.
	Expression string
}

// Written returns the name as expressions have it, in backquotes if it must be.
func (v *Variable) Written() string {
	if stellar.IsVariable(v.Name) {
		return v.Name
	}
	return "`" + v.Name + "`"
}

// Variables lists the variables, by name.
func (s *Session) Variables() []Variable {
	names := s.variables.Names()
	list := make([]Variable, len(names))
	for i, name := range names {
		var known bool
		if list[i], known = s.variables.assigned[name]; !known {
			list[i] = Variable{Name: name, Value: s.variables.Lookup(name)}
		}
	}
	return list
}

// The values of the last expressions are variables of these names, unless others are
// assigned; _ is taken by the language, where it stands for all variables.
const (
	lastName       = "__"
	beforeLastName = "___"
)

// variables are those that were assigned, then the fields of the message that was loaded,
// then those that were there before.
type variables struct {
	assigned         map[string]Variable
	loaded           stellar.Resolver // nil for none
	below            stellar.Resolver // nil for none
	last, beforeLast value.Value
}

// Lookup implements stellar.Resolver.
func (v *variables) Lookup(name string) value.Value {
	if known, ok := v.assigned[name]; ok {
		return known.Value
	}
	switch name {
	case lastName:
		return v.last
	case beforeLastName:
		return v.beforeLast
	}
	for _, resolver := range []stellar.Resolver{v.loaded, v.below} {
		if resolver != nil {
			if found := resolver.Lookup(name); !found.IsNull() {
				return found
			}
		}
	}
	return value.Null
}

// Assigned reports whether the variable was assigned, though it may be null.
func (v *variables) Assigned(name string) bool {
	_, ok := v.assigned[name]
	return ok
}

// Names implements stellar.Resolver.
func (v *variables) Names() []string {
	names := slices.Collect(maps.Keys(v.assigned))
	for _, resolver := range []stellar.Resolver{v.loaded, v.below} {
		if resolver == nil {
			continue
		}
		for _, name := range resolver.Names() {
			if _, hidden := v.assigned[name]; !hidden {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
