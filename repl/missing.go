package repl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/assist"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
)

// What is looked through for names that were not meant.
const (
	mostNames      = 1000
	longestChecked = 16 << 10 // of an expression, in bytes
)

// missing warns of names in an expression that no variable has if another one was probably
// meant, as they are null without a word. A message may lack fields, so others are none
// that a person must hear of. More are names that are assigned before.
func (s *Session) missing(ctx context.Context, expression string, more map[string]bool) (found diag.List) {
	names := s.variables.Names()
	if len(names)+len(more) > mostNames || len(expression) > longestChecked {
		return nil
	}
	schema := stellar.Schema{lastName: fn.Any, beforeLastName: fn.Any}
	for _, name := range names {
		schema[name] = fn.Any
	}
	for name := range more {
		schema[name] = fn.Any
	}
	checked, _ := s.env.CheckContext(ctx, expression, schema)
	for _, d := range checked {
		if d.Check != diag.UnknownField || d.Severity != diag.Error {
			continue
		}
		name := expression[d.Range.Start:d.Range.End]
		var meant string
		switch isAll := strings.TrimSpace(expression) == name; {
		case d.Suggestion == lastName, d.Suggestion == beforeLastName:
		case schema[d.Suggestion] != 0:
			meant = "; did you mean " + d.Suggestion + "?"
		case isAll && stellar.IsVariable(name):
			meant = s.otherwise(name)
		default:
			continue
		}
		found = append(found, &diag.Diagnostic{
			Check: d.Check, Severity: diag.Warning, Source: d.Source, Range: d.Range, Suggestion: d.Suggestion,
			Message: fmt.Sprintf("there is no variable %s%s", diag.ShortText(name, 60), meant),
		})
	}
	return found
}

// missingIn does so for the assignments of a text.
func (s *Session) missingIn(ctx context.Context, parsed rules.Parsed) (found diag.List) {
	assigned := map[string]bool{}
	for _, rule := range parsed.Rules {
		for _, a := range rule.Assignments {
			for _, d := range s.missing(ctx, a.Text, assigned) {
				d.Range = a.InSource(d.Range)
				d.Source = a.Source.Text
				found = append(found, d)
			}
			assigned[a.Name] = true
		}
	}
	return found
}

// otherwise says what a name means that no variable has, and that is no expression else.
func (s *Session) otherwise(name string) string {
	for _, m := range magics() {
		if m.name == magicMark+name {
			return fmt.Sprintf("; %s %s", m.name, m.meaning)
		}
	}
	if f, _ := s.env.Lookup(strings.ToUpper(name)); f != nil {
		return "; ?" + f.Name + " documents the function"
	}
	return ""
}

// withMissing adds to warnings those of names that are missing, but of places that have one.
func withMissing(warnings, missing diag.List) diag.List {
	for _, d := range missing {
		if !slices.ContainsFunc(warnings, func(other *diag.Diagnostic) bool { return other.Range == d.Range }) {
			warnings = append(warnings, d)
		}
	}
	return warnings
}

// allName is the variable that stands for all variables, as a map. Elsewhere it is the last
// value.
const allName = "_"

// allMeant warns of it where somebody may have meant the last value; nil if it is not there.
func allMeant(expression string) *diag.Diagnostic {
	for _, token := range assist.Tokens(expression) {
		if token.Kind == assist.Variable && expression[token.Start:token.End] == allName {
			return &diag.Diagnostic{
				Severity: diag.Warning, Source: expression, Range: diag.Range{Start: token.Start, End: token.End},
				Message: allName + " is a map of all variables; the last value is " + lastName,
			}
		}
	}
	return nil
}
