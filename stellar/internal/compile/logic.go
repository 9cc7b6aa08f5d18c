package compile

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// absent tells whether v counts as false where a condition is wanted: null, an
// empty list, set or map.
func absent(v value.Value) bool {
	return v.IsNull() || v.IsContainer() && v.Len() == 0
}

// truth is the value of an operand of and and or. Only a decided one lets the
// operator skip its right side: one that converts does not.
func truth(v value.Value) (b, decided bool) {
	if v.Kind() == value.KindBool {
		return v.Bool(), true
	}
	if absent(v) {
		return false, true
	}
	b, _ = value.ToBool(v)
	return b, false
}

// logical compiles a chain of and and or.
func (c *compiler) logical(n *syntax.Logical) code {
	operands := make([]code, len(n.Operands))
	allTests := true
	for i, operand := range n.Operands {
		if i == 0 {
			operands[i] = c.compile(operand)
		} else {
			operands[i] = c.inBranch(operand)
		}
		allTests = allTests && operands[i].test != nil
		if i < len(n.Ops) && decides(operands[i], n.Ops[i]) {
			if i == 0 {
				return operands[0]
			}
			// The rest can never be reached.
			n = &syntax.Logical{Range: n.Range, Operands: n.Operands[:i+1], Ops: n.Ops[:i]}
			operands = operands[:i+1]
			break
		}
	}
	if allTests {
		return decided(joined(n.Ops, operands))
	}
	return logicalValues(n.Ops, operands)
}

// decides tells whether a constant operand makes the operator behind it skip
// the rest.
func decides(operand code, op syntax.Op) bool {
	return operand.constant != nil && operand.constant.Kind() == value.KindBool &&
		operand.constant.Bool() == (op == syntax.Or)
}

// logicalValues handles operands of any kind. As the chain groups to the right,
// the first operand that decides its operator decides all; if it only converts
// to a bool, the rest is evaluated nevertheless, for the errors in it.
func logicalValues(ops []syntax.Op, operands []code) code {
	last := len(operands) - 1
	return testCode(func(s scope) (bool, error) {
		var result, known bool
		for i := range operands {
			v, err := operands[i].value(s)
			if err != nil {
				return false, err
			}
			b, decided := truth(v)
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
	})
}

func (c *compiler) not(n *syntax.Not) code {
	operand := c.compile(n.Operand)
	if operand.constant != nil {
		b, _ := value.ToBool(*operand.constant)
		return c.constant(value.Bool(!b))
	}
	if operand.test != nil {
		return decided(operand.steps().negated())
	}
	return testCode(func(s scope) (bool, error) {
		v, err := operand.value(s)
		b, _ := value.ToBool(v)
		return !b, err
	})
}

// steps compiles what decides a conditional or a clause of a match: a bool;
// what is absent is false, anything else a type error.
func (c *compiler) steps(n syntax.Node, operand code) Decision {
	if operand.test != nil {
		return operand.steps()
	}
	at := &site{n, c.frame}
	return oneStep(step{test: func(s scope) (bool, error) {
		v, err := operand.value(s)
		if err != nil || v.Kind() == value.KindBool {
			return v.Bool(), err
		}
		if absent(v) {
			return false, nil
		}
		return false, at.fault(s, fn.ErrType, "a condition must be true or false, and this is the %s %s", v.Kind(), diag.ShortValue(v))
	}})
}

func (c *compiler) conditionalExpression(n *syntax.Conditional) code {
	operand := c.compile(n.Condition)
	if v := operand.constant; v != nil && (v.Kind() == value.KindBool || absent(*v)) {
		if v.Bool() {
			return c.compile(n.Then)
		}
		return c.compile(n.Else)
	}
	first := branching{outcomes: c.steps(n.Condition, operand), values: []code{c.inBranch(n.Then), c.inBranch(n.Else)}}
	if otherwise := first.values[1].branching; otherwise != nil {
		first = first.elseIf(otherwise)
	}
	first.outcomes.shareReads()
	compiled := valueCode(first.value)
	compiled.branching = &first
	return compiled
}

// branching is a conditional, with those in its else branch: one decision whose
// outcomes say which value it has. Outcome -1 is the first.
type branching struct {
	outcomes Decision
	values   []code
}

// outcomeOf gives the outcome that stands for value i.
func outcomeOf(i int) int32 { return int32(-1 - i) }

// elseIf joins a conditional and the one that is its else branch. The outcomes
// of that move up by one, behind the first one's only value.
func (b branching) elseIf(inner *branching) branching {
	next := slices.Clone(inner.outcomes)
	for i := range next {
		next[i].onTrue, next[i].onFalse = afterFirst(next[i].onTrue), afterFirst(next[i].onFalse)
	}
	return branching{
		outcomes: b.outcomes.then(decidedFalse, next),
		values:   append([]code{b.values[0]}, inner.values...),
	}
}

func afterFirst(target int32) int32 {
	if target < 0 {
		return target - 1
	}
	return target
}

func (b *branching) value(s scope) (value.Value, error) {
	outcome, err := b.outcomes.outcome(s)
	if err != nil {
		return value.Null, err
	}
	chosen := &b.values[-1-outcome]
	if chosen.constant != nil {
		return *chosen.constant, nil
	}
	return chosen.value(s)
}

func (c *compiler) match(n *syntax.Match) code {
	c.needsRun = true // an action may be a lambda
	at := &site{n, c.frame}
	all := branching{values: make([]code, len(n.Clauses)+1)}
	for i, clause := range n.Clauses {
		check := c.steps(clause.Check, c.compileCheck(clause.Check, i))
		all.values[i] = c.inBranch(clause.Action)
		next := int32(len(all.outcomes) + len(check))
		if i == len(n.Clauses)-1 {
			next = outcomeOf(len(n.Clauses))
		}
		all.outcomes = all.outcomes.follow(check, outcomeOf(i), next)
	}
	all.values[len(n.Clauses)] = c.inBranch(n.Default)
	return valueCode(func(s scope) (value.Value, error) {
		v, err := all.value(s)
		if err == nil && v.Kind() == value.KindLambda {
			if v, err = s.run.Apply(v.Lambda(), value.Null, value.Null); err != nil {
				err = at.callFault(s, "match", nil, err)
			}
		}
		return v, err
	})
}

// compileCheck: of the checks of a match only the first is always evaluated.
func (c *compiler) compileCheck(n syntax.Node, i int) code {
	if i == 0 {
		return c.compile(n)
	}
	return c.inBranch(n)
}
