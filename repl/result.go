package repl

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Result is what came of a text.
type Result struct {
	// Answer is what there is to show, nil if there is nothing, as after a comment.
	Answer Answer

	// Err says why there is no answer. Mistakes in a text are a *diag.Diagnostic or
	// a diag.List.
	Err error

	// Warnings are what a check found in a text that compiles: what is probably
	// not meant, and errors of parts that need not be evaluated.
	Warnings diag.List

	// Events are the first failures that the text saw as null, MoreEvents is the
	// number of those left out.
	Events     []fn.Event
	MoreEvents int

	// Quit reports whether the text asks to end the session.
	Quit bool
}

// Answer is one of Evaluated, Assigned, Documentation, FunctionList, VariableList
// and Help.
type Answer interface{ isAnswer() }

// Evaluated is the value of an expression.
type Evaluated struct{ Value value.Value }

// Assigned are the variables that a text assigned, each once, in the order of their
// first assignments.
type Assigned struct{ Variables []Variable }

// Documentation is a function whose documentation was asked for.
type Documentation struct{ Function *fn.Func }

// FunctionList is the functions that do what words say, the best first; all by name for
// no words.
type FunctionList struct {
	Words     string
	Functions []*fn.Func
}

// VariableList is the variables there are, by name.
type VariableList struct{ Variables []Variable }

// Help is what can be typed.
type Help struct{ Entries []HelpEntry }

// HelpEntry is a form of texts, such as "?NAME", and what they do.
type HelpEntry struct{ Form, Meaning string }

func (Evaluated) isAnswer()     {}
func (Assigned) isAnswer()      {}
func (Documentation) isAnswer() {}
func (FunctionList) isAnswer()  {}
func (VariableList) isAnswer()  {}
func (Help) isAnswer()          {}

// UnknownFunctionError says that no function has the name that was asked for.
type UnknownFunctionError struct {
	Name string
	// Suggestion is what was probably meant, as stellar.Env.Lookup returns it, or else
	// words that say what to do.
	Suggestion string
}

// Error returns a line with the name, shortened, and the suggestion.
func (e *UnknownFunctionError) Error() string {
	name := e.Name
	if !stellar.IsVariable(name) { // it may hold anything
		name = strconv.Quote(name)
	}
	text := "there is no function " + diag.ShortText(name, 60)
	switch {
	case e.Suggestion == "":
		return text
	case strings.Contains(e.Suggestion, " "): // words that say what to write
		return text + "; " + e.Suggestion
	}
	return text + "; did you mean " + e.Suggestion + "?"
}

// UnknownMagicError says that a text begins with % and no magic has the name.
type UnknownMagicError struct{ Name string }

// Error returns a line with the name, shortened, and what to do.
func (e *UnknownMagicError) Error() string {
	return "there is no command " + diag.ShortText(e.Name, 60) + "; %help shows what can be typed"
}
