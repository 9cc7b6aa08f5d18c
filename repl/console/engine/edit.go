package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/lint"
)

// While somebody types in an expression of a large rule set, reading the whole of it for
// each key takes longer than people notice. An edit within one expression is answered by
// checking that expression anew; the page asks for the whole when it has a moment.

// whole is a rule set that was checked as a whole.
type whole struct {
	text     string
	messages string
	parsed   parsed
	set      lint.Set
	found    diag.List
	checked  Checked
}

// edit is a part of a text that another one took the place of.
type edit struct {
	start       int // in both texts
	before, now int // its end in the text before, and as it is now
}

// editOf returns what differs between two texts.
func editOf(before, now string) edit {
	start := 0
	for start < len(before) && start < len(now) && before[start] == now[start] {
		start++
	}
	tail := 0
	for tail < len(before)-start && tail < len(now)-start && before[len(before)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	return edit{start, len(before) - tail, len(now) - tail}
}

// within returns the expression of a rule set in which a text differs from it, and where
// that stands in the text. ok is false if the text differs elsewhere.
func (w *whole) within(text string) (expression *rules.Expression, at diag.Range, edited edit, ok bool) {
	edited = editOf(w.text, text)
	if strings.Contains(w.text[edited.start:edited.before]+text[edited.start:edited.now], "\n") {
		return nil, diag.Range{}, edited, false
	}
	for _, e := range w.parsed.expressions() {
		at, verbatim := verbatimIn(e, w.text)
		if verbatim && at.Start <= edited.start && edited.before <= at.End {
			at.End += edited.now - edited.before
			return e, at, edited, structureOf(e.Text) == structureOf(text[at.Start:at.End])
		}
	}
	return nil, diag.Range{}, edited, false
}

// structure is what YAML may see in an expression that is no text to it.
type structure struct {
	comments, keys int
	begin          byte // of a text in quotes, a list, an alias and the like
}

func structureOf(expression string) structure {
	s := structure{comments: strings.Count(expression, "#"), keys: strings.Count(expression+" ", ": ")}
	if trimmed := strings.TrimLeft(expression, " "); trimmed == "" || strings.IndexByte("'\"[]{},&*!|>%@`?-", trimmed[0]) >= 0 {
		s.begin = (trimmed + " ")[0]
	}
	return s
}

// checkEdit checks an edit within one expression of a rule set. ok is false if the whole
// must be checked.
func (e *Engine) checkEdit(ctx context.Context, t *Text, before *whole) (checked *Checked, ok bool) {
	if before == nil || before.messages != t.Messages {
		return nil, false
	}
	expression, at, edited, ok := before.within(t.Text)
	if !ok {
		return nil, false
	}
	found, ok := e.linters[Rules].CheckInstead(ctx, &before.set, expression.Text, t.Text[at.Start:at.End])
	if !ok {
		return nil, false
	}
	answer := before.checked
	answer.Partial = true
	was := diag.Range{Start: at.Start, End: at.End + edited.before - edited.now}
	answer.Diagnostics = diagnosticsOf(t.Text, append(before.without(was, edited, t.Text), inPlace(found, at.Start, t.Text)...))
	slices.SortStableFunc(answer.Diagnostics, func(a, b Diagnostic) int { return cmp.Compare(a.From, b.From) }) // as in the whole
	return &answer, true
}

// atEdit returns the expression at the cursor if it is that which was edited since the
// rule set was checked as a whole, and the rule set as it was.
func (e *Engine) atEdit(t *Text) (w written, before *parsed, ok bool) {
	e.checking.Lock()
	whole := e.whole
	e.checking.Unlock()
	if whole == nil || t.Mode != Rules {
		return written{}, nil, false
	}
	_, at, _, ok := whole.within(t.Text)
	offset := bytesAt(t.Text, t.Offset)
	if !ok || offset < at.Start || offset > at.End {
		return written{}, nil, false
	}
	return written{text: t.Text[at.Start:at.End], offset: offset - at.Start, start: at.Start}, &whole.parsed, true
}

// verbatimIn returns where an expression stands in a text, if it does byte for byte.
func verbatimIn(e *rules.Expression, text string) (diag.Range, bool) {
	if e.Source == nil { // a front end wrote it; there are no other texts than the one
		return diag.Range{}, false
	}
	at := e.InSource(diag.Range{End: len(e.Text)})
	return at, text[at.Start:at.End] == e.Text
}

// without returns what was found outside of an expression, in its places after an edit.
func (w *whole) without(expression diag.Range, edited edit, text string) diag.List {
	var kept diag.List
	move := func(r diag.Range) diag.Range {
		if r.Start >= edited.before {
			r.Start += edited.now - edited.before
		}
		if r.End >= edited.before {
			r.End += edited.now - edited.before
		}
		return r
	}
	for _, d := range w.found {
		if d.Source != w.text || expression.Start <= d.Range.Start && d.Range.End <= expression.End {
			continue
		}
		moved := *d
		moved.Source, moved.Range = text, move(d.Range)
		if !d.Argument.Empty() {
			moved.Argument = move(d.Argument)
		}
		kept = append(kept, &moved)
	}
	return kept
}

// inPlace returns findings in an expression that begins at an offset of a text.
func inPlace(found diag.List, start int, text string) diag.List {
	placed := make(diag.List, len(found))
	for i, d := range found {
		moved := *d
		moved.Source = text
		moved.Range = diag.Range{Start: d.Range.Start + start, End: d.Range.End + start}
		if !d.Argument.Empty() {
			moved.Argument = diag.Range{Start: d.Argument.Start + start, End: d.Argument.End + start}
		}
		placed[i] = &moved
	}
	return placed
}
