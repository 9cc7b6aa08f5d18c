package rules

import (
	"math"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// A rule such as y := x, or y := [x, {'k' : x}], only passes a field on. Its
// numbers then keep the digits that they have in the message, which an evaluation
// may not be able to hold: 1e400 is infinite, and 1.50 is 1.5.

// passed is the JSON text of a field, as an object that is written as it was,
// without its blanks.
type passed string

// AppendJSON is called by value.Value.AppendJSON.
func (p passed) AppendJSON(dst []byte) []byte {
	dst, _ = jsontext.AppendFormat(dst, string(p), // ParseMessage has accepted it
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return dst
}

// result is what a statement has assigned.
type result struct {
	value   value.Value
	written value.Value // what is written for it: the same, or with parts that are passed
}

// passing returns the tree of an expression if it passes fields on, else nil. The
// expression has compiled.
func passing(expression string) syntax.Node {
	switch expression[0] {
	case '[', '{', '(', '`':
	default:
		if !stellar.IsVariable(expression) {
			return nil
		}
	}
	tree, err := syntax.Parse(expression, syntax.Limits{Length: math.MaxInt, Depth: math.MaxInt})
	if err != nil || !passes(tree.Root) {
		return nil
	}
	return tree.Root
}

// passes reports whether there is a field among what n is made of.
func passes(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Variable:
		return n.Name != allFields
	case *syntax.List:
		for _, item := range n.Items {
			if passes(item) {
				return true
			}
		}
	case *syntax.Map:
		for _, e := range n.Entries {
			if passes(e.Value) {
				return true
			}
		}
	}
	return false
}

// written returns what is written for v, the value of n. A nil n passes nothing on.
func (s *scope) written(n syntax.Node, v value.Value) value.Value {
	switch n := n.(type) {
	case *syntax.Variable:
		return s.writtenField(n.Name, v)
	case *syntax.List:
		items := make([]value.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = s.written(item, v.List().At(i))
		}
		return value.ListOf(items...)
	case *syntax.Map:
		return s.writtenMap(n, v.Map())
	}
	return v
}

// writtenMap: if a key is repeated, the first value wins. A key that is computed
// may be any.
func (s *scope) writtenMap(n *syntax.Map, m *value.Map) value.Value {
	written := value.NewMap(m.Len())
	for _, e := range n.Entries {
		key, ok := e.Key.(*syntax.Literal)
		if !ok {
			return value.FromMap(m)
		}
		v, ok := m.Get(key.Value)
		if _, known := written.Get(key.Value); ok && !known {
			written.Put(key.Value, s.written(e.Value, v))
		}
	}
	return value.FromMap(written)
}

func (s *scope) writtenField(name string, v value.Value) value.Value {
	if slot, ok := s.program.slots[name]; ok && s.assigned[slot] {
		return s.results[slot].written
	}
	if m, ok := s.variables.(*Message); ok {
		if i := m.find(name); i >= 0 {
			return m.written(i, v)
		}
	}
	return v
}

// written returns what is written for v, the value of member i, where that is
// passed on.
func (m *Message) written(i int, v value.Value) value.Value {
	f := &m.members[i]
	if f.set != nil {
		return f.set.written
	}
	switch text := m.text[f.valueStart:f.end]; text[0] {
	case 'n', 't', 'f', '"':
		return v // that of a null field may be from elsewhere
	default:
		return value.Object(passed(text))
	}
}
