package yaml

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// definition is a name that stands for a list, a value or an expression, or a function
// of one line.
type definition struct {
	name     string
	function bool
	params   []string
	layer    int // of those that a set is laid over, 0 for the lowest
	at       place
	line     int
	body     rules.Expression
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
func (r *reader) define(n *node) {
	if !r.isMapping(n, "define") {
		return
	}
	for _, m := range n.members {
		d := &definition{at: m.name.span(), line: m.name.line, layer: r.layer}
		if !r.head(d, m.name) || !r.body(d, m.value) {
			continue
		}
		if before := r.definitions[d.name]; before != nil && before.layer == d.layer {
			r.report(d.at, "%s is defined in %s in line %d too", d.name, quoted(before.at.source.File), before.line)
			continue
		}
		r.definitions[d.name] = d
		r.defined = append(r.defined, d)
	}
}

// head reads the name and the parameters of a definition.
func (r *reader) head(d *definition, n *node) bool {
	form := definitionForm.FindStringSubmatch(n.text)
	if form == nil {
		r.report(n.span(), "%s cannot be defined: write a name, or name(parameter, …), of ASCII letters, digits, _ and .", quoted(n.text))
		return false
	}
	d.name, d.function = form[1], form[2] != ""
	if d.function {
		for param := range strings.SplitSeq(form[3], ",") {
			if param = strings.TrimSpace(param); param == "" && form[3] == "" {
				continue
			}
			if !names.IsPlain(param) || slices.Contains(d.params, param) {
				r.report(n.span(), "%s: %s is no parameter: write names, each once, with commas between them", d.name, quoted(param))
				return false
			}
			d.params = append(d.params, param)
		}
	}
	switch {
	case names.IsKeyword(d.name) || d.name == names.AllFields:
		r.report(n.span(), "%s has a meaning in the language: choose another name", d.name)
	case d.function && d.name == strings.ToUpper(d.name):
		r.report(n.span(), "names in capitals are those of the functions of the language: write %s", strings.ToLower(n.text))
	default:
		return true
	}
	return false
}

// body reads what a definition stands for: an expression, or a list of values.
func (r *reader) body(d *definition, n *node) bool {
	path := within("define", d.name)
	if n.kind == list {
		if d.function {
			r.wrongKind(n, path, "an expression")
			return false
		}
		d.body = r.listOf(n, d.name, path)
		return true
	}
	if n.kind == mapping {
		return r.listFile(d, n, path)
	}
	if n.kind == null {
		r.report(d.at, "%s has no expression", path)
		return false
	}
	if !n.isScalar() || strings.TrimSpace(n.text) == "" {
		_, _ = r.written(n, path)
		return false
	}
	d.body, _ = r.written(n, path)
	return true
}

// listOf returns the expression of a list of values: the values, or if they are long a
// name that stands for them.
func (r *reader) listOf(n *node, name, path string) rules.Expression {
	var items []string
	var values []value.Value
	length := 0
	for _, item := range n.items {
		if !item.isScalar() {
			r.wrongKind(item, path, "a list of texts, numbers, true or false")
			continue
		}
		items = append(items, literal(item))
		values = append(values, scalarValue(item))
		length += len(items[len(items)-1])
	}
	if length > longList {
		return r.constant(n, name, value.ListOf(values...))
	}
	return rules.Expression{
		Text: "[" + strings.Join(items, ", ") + "]", Source: n.source, Offset: n.start,
		Pieces: []rules.Piece{{Text: 0, Source: n.start}, {Text: 1, Source: n.start}},
	}
}

var escapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// literal returns the expression of a scalar that is no expression itself.
func literal(n *node) string {
	switch n.kind {
	case numeric:
		return value.ParseNumber(n.text).String()
	case boolean:
		return strings.ToLower(n.text)
	}
	return "'" + escapes.Replace(n.text) + "'"
}
