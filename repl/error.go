package repl

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
)

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
type UnknownMagicError struct {
	Name string
	// Suggestions are what was probably meant.
	Suggestions []string
}

// Error returns a line with the name, shortened, and what to do.
func (e *UnknownMagicError) Error() string {
	text := "there is no command " + diag.ShortText(e.Name, 60)
	if len(e.Suggestions) > 0 {
		return text + "; did you mean " + strings.Join(e.Suggestions, " or ") + "?"
	}
	return text + "; %help shows what can be typed"
}

// ForeignError says what a command of another tool is called here.
type ForeignError struct {
	Command string // as it was typed
	Here    string // what to do
}

// Error returns a line.
func (e *ForeignError) Error() string { return e.Command + " is no command here: " + e.Here }
