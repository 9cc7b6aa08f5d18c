package yaml

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/schema"
)

// ParseSchema reads the schema of a rule set, of which the rest is passed over.
func ParseSchema(file string, content []byte) (schema.Schema, diag.List) {
	r := newReader(file, content, nil)
	if n := r.document(); n != nil && r.isMapping(n, "a file with a schema") {
		if n.get("schema") == nil {
			r.report(n.span(), "there is no schema in the file: write schema: and below it lines of the form field: kind")
		}
		r.schema(n.get("schema"))
	}
	return r.set.Schema, r.set.Findings
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
			r.report(m.name.span(), "%s has no kind: write one of %s, with ? after it if messages may lack the field", path, strings.Join(schema.Kinds(), ", "))
			continue
		}
		written, ok := r.text(m.value, path)
		if !ok {
			continue
		}
		field := schema.Field{Name: m.name.text}
		field.Kind, field.Optional = strings.CutSuffix(written, "?")
		if !slices.Contains(schema.Kinds(), field.Kind) {
			r.unknown(m.value.span(), "there is no kind "+quoted(field.Kind), field.Kind, schema.Kinds())
			continue
		}
		r.set.Schema = append(r.set.Schema, field)
	}
}
