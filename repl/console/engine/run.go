package engine

import (
	"context"
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/explain"
	"github.com/stellarlang/stellar/stellar/value"
)

// Run is the answer of run.
type Run struct {
	Shape string `json:"shape"` // as of check
	// Diagnostics say why the text cannot be applied.
	Diagnostics []Diagnostic `json:"diagnostics"`
	// Result is the value of an expression, with its parts.
	Result *Evaluated `json:"result,omitzero"`
	// Parts are what rules, or assignments, did, in their order.
	Parts []Part `json:"parts,omitempty"`
	Score string `json:"score,omitzero"` // and what it was made of
	// Dropped says that a filter has dropped the message.
	Dropped bool `json:"dropped"`
	// Message is the message as it goes on, as JSON.
	Message string `json:"message,omitzero"`
	// Nulls say what failed and was seen as null.
	Nulls  []string `json:"nulls,omitempty"`
	Micros int64    `json:"micros"` // that it took, without compiling
}

// Part is a rule, or a step or a part of one.
type Part struct {
	Kind        string       `json:"kind"` // step, rule, drop, filter, requirement, edit or triage
	Name        string       `json:"name"`
	ID          string       `json:"id,omitzero"`
	Severity    string       `json:"severity,omitzero"`
	Line        int          `json:"line,omitzero"`
	Outcome     string       `json:"outcome,omitzero"` // true, false or failed
	Counts      bool         `json:"counts"`
	Consequence string       `json:"consequence,omitzero"`
	Condition   *Evaluated   `json:"condition,omitzero"`
	Others      []*Evaluated `json:"others,omitempty"`
}

// Evaluated is what an expression, or a part of one, did.
type Evaluated struct {
	Range
	Is      string       `json:"is,omitzero"`   // what it is in its rule, such as score
	Name    string       `json:"name,omitzero"` // that is assigned
	Text    string       `json:"text"`
	Value   string       `json:"value,omitzero"` // as the language writes it, shortened
	Kind    string       `json:"kind,omitzero"`
	JSON    string       `json:"json,omitzero"` // the value of a whole expression
	Error   string       `json:"error,omitzero"`
	Count   int          `json:"count"`   // how often it was evaluated
	Decided bool         `json:"decided"` // it had a part in the result
	Literal bool         `json:"literal"` // or a list of literals
	Parts   []*Evaluated `json:"parts,omitempty"`
}

// Bounds of what is told.
const (
	maxText  = 300     // bytes of the text of a part
	maxJSON  = 1 << 20 // bytes of a value or message
	maxParts = 20_000  // parts of expressions
)

// run applies the text to a message and says what each part of it did.
func (e *Engine) run(ctx context.Context, t Text) (*Run, error) {
	text, err := t.parse()
	if err != nil {
		return nil, err
	}
	answer := &Run{Shape: text.shape(), Diagnostics: []Diagnostic{}}
	if text.isEmpty() {
		return answer, nil
	}
	m := e.messagesOf(ctx, t.Messages)
	env, nulls, err := e.observed()
	if err != nil {
		return nil, err
	}
	tell := &telling{at: places{text: t.Text}, left: maxParts}
	if text.single {
		err = answer.expression(ctx, env, &t, m.message(t.At), tell)
	} else {
		err = answer.rules(ctx, env, &text, m.message(t.At), tell)
	}
	if answer.Diagnostics, err = mistakesIn(ctx, t.Text, err); err != nil {
		return nil, err
	}
	answer.Nulls = nulls.texts
	return answer, nil
}

// expression evaluates an expression.
func (r *Run) expression(ctx context.Context, env *stellar.Env, t *Text, m *rules.Message, tell *telling) error {
	program, err := env.CompileContext(ctx, t.expression())
	if err != nil {
		return err
	}
	start := time.Now()
	explanation, err := program.Explain(ctx, m)
	r.Micros = time.Since(start).Microseconds()
	if explanation == nil {
		return err
	}
	r.Result = tell.explanation(explanation)
	if err == nil {
		r.Result.JSON = jsonOf(explanation.Value)
	}
	return err
}

// rules applies rules.
func (r *Run) rules(ctx context.Context, env *stellar.Env, text *parsed, m *rules.Message, tell *telling) error {
	set, _, err := rules.Compile(ctx, env, text.Parsed)
	if err != nil {
		return err
	}
	described := explain.Text{Parsed: text.Parsed}
	if text.set != nil {
		described.Rules = text.set.Rules
	}
	explainer := explain.New(described)
	if set, err = set.With(rules.Options{Listener: explainer.Listener()}); err != nil {
		return err
	}
	start := time.Now()
	pass, err := set.Apply(ctx, m)
	r.Micros = time.Since(start).Microseconds()
	told := explainer.Explain(m, pass)
	for _, p := range told.Parts {
		part := Part{
			Kind: p.Kind, Name: p.Name, ID: p.ID, Severity: p.Severity, Line: p.Line, Outcome: p.Outcome, Counts: p.Counts,
			Consequence: p.Consequence(),
		}
		if p.Condition != nil {
			part.Condition = tell.expression(p.Condition)
		}
		for _, other := range p.Others {
			part.Others = append(part.Others, tell.expression(other))
		}
		r.Parts = append(r.Parts, part)
	}
	if told.Score != nil {
		r.Score = told.Score.String()
	}
	r.Dropped, r.Message = told.Dropped, shorten(string(told.Message), maxJSON)
	return err
}

// telling makes what is told of the parts of expressions.
type telling struct {
	at   places
	left int // parts that may still be told
}

// explanation tells of an expression that is the text.
func (t *telling) explanation(e *stellar.Explanation) *Evaluated {
	t.left--
	made := &Evaluated{
		Range: t.at.of(diag.Range{Start: e.Start, End: e.End}), Text: diag.ShortText(e.Text, maxText),
		Count: e.Count, Decided: e.Decided, Literal: e.IsLiteral(),
	}
	switch {
	case e.Err != nil:
		made.Error = explain.Failure(e.Err)
	case e.Count > 0:
		made.Value, made.Kind = diag.ShortValue(e.Value), e.Value.Kind().String()
	}
	for _, child := range e.Children {
		if t.left > 0 {
			made.Parts = append(made.Parts, t.explanation(child))
		}
	}
	return made
}

// expression tells of an expression of a rule.
func (t *telling) expression(e *explain.Expression) *Evaluated {
	made := t.part(e)
	made.Is, made.Name = e.Is, e.Name
	if e.Error == "" {
		made.JSON = jsonOf(e.Result)
	}
	return made
}

func (t *telling) part(e *explain.Expression) *Evaluated {
	t.left--
	made := &Evaluated{
		Range: t.at.of(e.At), Text: diag.ShortText(e.Text, maxText), Error: e.Error, Count: e.Count, Decided: e.Decided, Literal: e.Literal,
	}
	if e.Error == "" && e.Count > 0 {
		made.Value, made.Kind = diag.ShortValue(e.Result), e.Result.Kind().String()
	}
	for _, child := range e.Parts {
		if t.left > 0 {
			made.Parts = append(made.Parts, t.part(child))
		}
	}
	return made
}

// jsonOf returns a value as JSON, "" if that is too long.
func jsonOf(v value.Value) string {
	if v.Size() > maxJSON {
		return ""
	}
	text := v.AppendJSON(nil)
	if len(text) > maxJSON {
		return ""
	}
	return string(text)
}
