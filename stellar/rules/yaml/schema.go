package yaml

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/schema"
)

// ParseSchema reads the schema of a rule set, of which the rest is passed over.
func ParseSchema(file string, content []byte) (schema.Schema, diag.List) {
	r := newReader(file, content, nil)
	if n := r.Document(); n != nil && r.IsMapping(n, "a file with a schema") {
		if n.Get("schema") == nil {
			r.Report(n.Span(), "there is no schema in the file: write schema: and below it lines of the form field: kind")
		}
		r.schema(n.Get("schema"))
	}
	return r.set.Schema, r.set.Findings
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
			r.Report(m.Name.Span(), "%s has no kind: write one of %s, with ? after it if messages may lack the field", path, strings.Join(schema.Kinds(), ", "))
			continue
		}
		written, ok := r.Text(m.Value, path)
		if !ok {
			continue
		}
		field := schema.Field{Name: m.Name.Text}
		field.Kind, field.Optional = strings.CutSuffix(written, "?")
		if !slices.Contains(schema.Kinds(), field.Kind) {
			r.Unknown(m.Value.Span(), "there is no kind "+yamltext.Quoted(field.Kind), field.Kind, schema.Kinds())
			field.Kind = "any"
		}
		r.set.Schema = append(r.set.Schema, field)
	}
}
