package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/sample"
	"github.com/stellarlang/stellar/stellar/rules/schema"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// fileName is how messages call the text.
const fileName = "rules.yaml"

// errFiles is why a text cannot name files.
var errFiles = errors.New("the page reads no files: what the rules need stands in the text")

func readNothing(string) ([]byte, error) { return nil, errFiles }

// parsed is a text that was read.
type parsed struct {
	rules.Parsed
	set *yaml.RuleSet // nil but for a rule set
	// single says that the text is one expression, which is assigned to resultName.
	single bool
}

// resultName is the name to which an expression is assigned. Nobody sees it.
const resultName = "result"

// parse reads the text.
func (t *Text) parse() (parsed, error) {
	switch {
	case t.Mode == Rules && strings.TrimSpace(t.Text) == "":
		return parsed{}, nil
	case t.Mode == Rules:
		set := yaml.Parse(fileName, []byte(t.Text), readNothing)
		return parsed{Parsed: set.Parsed, set: set}, nil
	case t.Mode != Expression:
		return parsed{}, fmt.Errorf("there is no mode %q, only %s and %s", t.Mode, Expression, Rules)
	case script.IsAssignment(t.Text):
		return parsed{Parsed: script.Parse("", []byte(t.Text))}, nil
	case script.IsEmpty(t.Text):
		return parsed{}, nil
	}
	return parsed{single: true, Parsed: rules.Parsed{Rules: []rules.Rule{{Assignments: []rules.Assignment{{
		Name:       resultName,
		Expression: rules.Expression{Text: t.expression(), Source: &rules.Source{Text: t.Text}},
	}}}}}}, nil
}

// expression returns the text as an expression: without # comments.
func (t *Text) expression() string { return script.WithoutHashes(t.Text) }

// isEmpty reports whether there is nothing to evaluate.
func (p *parsed) isEmpty() bool {
	return len(p.Rules) == 0 && len(p.Steps) == 0 && len(p.Findings) == 0
}

// messages are those of a text.
type messages struct {
	text   string
	list   []*rules.Message
	schema stellar.Schema // of all; nil without any
	err    error          // why there are not more
}

// Bounds of samples.
const (
	maxMessages = 10_000
	maxInferred = 1_000 // messages from which the schema is inferred
)

var errTooMany = fmt.Errorf("there are more than %d messages, and the others are left out", maxMessages)

// messagesOf reads messages. Those of the last time are known.
func (e *Engine) messagesOf(ctx context.Context, text string) messages {
	e.mu.Lock()
	known := e.sample
	e.mu.Unlock()
	if known.text == text && known.list != nil {
		return known
	}
	read := messages{text: text}
	var inference schema.Inference
	inferred := true
	read.err = sample.Read(ctx, strings.NewReader(text), func(number int, m *rules.Message) error {
		if number > maxMessages {
			return errTooMany
		}
		read.list = append(read.list, m)
		if number <= maxInferred && inference.Add(m) != nil {
			inferred = false // names are data
		}
		return nil
	})
	if inferred && inference.Messages() > 0 {
		read.schema = inference.Schema().Stellar()
	}
	if ctx.Err() == nil {
		e.mu.Lock()
		e.sample = read
		e.mu.Unlock()
	}
	return read
}

// message returns a copy of the message to which a text is applied: an empty one if there
// is none.
func (m *messages) message(at int) *rules.Message {
	text := []byte("{}")
	if at >= 0 && at < len(m.list) {
		text = m.list[at].AppendJSON(nil)
	}
	message, err := rules.ParseMessage(text)
	if err != nil {
		message, _ = rules.ParseMessage([]byte("{}")) // it was read before
	}
	return message
}

// problem says what is wrong with the messages, "" if nothing is.
func (m *messages) problem() string {
	if m.err == nil {
		return ""
	}
	if errors.Is(m.err, errTooMany) {
		return m.err.Error()
	}
	return m.err.Error() + "; it and the messages after it are left out"
}

// shorten cuts a text to so many bytes, at a character.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
