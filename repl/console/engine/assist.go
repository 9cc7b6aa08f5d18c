package engine

import (
	"context"
	"strings"

	"github.com/stellarlang/stellar/stellar/assist"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
)

// Completions is the answer of complete.
type Completions struct {
	Range
	Items []Completion `json:"items"`
}

// Completion is what can stand at the cursor.
type Completion struct {
	Label    string `json:"label"`
	Insert   string `json:"insert"`
	Kind     string `json:"kind"`
	Detail   string `json:"detail,omitzero"`
	Function string `json:"function,omitzero"` // of the reference
}

// Signature is the answer of signature.
type Signature struct {
	Function  string `json:"function"` // "" outside of calls
	Signature string `json:"signature"`
	Active    Range  `json:"active"` // the part of Signature that is being written
	Parameter string `json:"parameter,omitzero"`
	At        int    `json:"at"` // where the call begins
}

// Hover is the answer of hover.
type Hover struct {
	Range
	Function string `json:"function,omitzero"` // of the reference
	Title    string `json:"title,omitzero"`    // "" if the word means nothing
	Text     string `json:"text,omitzero"`
}

// written is the expression at the cursor of a text.
type written struct {
	text   string
	offset int
	start  int               // of the expression in the text, if it has no pieces
	source *rules.Expression // nil for a text that is no rule set
}

// expressionAt returns the expression at the cursor of a rule set, ok false if there is
// none. In another text it is the text.
func (t *Text) expressionAt(p *parsed) (w written, ok bool) {
	offset := bytesAt(t.Text, t.Offset)
	if p.set == nil {
		return written{text: t.Text, offset: offset}, true
	}
	for _, e := range p.expressions() {
		if e.Source == nil {
			continue // a front end wrote it
		}
		whole := e.InSource(diag.Range{End: len(e.Text)})
		if offset < whole.Start || offset > whole.End {
			continue
		}
		if inside, ok := inExpression(e, offset); ok {
			return written{text: e.Text, offset: inside, source: e}, true
		}
	}
	return lineAt(t.Text, offset)
}

// inExpression returns the place in an expression of a place in its source.
func inExpression(e *rules.Expression, offset int) (int, bool) {
	for inside := min(len(e.Text), max(0, offset-e.InSource(diag.Range{}).Start)); inside >= 0; inside-- {
		if e.InSource(diag.Range{Start: inside, End: inside}).Start == offset {
			return inside, true
		}
	}
	return 0, false
}

// lineAt returns what stands in the line of a place after the key, which is meant as an
// expression though the rule set cannot be read as it stands.
func lineAt(text string, offset int) (w written, ok bool) {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		end = offset + i
	}
	for _, sign := range []string{": ", ":= "} {
		if i := strings.Index(text[start:offset], sign); i >= 0 {
			start += i + len(sign)
			if start < offset && strings.IndexByte(`'"`, text[start]) >= 0 {
				start++ // of a text in quotes
			}
			return written{text: text[start:end], offset: offset - start, start: start}, true
		}
	}
	return written{}, false
}

// inText returns a part of the expression as a part of the text.
func (w *written) inText(text string, r diag.Range) Range {
	if w.source != nil {
		r = w.source.InSource(r)
	} else {
		r.Start, r.End = r.Start+w.start, r.End+w.start
	}
	return (&places{text: text}).of(r)
}

// expressions lists the expressions of a text.
func (p *parsed) expressions() []*rules.Expression {
	var all []*rules.Expression
	add := func(e *rules.Expression) {
		if e.Text != "" {
			all = append(all, e)
		}
	}
	addRule := func(r *rules.Rule) {
		add(&r.When)
		for i := range r.Assignments {
			add(&r.Assignments[i].Expression)
		}
	}
	for i := range p.Checked {
		add(&p.Checked[i])
	}
	for i := range p.Rules {
		addRule(&p.Rules[i])
	}
	for _, step := range p.Steps {
		switch s := step.(type) {
		case rules.Blocks:
			for i := range s {
				addRule(&s[i].Rule)
			}
		case *rules.Filter:
			add(&s.Condition)
		case *rules.Edit:
			add(&s.When)
		case *rules.Triage:
			add(&s.When)
			for i := range s.Rules {
				r := &s.Rules[i]
				add(&r.When)
				add(&r.Score)
				add(&r.Reason)
				for k := range r.Except {
					add(&r.Except[k].When)
				}
			}
		}
	}
	return all
}

