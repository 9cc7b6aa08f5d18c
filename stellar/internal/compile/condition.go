package compile

import (
	"slices"

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

// isOfFields reports whether each test of the condition is one of a field alone.
func (c *condition) isOfFields() bool {
	if c.form == singleTest {
		return c.step.kind != testStep
	}
	return !slices.ContainsFunc(c.parts, func(part *condition) bool { return !part.isOfFields() })
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
		b, err := d.decide(s)
		return value.Bool(b), err
	}
}

// decision lays out the steps of the condition.
func (c *condition) decision() decision {
	var l layout
	l.add(c, outcome(whenTrue), outcome(whenFalse))
	return l.linked(2)
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
type label int

// outcome returns the label of an outcome, numbered from 0.
func outcome(i int) label { return label(-1 - i) }

// layout puts conditions into a row of steps. Steps refer to each other by
// labels until all are laid out.
type layout struct {
	steps []laidStep
	at    []int // of each label that stands for a step, its place
}

// laidStep is a step that goes on at labels.
type laidStep struct {
	step
	onTrue, onFalse label
}

// forward returns a label for a step that is still to come.
func (l *layout) forward() label {
	l.at = append(l.at, -1)
	return label(len(l.at) - 1)
}

// place makes a label stand for the step that comes next.
func (l *layout) place(next label) { l.at[next] = len(l.steps) }

// add lays out a condition that goes on at one of two labels.
func (l *layout) add(c *condition, onTrue, onFalse label) {
	switch c.form {
	case singleTest:
		l.steps = append(l.steps, laidStep{c.step, onTrue, onFalse})
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

// linked links the steps, and notes which of them must read their field: all but
// those where every step that leads there has just read the same one.
func (l *layout) linked(outcomes int) decision {
	n := len(l.steps)
	all := make([]step, n+outcomes)
	for i := range outcomes {
		all[n+i] = step{kind: outcomeStep, integer: int64(i)}
	}
	target := func(to label) *step {
		if to >= 0 {
			return &all[l.at[to]]
		}
		return &all[n+int(-1-to)]
	}
	for i, laid := range l.steps {
		all[i] = laid.step
		all[i].onTrue, all[i].onFalse = target(laid.onTrue), target(laid.onFalse)
	}
	all[0].reads = all[0].field.name != ""
	for i := range l.steps {
		for _, next := range []*step{all[i].onTrue, all[i].onFalse} {
			if next.field.name != "" && next.field.name != all[i].field.name {
				next.reads = true
			}
		}
	}
	return &all[0]
}
