package assist

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Hover is what a word of a text means.
type Hover struct {
	Range diag.Range
	// Function is the function that is named, nil for other words.
	Function *fn.Func
	// Name is the variable that is named, without backquotes, "" for other words. Value
	// and Kinds are what is known of it.
	Name  string
	Value value.Value
	Kinds fn.Kinds
	// Text says what a keyword does, "" for other words.
	Text string
}

// HoverAt returns what the word at a place means, if it is a function, variable or field
// that the scope knows, or a keyword.
func HoverAt(scope Scope, text string, offset int) (Hover, bool) {
	tokens := syntax.Tokens(text)
	for i, t := range tokens {
		if t.Start > offset || t.End < offset || t.End == offset && i+1 < len(tokens) && tokens[i+1].Start == offset {
			continue
		}
		word := text[t.Start:t.End]
		h := Hover{Range: t.Range}
		switch {
		case isCall(text, tokens, i):
			h.Function = scope.Env.Functions()[word]
			return h, h.Function != nil
		case t.Class == syntax.Name || t.Class == syntax.QuotedName:
			known, ok := scope.field(strings.Trim(word, "`"))
			h.Name, h.Value, h.Kinds = known.name, known.value, known.kinds
			return h, ok
		case t.Class == syntax.Keyword || t.Class == syntax.Operator || t.Class == syntax.Constant:
			h.Text = meanings[strings.ToLower(word)]
			return h, h.Text != ""
		}
		return Hover{}, false
	}
	return Hover{}, false
}

// meanings says what the words and signs of the language do.
var meanings = map[string]string{
	"and":     andOr,
	"&&":      andOr,
	"or":      andOr,
	"||":      andOr,
	"not":     "not(condition) is true if the condition is false, or null.",
	"in":      "x in y is true if x is an item of the list or set y, a key of the map y, or a part of the text y.",
	"not in":  "x not in y is true if x is no item of the list or set y, no key of the map y, and no part of the text y.",
	"exists":  "exists(field) is true if the message has the field, and it is not null.",
	"if":      conditional,
	"then":    conditional,
	"else":    conditional,
	"?":       "condition ? value : value is a short form of if condition then value else value.",
	"match":   match,
	"default": match,
	"=>":      match,
	"->":      "x -> expression is a function of x, for those that take one, such as MAP and FILTER.",
	"null":    "The value of what is missing. As a condition it counts as false.",
	"nan":     "Not a number: the result of arithmetic that has none, such as 0.0 / 0.",
	"==":      "Equal. Numbers are equal by their value, of whatever kind they are.",
	"!=":      "Unequal.",
	":=":      "name := expression keeps the value as a variable or field.",
	"+":       "The sum of numbers. Texts are joined with JOIN([a, b], '').",
}

const (
	andOr       = "and and or have the same rank and group to the right: a and b or c means a and (b or c). Parentheses say what is meant."
	conditional = "if condition then value else value"
	match       = "match{ condition => value, …, default => value } is the value of the first condition that is true."
)

// shortValue returns a value for a line of a list, in one line and shortened.
func shortValue(v value.Value) string { return diag.ShortText(diag.ShortValue(v), 60) }
