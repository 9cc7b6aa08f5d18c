package yaml

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

// Write returns the text of a rule set that does what the rules and steps of another
// form do, with what the set says of its sensor and of the rules of its triage. What
// rule sets in YAML cannot say is an error, a diag.List that names all of it.
func Write(set *RuleSet) ([]byte, error) {
	w := &writer{used: map[string]bool{}}
	if set = w.joinTriages(set); len(w.problems) > 0 {
		return nil, w.problems
	}
	text, err := w.set(set)
	if len(w.problems) == 0 && err == nil {
		w.compare(set, text)
	}
	if len(w.problems) > 0 {
		return nil, w.problems
	}
	return text, err
}

// writer makes nodes of steps.
type writer struct {
	used     map[string]bool // names of steps
	problems diag.List
}

// cannot takes note of what cannot be written, in the place of an expression if it has
// one.
func (w *writer) cannot(at *rules.Expression, format string, values ...any) {
	d := &diag.Diagnostic{Kind: diag.ErrArgument, Message: fmt.Sprintf(format, values...)}
	if at != nil && at.Source != nil {
		d.File, d.Source, d.Range = at.Source.File, at.Source.Text, at.InSource(diag.Range{End: len(at.Text)})
	}
	w.problems = append(w.problems, d)
}

// set writes a set, unless there are problems.
func (w *writer) set(set *RuleSet) ([]byte, error) {
	if len(set.Constants) > 0 {
		w.cannot(nil, "lists that are long, or in files, cannot be written")
	}
	if len(set.Tables) > 0 {
		w.cannot(nil, "tables cannot be written")
	}
	var enrich, triage *yaml.Node
	for i := range set.Parsed.Rules {
		enrich = add(enrich, w.name(set.Parsed.Rules[i].Name), w.block(&rules.Block{Rule: set.Parsed.Rules[i]}))
	}
	for _, step := range set.Steps {
		if triage != nil {
			w.cannot(nil, "the triage is the last step of a rule set, and there is one after it: write a set for what comes after the triage")
			break
		}
		if t, ok := step.(*rules.Triage); ok {
			triage = w.triage(t, set.Rules)
			continue
		}
		if name, written := w.step(step); written != nil {
			enrich = add(enrich, w.name(name), written)
		}
	}
	if len(w.problems) > 0 {
		return nil, nil
	}
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(mappingOf(entry{"sensor", scalar(set.Sensor)}, entry{"enrich", enrich}, entry{"triage", triage})); err != nil {
		return nil, fmt.Errorf("writing the rule set: %w", err)
	}
	return text.Bytes(), nil
}

// name returns a name of a step that no other one has.
func (w *writer) name(wanted string) string {
	if wanted == "" {
		wanted = "step"
	}
	name := wanted
	for n := 2; w.used[name]; n++ {
		name = fmt.Sprintf("%s %d", wanted, n)
	}
	w.used[name] = true
	return name
}

// step writes a step that is no triage, nil for one that cannot be written.
func (w *writer) step(step rules.Step) (name string, written *yaml.Node) {
	switch step := step.(type) {
	case *rules.Filter:
		key := filterKeys[step.Effect]
		return step.Name, mappingOf(entry{key, expression(step.Condition.Text)}, entry{"inputs", flowList(step.Inputs)},
			entry{"variables", w.variables(step.Variables, step.Condition)})
	case rules.Blocks:
		switch len(step) {
		case 0:
			return "", nil
		case 1:
			return step[0].Name, w.block(&step[0])
		}
		var groups *yaml.Node
		inside := &writer{used: map[string]bool{}}
		for i := range step {
			groups = add(groups, inside.name(step[i].Name), w.block(&step[i]))
		}
		return step[0].Name, mappingOf(entry{"groups", groups})
	case *rules.Edit:
		return step.Name, w.edit(step)
	case rules.Alert:
		return "alert", mappingOf(entry{"alert", yes(true)})
	}
	w.cannot(nil, "a step that is written in Go, or of a form that is not known (%T), cannot be written", step)
	return "", nil
}

var filterKeys = map[rules.Effect]string{rules.PassTrue: "filter", rules.DropTrue: "drop", rules.Require: "require"}

