package rules

import "github.com/stellarlang/stellar/stellar/diag"

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
	// Offset is where in Source the expression begins, in bytes. The part of
	// Source from there may differ from Text in blanks for other characters.
	Offset int
}

// Source is a text that rules stand in, and the name of its file, "" if it is none.
type Source struct{ File, Text string }

// Mistake returns an error of kind ErrSyntax at an offset of the source.
func (s *Source) Mistake(at int, message string) *diag.Diagnostic {
	return &diag.Diagnostic{Kind: diag.ErrSyntax, Message: message, File: s.File, Source: s.Text,
		Range: diag.Range{Start: at, End: at}}
}

// place moves a diagnostic of an expression to its place in the source.
func (e *Expression) place(rule string, d *diag.Diagnostic) *diag.Diagnostic {
	placed := *d
	if e.Source == nil {
		placed.File = rule
		return &placed
	}
	placed.File, placed.Source = e.Source.File, e.Source.Text
	placed.Range.Start += e.Offset
	placed.Range.End += e.Offset
	if !placed.Argument.Empty() {
		placed.Argument.Start += e.Offset
		placed.Argument.End += e.Offset
	}
	return &placed
}

// Parsed is what a front end found in a text: rules, and what it has to say of the
// text. The rules are those that can be compiled, though there are errors too.
type Parsed struct {
	Rules    []Rule
	Findings diag.List
}
