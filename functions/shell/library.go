// Package shell has the functions of the shell: its variables with the expressions that
// made them, tables of maps, and the person's editor. Only a shell joins the family.
package shell

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is the shell. In the zero Host there are neither variables nor an editor, and
// functions that ask for them fail.
type Host struct {
	// Variables lists the variables, by name. Nil means that there cannot be any.
	Variables func() []Variable

	// Edit lets the person edit a text, and returns what that becomes. Nil means that
	// there is no editor. It must return when ctx ends.
	Edit func(ctx context.Context, text string) (string, error)
}

// Variable is a variable of the shell.
type Variable struct {
	Name  string
	Value value.Value
	// Expression is what it was assigned from, "" if it was not assigned.
	Expression string
}

// Library returns the family of a shell.
func Library(h Host) fn.Library {
	return fn.Library{
		Name: "shell", Doc: "variables and tables in the shell",
		Functions: slices.Concat(tableFunctions, h.variableFunctions(), h.editFunctions()),
	}
}
