package compile

import (
	"math"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// This file recognises the shapes that rules are mostly made of: a field
// compared with a constant, and membership in constants.

// mirrored is the operator for exchanged operands.
var mirrored = [...]syntax.Op{
	syntax.Equal: syntax.Equal, syntax.NotEqual: syntax.NotEqual,
	syntax.Less: syntax.Greater, syntax.LessOrEqual: syntax.GreaterOrEqual,
	syntax.Greater: syntax.Less, syntax.GreaterOrEqual: syntax.LessOrEqual,
}

// fuseComparison compiles the comparison of a field with a constant, in either
// order; it returns nil for others.
func fuseComparison(at *site, op syntax.Op, left, right code) *condition {
	f, isField := left.(field)
	operand, isConstant := right.(constant)
	fieldOp, exchanged := op, false
	if !isField || !isConstant {
		if f, isField = right.(field); isField {
			operand, isConstant = left.(constant)
		}
		fieldOp, exchanged = mirrored[op], true
	}
	if !isField || !isConstant {
		return nil
	}
	v := operand.value
	switch v.Kind() {
	case value.KindString:
		if op == syntax.Equal || op == syntax.NotEqual {
			return single(step{kind: textStep, field: f, text: v.Str(), equal: op == syntax.Equal})
		}
	case value.KindInt, value.KindLong, value.KindDouble:
		return fieldWithNumber(f, fieldOp, v, func(s scope, x value.Value) (bool, error) {
			if exchanged {
				return compare(s, at, op, v, x)
			}
			return compare(s, at, op, x, v)
		})
	}
	return nil
}

// maxExactInteger is the largest integer below which a double has them all.
const maxExactInteger = 1 << 53

// fieldWithNumber takes the whole comparison too, for fields of rare kinds.
func fieldWithNumber(f field, op syntax.Op, v value.Value, compare func(scope, value.Value) (bool, error)) *condition {
	double, _ := v.Number()
	st := step{kind: numberStep, field: f, operator: orders[op], double: double, exact: true, test: compare}
	switch {
	case v.IsIntegral():
		st.integral, st.integer = true, v.Int64()
		st.exact = st.integer >= -maxExactInteger && st.integer <= maxExactInteger
	case double == math.Trunc(double) && math.Abs(double) <= maxExactInteger:
		st.integral, st.integer = true, int64(double)
	}
	return single(st)
}

// fewTexts is the number of texts up to which comparing one by one is faster
// than hashing.
const fewTexts = 8

// fuseMembership compiles in and not in with a constant list on the right.
func (c *compiler) fuseMembership(left code, list *value.List, negated bool) *condition {
	if f, ok := left.(field); ok && list.Len() <= fewTexts {
		if texts := textsOf(list); len(texts) == list.Len() {
			return single(step{kind: textsStep, field: f, texts: texts, equal: !negated})
		}
	}
	evaluate, has := left.evaluator(), c.env.memberOf(list)
	return test(func(s scope) (bool, error) {
		v, err := evaluate(s)
		return has(v) != negated, err
	})
}

// textsOf returns the items of a list that are texts.
func textsOf(list *value.List) []string {
	var texts []string
	for item := range list.All() {
		if item.Kind() == value.KindString {
			texts = append(texts, item.Str())
		}
	}
	return texts
}

func memberOf(list *value.List) func(value.Value) bool {
	texts := textsOf(list)
	switch {
	case len(texts) < list.Len():
		return value.NewSet(slices.Collect(list.All())...).Has
	case len(texts) <= fewTexts:
		return func(v value.Value) bool { return v.Kind() == value.KindString && slices.Contains(texts, v.Str()) }
	}
	set := make(map[string]struct{}, len(texts))
	for _, text := range texts {
		set[text] = struct{}{}
	}
	return func(v value.Value) bool {
		_, ok := set[v.Str()]
		return ok && v.Kind() == value.KindString
	}
}