// edit writes an edit, which does one thing.
func (w *writer) edit(e *rules.Edit) *yaml.Node {
	var does []entry
	if len(e.Remove) > 0 {
		does = append(does, entry{"remove", flowList(e.Remove)})
	}
	if len(e.Rename) > 0 {
		var rename *yaml.Node
		for _, r := range e.Rename {
			if has(rename, r.From) {
				w.cannot(&e.When, "%s: %s gets two names, which cannot be written", e.Name, r.From)
				return nil
			}
			rename = add(rename, r.From, scalar(r.To))
		}
		does = append(does, entry{"rename", rename})
	}
	if e.Select != nil {
		does = append(does, entry{"select", flowList(e.Select)})
	}
	switch len(does) {
	case 0:
		does = []entry{{"remove", flowList([]string{})}}
	case 1:
	default:
		w.cannot(&e.When, "%s: one step removes, renames or selects fields, and cannot do several of these", e.Name)
		return nil
	}
	return mappingOf(does[0], entry{"when", expression(e.When.Text)}, entry{"inputs", flowList(e.Inputs)})
}

// block writes assignments with a scope of their own: as lines if that is all there is
// to say.
func (w *writer) block(b *rules.Block) *yaml.Node {
	assign := w.assignments(b)
	expressions := []rules.Expression{b.When}
	for _, a := range b.Assignments {
		expressions = append(expressions, a.Expression)
	}
	options := mappingOf(entry{"when", expression(b.When.Text)}, entry{"keep", flowList(keptOf(b))}, entry{"inputs", flowList(b.Inputs)},
		entry{"variables", w.variables(b.Variables, expressions...)}, entry{"nulls", nullsNode(b.Nulls)},
		entry{"flatten", yes(b.Flatten)}, entry{"essential", yes(b.Essential)})
	if assign == nil || assign.Kind == yaml.ScalarNode && len(options.Content) == 0 {
		return assign
	}
	written := mappingOf(entry{"assign", assign})
	written.Content = append(written.Content, options.Content...)
	return written
}

func nullsNode(n rules.Nulls) *yaml.Node {
	for name, is := range nullsOf {
		if is == n && n != rules.NullRemoves {
			return scalar(name)
		}
	}
	return nil
}

