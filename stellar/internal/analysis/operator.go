package analysis

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

func (a *Analysis) not(n *syntax.Not, facts *Facts) {
	facts.Kinds = fn.Bool
	if operand := a.part(n.Operand, facts); operand.Constant != nil {
		b, _ := value.ToBool(*operand.Constant)
		facts.setConstant(value.Bool(!b))
	}
}

func (a *Analysis) negate(n *syntax.Negate, facts *Facts) {
	operand := a.part(n.Operand, facts)
	facts.Kinds = operandKinds(operand.Kinds)
	if operand.Constant != nil {
		if v, err := value.Neg(*operand.Constant); err == nil {
			facts.setConstant(v)
		}
	}
}

func (a *Analysis) binary(n *syntax.Binary, facts *Facts) {
	left, right := a.part(n.Left, facts), a.part(n.Right, facts)
	facts.Kinds = fn.Bool
	if n.Op.IsArithmetic() {
		facts.Kinds = promotedKinds(operandKinds(left.Kinds), operandKinds(right.Kinds))
	}
	if left.Constant == nil || right.Constant == nil {
		return
	}
	switch {
	case n.Op.IsArithmetic():
		if v, err := Compute(n.Op, *left.Constant, *right.Constant); err == nil {
			facts.setConstant(v)
		}
	case n.Op.IsComparison():
		if b, ok := Holds(n.Op, *left.Constant, *right.Constant); ok {
			facts.setConstant(value.Bool(b))
		}
	default:
		facts.setConstant(value.Bool(Contains(*left.Constant, *right.Constant) == (n.Op == syntax.In)))
	}
}

// logical: a chain is constant if its first operand skips the others.
func (a *Analysis) logical(n *syntax.Logical, facts *Facts) {
	facts.Kinds = fn.Bool
	for i, operand := range n.Operands {
		part := a.part(operand, facts)
		if i == 0 && part.Skips(n.Ops[0]) {
			facts.Constant = part.Constant
		}
	}
}

// Skips reports whether an operand makes the operator after it skip the rest of
// a chain in every evaluation.
func (f *Facts) Skips(op syntax.Op) bool {
	return f.Constant != nil && f.Constant.Kind() == value.KindBool && f.Constant.Bool() == (op == syntax.Or)
}

// operandKinds returns the kinds of numbers that an operand of arithmetic may
// stand for: null counts as the int 0, and what is no number fails.
func operandKinds(kinds fn.Kinds) fn.Kinds {
	numbers := kinds & fn.Number
	switch {
	case kinds&MayBeNull != 0 && (numbers != 0 || kinds == MayBeNull):
		return numbers | fn.Int
	case numbers == 0:
		return fn.Number
	}
	return numbers
}

// promotedKinds returns the kinds that arithmetic on two sets of kinds may have.
func promotedKinds(left, right fn.Kinds) fn.Kinds {
	var result fn.Kinds
	for a := value.KindInt; a <= value.KindBigInt; a++ {
		if !left.Has(a) {
			continue
		}
		for b := value.KindInt; b <= value.KindBigInt; b++ {
			if right.Has(b) {
				result |= fn.Of(value.Promoted(a, b))
			}
		}
	}
	if result&fn.BigInt != 0 {
		result |= fn.Integer | fn.Double // as it shrinks, or is divided
	}
	return result
}

var arithmetic = [...]func(a, b value.Value) (value.Value, error){
	syntax.Mul: value.Mul, syntax.Div: value.Div, syntax.Add: value.Add, syntax.Sub: value.Sub,
}

// Compute applies an arithmetic operator.
func Compute(op syntax.Op, a, b value.Value) (value.Value, error) {
	return arithmetic[op](a, b)
}

// Holds applies a comparison. ok is false if the operator orders and the two
// have no order; null is neither before nor after anything.
func Holds(op syntax.Op, a, b value.Value) (holds, ok bool) {
	switch op {
	case syntax.Equal:
		return value.Equal(a, b), true
	case syntax.NotEqual:
		return !value.Equal(a, b), true
	}
	if a.IsNull() || b.IsNull() {
		return false, true
	}
	order, ok := value.Compare(a, b)
	if !ok || order == value.NotOrdered {
		return false, ok
	}
	switch op {
	case syntax.Less:
		return order < 0, true
	case syntax.LessOrEqual:
		return order <= 0, true
	case syntax.Greater:
		return order > 0, true
	}
	return order >= 0, true
}

// Contains is the operator in: a part of a string, an item of a list or set, a
// key of a map; anything else contains what is the same.
func Contains(v, collection value.Value) bool {
	switch collection.Kind() {
	case value.KindNull:
		return false
	case value.KindString:
		return v.Kind() == value.KindString && strings.Contains(collection.Str(), v.Str())
	case value.KindList:
		for i := range collection.Len() {
			if value.Same(collection.Item(i), v) {
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

// Truth is the value of an operand of and and or. Only a decided one lets the
// operator skip its right side: one that converts does not.
func Truth(v value.Value) (b, decided bool) {
	if v.Kind() == value.KindBool {
		return v.Bool(), true
	}
	if Absent(v) {
		return false, true
	}
	b, _ = value.ToBool(v)
	return b, false
}
