package explain

import (
	"errors"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// Text is rules that a message goes through.
type Text struct {
	Parsed rules.Parsed
	// Rules describe the rules of its triage, in their order; nil if nothing does.
	Rules []yaml.Description
}

// Explainer collects what a set tells of one message.
type Explainer struct {
	told   Message
	owners map[place]*rules.TriageRule
	about  map[*rules.TriageRule]*yaml.Description
	triage map[*rules.TriageRule]*rules.Triage
	scored *rules.Triage
	scores []float64
}

// place tells the expressions of rules apart.
type place struct {
	source *rules.Source
	offset int
	text   string
}

func placeOf(e *rules.Expression) place { return place{e.Source, e.Offset, e.Text} }

// New returns an explainer of what a set of the texts does with one message.
func New(texts ...Text) *Explainer {
	x := &Explainer{
		owners: map[place]*rules.TriageRule{}, about: map[*rules.TriageRule]*yaml.Description{},
		triage: map[*rules.TriageRule]*rules.Triage{},
	}
	for _, text := range texts {
		for _, step := range text.Parsed.Steps {
			triage, ok := step.(*rules.Triage)
			if !ok {
				continue
			}
			for i := range triage.Rules {
				r := &triage.Rules[i]
				x.triage[r] = triage
				for _, e := range []*rules.Expression{&r.When, &r.Verdict} {
					if e.Text != "" {
						x.owners[placeOf(e)] = r
					}
				}
				if len(text.Rules) == len(triage.Rules) && text.Rules[i].File != "" {
					x.about[r] = &text.Rules[i]
				}
			}
		}
	}
	return x
}

// Listener returns what the set must have among its options.
func (x *Explainer) Listener() rules.Listener {
	return rules.Listener{Evaluated: x.evaluated, Hit: x.hit}
}

var partKinds = map[rules.Part]string{
	rules.ConditionPart: "step", rules.AssignmentPart: "step", rules.FilterPart: "filter", rules.DropPart: "drop",
	rules.RequirePart: "requirement", rules.EditPart: "edit", rules.TriagePart: "triage", rules.VerdictPart: "rule",
}

// evaluated takes note of an evaluation.
func (x *Explainer) evaluated(e rules.Evaluated) {
	made := expressionOf(&e)
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
		p := x.begin(&e, made)
		p.Outcome = "false" // unless it is a hit
		p.Others = append(p.Others, made)
		return
	default:
		p := x.begin(&e, made)
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
	last := len(x.told.Parts) - 1
	if e.Part == rules.AssignmentPart && (last < 0 || x.told.Parts[last].Kind != "step" || x.told.Parts[last].Name != e.Rule) {
		x.begin(&e, made)
		last++
	}
	if last >= 0 {
		x.told.Parts[last].Others = append(x.told.Parts[last].Others, made)
	}
}

// begin begins a part.
func (x *Explainer) begin(e *rules.Evaluated, made *Expression) *Part {
	p := &Part{Kind: partKinds[e.Part], Name: e.Rule, Line: made.Line}
	if e.Source != nil {
		p.File = e.Source.File
	}
	if p.rule = x.owners[placeOf(&e.Expression)]; p.rule != nil {
		p.Kind = "rule"
		if about := x.about[p.rule]; about != nil {
			p.ID, p.Severity, p.File, p.Line = about.ID, about.Severity, about.File, about.Line
		}
	}
	x.told.Parts = append(x.told.Parts, p)
	return p
}

// hit takes note of a rule that is true.
func (x *Explainer) hit(h rules.Hit) {
	p := x.told.Parts[len(x.told.Parts)-1]
	p.hit, p.Outcome, p.Counts, p.Reason = true, "true", h.Exception == nil, h.Reason
	p.Score = finite(h.Score)
	if p.Counts {
		x.scored = x.triage[h.Rule]
		x.scores = append(x.scores, h.Score)
	}
}

// finite returns a number that JSON has, nil for others.
func finite(f float64) *float64 {
	if f-f != 0 {
		return nil
	}
	return &f
}

// Explain returns what was told of a message after the set was applied to it, and
// whether it passed.
func (x *Explainer) Explain(m *rules.Message, pass bool) *Message {
	x.told.Dropped = !pass
	for _, p := range x.told.Parts {
		if p.Kind == "rule" && p.Outcome == "true" && !p.hit { // in its score or reason
			p.Outcome = "failed"
		}
	}
	x.told.Message = m.AppendJSON(nil)
	if x.told.Parts == nil {
		x.told.Parts = []*Part{}
	}
	if len(x.scores) > 0 && x.scored != nil {
		made := &Score{Aggregator: x.scored.Aggregator.String()}
		made.Value = finite(x.scored.Aggregator.Aggregate(x.scores))
		for _, score := range x.scores {
			if f := finite(score); f != nil {
				made.Scores = append(made.Scores, *f)
			}
			if score < 0 && !x.scored.NegativesCount {
				made.Trumped, made.Value = true, nil
			}
		}
		x.told.Score = made
	}
	return &x.told
}

// expressionOf returns an expression and its parts.
func expressionOf(e *rules.Evaluated) *Expression {
	made := &Expression{Text: e.Text}
	if e.Explanation != nil {
		made = partsOf(&e.Expression, e.Explanation)
		made.Explanation = e.Explanation
	}
	made.Name, made.Result = e.Name, e.Value
	if e.Source != nil {
		made.At = e.InSource(diag.Range{End: len(e.Text)})
		made.Line, _ = e.Source.Mistake(made.At.Start, "").Position()
	}
	if e.Err != nil {
		made.Error, made.Value = Failure(e.Err), nil
	}
	return made
}

func partsOf(whole *rules.Expression, e *stellar.Explanation) *Expression {
	made := &Expression{Text: e.Text, Count: e.Count, Decided: e.Decided, Literal: e.IsLiteral()}
	if whole.Source != nil {
		made.At = whole.InSource(diag.Range{Start: e.Start, End: e.End})
	}
	switch {
	case e.Err != nil:
		made.Error = Failure(e.Err)
	case e.Count > 0:
		made.Value, made.Result = e.Value.AppendJSON(nil), e.Value
	}
	for _, child := range e.Children {
		made.Parts = append(made.Parts, partsOf(whole, child))
	}
	return made
}

// Failure returns the text of an error without its place.
func Failure(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return d.Kind.Error() + " error: " + d.Message
	}
	return err.Error()
}
