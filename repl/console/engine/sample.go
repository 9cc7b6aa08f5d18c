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

// Sample is the answer of sample: what came of some of the messages. To go through all,
// the page asks again with At set to Next.
type Sample struct {
	Shape string `json:"shape"` // as of check
	// Diagnostics say why the text cannot be applied.
	Diagnostics []Diagnostic `json:"diagnostics"`
	Total       int          `json:"total"` // messages
	Next        int          `json:"next"`  // the first message that was not dealt with
	Rows        []Row        `json:"rows"`
	// Nulls say what failed and was seen as null.
	Nulls  []string `json:"nulls,omitempty"`
	Micros int64    `json:"micros"` // that these took, without compiling
}

// Row is what came of a message.
type Row struct {
	At int `json:"at"`
	// Outcome is hit if the expression, or a rule, was true, and else miss, dropped or
	// failed.
	Outcome string `json:"outcome"`
	// Value is that of the expression, or the score, shortened; or why there is none.
	Value string   `json:"value"`
	Rules []string `json:"rules,omitempty"` // that were true
}

// What is done of a sample in one answer.
const (
	sampleTime = 50 * time.Millisecond
	sampleRows = 1_000
)

// applied is a text that was compiled.
type applied struct {
	mode        Mode
	text        string
	shape       string
	program     *stellar.Program // of an expression
	set         *rules.Set
	hits        []rules.Hit  // that the set tells of a message
	diagnostics []Diagnostic // why it is neither
	nulls       *nulls
}

// compile compiles a text.
func (e *Engine) compile(ctx context.Context, t *Text) (*applied, error) {
	text, err := t.parse()
	if err != nil {
		return nil, err
	}
	made := &applied{mode: t.Mode, text: t.Text, shape: text.shape(), diagnostics: []Diagnostic{}}
	env, nulls, err := e.observed()
	if err != nil {
		return nil, err
	}
	made.nulls = nulls
	if text.single {
		made.program, err = env.CompileContext(ctx, t.expression())
	} else if made.set, _, err = rules.Compile(ctx, env, text.Parsed); err == nil {
		made.set, err = made.set.With(rules.Options{Listener: rules.Listener{Hit: func(h rules.Hit) { made.hits = append(made.hits, h) }}})
	}
	if made.diagnostics, err = mistakesIn(ctx, t.Text, err); err != nil {
		return nil, err
	}
	return made, nil
}

// runSample applies the text to messages, from number At on, for some time.
func (e *Engine) runSample(ctx context.Context, t Text) (*Sample, error) {
	m := e.messagesOf(ctx, t.Messages)
	e.sampling.Lock()
	defer e.sampling.Unlock()
	if e.applied == nil || e.applied.mode != t.Mode || e.applied.text != t.Text || t.At == 0 {
		made, err := e.compile(ctx, &t)
		if err != nil {
			return nil, err
		}
		e.applied = made
	}
	a := e.applied
	answer := &Sample{Shape: a.shape, Diagnostics: a.diagnostics, Total: len(m.list), Rows: []Row{}, Next: len(m.list)}
	if len(a.diagnostics) > 0 || a.shape == "empty" {
		return answer, nil
	}
	start := time.Now()
	for answer.Next = max(t.At, 0); answer.Next < len(m.list) && len(answer.Rows) < sampleRows && time.Since(start) < sampleTime; answer.Next++ {
		row := a.apply(ctx, m.message(answer.Next))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row.At = answer.Next
		answer.Rows = append(answer.Rows, row)
	}
	answer.Micros = time.Since(start).Microseconds()
	answer.Nulls = a.nulls.texts
	return answer, nil
}

// apply applies the text to a message.
func (a *applied) apply(ctx context.Context, m *rules.Message) Row {
	if a.program != nil {
		v, err := a.program.Value(ctx, m)
		switch {
		case err != nil:
			return Row{Outcome: "failed", Value: shorten(explain.Failure(err), maxText)}
		case v.Kind() == value.KindBool && v.Bool():
			return Row{Outcome: "hit", Value: "true"}
		}
		return Row{Outcome: "miss", Value: diag.ShortValue(v)}
	}
	a.hits = a.hits[:0]
	pass, err := a.set.Apply(ctx, m)
	row := Row{Outcome: "miss"}
	for _, h := range a.hits {
		if h.Exception == nil {
			row.Outcome = "hit"
			row.Rules = append(row.Rules, h.Rule.Name)
		}
	}
	if score := m.Lookup(rules.ScoreField); !score.IsNull() {
		row.Value = diag.ShortValue(score)
	}
	switch {
	case err != nil:
		row.Outcome, row.Value = "failed", shorten(explain.Failure(err), maxText)
	case !pass:
		row.Outcome = "dropped"
	}
	return row
}
