package yaml

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// The keys of a step and of a group: stepActions are those of which a step has one, and
// groupActions those of which a group has one.
var (
	stepKeys     = namesOf(stepProperties)
	stepActions  = []string{"assign", "file", "groups", "drop", "filter", "require", "remove", "rename", "select", "alert"}
	groupKeys    = namesOf(groupProperties)
	groupActions = []string{"assign", "file"}
)

// goesWith returns the other keys that go with an action.
func goesWith(action string) []string {
	switch action {
	case "assign", "file":
		return slices.DeleteFunc(slices.Clone(groupKeys), func(key string) bool { return slices.Contains(groupActions, key) })
	case "drop", "filter", "require":
		return []string{"inputs", "variables"}
	case "remove", "rename", "select":
		return []string{"when", "inputs"}
	}
	return nil
}

// enrich reads steps by name.
func (r *reader) enrich(n *yamltext.Node) {
	if n.Kind != yamltext.Mapping {
		r.WrongKind(n, "enrich", "steps by name, such as site: | with lines of assignments below it")
		return
	}
	for _, m := range n.Members {
		r.enrichStep(m.Name, m.Value, yamltext.Within("enrich", m.Name.Text))
	}
}

// enrichStep reads a step: assignments, or a mapping with what is to be done.
func (r *reader) enrichStep(name, n *yamltext.Node, path string) {
	action, ok := r.action(name, n, path, stepKeys, stepActions)
	if !ok {
		return
	}
	at, what := yamltext.Within(path, action), n.Get(action)
	switch action {
	case "drop":
		r.conditions(what, at, rules.Filter{Effect: rules.DropTrue, Inputs: r.inputs(n, path), Variables: r.variables(n, path)})
	case "filter":
		r.conditions(what, at, rules.Filter{Effect: rules.PassTrue, Inputs: r.inputs(n, path), Variables: r.variables(n, path)})
	case "require":
		r.conditions(what, at, rules.Filter{Effect: rules.Require, Inputs: r.inputs(n, path), Variables: r.variables(n, path)})
	case "remove", "rename", "select":
		r.edit(name.Text, n, path, action)
	case "alert":
		if r.Yes(what, at, true) {
			r.step(rules.Alert{})
		}
	case "groups":
		r.groups(what, at)
	default:
		r.step(rules.Blocks{r.block(name.Text, n, path, action)})
	}
}

// action returns which of the keys of a step or group says what is to be done: assign
// for a text. ok is false if that is not clear, which is reported.
func (r *reader) action(name, n *yamltext.Node, path string, known, actions []string) (action string, ok bool) {
	switch n.Kind {
	case yamltext.Text:
		return "assign", true
	case yamltext.Mapping:
	default:
		r.WrongKind(n, path, "assignments, in the lines after |, or a mapping with "+listed(actions, "or"))
		return "", false
	}
	r.OnlyKnown(n, path, known...)
	does := slices.DeleteFunc(slices.Clone(actions), func(key string) bool { return n.Get(key) == nil })
	if len(does) != 1 {
		r.Report(name.Span(), "%s must have one of %s, and has %s", path, listed(actions, "and"), orNone(does))
		return "", false
	}
	action = does[0]
	for _, m := range n.Members {
		key := m.Name.Text
		switch {
		case key == action || !slices.Contains(known, key) || m.Value.Kind == yamltext.Null || slices.Contains(goesWith(action), key):
		case key == "when" && slices.Contains(goesWith(action), "variables"), key == "keep" && slices.Contains(goesWith(action), "variables"):
			r.Report(m.Value.Span(), "%s is a condition already, and has no %s", yamltext.Within(path, action), key)
		default:
			r.Report(m.Value.Span(), "%s does not go with %s", key, yamltext.Within(path, action))
		}
	}
	return action, true
}

