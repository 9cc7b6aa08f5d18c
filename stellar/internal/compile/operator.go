package compile

import (
	"strconv"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

func (c *compiler) arithmetic(n *syntax.Binary) code {
	left, right := c.compile(n.Left), c.compile(n.Right)
	at, op := &site{n, c.frame}, n.Op
	a, leftKnown := left.(constant)
	b, rightKnown := right.(constant)
	switch {
	case leftKnown && rightKnown: // and there is no result, or it would be a constant
		_, err := analysis.Compute(op, a.value, b.value)
		return c.fail(func() *fault { return at.arithmeticFault(scope{}, op, a.value, b.value, err) })
	case rightKnown:
		return chained(left, link{at: at, op: op, constant: b.value})
	case leftKnown:
		return chained(right, link{at: at, op: op, constant: a.value, constantFirst: true})
	}
	first, second := left.evaluator(), right.evaluator()
	return plain(func(s scope) (value.Value, error) {
		a, err := first(s)
		if err != nil {
			return value.Null, err
		}
		b, err := second(s)
		if err != nil {
			return value.Null, err
		}
		return at.compute(s, op, a, b)
	})
}

// compute applies an arithmetic operator.
func (at *site) compute(s scope, op syntax.Op, a, b value.Value) (value.Value, error) {
	if a.Kind() == value.KindBigInt || b.Kind() == value.KindBigInt {
		if err := at.spendOnBigInts(s, op, a, b); err != nil {
			return value.Null, err
		}
	}
	v, err := analysis.Compute(op, a, b)
	if err != nil {
		err = at.arithmeticFault(s, op, a, b, err)
	}
	return v, err
}

// spendOnBigInts charges arithmetic on integers of many words: for each word, or
// in a product for each pair of words.
func (at *site) spendOnBigInts(s scope, op syntax.Op, a, b value.Value) error {
	work := (a.Size() + b.Size()) / bytesPerStep
	if op == syntax.Mul {
		work = (a.Size() / bytesPerStep) * (b.Size() / bytesPerStep)
	}
	err := s.spend(work)
	if err == nil {
		err = s.allocate(a.Size() + b.Size())
	}
	if err != nil {
		return at.budgetFault(s, err)
	}
	return nil
}

func (c *compiler) negate(n *syntax.Negate) code {
	operand, at := c.compile(n.Operand).evaluator(), &site{n, c.frame}
	return plain(func(s scope) (value.Value, error) {
		a, err := operand(s)
		if err != nil {
			return value.Null, err
		}
		v, err := value.Neg(a)
		if err != nil {
			err = at.arithmeticFault(s, syntax.Sub, a, a, err)
		}
		return v, err
	})
}

func (c *compiler) comparison(n *syntax.Binary) code {
	left, right := c.compile(n.Left), c.compile(n.Right)
	at, op := &site{n, c.frame}, n.Op
	if fused := fuseComparison(at, op, left, right); fused != nil {
		return fused
	}
	first, second := left.evaluator(), right.evaluator()
	return test(func(s scope) (bool, error) {
		a, err := first(s)
		if err != nil {
			return false, err
		}
		b, err := second(s)
		if err != nil {
			return false, err
		}
		return compare(s, at, op, a, b)
	})
}

func compare(s scope, at *site, op syntax.Op, a, b value.Value) (bool, error) {
	if err := s.spendOn(at, a, b); err != nil {
		return false, err
	}
	holds, ok := analysis.Holds(op, a, b)
	if !ok {
		return false, at.fault(s, diag.ErrType, "%s cannot order %s and %s%s", op, described(a), described(b), numeralHint(a, b))
	}
	return holds, nil
}

// numeralHint says what to do if one of two values is a number and the other one a
// number in a text, as logs often have them.
func numeralHint(a, b value.Value) string {
	if a.Kind() != value.KindString {
		a, b = b, a
	}
	if a.Kind() != value.KindString || !b.IsNumber() || len(a.Str()) > 40 {
		return ""
	}
	if _, err := strconv.ParseFloat(a.Str(), 64); err != nil {
		return ""
	}
	return "; write TO_DOUBLE( … ) around the text"
}

func (c *compiler) in(n *syntax.Binary) code {
	left := c.compile(n.Left)
	makesAnew := c.makesAnew
	if _, isLiteral := n.Right.(*syntax.List); isLiteral && !c.facts.Of(n.Right).Stateful {
		c.makesAnew = false // no function can get hold of the list or its items
	}
	right := c.compile(n.Right)
	c.makesAnew = makesAnew
	negated := n.Op == syntax.NotIn
	if known, ok := right.(constant); ok && known.value.Kind() == value.KindList {
		return c.fuseMembership(left, known.value.List(), negated)
	}
	first, second, at := left.evaluator(), right.evaluator(), &site{n, c.frame}
	return test(func(s scope) (bool, error) {
		v, err := first(s)
		if err != nil {
			return false, err
		}
		collection, err := second(s)
		if err != nil {
			return false, err
		}
		if err := at.spendOnSearch(s, v, collection); err != nil {
			return false, err
		}
		return analysis.Contains(v, collection) != negated, nil
	})
}

// spendOnSearch charges what the operator in looks at: the text, or the items of
// a list, that is searched; the key that is looked up in a set or map.
func (at *site) spendOnSearch(s scope, v, collection value.Value) error {
	work := v.Size() / bytesPerStep
	switch collection.Kind() {
	case value.KindString, value.KindList:
		work = collection.Size() / bytesPerStep
	}
	if err := s.spend(work); err != nil {
		return at.budgetFault(s, err)
	}
	return nil
}
