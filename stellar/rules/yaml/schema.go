package yaml

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
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
func (r *reader) schema(n *yamltext.Node) {
	if !r.IsMapping(n, "schema") {
		return
	}
	for _, m := range n.Members {
		path := yamltext.Within("schema", m.Name.Text)
		if m.Value.Kind == yamltext.Null {
			r.Report(m.Name.Span(), "%s has no kind: write one of %s, with ? after it if messages may lack the field", path, strings.Join(FieldKinds(), ", "))
			continue
		}
		written, ok := r.Text(m.Value, path)
		if !ok {
			continue
		}
		field := Field{Name: m.Name.Text}
		field.Kind, field.Optional = strings.CutSuffix(written, "?")
		if !slices.Contains(FieldKinds(), field.Kind) {
			r.Unknown(m.Value.Span(), "there is no kind "+yamltext.Quoted(field.Kind), field.Kind, FieldKinds())
			continue
		}
		r.set.Schema = append(r.set.Schema, field)
	}
}