// listed lists words, the last after a conjunction.
func listed(words []string, conjunction string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

func orNone(keys []string) string {
	if len(keys) == 0 {
		return "none"
	}
	return strings.Join(keys, ", ")
}

// block reads assignments with a scope of their own, and how they are made.
func (r *reader) block(name string, n *yamltext.Node, path, action string) rules.Block {
	block := rules.Block{Rule: rules.Rule{Name: name}}
	if n.Kind == yamltext.Text {
		block.Assignments = r.inline(n, path)
		return block
	}
	if action == "file" {
		block.Assignments = r.scriptFile(n.Get("file"), yamltext.Within(path, "file"))
	} else {
		block.Assignments = r.assign(n.Get("assign"), yamltext.Within(path, "assign"))
	}
	block.When, _ = r.expression(n.Get("when"), yamltext.Within(path, "when"))
	block.Keep = r.keep(n.Get("keep"), yamltext.Within(path, "keep"), block.Assignments)
	block.Inputs, block.Variables = r.inputs(n, path), r.variables(n, path)
	block.Nulls = nullsOf[r.OneOf(n.Get("nulls"), yamltext.Within(path, "nulls"), "way to take null", nullNames...)]
	block.Flatten = r.Yes(n.Get("flatten"), yamltext.Within(path, "flatten"), false)
	block.Essential = r.Yes(n.Get("essential"), yamltext.Within(path, "essential"), false)
	return block
}

// nullNames are the ways to take the assignment of null, as nullsOf has them.
var nullNames = []string{"remove", "reveal", "hide"}

var nullsOf = map[string]rules.Nulls{"remove": rules.NullRemoves, "reveal": rules.NullReveals, "hide": rules.NullHides}

// groups reads assignments that do not see each other's results.
func (r *reader) groups(n *yamltext.Node, path string) {
	if !r.IsMapping(n, path) {
		return
	}
	var all rules.Blocks
	for _, m := range n.Members {
		at := yamltext.Within(path, m.Name.Text)
		if action, ok := r.action(m.Name, m.Value, at, groupKeys, groupActions); ok {
			all = append(all, r.block(m.Name.Text, m.Value, at, action))
		}
	}
	r.step(all)
}

// edit reads a change of fields that computes nothing.
func (r *reader) edit(name string, n *yamltext.Node, path, action string) {
	at, what := yamltext.Within(path, action), n.Get(action)
	e := &rules.Edit{Name: name, Inputs: r.inputs(n, path)}
	e.When, _ = r.expression(n.Get("when"), yamltext.Within(path, "when"))
	switch action {
	case "remove":
		e.Remove = r.Texts(what, at)
	case "select":
		e.Select = r.Texts(what, at)
	default:
		if !r.IsMapping(what, at) {
			return
		}
		for _, m := range what.Members {
			if to, ok := r.Text(m.Value, yamltext.Within(at, m.Name.Text)); ok {
				e.Rename = append(e.Rename, rules.Renaming{From: m.Name.Text, To: to})
			}
		}
	}
	r.step(e)
}

// inputs reads the fields that a step sees, nil for all.
func (r *reader) inputs(n *yamltext.Node, path string) []string {
	return r.Texts(n.Get("inputs"), yamltext.Within(path, "inputs"))
}

// variables reads values that expressions see below the fields of messages.
func (r *reader) variables(n *yamltext.Node, path string) stellar.Resolver {
	of, path := n.Get("variables"), yamltext.Within(path, "variables")
	if !r.IsMapping(of, path) {
		return nil
	}
	v, ok := r.value(of, path)
	if !ok {
		return nil
	}
	variables, err := stellar.JSON(v.AppendJSON(nil))
	if err != nil {
		r.Report(of.Span(), "%s: %v", path, err)
		return nil
	}
	return variables
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

// conditions reads filters like another one: an expression, or a list of them.
func (r *reader) conditions(n *yamltext.Node, path string, filter rules.Filter) {
	for i, item := range yamltext.Items(n) {
		at := path
		if n.Kind == yamltext.List {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if e, ok := r.expression(item, at); ok {
			made := filter
			made.Name, made.Condition = at, e
			r.step(&made)
		}
	}
}
