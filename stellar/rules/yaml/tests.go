package yaml

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/value"
)

// Test says what is expected of messages.
type Test struct {
	Name string
	// Message is a JSON object. With an empty one, the messages are those of Sample, a
	// file of them.
	Message string
	Sample  string
	// Mocks are functions that are not called.
	Mocks []Mock
	// Fields are those that a message must have afterwards; null is for one that it
	// must not have.
	Fields []rules.Assigned
	// Score is the score that a message must have, nil for any.
	Score *float64
	// Fired are the names or ids of the rules that must be true, and no others; nil
	// for any.
	Fired []string
	// Dropped says whether a filter must drop the message.
	Dropped bool
	// File and Line are where the test stands.
	File string
	Line int
}

// Mock is a function that is not called: Result is what its calls return.
type Mock struct {
	Function string
	Result   value.Value
}

var testKeys = namesOf(testProperties)

// tests reads the tests of a set.
func (r *reader) tests(n *yamltext.Node) {
	if !r.IsList(n, "tests") {
		return
	}
	for i, item := range n.Items {
		path := fmt.Sprintf("tests[%d]", i)
		if r.IsMapping(item, path) {
			r.test(item, path)
		}
	}
}

func (r *reader) test(n *yamltext.Node, path string) {
	r.OnlyKnown(n, path, testKeys...)
	r.Missing(n, path, "name", "expect")
	t := Test{File: n.Source.File, Line: n.Line}
	t.Name, _ = r.Text(n.Get("name"), path+".name")
	message, sample := n.Get("message"), n.Get("sample")
	switch {
	case (message == nil) == (sample == nil):
		r.Report(n.Span(), "%s must have one of message and sample", path)
	case sample != nil:
		if name, ok := r.Text(sample, path+".sample"); ok {
			t.Sample = yamltext.Near(sample, name)
		}
	default:
		t.Message = r.message(message, path+".message")
	}
	if mocks := n.Get("mock"); r.IsMapping(mocks, path+".mock") {
		for _, m := range mocks.Members {
			if result, ok := r.value(m.Value, yamltext.Within(path+".mock", m.Name.Text)); ok {
				t.Mocks = append(t.Mocks, Mock{m.Name.Text, result})
			}
		}
	}
	if expect := n.Get("expect"); r.IsMapping(expect, path+".expect") {
		r.expect(&t, expect, path+".expect")
	}
	r.set.Tests = append(r.set.Tests, t)
}

// message reads a message: a mapping, or the text of a JSON object.
func (r *reader) message(n *yamltext.Node, path string) string {
	if n.Kind == yamltext.Text {
		m, err := rules.ParseMessage([]byte(n.Text))
		if err != nil {
			r.Report(n.Span(), "%s: %v", path, err)
			return ""
		}
		return string(m.AppendJSON(nil))
	}
	if !r.IsMapping(n, path) {
		return ""
	}
	v, ok := r.value(n, path)
	if !ok {
		return ""
	}
	return string(v.AppendJSON(nil))
}

// expect reads what is expected: fields by name, score, fired and dropped.
func (r *reader) expect(t *Test, n *yamltext.Node, path string) {
	for _, m := range n.Members {
		at := yamltext.Within(path, m.Name.Text)
		switch m.Name.Text {
		case "score":
			score, ok := r.value(m.Value, at)
			number, isNumber := value.ToDouble(score)
			if ok && (!isNumber || m.Value.Kind != yamltext.Numeric) {
				r.WrongKind(m.Value, at, "a number")
			} else if ok {
				t.Score = &number
			}
		case "fired":
			t.Fired = []string{}
			if m.Value.Kind != yamltext.Null {
				t.Fired = r.Texts(m.Value, at)
			}
			for _, item := range yamltext.Items(m.Value) {
				r.isRule(item)
			}
		case "dropped":
			t.Dropped = r.Yes(m.Value, at, false)
		default:
			if v, ok := r.value(m.Value, at); ok {
				t.Fields = append(t.Fields, rules.Assigned{Name: m.Name.Text, Value: v})
			}
		}
	}
}

// isRule reports a text that neither names a rule nor is an id of one.
func (r *reader) isRule(n *yamltext.Node) {
	if !n.IsScalar() || strings.TrimSpace(n.Text) == "" {
		return // which is reported already
	}
	var known []string
	for _, d := range r.set.Rules {
		known = append(known, d.Name)
		if d.ID != "" {
			known = append(known, d.ID)
		}
	}
	name := strings.TrimSpace(n.Text)
	switch {
	case slices.Contains(known, name):
	case len(known) == 0:
		r.Report(n.Span(), "there is no rule %s: there are no rules", yamltext.Quoted(name))
	default:
		r.Unknown(n.Span(), "there is no rule "+yamltext.Quoted(name), name, known)
	}
}

// value returns the value that stands in YAML, as JSON has it. ok is false for what
// JSON does not have, which is reported.
func (r *reader) value(n *yamltext.Node, path string) (v value.Value, ok bool) {
	switch n.Kind {
	case yamltext.Mapping:
		m := value.NewMap(len(n.Members))
		for _, member := range n.Members {
			item, ok := r.value(member.Value, yamltext.Within(path, member.Name.Text))
			if !ok {
				return v, false
			}
			m.Put(value.String(member.Name.Text), item)
		}
		return value.FromMap(m), true
	case yamltext.List:
		items := make([]value.Value, len(n.Items))
		for i, item := range n.Items {
			if items[i], ok = r.value(item, fmt.Sprintf("%s[%d]", path, i)); !ok {
				return v, false
			}
		}
		return value.ListOf(items...), true
	case yamltext.Numeric:
		v, err := value.ParseJSON([]byte(n.Text))
		if err != nil {
			r.Report(n.Span(), "%s: messages are JSON, which has no such number; a text stands in quotes", path)
			return v, false
		}
		return v, true
	case yamltext.Boolean:
		return value.Bool(strings.EqualFold(n.Text, "true")), true
	case yamltext.Null:
		return value.Null, true
	}
	return value.String(n.Text), true
}
