package yaml

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// Test says what is expected of messages.
type Test struct {
	Name string
	// Messages are JSON objects. With none, the messages are those of Sample, a file of
	// them, or if At is not 0 the one of that number, from 1.
	Messages []string
	Sample   string
	At       int
	// Now is what clocks say; the zero time is for the true time.
	Now time.Time
	// Mocks are functions that are not called.
	Mocks []Mock
	// Skip is why the test is not run, "" if it is.
	Skip string

	// What follows is expected of each message.

	// Fields are those that a message must have afterwards; null is for one that it
	// must not have.
	Fields []rules.Assigned
	// Exactly says that no other fields may be added, changed or removed, but those
	// that tell which rules fired.
	Exactly bool
	// Score is the score that a message must have, nil for any.
	Score *float64
	// Fired are the names or ids of the rules that must be true, and no others; nil
	// for any. NotFired are those of rules that must not.
	Fired, NotFired []string
	// Dropped says whether a filter must drop the message.
	Dropped bool
	// Fails says that a rule must fail, with an error that has the text Error in it.
	Fails bool
	Error string

	// File and Line are where the test stands.
	File string
	Line int
}

// Mock is a function that is not called: Result is what its calls return, or a map of
// what they return by the text of their first argument.
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
	r.messages(&t, n, path)
	t.Now = r.now(n.get("now"), path+".now")
	t.Skip, _ = r.text(n.get("skip"), path+".skip")
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

// messageKeys are the keys by which a test says its messages.
var messageKeys = []string{"message", "messages", "file"}

// messages reads the messages of a test, or where they are.
func (r *reader) messages(t *Test, n *node, path string) {
	says := slices.DeleteFunc(slices.Clone(messageKeys), func(key string) bool { return n.get(key) == nil })
	if at := n.get("at"); at != nil {
		number, err := strconv.Atoi(at.text)
		switch {
		case at.kind != numeric || err != nil || number < 1:
			r.report(at.span(), "%s.at must be the number of a message in the file, which count from 1", path)
		case n.get("file") == nil:
			r.report(at.span(), "%s.at is for a file of messages, and there is none", path)
		}
		t.At = number
	}
	if len(says) != 1 {
		r.report(n.span(), "%s must have one of %s", path, strings.Join(messageKeys, ", "))
		return
	}
	switch messages := n.get(says[0]); says[0] {
	case "file":
		if name, ok := r.text(messages, path+".file"); ok {
			t.Sample = near(messages, name)
		}
	case "messages":
		if !r.isList(messages, path+".messages") {
			return
		}
		if len(messages.items) == 0 {
			r.report(messages.span(), "%s.messages is empty: write at least one message", path)
		}
		for i, item := range messages.items {
			t.Messages = append(t.Messages, r.message(item, fmt.Sprintf("%s.messages[%d]", path, i)))
		}
	default:
		t.Messages = []string{r.message(messages, path+".message")}
	}
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

// now reads what clocks say.
func (r *reader) now(n *node, path string) time.Time {
	content, ok := r.text(n, path)
	if !ok {
		return time.Time{}
	}
	now, err := time.Parse(time.RFC3339, content)
	if err != nil {
		now, err = time.Parse(time.DateOnly, content)
	}
	if err != nil {
		r.report(n.span(), "%s is no time, as 2027-03-31T18:00:00Z, and no day, as 2027-03-31", quoted(content))
	}
	return now
}

// expectations are the keys of expect that are no fields.
var expectations = namesOf(expectProperties)

// expect reads what is expected.
func (r *reader) expect(t *Test, n *node, path string) {
	for _, m := range n.members {
		at := within(path, m.name.text)
		switch m.name.text {
		case "fields":
			if r.isMapping(m.value, at) {
				for _, field := range m.value.members {
					r.expectField(t, field, within(at, field.name.text))
				}
			}
		case "absent":
			for _, name := range r.texts(m.value, at) {
				t.Fields = append(t.Fields, rules.Assigned{Name: name})
			}
		case "exactly":
			t.Exactly = r.yes(m.value, at, false)
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
				t.Fired = r.rulesNamed(m.value, at)
			}
		case "not_fired":
			t.NotFired = r.rulesNamed(m.value, at)
		case "dropped":
			t.Dropped = r.yes(m.value, at, false)
		case "error":
			if m.value.kind == boolean {
				t.Fails = r.yes(m.value, at, false)
				continue
			}
			t.Error, t.Fails = r.text(m.value, at)
		default:
			r.expectField(t, m, at)
		}
	}
}

// expectField reads what is expected of a field.
func (r *reader) expectField(t *Test, m member, path string) {
	if v, ok := r.value(m.value, path); ok {
		t.Fields = append(t.Fields, rules.Assigned{Name: m.name.text, Value: v})
	}
}

// rulesNamed reads names or ids of rules.
func (r *reader) rulesNamed(n *node, path string) []string {
	for _, item := range r.itemsOf(n) {
		r.isRule(item)
	}
	return r.texts(n, path)
}

// isRule reports a text that neither names a rule nor is an id of one.
func (r *reader) isRule(n *node) {
	if !n.isScalar() || strings.TrimSpace(n.text) == "" {
		return // which is reported already
	}
	if r.ruleNames == nil {
		r.ruleNames = map[string]bool{}
		for _, d := range r.set.Rules {
			r.ruleNames[d.Name] = true
			r.ruleNames[d.ID] = true
		}
		delete(r.ruleNames, "")
	}
	name := strings.TrimSpace(n.text)
	switch {
	case r.ruleNames[name]:
	case len(r.ruleNames) == 0:
		r.report(n.span(), "there is no rule %s: there are no rules", quoted(name))
	default:
		r.unknown(n.span(), "there is no rule "+quoted(name), name, slices.Sorted(maps.Keys(r.ruleNames)))
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