// keptOf returns the assigned names that become fields, nil for all.
func keptOf(b *rules.Block) []string {
	if b.Keep == nil {
		return nil
	}
	kept := []string{}
	for _, name := range b.Keep {
		assigned := slices.ContainsFunc(b.Assignments, func(a rules.Assignment) bool { return a.Name == name })
		if assigned && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// assignments writes those of a block: as the rule file that they stand in, with its
// comments; as lines if one name is there twice; and as a mapping otherwise.
func (w *writer) assignments(b *rules.Block) *yaml.Node {
	if len(b.Assignments) == 0 {
		return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	}
	if text, ok := wholeFile(b.Assignments); ok {
		return lines(text)
	}
	var assign *yaml.Node
	var all strings.Builder
	twice := false
	for i := range b.Assignments {
		a := &b.Assignments[i]
		twice = twice || has(assign, a.Name)
		assign = add(assign, a.Name, expression(a.Text))
		fmt.Fprintf(&all, "%s := %s\n", names.Written(a.Name), a.Text)
		if a.Name == "" && twice {
			w.cannot(&a.Expression, "%s: assignments without a name beside one that is made twice cannot be written", b.Name)
			return nil
		}
	}
	if twice {
		return lines(all.String())
	}
	return assign
}

func lines(text string) *yaml.Node {
	n := scalar(text)
	n.Style = yaml.LiteralStyle
	return n
}

// wholeFile returns the text of the rule file that has just these assignments. ok is
// false if there is none.
func wholeFile(assignments []rules.Assignment) (text string, ok bool) {
	source := assignments[0].Source
	if source == nil || strings.Contains(source.Text, "\r") {
		return "", false
	}
	text = strings.Trim(strings.TrimPrefix(source.Text, "\ufeff"), " \t\f\n") + "\n" // the first line tells YAML the indentation
	parsed := script.Parse(source.File, []byte(text))
	if len(parsed.Findings) > 0 {
		return "", false
	}
	return text, slices.EqualFunc(parsed.Rules[0].Assignments, assignments, func(a, b rules.Assignment) bool {
		return a.Name == b.Name && a.Text == b.Text && b.Source == source
	})
}

// variables writes the variables that expressions may read, nil for none.
func (w *writer) variables(of stellar.Resolver, expressions ...rules.Expression) *yaml.Node {
	if of == nil {
		return nil
	}
	if of.Names() == nil {
		w.cannot(&expressions[0], "variables that do not know their names cannot be written")
		return nil
	}
	var all *yaml.Node
	for _, name := range readOf(of, expressions) {
		all = add(all, name, valueNode(of.Lookup(name)))
	}
	return all
}

// readOf returns the names of variables that are in the text of an expression, and all
// for one that may read any.
func readOf(of stellar.Resolver, expressions []rules.Expression) []string {
	var read []string
	for _, name := range of.Names() {
		if slices.Contains(read, name) || of.Lookup(name).IsNull() {
			continue
		}
		if slices.ContainsFunc(expressions, func(e rules.Expression) bool {
			return strings.Contains(e.Text, name) || everything.MatchString(e.Text)
		}) {
			read = append(read, name)
		}
	}
	return read
}

// triage writes a triage, with what is said of its rules.
func (w *writer) triage(t *rules.Triage, about []Description) *yaml.Node {
	all := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range t.Rules {
		var d Description
		if len(about) == len(t.Rules) {
			d = about[i]
		}
		r := &t.Rules[i]
		all.Content = append(all.Content, w.rule(r, &d))
	}
	var aggregator, negatives *yaml.Node
	if t.Aggregator != rules.Max {
		aggregator = scalar(t.Aggregator.String())
	}
	if t.NegativesCount {
		negatives = scalar("count")
	}
	return mappingOf(entry{"when", expression(t.When.Text)}, entry{"aggregator", aggregator}, entry{"negatives", negatives},
		entry{"variables", w.variables(t.Variables, expressionsOf(t)...)}, entry{"rules", all})
}

func (w *writer) rule(r *rules.TriageRule, d *Description) *yaml.Node {
	name := scalar(r.Name)
	if name == nil {
		name = valueNode(value.Null)
	}
	own, added := d.fields(), r.Fields
	if len(added) < len(own) || !slices.EqualFunc(own, added[:len(own)], sameField) {
		w.cannot(&r.When, "rule %s: what it adds to messages does not go with what is said of it, which cannot be written", r.Name)
		return nil
	}
	var also *yaml.Node
	for _, f := range added[len(own):] {
		also = add(also, f.Name, valueNode(f.Value))
	}
	return mappingOf(
		entry{"name", name}, entry{"id", scalar(d.ID)}, entry{"description", scalar(d.Description)}, entry{"comment", scalar(r.Comment)},
		entry{"severity", scalar(d.Severity)}, entry{"status", scalar(d.Status)}, entry{"owner", scalar(d.Owner)}, entry{"attack", list(d.Attack)},
		entry{"when", expression(r.When.Text)}, entry{"score", expression(r.Score.Text)}, entry{"reason", expression(r.Reason.Text)},
		entry{"verdict", expression(r.Verdict.Text)}, entry{"add", also},
		entry{"references", list(d.References)}, entry{"false_positives", list(d.FalsePositives)}, entry{"runbook", scalar(d.Runbook)},
		entry{"except", exceptions(r.Except, d.Exceptions)},
	)
}

func sameField(a, b rules.Assigned) bool { return a.Name == b.Name && value.Equal(a.Value, b.Value) }

func exceptions(all []rules.Exception, about []Exception) *yaml.Node {
	if len(all) == 0 {
		return nil
	}
	written := &yaml.Node{Kind: yaml.SequenceNode}
	for i, e := range all {
		var d Exception
		if i < len(about) {
			d = about[i]
		}
		until := ""
		if !e.Until.IsZero() {
			until = e.Until.UTC().Format(time.RFC3339)
		}
		written.Content = append(written.Content, mappingOf(
			entry{"when", expression(e.When.Text)}, entry{"until", scalar(until)}, entry{"owner", scalar(d.Owner)}, entry{"reason", scalar(d.Reason)}))
	}
	return written
}
