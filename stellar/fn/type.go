package fn

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/value"
)

// Type is a type of objects, such as STATS. What makes and takes such objects
// names it, so that they are not taken for others. It is declared once, as a
// variable; two types of the same name are different types.
type Type struct {
	Name string // in upper case, such as "STATS"
	Doc  string // what the objects are, a phrase

	// Decode reads the binary form of an object of this type, which the object's
	// AppendBinary (see encoding.BinaryAppender) writes; package binary has what both need.
	// It must not keep data, and take at most 64 times as much memory. It is nil
	// if these objects cannot be kept.
	Decode func(data []byte, d Decoding) (any, error)
}

// Decoding is what surrounds the reading of a binary form.
type Decoding struct {
	Types  []*Type      // that objects in it may be of
	Depth  int          // of values around it
	Budget value.Budget // charged a step for each value, if it is not nil
}

// TypesOf returns the types of the objects that the functions return, each once.
func TypesOf(functions []Func) []*Type {
	var types []*Type
	for i := range functions {
		if t := functions[i].ResultType; t != nil && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

// Typed is what value.Object wraps, if its objects have a type.
type Typed interface {
	// Type returns the type, always the same.
	Type() *Type
}

// TypeOf returns the type of an object. It is nil for an object without a type
// and for any other value.
func TypeOf(v value.Value) *Type {
	if typed, ok := v.Object().(Typed); ok {
		return typed.Type()
	}
	return nil
}

// String returns "STATS object", and "object" if t is nil.
func (t *Type) String() string {
	if t == nil {
		return value.KindObject.String()
	}
	return t.Name + " " + value.KindObject.String()
}

// Indefinite returns "a STATS object", and "an object without a type" if t is
// nil.
func (t *Type) Indefinite() string {
	if t == nil {
		return "an object without a type"
	}
	return withArticle(t.String())
}

// Accepts reports whether the parameter accepts v, which must not be null.
func (p *Param) Accepts(v value.Value) bool {
	return p.Kinds.Has(v.Kind()) && (p.Type == nil || v.Kind() != value.KindObject || TypeOf(v) == p.Type)
}

// KindsText lists what the parameter accepts: "list, set or STATS object".
func (p *Param) KindsText() string { return p.Kinds.text(p.Type) }

// ResultText lists what the function may return: "STATS object".
func (f *Func) ResultText() string { return f.Result.text(f.ResultType) }

// Wanted is KindsText with its article: "a list, set or STATS object".
func (p *Param) Wanted() string { return p.Kinds.indefinite(p.Type) }
