// Package explain says what rules do with a message, and why: what is computed, which
// rules are true, which exceptions hold, and what each part of each expression did.
package explain

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// Message is what rules did with a message. It is written as JSON for programs.
type Message struct {
	Parts   []*Part         `json:"parts"`
	Score   *Score          `json:"score,omitzero"` // nil without any
	Dropped bool            `json:"dropped"`
	Message json.RawMessage `json:"message"` // as it goes on
}

// Part is a rule, or a step or a part of one.
type Part struct {
	Kind      string        `json:"kind"` // step, rule, drop, filter, requirement, edit or triage
	Name      string        `json:"name"`
	ID        string        `json:"id,omitzero"`
	Severity  string        `json:"severity,omitzero"`
	File      string        `json:"file,omitzero"`
	Line      int           `json:"line,omitzero"`
	Outcome   string        `json:"outcome,omitzero"` // of the condition: true, false or failed
	Counts    bool          `json:"counts"`           // a rule that is true, and no exception holds
	Score     *float64      `json:"score,omitzero"`
	Reason    string        `json:"reason,omitzero"`
	Condition *Expression   `json:"condition,omitzero"`
	Others    []*Expression `json:"expressions,omitempty"` // what is assigned, scores, reasons and exceptions

	rule *rules.TriageRule
	hit  bool
}

// Expression is an expression, or a part of one.
type Expression struct {
	Is      string          `json:"is,omitzero"`   // assigned, score, reason, exception or verdict
	Name    string          `json:"name,omitzero"` // that is assigned
	Line    int             `json:"line,omitzero"`
	Text    string          `json:"text"`
	Value   json.RawMessage `json:"value,omitzero"` // left out if it failed, or was not evaluated
	Error   string          `json:"error,omitzero"`
	Count   int             `json:"count"`   // how often it was evaluated
	Decided bool            `json:"decided"` // it had a part in the result
	Parts   []*Expression   `json:"parts,omitempty"`

	// At is where it stands in its file. It is empty for what a front end wrote.
	At diag.Range `json:"-"`
	// Result is the value, null if there is none.
	Result value.Value `json:"-"`
	// Literal says that it is a literal, or a collection of literals.
	Literal bool `json:"-"`
	// Explanation is what the whole expression did, nil for parts of one.
	Explanation *stellar.Explanation `json:"-"`
}

// Score is how a score is made.
type Score struct {
	Value      *float64  `json:"value"` // null if it is infinite
	Aggregator string    `json:"aggregator"`
	Scores     []float64 `json:"scores"`
	Trumped    bool      `json:"trumped"` // by a negative score
}

// String returns the score and what it was made of.
func (s *Score) String() string {
	switch {
	case s.Trumped:
		return fmt.Sprintf("-Infinity (a negative one is among %s)", numbers(s.Scores))
	case s.Value == nil:
		return ""
	}
	return fmt.Sprintf("%s (%s of %s)", numbers([]float64{*s.Value}), s.Aggregator, numbers(s.Scores))
}

func numbers(all []float64) string {
	texts := make([]string, len(all))
	for i, f := range all {
		texts[i] = strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strings.Join(texts, ", ")
}

// Heading says in a line what the part is, and what came of it.
func (p *Part) Heading() string {
	name := p.Kind
	if p.Name != "" && p.Name != p.Kind && p.Name != p.File {
		name += " " + diag.ShortText(p.Name, 80)
	}
	var about []string
	for _, text := range []string{p.ID, p.Severity} {
		if text != "" {
			about = append(about, text)
		}
	}
	if p.File != "" {
		about = append(about, fmt.Sprintf("%s:%d", p.File, p.Line))
	}
	if len(about) > 0 {
		name += " (" + strings.Join(about, ", ") + ")"
	}
	if consequence := p.Consequence(); consequence != "" {
		return name + ": " + consequence
	}
	return name
}

// Consequence says what came of the part, "" if that is nothing but what it assigned.
func (p *Part) Consequence() string {
	if p.Outcome == "failed" {
		return "fails"
	}
	holds := p.Outcome == "true"
	switch p.Kind {
	case "rule":
		switch {
		case !holds:
			return "not true"
		case !p.Counts:
			return "true, but an exception holds"
		}
		text := "true"
		if p.Score != nil {
			text += ", score " + numbers([]float64{*p.Score})
		}
		if p.Reason != "" {
			text += ", " + diag.ShortText(p.Reason, 200)
		}
		return text
	case "drop", "filter":
		if holds == (p.Kind == "drop") {
			return "the message is dropped"
		}
		return "the message goes on"
	case "requirement":
		if !holds {
			return "the message is not valid"
		}
		return "the message is valid"
	case "triage":
		if !holds {
			return "the message is not scored"
		}
		return "the message is scored"
	case "step", "edit":
		switch p.Outcome {
		case "false":
			return "not for this message"
		case "true":
			return "for this message"
		}
	}
	return ""
}

// Outcome returns the value, or why there is none.
func (e *Expression) Outcome() string {
	if e.Error != "" {
		return "fails: " + e.Error
	}
	return diag.ShortValue(e.Result)
}
