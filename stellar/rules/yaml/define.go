package yaml

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/value"
)

// definition is a name that stands for a list, a value or an expression, or a function
// of one line.
type definition struct {
	name     string
	function bool
	params   []string
	layer    int // of those that a set is laid over, 0 for the lowest
	at       yamltext.Place
	line     int
	body     rules.Expression
	written  string // the body, before it is expanded
	state    state
	tree     syntax.Node // of the body, in which no other definition is left; nil if it is wrong
}

// state is how far the body of a definition is expanded.
type state uint8

const (
	unexpanded state = iota
	expanding
	expanded
)

// definitionForm is what stands before the colon of a definition.
var definitionForm = regexp.MustCompile(`^([A-Za-z_$][A-Za-z0-9_.$]*)(\(([^()]*)\))?$`)

// define reads definitions. They are not expanded yet, as their order does not matter.
func (r *reader) define(n *yamltext.Node) {
	if !r.IsMapping(n, "define") {
		return
	}
	for _, m := range n.Members {
		d := &definition{at: m.Name.Span(), line: m.Name.Line, layer: r.layer}
		if !r.head(d, m.Name) || !r.body(d, m.Value) {
			continue
		}
		if before := r.definitions[d.name]; before != nil && before.layer == d.layer {
			r.Report(d.at, "%s is defined in %s in line %d too", d.name, yamltext.Quoted(before.at.Source.File), before.line)
			continue
		}
		d.written = d.body.Text
		r.definitions[d.name] = d
		r.defined = append(r.defined, d)
	}
}

// describeDefinitions lists the definitions that hold, as they are written, and has their
// functions suggested.
func (r *reader) describeDefinitions() {
	var functions []string
	for _, d := range r.defined {
		if r.definitions[d.name] != d {
			continue // another layer has its own
		}
		name := d.name
		if d.function {
			functions = append(functions, d.name)
			name += "(" + strings.Join(d.params, ", ") + ")"
		}
		r.set.Definitions = append(r.set.Definitions, Definition{name, d.written, d.at.Source.File, d.line})
	}
	r.Source.Functions = functions
	for _, d := range r.defined {
		d.at.Source.Functions = functions
	}
}

// head reads the name and the parameters of a definition.
func (r *reader) head(d *definition, n *yamltext.Node) bool {
	form := definitionForm.FindStringSubmatch(n.Text)
	if form == nil {
		r.Report(n.Span(), "%s cannot be defined: write a name, or name(parameter, …), of ASCII letters, digits, _ and .", yamltext.Quoted(n.Text))
		return false
	}
	d.name, d.function = form[1], form[2] != ""
	if d.function {
		for param := range strings.SplitSeq(form[3], ",") {
			if param = strings.TrimSpace(param); param == "" && form[3] == "" {
				continue
			}
			if !names.IsPlain(param) || slices.Contains(d.params, param) {
				r.Report(n.Span(), "%s: %s is no parameter: write names, each once, with commas between them", d.name, yamltext.Quoted(param))
				return false
			}
			d.params = append(d.params, param)
		}
	}
	switch {
	case names.IsKeyword(d.name) || d.name == names.AllFields:
		r.Report(n.Span(), "%s has a meaning in the language: choose another name", d.name)
	case d.function && d.name == strings.ToUpper(d.name):
		r.Report(n.Span(), "names in capitals are those of the functions of the language: write %s", strings.ToLower(n.Text))
	default:
		return true
	}
	return false
}

// body reads what a definition stands for: an expression, or a list of values.
func (r *reader) body(d *definition, n *yamltext.Node) bool {
	path := yamltext.Within("define", d.name)
	if n.Kind == yamltext.List {
		if d.function {
			r.WrongKind(n, path, "an expression")
			return false
		}
		d.body = r.listOf(n, d.name, path)
		return true
	}
	if n.Kind == yamltext.Mapping {
		return r.listFile(d, n, path)
	}
	if n.Kind == yamltext.Null {
		r.Report(d.at, "%s has no expression", path)
		return false
	}
	body, ok := r.Expression(n, path)
	d.body = body
	return ok
}

// listOf returns the expression of a list of values: the values, or if they are long a
// name that stands for them.
func (r *reader) listOf(n *yamltext.Node, name, path string) rules.Expression {
	var items []string
	var values []value.Value
	length := 0
	for _, item := range n.Items {
		if !item.IsScalar() {
			r.WrongKind(item, path, "a list of texts, numbers, true or false")
			continue
		}
		if _, err := value.ParseJSON([]byte(item.Text)); item.Kind == yamltext.Numeric && err != nil {
			r.Report(item.Span(), "%s: the language has no such number: write it in decimal digits, or a text in quotes", path)
			continue
		}
		items = append(items, yamltext.Literal(item))
		values = append(values, scalarValue(item))
		length += len(items[len(items)-1])
	}
	if length > longList {
		return r.constant(n, name, value.ListOf(values...))
	}
	return rules.Expression{
		Text: "[" + strings.Join(items, ", ") + "]", Source: n.Source, Offset: n.Start,
		Pieces: []rules.Piece{{Text: 0, Source: n.Start}, {Text: 1, Source: n.Start}},
	}
}
