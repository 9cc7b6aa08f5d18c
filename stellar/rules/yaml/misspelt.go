package yaml

import (
	"regexp"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/schema"
)

// MisspeltDefinition is the Check of fields that are searched in, and have nearly the
// name of a definition.
const MisspeltDefinition = "misspelt-definition"

// searched is what may search in a field: only a name after in is compared with those of
// definitions, as fields are searched in rarely, and are often called nearly as a list
// of what they hold.
var searched = regexp.MustCompile(`\bin\s+[A-Za-z_$]`)

// findMisspelt reports names after in that are probably misspelt ones of definitions.
func (r *reader) findMisspelt(e rules.Expression) {
	if len(r.definitions) == 0 || !searched.MatchString(e.Text) {
		return
	}
	tree, mistake := syntax.Parse(e.Text, limits)
	if mistake != nil {
		return // which is found when it is compiled
	}
	var lists, params []string
	for _, d := range r.defined {
		if !d.function {
			lists = append(lists, d.name)
		}
	}
	var walk func(n syntax.Node)
	walk = func(n syntax.Node) {
		if lambda, ok := n.(*syntax.Lambda); ok {
			params = append(params, lambda.Params...)
		}
		if in, ok := n.(*syntax.Binary); ok && (in.Op == syntax.In || in.Op == syntax.NotIn) {
			name, ok := in.Right.(*syntax.Variable)
			if ok && r.definitions[name.Name] == nil && !isQuoted(e.Text, name) && !slices.Contains(params, name.Name) && !r.isField(name.Name) {
				if meant := names.Nearest(name.Name, lists); meant != "" {
					at := yamltext.Place{Source: e.Source, Range: e.InSource(name.Span())}
					r.Warn(at, MisspeltDefinition, "%s is read as the name of a field; did you mean %s, which is defined? Write `%s` for the field", name.Name, meant, name.Name)
				}
			}
		}
		for _, child := range syntax.Children(n) {
			walk(child)
		}
	}
	walk(tree.Root)
}

// isField reports whether there is a field of a name for sure: the schema has it, or it
// was assigned before.
func (r *reader) isField(name string) bool {
	return r.assigned[name] || slices.ContainsFunc(r.set.Schema, func(f schema.Field) bool { return f.Name == name })
}
