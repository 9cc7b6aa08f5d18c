package command

import (
	"encoding/json"
	"errors"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// toldMessage is what rules do with a message.
type toldMessage struct {
	Parts   []*toldPart     `json:"parts"`
	Score   *toldScore      `json:"score,omitzero"`
	Dropped bool            `json:"dropped"`
	Message json.RawMessage `json:"message"` // as it goes on
}

// toldPart is a rule, or a step or a part of one.
type toldPart struct {
	Kind      string            `json:"kind"` // step, rule, drop, filter, requirement, edit or triage
	Name      string            `json:"name"`
	ID        string            `json:"id,omitzero"`
	Severity  string            `json:"severity,omitzero"`
	File      string            `json:"file,omitzero"`
	Line      int               `json:"line,omitzero"`
	Outcome   string            `json:"outcome,omitzero"` // of the condition: true, false or failed
	Counts    bool              `json:"counts"`           // a rule that is true, and no exception holds
	Score     *float64          `json:"score,omitzero"`
	Reason    string            `json:"reason,omitzero"`
	Condition *toldExpression   `json:"condition,omitzero"`
	Others    []*toldExpression `json:"expressions,omitempty"` // what is assigned, scores, reasons and exceptions

	rule *rules.TriageRule
	hit  bool
}

// toldExpression is an expression, or a part of one.
type toldExpression struct {
	Is      string            `json:"is,omitzero"`   // assigned, score, reason, exception or verdict
	Name    string            `json:"name,omitzero"` // that is assigned
	Line    int               `json:"line,omitzero"`
	Text    string            `json:"text"`
	Value   json.RawMessage   `json:"value,omitzero"` // left out if it failed, or was not evaluated
	Error   string            `json:"error,omitzero"`
	Count   int               `json:"count"`   // how often it was evaluated
	Decided bool              `json:"decided"` // it had a part in the result
	Parts   []*toldExpression `json:"parts,omitempty"`

	value       value.Value
	explanation *stellar.Explanation // nil for parts
}

// toldScore is how the score is made.
type toldScore struct {
	Value      *float64  `json:"value"` // null if it is infinite
	Aggregator string    `json:"aggregator"`
	Scores     []float64 `json:"scores"`
	Trumped    bool      `json:"trumped"` // by a negative score
}

// telling collects what a set tells of a message.
type telling struct {
	told   toldMessage
	owners map[expressionPlace]*rules.TriageRule
	about  map[*rules.TriageRule]*yaml.Description
	triage map[*rules.TriageRule]*rules.Triage
	scored *rules.Triage
	scores []float64
}

// expressionPlace tells the expressions of rules apart.
type expressionPlace struct {
	source *rules.Source
	offset int
	text   string
}

func placeOfExpression(e *rules.Expression) expressionPlace {
	return expressionPlace{e.Source, e.Offset, e.Text}
}

func newTelling(files *ruleFiles) *telling {
	t := &telling{
		owners: map[expressionPlace]*rules.TriageRule{}, about: map[*rules.TriageRule]*yaml.Description{},
		triage: map[*rules.TriageRule]*rules.Triage{},
	}
	for _, file := range files.files {
		for _, step := range file.parsed.Steps {
			triage, ok := step.(*rules.Triage)
			if !ok {
				continue
			}
			for i := range triage.Rules {
				r := &triage.Rules[i]
				t.triage[r] = triage
				for _, e := range []*rules.Expression{&r.When, &r.Verdict} {
					if e.Text != "" {
						t.owners[placeOfExpression(e)] = r
					}
				}
				if file.set != nil && len(file.set.Rules) == len(triage.Rules) && file.set.Rules[i].File != "" {
					t.about[r] = &file.set.Rules[i]
				}
			}
		}
	}
	return t
}

var partKinds = map[rules.Part]string{
	rules.ConditionPart: "step", rules.AssignmentPart: "step", rules.FilterPart: "filter", rules.DropPart: "drop",
	rules.RequirePart: "requirement", rules.EditPart: "edit", rules.TriagePart: "triage", rules.VerdictPart: "rule",
}

// evaluated takes note of an evaluation.
func (t *telling) evaluated(e rules.Evaluated) {
	made := toldOf(&e)
	switch e.Part {
	case rules.AssignmentPart:
		made.Is = "assigned"
	case rules.ScorePart:
		made.Is = "score"
	case rules.ReasonPart:
		made.Is = "reason"
	case rules.ExceptionPart:
		made.Is = "exception"
	case rules.VerdictPart:
		made.Is = "verdict"
		p := t.begin(&e, made)
		p.Outcome = "false" // unless it is a hit
		p.Others = append(p.Others, made)
		return
	default:
		p := t.begin(&e, made)
		p.Condition = made
		switch {
		case e.Err != nil:
			p.Outcome = "failed"
		case e.Value.Bool():
			p.Outcome = "true"
		default:
			p.Outcome = "false"
		}
		return
	}
	last := len(t.told.Parts) - 1
	if e.Part == rules.AssignmentPart && (last < 0 || t.told.Parts[last].Kind != "step" || t.told.Parts[last].Name != e.Rule) {
		t.begin(&e, made)
		last++
	}
	if last >= 0 {
		t.told.Parts[last].Others = append(t.told.Parts[last].Others, made)
	}
}

// begin begins a part.
func (t *telling) begin(e *rules.Evaluated, made *toldExpression) *toldPart {
	p := &toldPart{Kind: partKinds[e.Part], Name: e.Rule, Line: made.Line}
	if e.Source != nil {
		p.File = e.Source.File
	}
	if p.rule = t.owners[placeOfExpression(&e.Expression)]; p.rule != nil {
		p.Kind = "rule"
		if about := t.about[p.rule]; about != nil {
			p.ID, p.Severity, p.File, p.Line = about.ID, about.Severity, about.File, about.Line
		}
	}
	t.told.Parts = append(t.told.Parts, p)
	return p
}

// hit takes note of a rule that is true.
func (t *telling) hit(h rules.Hit) {
	p := t.told.Parts[len(t.told.Parts)-1]
	p.hit, p.Outcome, p.Counts, p.Reason = true, "true", h.Exception == nil, h.Reason
	p.Score = finite(h.Score)
	if p.Counts {
		t.scored = t.triage[h.Rule]
		t.scores = append(t.scores, h.Score)
	}
}

// finite returns a number that JSON has, nil for others.
func finite(f float64) *float64 {
	if f-f != 0 {
		return nil
	}
	return &f
}

// finish returns what was told of a message, which goes on unless it was dropped.
func (t *telling) finish(m *rules.Message, pass bool) *toldMessage {
	t.told.Dropped = !pass
	for _, p := range t.told.Parts {
		if p.Kind == "rule" && p.Outcome == "true" && !p.hit { // in its score or reason
			p.Outcome = "failed"
		}
	}
	t.told.Message = m.AppendJSON(nil)
	if t.told.Parts == nil {
		t.told.Parts = []*toldPart{}
	}
	if len(t.scores) > 0 && t.scored != nil {
		made := &toldScore{Aggregator: t.scored.Aggregator.String()}
		made.Value = finite(t.scored.Aggregator.Aggregate(t.scores))
		for _, score := range t.scores {
			if f := finite(score); f != nil {
				made.Scores = append(made.Scores, *f)
			}
			if score < 0 && !t.scored.NegativesCount {
				made.Trumped, made.Value = true, nil
			}
		}
		t.told.Score = made
	}
	return &t.told
}

// toldOf returns an expression and its parts.
func toldOf(e *rules.Evaluated) *toldExpression {
	made := &toldExpression{Text: e.Text}
	if e.Explanation != nil {
		made = toldParts(e.Explanation)
		made.explanation = e.Explanation
	}
	made.Name, made.value = e.Name, e.Value
	if e.Source != nil {
		at := e.InSource(diag.Range{})
		made.Line, _ = e.Source.Mistake(at.Start, "").Position()
	}
	if e.Err != nil {
		made.Error, made.Value = errorText(e.Err), nil
	}
	return made
}

func toldParts(e *stellar.Explanation) *toldExpression {
	made := &toldExpression{Text: e.Text, Count: e.Count, Decided: e.Decided}
	switch {
	case e.Err != nil:
		made.Error = errorText(e.Err)
	case e.Count > 0:
		made.Value = e.Value.AppendJSON(nil)
	}
	for _, child := range e.Children {
		made.Parts = append(made.Parts, toldParts(child))
	}
	return made
}

// errorText returns an error without its place.
func errorText(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return d.Kind.Error() + " error: " + d.Message
	}
	return err.Error()
}
