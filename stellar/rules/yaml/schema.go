package yaml

import (
	"slices"
	"strings"
)

// Field is what a rule set says of a field of its messages.
type Field struct {
	Name     string
	Kind     string // one of FieldKinds
	Optional bool   // messages may lack it
}

// FieldKinds are the kinds of fields.
func FieldKinds() []string {
	return []string{"string", "bool", "int", "long", "double", "number", "list", "map", "any"}
}

// schema reads the fields of messages: their kinds by name, with a ? after that of an
// optional one.
func (r *reader) schema(n *node) {
	if !r.isMapping(n, "schema") {
		return
	}
	for _, m := range n.members {
		path := within("schema", m.name.text)
		if m.value.kind == null {
			r.report(m.name.span(), "%s has no kind: write one of %s, with ? after it if messages may lack the field", path, strings.Join(FieldKinds(), ", "))
			continue
		}
		written, ok := r.text(m.value, path)
		if !ok {
			continue
		}
		field := Field{Name: m.name.text}
		field.Kind, field.Optional = strings.CutSuffix(written, "?")
		if !slices.Contains(FieldKinds(), field.Kind) {
			r.unknown(m.value.span(), "there is no kind "+quoted(field.Kind), field.Kind, FieldKinds())
			continue
		}
		r.set.Schema = append(r.set.Schema, field)
	}
}
