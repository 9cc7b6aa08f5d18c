package compile

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

var arithmeticOps = [...]func(a, b value.Value) (value.Value, error){
	syntax.Mul: value.Mul, syntax.Div: value.Div, syntax.Add: value.Add, syntax.Sub: value.Sub,
}

func (c *compiler) arithmetic(n *syntax.Binary) code {
	left, right := c.compile(n.Left), c.compile(n.Right)
	at, op := &site{n, c.frame}, n.Op
	if left.constant != nil && right.constant != nil {
		v, err := compute(op, *left.constant, *right.constant)
		if err != nil {
			return c.fail(at.arithmeticFault(scope{}, op, *left.constant, *right.constant, err))
		}
		return c.constant(v)
	}
	if right.constant != nil {
		return chained(left, link{at: at, op: op, constant: *right.constant})
	}
	if left.constant != nil {
		return chained(right, link{at: at, op: op, constant: *left.constant, constantFirst: true})
	}
	return valueCode(func(s scope) (value.Value, error) {
		a, err := left.value(s)
		if err != nil {
			return value.Null, err
		}
		b, err := right.value(s)
		if err != nil {
			return value.Null, err
		}
		v, err := compute(op, a, b)
		if err != nil {
			err = at.arithmeticFault(s, op, a, b, err)
		}
		return v, err
	})
}

func (c *compiler) negate(n *syntax.Negate) code {
	operand, at := c.compile(n.Operand), &site{n, c.frame}
	if operand.constant != nil {
		if v, err := value.Neg(*operand.constant); err == nil {
			return c.constant(v)
		}
	}
	return valueCode(func(s scope) (value.Value, error) {
		a, err := operand.value(s)
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
	if left.constant != nil && right.constant != nil {
		if b, err := compare(scope{}, at, op, *left.constant, *right.constant); err == nil {
			return c.constant(value.Bool(b))
		}
	}
	if fused, ok := fuseComparison(at, op, left, right); ok {
		return fused
	}
	return testCode(func(s scope) (bool, error) {
		a, err := left.value(s)
		if err != nil {
			return false, err
		}
		b, err := right.value(s)
		if err != nil {
			return false, err
		}
		return compare(s, at, op, a, b)
	})
}

func compare(s scope, at *site, op syntax.Op, a, b value.Value) (bool, error) {
	switch op {
	case syntax.Equal:
		return value.Equal(a, b), nil
	case syntax.NotEqual:
		return !value.Equal(a, b), nil
	}
	if a.IsNull() || b.IsNull() {
		return false, nil
	}
	order, ok := value.Compare(a, b)
	if !ok {
		return false, at.fault(s, fn.ErrType, "%s cannot order the %s %s and the %s %s",
			op, a.Kind(), diag.ShortValue(a), b.Kind(), diag.ShortValue(b))
	}
	return holds(op, order), nil
}

// holds tells whether an ordering operator holds for an order of Compare.
func holds(op syntax.Op, order int) bool {
	if order == value.NotOrdered {
		return false
	}
	switch op {
	case syntax.Less:
		return order < 0
	case syntax.LessOrEqual:
		return order <= 0
	case syntax.Greater:
		return order > 0
	}
	return order >= 0
}

func (c *compiler) in(n *syntax.Binary) code {
	left := c.compile(n.Left)
	changes := c.changesCollections
	if _, isLiteral := n.Right.(*syntax.List); isLiteral && changes && !c.callsStateful(n.Right) {
		c.changesCollections = false // no function can get hold of the list or its items
	}
	right := c.compile(n.Right)
	c.changesCollections = changes
	negated := n.Op == syntax.NotIn
	if left.constant != nil && right.constant != nil {
		return c.constant(value.Bool(contains(*left.constant, *right.constant) != negated))
	}
	if right.constant != nil && right.constant.Kind() == value.KindList {
		return fuseMembership(left, right.constant.List(), negated)
	}
	return testCode(func(s scope) (bool, error) {
		v, err := left.value(s)
		if err != nil {
			return false, err
		}
		collection, err := right.value(s)
		if err != nil {
			return false, err
		}
		return contains(v, collection) != negated, nil
	})
}

// contains is the operator in: a part of a string, an item of a list or set, a
// key of a map; anything else contains what is the same.
func contains(v, collection value.Value) bool {
	switch collection.Kind() {
	case value.KindNull:
		return false
	case value.KindString:
		return v.Kind() == value.KindString && strings.Contains(collection.Str(), v.Str())
	case value.KindList:
		for item := range collection.List().All() {
			if value.Same(item, v) {
				return true
			}
		}
		return false
	case value.KindSet:
		return collection.Set().Has(v)
	case value.KindMap:
		_, ok := collection.Map().Get(v)
		return ok
	}
	return value.Same(v, collection)
}
