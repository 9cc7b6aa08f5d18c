package compile

import (
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// A condition is code whose value is always true or false, as a tree: a single
// test, the negation of a condition, or a chain of conditions. It becomes a
// decision where it is used, at the root of the tree, so that its steps are laid
// out once.
type condition struct {
	form  conditionForm
	step  step         // of a single test
	parts []*condition // of a negation, one; of a chain, its operands
	ops   []syntax.Op  // of a chain: And or Or, one fewer than parts; it groups to the right
}

type conditionForm uint8

const (
	singleTest conditionForm = iota
	negation
	logicalChain
)

// test makes a condition of any test.
func test(f func(scope) (bool, error)) *condition {
	return single(step{kind: testStep, test: func(s scope, _ value.Value) (bool, error) { return f(s) }})
}

func single(st step) *condition { return &condition{form: singleTest, step: st} }

func (c *condition) negated() *condition {
	return &condition{form: negation, parts: []*condition{c}}
}

// evaluator implements code.
func (c *condition) evaluator() evaluator {
	if c.form == singleTest && c.step.kind == testStep {
		f := c.step.test
		return func(s scope) (value.Value, error) {
			b, err := f(s, value.Null)
			return value.Bool(b), err
		}
	}
	d := c.decision()
	return func(s scope) (value.Value, error) {
		b, err := d.run(s)
		return value.Bool(b), err
	}
}

// decision lays out the steps of the condition.
func (c *condition) decision() decision {
	var l layout
	l.add(c, outcome(whenTrue), outcome(whenFalse))
	return l.linked()
}

// conditionalCall is the call of a function whose result is a bool or null. As a
// condition null is false.
type conditionalCall struct {
	*condition
	value evaluator
}

// evaluator implements code.
func (c conditionalCall) evaluator() evaluator { return c.value }

// conditionOf returns the condition that a code is, nil if it is none.
func conditionOf(c code) *condition {
	switch c := c.(type) {
	case *condition:
		return c
	case conditionalCall:
		return c.condition
	case constant:
		if b := c.value; b.Kind() == value.KindBool {
			return test(func(scope) (bool, error) { return b.Bool(), nil })
		}
	}
	return nil
}

// A label is where a step goes on: a step that may not have been laid out yet,
// or an outcome.
type label int32

// outcome returns the label of an outcome, numbered from 0.
func outcome(i int) label { return label(-1 - i) }

// layout puts conditions into a row of steps. Steps refer to each other by
// labels until all are laid out.
type layout struct {
	steps []step
	at    []int32 // of each label that stands for a step, its place
}

// forward returns a label for a step that is still to come.
func (l *layout) forward() label {
	l.at = append(l.at, -1)
	return label(len(l.at) - 1)
}

// place makes a label stand for the step that comes next.
func (l *layout) place(next label) { l.at[next] = int32(len(l.steps)) }

// add lays out a condition that goes on at one of two labels.
func (l *layout) add(c *condition, onTrue, onFalse label) {
	switch c.form {
	case singleTest:
		st := c.step
		st.onTrue, st.onFalse = int32(onTrue), int32(onFalse)
		l.steps = append(l.steps, st)
	case negation:
		l.add(c.parts[0], onFalse, onTrue)
	case logicalChain:
		for i, part := range c.parts {
			if i == len(c.ops) {
				l.add(part, onTrue, onFalse)
				break
			}
			next := l.forward()
			if c.ops[i] == syntax.And {
				l.add(part, next, onFalse)
			} else {
				l.add(part, onTrue, next)
			}
			l.place(next)
		}
	}
}

// linked returns the steps with places for labels, and notes which of them need
// not read their field again, because every step that leads there has just read
// the same one.
func (l *layout) linked() decision {
	place := func(target int32) int32 {
		if target >= 0 {
			return l.at[target]
		}
		return target
	}
	d := decision(l.steps)
	for i := range d {
		d[i].onTrue, d[i].onFalse = place(d[i].onTrue), place(d[i].onFalse)
		d[i].reads = d[i].kind != testStep && i == 0
	}
	for i := range d {
		for _, next := range []int32{d[i].onTrue, d[i].onFalse} {
			if next >= 0 && d[next].kind != testStep && d[next].field != d[i].field {
				d[next].reads = true
			}
		}
	}
	return d
}
