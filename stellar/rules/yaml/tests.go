package yaml

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
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
func (r *reader) tests(n *node) {
	if !r.isList(n, "tests") {
		return
	}
	for i, item := range n.items {
		path := fmt.Sprintf("tests[%d]", i)
		if r.isMapping(item, path) {
			r.test(item, path)
		}
	}
}

func (r *reader) test(n *node, path string) {
	r.onlyKnown(n, path, testKeys...)
	r.missing(n, path, "name", "expect")
	t := Test{File: n.source.File, Line: n.line}
	t.Name, _ = r.text(n.get("name"), path+".name")
	message, sample := n.get("message"), n.get("sample")
	switch {
	case (message == nil) == (sample == nil):
		r.report(n.span(), "%s must have one of message and sample", path)
	case sample != nil:
		if name, ok := r.text(sample, path+".sample"); ok {
			t.Sample = near(sample, name)
		}
	default:
		t.Message = r.message(message, path+".message")
	}
	if mocks := n.get("mock"); r.isMapping(mocks, path+".mock") {
		for _, m := range mocks.members {
			if result, ok := r.value(m.value, within(path+".mock", m.name.text)); ok {
				t.Mocks = append(t.Mocks, Mock{m.name.text, result})
			}
		}
	}
	if expect := n.get("expect"); r.isMapping(expect, path+".expect") {
		r.expect(&t, expect, path+".expect")
	}
	r.set.Tests = append(r.set.Tests, t)
}

// message reads a message: a mapping, or the text of a JSON object.
func (r *reader) message(n *node, path string) string {
	if n.kind == text {
		m, err := rules.ParseMessage([]byte(n.text))
		if err != nil {
			r.report(n.span(), "%s: %v", path, err)
			return ""
		}
		return string(m.AppendJSON(nil))
	}
	if !r.isMapping(n, path) {
		return ""
	}
	v, ok := r.value(n, path)
	if !ok {
		return ""
	}
	return string(v.AppendJSON(nil))
}

// expect reads what is expected: fields by name, score, fired and dropped.
func (r *reader) expect(t *Test, n *node, path string) {
	for _, m := range n.members {
		at := within(path, m.name.text)
		switch m.name.text {
		case "score":
			score, ok := r.value(m.value, at)
			number, isNumber := value.ToDouble(score)
			if ok && (!isNumber || m.value.kind != numeric) {
				r.wrongKind(m.value, at, "a number")
			} else if ok {
				t.Score = &number
			}
		case "fired":
			t.Fired = []string{}
			if m.value.kind != null {
				t.Fired = r.texts(m.value, at)
			}
			for _, item := range r.itemsOf(m.value) {
				r.isRule(item)
			}
		case "dropped":
			t.Dropped = r.yes(m.value, at, false)
		default:
			if v, ok := r.value(m.value, at); ok {
				t.Fields = append(t.Fields, rules.Assigned{Name: m.name.text, Value: v})
			}
		}
	}
}

// isRule reports a text that neither names a rule nor is an id of one.
func (r *reader) isRule(n *node) {
	if !n.isScalar() || strings.TrimSpace(n.text) == "" {
		return // which is reported already
	}
	var known []string
	for _, d := range r.set.Rules {
		known = append(known, d.Name)
		if d.ID != "" {
			known = append(known, d.ID)
		}
	}
	name := strings.TrimSpace(n.text)
	switch {
	case slices.Contains(known, name):
	case len(known) == 0:
		r.report(n.span(), "there is no rule %s: there are no rules", quoted(name))
	default:
		r.unknown(n.span(), "there is no rule "+quoted(name), name, known)
	}
}

// value returns the value that stands in YAML, as JSON has it. ok is false for what
// JSON does not have, which is reported.
func (r *reader) value(n *node, path string) (v value.Value, ok bool) {
	switch n.kind {
	case mapping:
		m := value.NewMap(len(n.members))
		for _, member := range n.members {
			item, ok := r.value(member.value, within(path, member.name.text))
			if !ok {
				return v, false
			}
			m.Put(value.String(member.name.text), item)
		}
		return value.FromMap(m), true
	case list:
		items := make([]value.Value, len(n.items))
		for i, item := range n.items {
			if items[i], ok = r.value(item, fmt.Sprintf("%s[%d]", path, i)); !ok {
				return v, false
			}
		}
		return value.ListOf(items...), true
	case numeric:
		v, err := value.ParseJSON([]byte(n.text))
		if err != nil {
			r.report(n.span(), "%s: messages are JSON, which has no such number; a text stands in quotes", path)
			return v, false
		}
		return v, true
	case boolean:
		return value.Bool(strings.EqualFold(n.text, "true")), true
	case null:
		return value.Null, true
	}
	return value.String(n.text), true
}
