package compile

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// logical compiles a chain of and and or. What is after a constant operand that
// skips the rest can never be reached.
func (c *compiler) logical(n *syntax.Logical) code {
	var operands []code
	allConditions := true
	for i, operand := range n.Operands {
		compiled := c.compileIf(i == 0, operand)
		operands = append(operands, compiled)
		allConditions = allConditions && conditionOf(compiled) != nil
		if i < len(n.Ops) && c.recorder == nil && c.facts.Of(operand).Skips(n.Ops[i]) {
			break
		}
	}
	ops := n.Ops[:len(operands)-1]
	if !allConditions {
		return test(logicalValues(ops, evaluators(operands)))
	}
	chain := &condition{form: logicalChain, ops: ops}
	for _, operand := range operands {
		chain.parts = append(chain.parts, conditionOf(operand))
	}
	return chain
}

// logicalValues handles operands of any kind. As the chain groups to the right,
// the first operand that decides its operator decides all; if it only converts
// to a bool, the rest is evaluated nevertheless, for the errors in it.
func logicalValues(ops []syntax.Op, operands []evaluator) func(scope) (bool, error) {
	last := len(operands) - 1
	return func(s scope) (bool, error) {
		var result, known bool
		for i, operand := range operands {
			v, err := operand(s)
			if err != nil {
				return false, err
			}
			b, decided := analysis.Truth(v)
			if i < last && b != (ops[i] == syntax.Or) {
				continue
			}
			if !known {
				result, known = b, true
			}
			if decided {
				break
			}
		}
		return result, nil
	}
}

func (c *compiler) not(n *syntax.Not) code {
	operand := c.compile(n.Operand)
	if condition := conditionOf(operand); condition != nil {
		return condition.negated()
	}
	evaluate := operand.evaluator()
	return test(func(s scope) (bool, error) {
		v, err := evaluate(s)
		b, _ := value.ToBool(v)
		return !b, err
	})
}

// decides compiles what decides a conditional or a clause of a match: a bool;
// what is absent is false, anything else a type error.
func (c *compiler) decides(always bool, n syntax.Node) *condition {
	compiled := c.compileIf(always, n)
	if condition := conditionOf(compiled); condition != nil {
		return condition
	}
	evaluate, at := compiled.evaluator(), &site{n, c.frame}
	return test(func(s scope) (bool, error) {
		v, err := evaluate(s)
		if err != nil || v.Kind() == value.KindBool {
			return v.Bool(), err
		}
		if analysis.Absent(v) {
			return false, nil
		}
		return false, at.fault(s, diag.ErrType, "a condition must be true or false, and this is %s", described(v))
	})
}

func (c *compiler) conditional(n *syntax.Conditional) code {
	if decided, b := c.facts.Of(n.Condition).Decides(); decided && c.recorder == nil {
		if b {
			return c.compile(n.Then)
		}
		return c.compile(n.Else)
	}
	b := &branching{condition: c.decides(true, n.Condition), then: c.compileIf(false, n.Then)}
	b.otherwise = c.compileIf(false, n.Else)
	return b
}

// branching is a conditional. With those in its else branch it becomes one
// decision, whose outcomes are the values.
type branching struct {
	condition       *condition
	then, otherwise code
}

// evaluator implements code.
func (b *branching) evaluator() evaluator { return b.choice().value }

// choice lays out the conditions.
func (b *branching) choice() *choice {
	choice := new(choice)
	var l layout
	for {
		first := outcome(len(choice.values))
		choice.add(b.then)
		inner, ok := b.otherwise.(*branching)
		if !ok {
			l.add(b.condition, first, outcome(len(choice.values)))
			choice.add(b.otherwise)
			break
		}
		next := l.forward()
		l.add(b.condition, first, next)
		l.place(next)
		b = inner
	}
	choice.decision = l.linked(len(choice.values))
	return choice
}

// choice is a decision among values, one for each outcome.
type choice struct {
	decision decision
	values   []choiceValue
}

// choiceValue is a value that is known if there is no evaluator.
type choiceValue struct {
	evaluate evaluator
	known    value.Value
}

func (ch *choice) add(c code) {
	if k, ok := c.(constant); ok {
		ch.values = append(ch.values, choiceValue{known: k.value})
		return
	}
	ch.values = append(ch.values, choiceValue{evaluate: c.evaluator()})
}

func (ch *choice) value(s scope) (value.Value, error) {
	i, err := ch.decision.outcome(s)
	if err != nil {
		return value.Null, err
	}
	chosen := &ch.values[i]
	if chosen.evaluate == nil {
		return chosen.known, nil
	}
	return chosen.evaluate(s)
}

// match: of the checks only the first is always evaluated.
func (c *compiler) match(n *syntax.Match) code {
	c.needsState = true // an action may be a lambda
	at := &site{n, c.frame}
	var choice choice
	var l layout
	for i, clause := range n.Clauses {
		next := outcome(len(n.Clauses))
		if i < len(n.Clauses)-1 {
			next = l.forward()
		}
		l.add(c.decides(i == 0, clause.Check), outcome(i), next)
		if next >= 0 {
			l.place(next)
		}
		choice.add(c.compileIf(false, clause.Action))
	}
	choice.add(c.compileIf(false, n.Default))
	choice.decision = l.linked(len(choice.values))
	return plain(func(s scope) (value.Value, error) {
		v, err := choice.value(s)
		if err == nil && v.Kind() == value.KindLambda {
			if v, err = s.state.Apply(v.Lambda(), value.Null, value.Null); err != nil {
				err = at.callFault(s, "match", nil, err)
			}
		}
		return v, err
	})
}
