package rules

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// An assignment such as y := x, or y := [x, {'k' : x}], only passes a field on. Its
// numbers then keep the digits that they have in the message, which an evaluation
// may not be able to hold: 1e400 is infinite, and 1.50 is 1.5.

// passed is the JSON text of a field, as an object that is written as it was,
// without its blanks.
type passed string

// AppendJSON is called by value.Value.AppendJSON.
func (p passed) AppendJSON(dst []byte) []byte {
	dst, _ = jsontext.AppendFormat(dst, string(p), // it was checked when it was read
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return dst
}

// result is what was assigned.
type result struct {
	value   value.Value
	written value.Value // what is written for it: the same, or with parts that are passed
	size    int64       // of what is written, about: in memory, or as text where it is passed
}

// resultOf returns the result that is written as it is.
func resultOf(v value.Value) result { return result{v, v, v.Size()} }

// passes reports whether there is a field among what n is made of.
func passes(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Variable:
		return n.Name != names.AllFields
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

// result returns what is assigned when v is the value of n. A nil n passes nothing
// on.
func (s *scope) result(n syntax.Node, v value.Value) result {
	switch n := n.(type) {
	case *syntax.Variable:
		return s.resultOfField(n.Name, v)
	case *syntax.List:
		items, size := make([]value.Value, len(n.Items)), int64(0)
		for i, item := range n.Items {
			r := s.result(item, v.List().At(i))
			items[i] = r.written
			size += r.size
		}
		return result{v, value.ListOf(items...), size}
	case *syntax.Map:
		return s.resultOfMap(n, v)
	}
	return resultOf(v)
}

// resultOfMap: if a key is repeated, the first value wins. A key that is computed
// may be any.
func (s *scope) resultOfMap(n *syntax.Map, v value.Value) result {
	m, size := v.Map(), int64(0)
	written := value.NewMap(m.Len())
	for _, e := range n.Entries {
		key, ok := e.Key.(*syntax.Literal)
		if !ok {
			return resultOf(v)
		}
		item, ok := m.Get(key.Value)
		if _, known := written.Get(key.Value); ok && !known {
			r := s.result(e.Value, item)
			written.Put(key.Value, r.written)
			size += key.Value.Size() + r.size
		}
	}
	return result{v, value.FromMap(written), size}
}

func (s *scope) resultOfField(name string, v value.Value) result {
	if place := s.set.find(name); place >= 0 && s.assigned[place] {
		r := s.results[place]
		switch {
		case !r.value.IsNull() || s.set.nulls == NullRemoves:
			return result{v, r.written, r.size}
		case s.set.nulls == NullHides:
			return resultOf(v)
		}
	}
	m := s.message
	if view, ok := s.variables.(*view); ok && view.shows(name) {
		m = view.message
	}
	if m != nil {
		if i := m.find(name); i >= 0 {
			return m.passOn(i, v)
		}
	}
	return resultOf(v)
}

// passOn returns what is assigned where member i, whose value is v, is passed on.
func (m *Message) passOn(i int, v value.Value) result {
	if e := m.editOf(i); e > 0 {
		return result{v, m.results[e-1].written, m.results[e-1].size}
	}
	switch text := m.text[m.members[i].ValueStart:m.members[i].End]; text[0] {
	case 'n', 't', 'f', '"':
		return resultOf(v) // that of a null field may be from elsewhere
	default:
		return result{v, value.Object(passed(text)), int64(len(text))}
	}
}
