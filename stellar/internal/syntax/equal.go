package syntax

import (
	"math"
	"reflect"
	"slices"

	"github.com/stellarlang/stellar/stellar/value"
)

// EqualTrees reports whether two trees differ at most in the ranges of their
// nodes: whether their texts are ways to write one expression. Literals are
// equal if kind and bits are, so that 1 and 1L, or 0.0 and -0.0, differ.
func EqualTrees(a, b Node) bool {
	return reflect.TypeOf(a) == reflect.TypeOf(b) && equalContent(a, b) &&
		slices.EqualFunc(Children(a), Children(b), EqualTrees)
}

// equalContent compares what two nodes of the same type hold besides children.
func equalContent(a, b Node) bool {
	switch a := a.(type) {
	case *Literal:
		return equalLiterals(a.Value, b.(*Literal).Value)
	case *Variable:
		return a.Name == b.(*Variable).Name
	case *Exists:
		return a.Name == b.(*Exists).Name
	case *Call:
		return a.Name == b.(*Call).Name
	case *Binary:
		return a.Op == b.(*Binary).Op
	case *Logical:
		return slices.Equal(a.Ops, b.(*Logical).Ops)
	case *Lambda:
		return slices.Equal(a.Params, b.(*Lambda).Params)
	}
	return true
}

// equalLiterals compares by all accessors: those of another kind return zero.
func equalLiterals(a, b value.Value) bool {
	return a.Kind() == b.Kind() && a.Bool() == b.Bool() && a.Int64() == b.Int64() && a.Str() == b.Str() &&
		math.Float64bits(a.Float64()) == math.Float64bits(b.Float64())
}
