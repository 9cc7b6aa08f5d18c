package compile

import (
	"github.com/stellarlang/stellar/stellar/value"
)

// evaluator computes the value of a node.
type evaluator func(scope) (value.Value, error)

// code is the compiled form of a node: one of the types below, chain, condition,
// conditionalCall or branching. What surrounds the node looks at the type, to
// make one piece of machinery of both.
type code interface {
	// evaluator returns the code as a function. It is asked for once, by what
	// surrounds the node, unless that takes the code apart.
	evaluator() evaluator
}

// constant is a value that is known when the program is compiled.
type constant struct{ value value.Value }

func (c constant) evaluator() evaluator {
	v := c.value
	return func(scope) (value.Value, error) { return v, nil }
}

// field is a variable.
type field struct {
	name string
	slot int   // in a set; 0 for none
	path *path // what to read if it is missing; nil for names without dots
}

func (f field) evaluator() evaluator {
	return func(s scope) (value.Value, error) { return s.load(&f), nil }
}

// local is a parameter of a lambda, or what the lambda captured, by its slot.
type local struct{ slot int }

func (l local) evaluator() evaluator {
	slot := l.slot
	return func(s scope) (value.Value, error) { return s.state.local(slot), nil }
}

// plain is code of no particular form.
type plain evaluator

func (p plain) evaluator() evaluator { return evaluator(p) }

func evaluators(codes []code) []evaluator {
	all := make([]evaluator, len(codes))
	for i, c := range codes {
		all[i] = c.evaluator()
	}
	return all
}
