package engine

import (
	"context"
	"errors"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/lint"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// Diagnostic is a mistake in a text.
type Diagnostic struct {
	Range
	Severity string `json:"severity"` // error or warning
	Check    string `json:"check"`
	Message  string `json:"message"`
	// Suggestion is what probably was meant in the place of Replace, "" if that is not
	// known.
	Suggestion string `json:"suggestion,omitzero"`
	Replace    *Range `json:"replace,omitzero"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
}

// Checked is the answer of check.
type Checked struct {
	Diagnostics []Diagnostic `json:"diagnostics"`
	// Messages says what is wrong with the messages, "" if nothing is.
	Messages string `json:"messages,omitzero"`
	// Count is how many messages there are.
	Count int `json:"count"`
	// Shape is whether the text is an expression, assignments or rules, or empty.
	Shape string `json:"shape"`
	// Tests is how many tests the rule set has.
	Tests int `json:"tests"`
	// Partial says that only the expression that was edited was checked, as Quick asks.
	Partial bool `json:"partial,omitzero"`
}

// check finds mistakes. Fields that no message has are warned of.
func (e *Engine) check(ctx context.Context, t Text) (*Checked, error) {
	e.checking.Lock()
	defer e.checking.Unlock()
	if t.Quick && t.Mode == Rules {
		if checked, ok := e.checkEdit(ctx, &t, e.whole); ok {
			return checked, nil
		}
	}
	text, err := t.parse()
	if err != nil {
		return nil, err
	}
	m := e.messagesOf(ctx, t.Messages)
	checked := &Checked{Diagnostics: []Diagnostic{}, Messages: m.problem(), Count: len(m.list), Shape: text.shape()}
	if text.isEmpty() {
		return checked, nil
	}
	set := lint.Set{Parsed: []rules.Parsed{text.Parsed}, Schema: m.schema, Sampled: true}
	if text.set != nil {
		checked.Tests = len(text.set.Tests)
		set.Rules = text.set.Rules
		if written := text.set.Schema.Stellar(); written != nil {
			set.Schema, set.Sampled = written, false
		}
	}
	found, err := e.linters[t.Mode].Check(ctx, set)
	if err != nil {
		return nil, err
	}
	checked.Diagnostics = diagnosticsOf(t.Text, found)
	if t.Mode == Rules {
		e.whole = &whole{text: t.Text, messages: t.Messages, parsed: text, set: set, found: found, checked: *checked}
	}
	return checked, nil
}

func (p *parsed) shape() string {
	switch {
	case p.isEmpty():
		return "empty"
	case p.set != nil:
		return "rules"
	case p.single:
		return "expression"
	}
	return "assignments"
}

// maxDiagnostics is how many mistakes are told at most.
const maxDiagnostics = 1_000

// diagnosticsOf returns what was found in a text.
func diagnosticsOf(text string, found diag.List) []Diagnostic {
	all := make([]Diagnostic, 0, min(len(found), maxDiagnostics))
	at := places{text: text}
	for _, d := range found[:min(len(found), maxDiagnostics)] {
		place := d.Range
		if !d.Argument.Empty() {
			place = d.Argument
		}
		told := Diagnostic{Severity: d.Severity.String(), Check: d.CheckName(), Message: d.Message}
		if d.Severity == diag.Error && d.Kind != 0 {
			told.Message = d.Kind.Error() + " error: " + d.Message
		}
		if d.Source == text { // not in a file that the text names
			told.Range = at.of(place)
			told.Line, told.Column = d.Position()
			if d.Suggestion != "" {
				replaced := at.of(d.Range)
				told.Suggestion, told.Replace = d.Suggestion, &replaced
			}
		}
		all = append(all, told)
	}
	return all
}

// mistakesIn returns what an error of compiling or evaluating a text says of it, nothing
// for none. It fails with errors of another sort, and when ctx has ended.
func mistakesIn(ctx context.Context, text string, err error) ([]Diagnostic, error) {
	var found diag.List
	var mistake *diag.Diagnostic
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &found):
		return diagnosticsOf(text, found), nil
	case errors.As(err, &mistake):
		moved := *mistake
		moved.Source = text // it differs in blanks only
		return diagnosticsOf(text, diag.List{&moved}), nil
	}
	return []Diagnostic{}, err
}

// Formatted is the answer of format.
type Formatted struct {
	Text        string       `json:"text"`
	Diagnostics []Diagnostic `json:"diagnostics"` // why it is as it was
}

// format writes a text in its usual form.
func (e *Engine) format(_ context.Context, t Text) (*Formatted, error) {
	text, err := t.parse()
	if err != nil {
		return nil, err
	}
	made, found := []byte(t.Text), diag.List(nil)
	switch {
	case text.isEmpty():
	case text.set != nil:
		made, found = yaml.Format(fileName, made)
	case text.single:
		single, err := script.FormatExpression(t.Text)
		var mistake *diag.Diagnostic
		if errors.As(err, &mistake) {
			found = diag.List{mistake}
		} else {
			made = []byte(single)
		}
	default:
		made, found = script.Format("", made)
	}
	if made == nil {
		made = []byte(t.Text)
	}
	return &Formatted{string(made), diagnosticsOf(t.Text, found)}, nil
}
