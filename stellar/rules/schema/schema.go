// Package schema says what is known of the fields of messages: their kinds, and whether
// messages may lack them. A Schema is written down in a rule set, or inferred from
// messages.
package schema

import (
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Schema is what is known of the fields of messages, in the order in which they are
// written.
type Schema []Field

// Field is what is known of a field.
type Field struct {
	Name     string
	Kind     string // one of Kinds
	Optional bool   // messages may lack it
}

// kind is a kind of fields.
type kind struct {
	name   string
	values fn.Kinds
	json   any // the type in JSON Schema, nil for any
}

// kinds are all kinds. A value may have a narrower kind than its field: JSON does not
// tell 2 from 2.0, nor an int from a long.
var kinds = []kind{
	{"string", fn.String, "string"},
	{"bool", fn.Bool, "boolean"},
	{"int", fn.Int, "integer"},
	{"long", fn.Int | fn.Long, "integer"},
	{"double", fn.Number, "number"},
	{"number", fn.Number, "number"},
	{"list", fn.List, "array"},
	{"map", fn.Map, "object"},
	{"any", fn.Any, nil},
}

// Kinds lists the kinds of fields.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

func kindOf(name string) kind {
	for _, k := range kinds {
		if k.name == name {
			return k
		}
	}
	return kinds[len(kinds)-1]
}

// Stellar returns the schema as checks of expressions take it, nil for an empty one.
func (s Schema) Stellar() stellar.Schema {
	if len(s) == 0 {
		return nil
	}
	fields := make(stellar.Schema, len(s))
	for _, f := range s {
		fields[f.Name] = kindOf(f.Kind).values
	}
	return fields
}
