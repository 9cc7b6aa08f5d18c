package yaml

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
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
	r.messages(&t, n, path)
	t.Now = r.now(n.Get("now"), path+".now")
	t.Skip, _ = r.Text(n.Get("skip"), path+".skip")
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

// messageKeys are the keys by which a test says its messages.
var messageKeys = []string{"message", "messages", "file"}

// messages reads the messages of a test, or where they are.
func (r *reader) messages(t *Test, n *yamltext.Node, path string) {
	says := slices.DeleteFunc(slices.Clone(messageKeys), func(key string) bool { return n.Get(key) == nil })
	if at := n.Get("at"); at != nil {
		number, err := strconv.Atoi(at.Text)
		switch {
		case at.Kind != yamltext.Numeric || err != nil || number < 1:
			r.Report(at.Span(), "%s.at must be the number of a message in the file, which count from 1", path)
		case n.Get("file") == nil:
			r.Report(at.Span(), "%s.at is for a file of messages, and there is none", path)
		}
		t.At = number
	}
	if len(says) != 1 {
		r.Report(n.Span(), "%s must have one of %s", path, strings.Join(messageKeys, ", "))
		return
	}
	switch messages := n.Get(says[0]); says[0] {
	case "file":
		if name, ok := r.Text(messages, path+".file"); ok {
			t.Sample = yamltext.Near(messages, name)
		}
	case "messages":
		if !r.IsList(messages, path+".messages") {
			return
		}
		if len(messages.Items) == 0 {
			r.Report(messages.Span(), "%s.messages is empty: write at least one message", path)
		}
		for i, item := range messages.Items {
			t.Messages = append(t.Messages, r.message(item, fmt.Sprintf("%s.messages[%d]", path, i)))
		}
	default:
		t.Messages = []string{r.message(messages, path+".message")}
	}
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

// now reads what clocks say.
func (r *reader) now(n *yamltext.Node, path string) time.Time {
	content, ok := r.Text(n, path)
	if !ok {
		return time.Time{}
	}
	now, err := time.Parse(time.RFC3339, content)
	if err != nil {
		now, err = time.Parse(time.DateOnly, content)
	}
	if err != nil {
		r.Report(n.Span(), "%s is no time, as 2027-03-31T18:00:00Z, and no day, as 2027-03-31", yamltext.Quoted(content))
	}
	return now
}

// expectations are the keys of expect that are no fields.
var expectations = namesOf(expectProperties)

// expect reads what is expected.
func (r *reader) expect(t *Test, n *yamltext.Node, path string) {
	for _, m := range n.Members {
		at := yamltext.Within(path, m.Name.Text)
		switch m.Name.Text {
		case "fields":
			if r.IsMapping(m.Value, at) {
				for _, field := range m.Value.Members {
					r.expectField(t, field, yamltext.Within(at, field.Name.Text))
				}
			}
		case "absent":
			for _, name := range r.Texts(m.Value, at) {
				t.Fields = append(t.Fields, rules.Assigned{Name: name})
			}
		case "exactly":
			t.Exactly = r.Yes(m.Value, at, false)
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
				t.Fired = r.rulesNamed(m.Value, at)
			}
		case "not_fired":
			t.NotFired = r.rulesNamed(m.Value, at)
		case "dropped":
			t.Dropped = r.Yes(m.Value, at, false)
		case "error":
			if m.Value.Kind == yamltext.Boolean {
				t.Fails = r.Yes(m.Value, at, false)
				continue
			}
			t.Error, t.Fails = r.Text(m.Value, at)
		default:
			r.expectField(t, m, at)
		}
	}
}

// expectField reads what is expected of a field.
func (r *reader) expectField(t *Test, m yamltext.Member, path string) {
	if v, ok := r.value(m.Value, path); ok {
		t.Fields = append(t.Fields, rules.Assigned{Name: m.Name.Text, Value: v})
	}
}

// rulesNamed reads names or ids of rules.
func (r *reader) rulesNamed(n *yamltext.Node, path string) []string {
	for _, item := range yamltext.Items(n) {
		r.isRule(item)
	}
	return r.Texts(n, path)
}

// isRule reports a text that neither names a rule nor is an id of one.
func (r *reader) isRule(n *yamltext.Node) {
	if !n.IsScalar() || strings.TrimSpace(n.Text) == "" {
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
	name := strings.TrimSpace(n.Text)
	switch {
	case r.ruleNames[name]:
	case len(r.ruleNames) == 0:
		r.Report(n.Span(), "there is no rule %s: there are no rules", yamltext.Quoted(name))
	default:
		r.Unknown(n.Span(), "there is no rule "+yamltext.Quoted(name), name, slices.Sorted(maps.Keys(r.ruleNames)))
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