// scope returns what the text can mention: the fields of the message at hand and of the
// others, and what the text assigns.
func (e *Engine) scope(ctx context.Context, t *Text, p *parsed) assist.Scope {
	m := e.messagesOf(ctx, t.Messages)
	scope := assist.Scope{Env: e.env, Variables: m.message(t.At), Schema: map[string]fn.Kinds{}}
	for name, kinds := range m.schema {
		scope.Schema[name] = kinds
	}
	if p.set != nil {
		for name, kinds := range p.set.Schema.Stellar() {
			scope.Schema[name] = kinds
		}
		for _, d := range p.set.Definitions {
			if !strings.Contains(d.Name, "(") {
				scope.Schema[d.Name] = fn.Any
			}
		}
	}
	assigned := func(r *rules.Rule) {
		for _, a := range r.Assignments {
			if a.Name != "" && !p.single {
				scope.Schema[a.Name] |= 0 // of any kind
			}
		}
	}
	for i := range p.Rules {
		assigned(&p.Rules[i])
	}
	for _, step := range p.Steps {
		if blocks, ok := step.(rules.Blocks); ok {
			for i := range blocks {
				assigned(&blocks[i].Rule)
			}
		}
	}
	return scope
}

// at reads a text, and returns the expression at its cursor with its scope. ok is false
// if there is none.
func (e *Engine) at(ctx context.Context, t *Text) (w written, scope assist.Scope, ok bool, err error) {
	if w, before, ok := e.atEdit(t); ok {
		return w, e.scope(ctx, t, before), true, nil
	}
	p, err := t.parse()
	if err != nil {
		return written{}, assist.Scope{}, false, err
	}
	w, ok = t.expressionAt(&p)
	if ok {
		scope = e.scope(ctx, t, &p)
	}
	return w, scope, ok, nil
}

// complete returns what can stand at the cursor.
func (e *Engine) complete(ctx context.Context, t Text) (*Completions, error) {
	if t.Mode == Rules {
		if found, ok := t.completeKeys(); ok {
			return found, nil
		}
	}
	w, scope, ok, err := e.at(ctx, &t)
	if !ok || err != nil {
		return &Completions{Range{t.Offset, t.Offset}, []Completion{}}, err
	}
	found := assist.Complete(scope, w.text, w.offset)
	answer := &Completions{w.inText(t.Text, found.Range), make([]Completion, len(found.Items))}
	for i, item := range found.Items {
		answer.Items[i] = Completion{Label: item.Label, Insert: item.Insert, Kind: item.Kind.String(), Detail: item.Detail}
		if item.Function != nil {
			answer.Items[i].Function = item.Function.Name
		}
	}
	return answer, nil
}

// signature returns the call that is being written at the cursor.
func (e *Engine) signature(ctx context.Context, t Text) (*Signature, error) {
	w, scope, ok, err := e.at(ctx, &t)
	if !ok || err != nil {
		return &Signature{}, err
	}
	s, ok := assist.SignatureAt(scope, w.text, w.offset)
	if !ok {
		return &Signature{}, nil
	}
	answer := &Signature{Function: s.Function.Name, Signature: s.Function.Signature(), At: w.inText(t.Text, s.Call).From}
	answer.Active = Range{s.Active().Start, s.Active().End}
	if p := s.Parameter(); p != nil {
		answer.Parameter = parameterText(p)
	}
	return answer, nil
}

// hover returns what the word at the cursor means.
func (e *Engine) hover(ctx context.Context, t Text) (*Hover, error) {
	w, scope, ok, err := e.at(ctx, &t)
	if !ok || err != nil {
		return &Hover{}, err
	}
	h, ok := assist.HoverAt(scope, w.text, w.offset)
	if !ok {
		return &Hover{}, nil
	}
	answer := &Hover{Range: w.inText(t.Text, h.Range)}
	switch {
	case h.Function != nil:
		answer.Function, answer.Title, answer.Text = h.Function.Name, h.Function.Signature(), h.Function.Doc
	case h.Name != "":
		answer.Title = h.Name
		if h.Kinds != 0 {
			answer.Title += ": " + h.Kinds.String()
		}
		if !h.Value.IsNull() {
			answer.Text = diag.ShortValue(h.Value)
		}
	default:
		answer.Title, answer.Text = w.text[h.Range.Start:h.Range.End], h.Text
	}
	return answer, nil
}
