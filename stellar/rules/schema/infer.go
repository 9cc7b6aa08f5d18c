package schema

import (
	"fmt"
	"math"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxFields bounds how many fields are inferred, as messages may have any names.
const maxFields = 20_000

// Inference finds out what fields messages have. The zero Inference has seen none.
type Inference struct {
	messages int
	fields   []*seen // in the order of their first messages
	byName   map[string]*seen
}

// seen is what was seen of a field.
type seen struct {
	name   string
	kind   string // "" if it was null only
	number int    // of messages that have it, and not null
}

// Add takes note of a message. It fails if there are too many fields: then their names
// are data.
func (f *Inference) Add(m *rules.Message) error {
	if f.byName == nil {
		f.byName = map[string]*seen{}
	}
	f.messages++
	for _, name := range m.Names() {
		s := f.byName[name]
		if s == nil {
			if len(f.fields) == maxFields {
				return fmt.Errorf("the messages have more than %d fields: are there data in names?", maxFields)
			}
			s = &seen{name: name}
			f.byName[name] = s
			f.fields = append(f.fields, s)
		}
		if v := m.Lookup(name); !v.IsNull() {
			s.number++
			s.kind = join(s.kind, kindOfValue(v))
		}
	}
	return nil
}

// Messages returns how many messages were seen.
func (f *Inference) Messages() int { return f.messages }

// Schema returns what was found. A field that was null in all messages may be any.
func (f *Inference) Schema() Schema {
	var all Schema
	for _, s := range f.fields {
		kind := s.kind
		if kind == "" {
			kind = "any"
		}
		all = append(all, Field{s.name, kind, s.number < f.messages})
	}
	return all
}

func kindOfValue(v value.Value) string {
	switch v.Kind() {
	case value.KindString:
		return "string"
	case value.KindBool:
		return "bool"
	case value.KindInt:
		return "int"
	case value.KindLong:
		return "long"
	case value.KindBigInt:
		return "number"
	case value.KindDouble, value.KindFloat:
		if d, _ := value.ToDouble(v); math.IsInf(d, 0) {
			return "number"
		}
		return "double"
	case value.KindList:
		return "list"
	case value.KindMap:
		return "map"
	}
	return "any"
}

// widths are the kinds of numbers, each of which has the values of those before it.
var widths = map[string]int{"int": 1, "long": 2, "double": 3, "number": 4}

// join returns the kind that has the values of both.
func join(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case widths[a] > 0 && widths[b] > 0:
		if widths[a] > widths[b] {
			return a
		}
		return b
	}
	return "any"
}
