package yaml

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// stepKeys are the keys of a step, stepActions those of which it has one.
var (
	stepKeys    = namesOf(stepProperties)
	stepActions = []string{"assign", "file", "drop", "filter"}
)

// enrich reads steps by name.
func (r *reader) enrich(n *node) {
	if !r.isMapping(n, "enrich") {
		return
	}
	for _, m := range n.members {
		r.enrichStep(m.name, m.value, within("enrich", m.name.text))
	}
}

// enrichStep reads a step: assignments, or a mapping with what is to be done.
func (r *reader) enrichStep(name, n *node, path string) {
	block := rules.Block{Rule: rules.Rule{Name: name.text}}
	if n.kind == text {
		block.Assignments = r.inline(n, path)
		r.step(rules.Blocks{block})
		return
	}
	if n.kind != mapping {
		r.wrongKind(n, path, "assignments, in the lines after |, or a mapping with file, assign, drop or filter")
		return
	}
	r.onlyKnown(n, path, stepKeys...)
	does := slices.DeleteFunc(slices.Clone(stepActions), func(key string) bool { return n.get(key) == nil })
	if len(does) != 1 {
		r.report(name.span(), "%s must have one of assign, file, drop and filter, and has %s", path, orNone(does))
		return
	}
	switch does[0] {
	case "drop", "filter":
		for _, key := range []string{"when", "keep"} {
			if n.get(key) != nil {
				r.report(n.get(key).span(), "%s is a condition already, and has no %s", within(path, does[0]), key)
			}
		}
		effect := rules.DropTrue
		if does[0] == "filter" {
			effect = rules.PassTrue
		}
		r.conditions(n.get(does[0]), within(path, does[0]), effect)
		return
	case "assign":
		block.Assignments = r.assign(n.get("assign"), within(path, "assign"))
	case "file":
		block.Assignments = r.scriptFile(n.get("file"), within(path, "file"))
	}
	block.When, _ = r.expression(n.get("when"), within(path, "when"))
	block.Keep = r.keep(n.get("keep"), within(path, "keep"), block.Assignments)
	r.step(rules.Blocks{block})
}

func orNone(keys []string) string {
	if len(keys) == 0 {
		return "none"
	}
	return strings.Join(keys, ", ")
}

// keep reads the names that become fields, nil for all.
func (r *reader) keep(n *node, path string, assignments []rules.Assignment) []string {
	kept := r.texts(n, path)
	var assigned []string
	for _, a := range assignments {
		assigned = append(assigned, a.Name)
	}
	for _, item := range r.itemsOf(n) {
		name := strings.TrimSpace(item.text)
		if item.isScalar() && name != "" && len(assigned) > 0 && !slices.Contains(assigned, name) {
			r.unknown(item.span(), "the step does not assign "+quoted(name), name, assigned)
		}
	}
	return kept
}

// assign reads assignments: as lines, or as a mapping of names to expressions.
func (r *reader) assign(n *node, path string) []rules.Assignment {
	switch n.kind {
	case text:
		return r.inline(n, path)
	case mapping:
	default:
		r.wrongKind(n, path, "assignments, in the lines after |, or a mapping of names to expressions")
		return nil
	}
	var all []rules.Assignment
	for _, m := range n.members {
		if m.value.kind == null { // which is an expression too
			m.value.kind = text
		}
		if m.value.text == "" && m.value.isScalar() {
			r.report(m.name.span(), "%s has no expression: write null to remove a field", within(path, m.name.text))
			continue
		}
		if e, ok := r.written(m.value, within(path, m.name.text)); ok {
			all = append(all, rules.Assignment{Name: m.name.text, Expression: e})
		}
	}
	return r.expandAll(all)
}

// inline reads assignments that stand in a text, as in a rule file of their own.
func (r *reader) inline(n *node, path string) []rules.Assignment {
	if !script.IsAssignment(n.text) {
		r.report(n.span(), "%s assigns nothing: write name := expression in the lines after |", path)
		return nil
	}
	whole := rules.Expression{Text: n.text, Source: n.source, Offset: n.pieces[0].Source, Pieces: n.pieces}
	parsed := script.Parse(n.source.File, []byte(n.text))
	for _, d := range parsed.Findings {
		placed := *d
		placed.Source, placed.Range, placed.Argument = n.source.Text, whole.InSource(d.Range), diag.Range{}
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
func (r *reader) scriptFile(n *node, path string) []rules.Assignment {
	name, ok := r.text(n, path)
	if !ok {
		return nil
	}
	if IsName(name) || strings.HasSuffix(strings.ToLower(name), ".json") {
		r.report(n.span(), "%s is a file of lines name := expression, as dga.stellar", path)
		return nil
	}
	content, ok := r.open(n, name)
	if !ok {
		return nil
	}
	parsed := script.Parse(near(n, name), content)
	r.set.Findings = append(r.set.Findings, parsed.Findings...)
	return r.expandAll(parsed.Rules[0].Assignments)
}

// open reads a file that a value names, which is of rules.
func (r *reader) open(n *node, name string) (content []byte, ok bool) {
	return r.openUpTo(n, name, maxLength)
}

// openUpTo reads a file of so many bytes at most.
func (r *reader) openUpTo(n *node, name string, most int) (content []byte, ok bool) {
	if r.read == nil {
		r.report(n.span(), "no other files can be read here")
		return nil, false
	}
	content, err := r.read(near(n, name))
	var failed *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.report(n.span(), "there is no file %s; its name counts from the folder of this file", quoted(name)).Cause = err
	case errors.As(err, &failed):
		r.report(n.span(), "%s cannot be read: %v", quoted(name), failed.Err).Cause = err
	case err != nil:
		r.report(n.span(), "%s cannot be read: %v", quoted(name), err).Cause = err
	case len(content) > most:
		r.report(n.span(), "%s has more than %d MiB", quoted(name), most>>20)
	default:
		return content, true
	}
	return nil, false
}

// conditions reads filters: an expression, or a list of them.
func (r *reader) conditions(n *node, path string, effect rules.Effect) {
	for i, item := range r.itemsOf(n) {
		at := path
		if n.kind == list {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if e, ok := r.expression(item, at); ok {
			r.step(&rules.Filter{Name: at, Condition: e, Effect: effect})
		}
	}
}
