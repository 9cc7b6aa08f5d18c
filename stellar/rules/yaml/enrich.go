package yaml

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// stepKeys are the keys of a step, stepActions those of which it has one.
var (
	stepKeys    = namesOf(stepProperties)
	stepActions = []string{"assign", "file", "drop", "filter"}
)

// enrich reads steps by name.
func (r *reader) enrich(n *yamltext.Node) {
	if !r.IsMapping(n, "enrich") {
		return
	}
	for _, m := range n.Members {
		r.enrichStep(m.Name, m.Value, yamltext.Within("enrich", m.Name.Text))
	}
}

// enrichStep reads a step: assignments, or a mapping with what is to be done.
func (r *reader) enrichStep(name, n *yamltext.Node, path string) {
	block := rules.Block{Rule: rules.Rule{Name: name.Text}}
	if n.Kind == yamltext.Text {
		block.Assignments = r.inline(n, path)
		r.step(rules.Blocks{block})
		return
	}
	if n.Kind != yamltext.Mapping {
		r.WrongKind(n, path, "assignments, in the lines after |, or a mapping with file, assign, drop or filter")
		return
	}
	r.OnlyKnown(n, path, stepKeys...)
	does := slices.DeleteFunc(slices.Clone(stepActions), func(key string) bool { return n.Get(key) == nil })
	if len(does) != 1 {
		r.Report(name.Span(), "%s must have one of assign, file, drop and filter, and has %s", path, orNone(does))
		return
	}
	switch does[0] {
	case "drop", "filter":
		for _, key := range []string{"when", "keep"} {
			if n.Get(key) != nil {
				r.Report(n.Get(key).Span(), "%s is a condition already, and has no %s", yamltext.Within(path, does[0]), key)
			}
		}
		effect := rules.DropTrue
		if does[0] == "filter" {
			effect = rules.PassTrue
		}
		r.conditions(n.Get(does[0]), yamltext.Within(path, does[0]), effect)
		return
	case "assign":
		block.Assignments = r.assign(n.Get("assign"), yamltext.Within(path, "assign"))
	case "file":
		block.Assignments = r.scriptFile(n.Get("file"), yamltext.Within(path, "file"))
	}
	block.When, _ = r.expression(n.Get("when"), yamltext.Within(path, "when"))
	block.Keep = r.keep(n.Get("keep"), yamltext.Within(path, "keep"), block.Assignments)
	r.step(rules.Blocks{block})
}

func orNone(keys []string) string {
	if len(keys) == 0 {
		return "none"
	}
	return strings.Join(keys, ", ")
}

// keep reads the names that become fields, nil for all.
func (r *reader) keep(n *yamltext.Node, path string, assignments []rules.Assignment) []string {
	kept := r.Texts(n, path)
	var assigned []string
	for _, a := range assignments {
		assigned = append(assigned, a.Name)
	}
	for _, item := range yamltext.Items(n) {
		name := strings.TrimSpace(item.Text)
		if item.IsScalar() && name != "" && len(assigned) > 0 && !slices.Contains(assigned, name) {
			r.Unknown(item.Span(), "the step does not assign "+yamltext.Quoted(name), name, assigned)
		}
	}
	return kept
}

// assign reads assignments: as lines, or as a mapping of names to expressions.
func (r *reader) assign(n *yamltext.Node, path string) []rules.Assignment {
	switch n.Kind {
	case yamltext.Text:
		return r.inline(n, path)
	case yamltext.Mapping:
	default:
		r.WrongKind(n, path, "assignments, in the lines after |, or a mapping of names to expressions")
		return nil
	}
	var all []rules.Assignment
	for _, m := range n.Members {
		if m.Value.Kind == yamltext.Null { // which is an expression too
			m.Value.Kind = yamltext.Text
		}
		if m.Value.Text == "" && m.Value.IsScalar() {
			r.Report(m.Name.Span(), "%s has no expression: write null to remove a field", yamltext.Within(path, m.Name.Text))
			continue
		}
		if e, ok := r.Expression(m.Value, yamltext.Within(path, m.Name.Text)); ok {
			all = append(all, rules.Assignment{Name: m.Name.Text, Expression: e})
		}
	}
	return r.expandAll(all)
}

// inline reads assignments that stand in a text, as in a rule file of their own.
func (r *reader) inline(n *yamltext.Node, path string) []rules.Assignment {
	if !script.IsAssignment(n.Text) {
		r.Report(n.Span(), "%s assigns nothing: write name := expression in the lines after |", path)
		return nil
	}
	whole := rules.Expression{Text: n.Text, Source: n.Source, Offset: n.Pieces[0].Source, Pieces: n.Pieces}
	parsed := script.Parse(n.Source.File, []byte(n.Text))
	for _, d := range parsed.Findings {
		placed := *d
		placed.Source, placed.Range, placed.Argument = n.Source.Text, whole.InSource(d.Range), diag.Range{}
		r.set.Findings = append(r.set.Findings, &placed)
	}
	var all []rules.Assignment
	for _, a := range parsed.Rules[0].Assignments {
		e := whole.Part(a.Offset, a.Offset+len(a.Text))
		e.Text = a.Text // without its # comments
		all = append(all, rules.Assignment{Name: a.Name, Expression: e})
	}
	return r.expandAll(all)
}

// scriptFile reads assignments of a rule file of their own.
func (r *reader) scriptFile(n *yamltext.Node, path string) []rules.Assignment {
	name, ok := r.Text(n, path)
	if !ok {
		return nil
	}
	if IsName(name) || strings.HasSuffix(strings.ToLower(name), ".json") {
		r.Report(n.Span(), "%s is a file of lines name := expression, as dga.stellar", path)
		return nil
	}
	content, ok := r.Open(n, name)
	if !ok {
		return nil
	}
	parsed := script.Parse(yamltext.Near(n, name), content)
	r.set.Findings = append(r.set.Findings, parsed.Findings...)
	return r.expandAll(parsed.Rules[0].Assignments)
}

// conditions reads filters: an expression, or a list of them.
func (r *reader) conditions(n *yamltext.Node, path string, effect rules.Effect) {
	for i, item := range yamltext.Items(n) {
		at := path
		if n.Kind == yamltext.List {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if e, ok := r.expression(item, at); ok {
			r.step(&rules.Filter{Name: at, Condition: e, Effect: effect})
		}
	}
}
