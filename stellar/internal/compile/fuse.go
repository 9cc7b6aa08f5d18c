package compile

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// This file recognises the shapes that rules are mostly made of: a field
// compared with a constant, and membership in constants.

// mirrored gives the operator for exchanged operands.
var mirrored = [...]syntax.Op{
	syntax.Equal: syntax.Equal, syntax.NotEqual: syntax.NotEqual,
	syntax.Less: syntax.Greater, syntax.LessOrEqual: syntax.GreaterOrEqual,
	syntax.Greater: syntax.Less, syntax.GreaterOrEqual: syntax.LessOrEqual,
}

// fuseComparison compiles the comparison of a field with a constant, in either
// order.
func fuseComparison(at *site, op syntax.Op, left, right code) (code, bool) {
	field, constant, fieldOp := left.field, right.constant, op
	if left.constant != nil && right.field != "" {
		field, constant, fieldOp = right.field, left.constant, mirrored[op]
	}
	if field == "" || constant == nil {
		return code{}, false
	}
	switch constant.Kind() {
	case value.KindString:
		if op == syntax.Equal || op == syntax.NotEqual {
			return fieldEqualsString(field, constant.Str(), op == syntax.Equal), true
		}
	case value.KindInt, value.KindLong, value.KindDouble:
		return fieldWithNumber(field, fieldOp, *constant, func(s scope) (bool, error) {
			v := s.load(field)
			if left.constant != nil {
				return compare(s, at, op, *constant, v)
			}
			return compare(s, at, op, v, *constant)
		}), true
	}
	return code{}, false
}

func fieldEqualsString(field, constant string, equal bool) code {
	return single(step{kind: textStep, field: field, text: constant, equal: equal,
		test: func(s scope) (bool, error) {
			v := s.load(field)
			return (v.Kind() == value.KindString && v.Str() == constant) == equal, nil
		}})
}

// fieldWithNumber takes the whole comparison too, for fields of rare kinds.
func fieldWithNumber(field string, op syntax.Op, constant value.Value, test func(scope) (bool, error)) code {
	double, _ := constant.Number()
	return single(step{kind: numberStep, field: field, operator: orders[op],
		integral: constant.IsIntegral(), integer: constant.Int64(), double: double, test: test})
}

// fewStrings is the number of strings up to which comparing one by one is
// faster than hashing.
const fewStrings = 8

// fuseMembership compiles in and not in with a constant list on the right.
func fuseMembership(left code, list *value.List, negated bool) code {
	var texts []string
	for item := range list.All() {
		if item.Kind() == value.KindString {
			texts = append(texts, item.Str())
		}
	}
	var has func(value.Value) bool
	switch {
	case len(texts) < list.Len():
		has = value.NewSet(slices.Collect(list.All())...).Has
	case len(texts) <= fewStrings:
		has = func(v value.Value) bool { return v.Kind() == value.KindString && slices.Contains(texts, v.Str()) }
	default:
		set := make(map[string]struct{}, len(texts))
		for _, text := range texts {
			set[text] = struct{}{}
		}
		has = func(v value.Value) bool {
			_, ok := set[v.Str()]
			return ok && v.Kind() == value.KindString
		}
	}
	test := func(s scope) (bool, error) {
		v, err := left.value(s)
		return has(v) != negated, err
	}
	if left.field != "" && len(texts) == list.Len() && len(texts) <= fewStrings {
		return single(step{kind: textsStep, field: left.field, texts: texts, equal: !negated, test: test})
	}
	return testCode(test)
}
