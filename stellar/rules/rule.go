package rules

import (
	"maps"
	"sort"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// Rule is a condition, and what is assigned to fields of the messages for which it
// is true. Front ends make rules of their formats, and Compile makes a Set of them.
type Rule struct {
	// Name is what people call the rule.
	Name string
	// When is the condition. With an empty text the rule is for every message.
	When Expression
	// Assignments are made in order. Each sees what those before it, and the
	// rules before this one, have assigned.
	Assignments []Assignment
}

// Assignment is a name, without backquotes, and the expression of its value.
type Assignment struct {
	Name string
	Expression
}

// Expression is the text of an expression, and where it stands.
type Expression struct {
	Text string
	// Source is the text that the expression is a part of, in which the places of
	// its errors are. Nil means that it stands alone; its errors then name its rule.
	Source *Source
	// Offset is where in Source the expression begins, in bytes. Without Pieces, the
	// part of Source from there has as many bytes as Text, though it may differ in
	// blanks for other characters.
	Offset int
	// Pieces say where in Source the text stands if it has other bytes there, such as
	// escapes. They are in the order of the text, the first of them is its beginning.
	Pieces []Piece
}

// Piece is a part of an expression, up to the next piece, that stands in the source
// byte by byte. What exceeds the place of the next piece there was added to the text,
// and has the next place; unless that is before, as with a part from elsewhere in the
// source.
type Piece struct{ Text, Source int }

// Source is a text that rules stand in, and the name of its file, "" if it is none.
type Source struct {
	File, Text string
	// Functions are those that its front end knows, and replaces by others. They are
	// suggested for functions that there are not.
	Functions []string
}

// Mistake returns an error of kind ErrSyntax at an offset of the source.
func (s *Source) Mistake(at int, message string) *diag.Diagnostic {
	return &diag.Diagnostic{Kind: diag.ErrSyntax, Message: message, File: s.File, Source: s.Text,
		Range: diag.Range{Start: at, End: at}}
}

// Place moves a diagnostic of the expression, which is a part of a rule, to its place in
// the source.
func (e *Expression) Place(rule string, d *diag.Diagnostic) *diag.Diagnostic {
	placed := *d
	if e.Source == nil {
		placed.File = rule
		return &placed
	}
	placed.File, placed.Source = e.Source.File, e.Source.Text
	if rule != placed.File { // a script is one rule
		placed.Rule = rule
	}
	placed.Range = e.InSource(d.Range)
	if !d.Argument.Empty() {
		placed.Argument = e.InSource(d.Argument)
	}
	e.suggest(&placed, d.Range)
	return &placed
}

// suggest adds the function of the source that was probably meant by one that there is
// not, in a part of the text, if no other one was.
func (e *Expression) suggest(d *diag.Diagnostic, at diag.Range) {
	if d.Kind != diag.ErrUnknownFunction || d.Suggestion != "" || strings.Contains(d.Message, "; ") || at.End > len(e.Text) {
		return
	}
	analysis.Suggest(d, names.Nearest(e.Text[at.Start:at.End], e.Source.Functions))
}

// InSource returns the place in Source, which is not nil, of a part of the text.
func (e *Expression) InSource(r diag.Range) diag.Range {
	start, end := e.offset(r.Start), e.offset(r.End)
	if !r.Empty() && start >= end { // in what was added to the text
		end = min(start+1, len(e.Source.Text))
	}
	return diag.Range{Start: start, End: end}
}

func (e *Expression) offset(at int) int {
	i := sort.Search(len(e.Pieces), func(i int) bool { return e.Pieces[i].Text > at }) - 1
	if i < 0 {
		return e.Offset + at
	}
	offset := e.Pieces[i].Source + at - e.Pieces[i].Text
	if i+1 < len(e.Pieces) && e.Pieces[i+1].Source >= e.Pieces[i].Source {
		offset = min(offset, e.Pieces[i+1].Source)
	}
	return min(offset, len(e.Source.Text))
}

// Part returns a part of the expression, without blanks around it, as an expression.
func (e *Expression) Part(from, to int) Expression {
	text := e.Text[from:to]
	trimmed := strings.TrimLeft(text, " \t\r\n")
	from += len(text) - len(trimmed)
	part := Expression{Text: strings.TrimRight(trimmed, " \t\r\n"), Source: e.Source, Offset: e.offset(from)}
	for _, p := range e.Pieces {
		switch {
		case p.Text <= from:
			part.Pieces = []Piece{{Text: 0, Source: e.offset(from)}}
		default:
			part.Pieces = append(part.Pieces, Piece{Text: p.Text - from, Source: p.Source})
		}
	}
	return part
}

// Parsed is what a front end found in a text: rules, what is to be done after them,
// and what it has to say of the text. What there is can be compiled, though there are
// errors too.
type Parsed struct {
	// Rules share a scope: each sees what those before it assign, in the texts before
	// too, up to the first one with steps. What they assign becomes fields when all
	// were applied.
	Rules []Rule
	Steps []Step
	// Checked are expressions that the others were made of. They are not evaluated,
	// but what is wrong with them is found in their place.
	Checked []Expression
	// Constants are names that stand for values in all expressions, of other texts too:
	// they should be like no other name. Nil has none.
	Constants map[string]value.Value
	// Functions take the place of those of their names in the environment, in all
	// expressions, of other texts too. Those of names that the environment does not have
	// are passed over.
	Functions []fn.Func
	Findings  diag.List
	// Notes say what of the text was passed over on purpose.
	Notes []string
}

// constantsOf returns the names of parsed texts that stand for values.
func constantsOf(parsed []Parsed) map[string]value.Value {
	all := map[string]value.Value{}
	for _, p := range parsed {
		maps.Copy(all, p.Constants)
	}
	return all
}

// within returns an environment in which names stand for values, and functions take the
// place of others.
func within(env *stellar.Env, constants map[string]value.Value, functions []fn.Func) *stellar.Env {
	if len(functions) > 0 {
		env = env.WithFunctions(functions)
	}
	if len(constants) > 0 {
		env = env.WithConstants(constants)
	}
	return env
}

// functionsOf returns the functions of parsed texts.
func functionsOf(parsed []Parsed) []fn.Func {
	var all []fn.Func
	for _, p := range parsed {
		all = append(all, p.Functions...)
	}
	return all
}
