package yaml

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/stellarlang/stellar/stellar/rules"
)

// Write returns a rule set in YAML that does what the steps of another form do: blocks of
// one rule each, filters and, as the last one, a triage. The descriptions are those of the
// rules of the triage, in their order; nil is none. What rule sets in YAML cannot say is
// an error.
func Write(steps []rules.Step, about []Description) ([]byte, error) {
	w := &writer{used: map[string]bool{}}
	var enrich, triage *yaml.Node
	for i, step := range steps {
		switch step := step.(type) {
		case *rules.Triage:
			if i < len(steps)-1 {
				return nil, fmt.Errorf("triage %s: nothing can be written after a triage", step.Name)
			}
			written, err := w.triage(step, about)
			if err != nil {
				return nil, err
			}
			triage = written
			continue
		case *rules.Filter:
			if step.Effect == rules.Require || step.Inputs != nil || step.Variables != nil {
				return nil, fmt.Errorf("filter %s: it has conditions on the message, inputs or variables that cannot be written", step.Name)
			}
			key := "filter"
			if step.Effect == rules.DropTrue {
				key = "drop"
			}
			enrich = add(enrich, w.name(step.Name), mappingOf(entry{key, expression(step.Condition.Text)}))
			continue
		case rules.Blocks:
			written, err := w.block(step)
			if err != nil {
				return nil, err
			}
			enrich = add(enrich, w.name(step[0].Name), written)
			continue
		}
		return nil, fmt.Errorf("a step of the form %T cannot be written", step)
	}
	set := mappingOf(entry{"enrich", enrich}, entry{"triage", triage})
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(set); err != nil {
		return nil, fmt.Errorf("writing the rule set: %w", err)
	}
	return text.Bytes(), nil
}

// writer makes nodes of steps.
type writer struct{ used map[string]bool }

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

// block writes a block.
func (w *writer) block(blocks rules.Blocks) (*yaml.Node, error) {
	if len(blocks) != 1 {
		return nil, fmt.Errorf("%d blocks side by side cannot be written", len(blocks))
	}
	b := &blocks[0]
	if b.Inputs != nil || b.Flatten || b.Nulls != rules.NullRemoves || b.Variables != nil || b.Essential {
		return nil, fmt.Errorf("block %s: it has inputs, variables, or a treatment of maps, nulls or failures that cannot be written", b.Name)
	}
	var assign *yaml.Node
	for _, a := range b.Assignments {
		if has(assign, a.Name) {
			return nil, fmt.Errorf("block %s: %s is assigned twice, which cannot be written", b.Name, a.Name)
		}
		assign = add(assign, a.Name, expression(a.Text))
	}
	return mappingOf(entry{"when", expression(b.When.Text)}, entry{"assign", assign}, entry{"keep", list(b.Keep)}), nil
}

func (w *writer) triage(t *rules.Triage, about []Description) (*yaml.Node, error) {
	if t.Variables != nil {
		return nil, fmt.Errorf("triage %s: its variables cannot be written", t.Name)
	}
	all := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range t.Rules {
		r := &t.Rules[i]
		if r.Verdict.Text != "" {
			return nil, fmt.Errorf("rule %s: a verdict cannot be written", r.Name)
		}
		d := Description{Comment: r.Comment}
		if about != nil {
			d = about[i]
		}
		written := mappingOf(
			entry{"name", scalar(r.Name)}, entry{"id", scalar(d.ID)}, entry{"comment", scalar(d.Comment)},
			entry{"severity", scalar(d.Severity)}, entry{"status", scalar(d.Status)}, entry{"owner", scalar(d.Owner)}, entry{"attack", list(d.Attack)},
			entry{"when", expression(r.When.Text)}, entry{"score", expression(r.Score.Text)}, entry{"reason", expression(r.Reason.Text)},
			entry{"references", list(d.References)}, entry{"false_positives", list(d.FalsePositives)}, entry{"runbook", scalar(d.Runbook)},
			entry{"except", exceptions(r.Except, d.Exceptions)},
		)
		all.Content = append(all.Content, written)
	}
	var aggregator, negatives *yaml.Node
	if t.Aggregator != rules.Max {
		aggregator = scalar(t.Aggregator.String())
	}
	if t.NegativesCount {
		negatives = scalar("count")
	}
	return mappingOf(entry{"when", expression(t.When.Text)}, entry{"aggregator", aggregator}, entry{"negatives", negatives}, entry{"rules", all}), nil
}

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

// entry is a member of a mapping. One with a nil value is left out.
type entry struct {
	key   string
	value *yaml.Node
}

func mappingOf(entries ...entry) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range entries {
		if p.value != nil {
			m.Content = append(m.Content, scalar(p.key), p.value)
		}
	}
	return m
}

// add adds a member to a mapping, which is made if there is none.
func add(m *yaml.Node, key string, value *yaml.Node) *yaml.Node {
	if m == nil {
		m = &yaml.Node{Kind: yaml.MappingNode}
	}
	m.Content = append(m.Content, scalar(key), value)
	return m
}

// has reports whether a mapping has a key. Nil has none.
func has(m *yaml.Node, key string) bool {
	for i := 0; m != nil && i < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return true
		}
	}
	return false
}

// scalar returns a text, nil for an empty one.
func scalar(text string) *yaml.Node {
	if text == "" {
		return nil
	}
	n := &yaml.Node{}
	n.SetString(text)
	return n
}

// list returns a list of texts, nil for none.
func list(texts []string) *yaml.Node {
	if len(texts) == 0 {
		return nil
	}
	all := &yaml.Node{Kind: yaml.SequenceNode}
	for _, text := range texts {
		all.Content = append(all.Content, scalar(text))
	}
	return all
}

// number is the text of one that needs no quotes.
var number = regexp.MustCompile(`^-?\d+(?:\.\d+)?$`)

// longExpression is how long an expression is that stands in a line of its own.
const longExpression = 60

// expression returns an expression, nil for an empty one.
func expression(text string) *yaml.Node {
	n := scalar(text)
	if number.MatchString(text) {
		n = &yaml.Node{Kind: yaml.ScalarNode, Value: text}
	}
	if n != nil && (len(text) > longExpression || strings.ContainsAny(text, "\n#")) {
		n.Style = yaml.LiteralStyle
	}
	return n
}
