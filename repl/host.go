package repl

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules/explain"
)

// Host is what a session asks the program that holds it to do. What is nil cannot be done.
type Host struct {
	// ReadRules reads rules of any form from a file or folder, in the order in which they
	// are applied.
	ReadRules func(ctx context.Context, name string) ([]explain.Text, error)

	// Models lists the models that expressions can ask.
	Models func() []Model

	// Globals returns the globals that are stored outside of the session, and are there
	// unless it has others of the same name. It may return none.
	Globals func(ctx context.Context) (stellar.Resolver, error)

	// Edit lets the person edit a text, and returns what that becomes.
	Edit func(ctx context.Context, text string) (string, error)

	// KeepSettings keeps the settings for sessions to come.
	KeepSettings func(Settings) error
}

// Model is a version of a model in a registry.
type Model struct {
	Name, Version, Stage, Weight, Protocol string
	Instances                              int
}

// NotHereError says that the program that holds a session cannot do what a command asks.
type NotHereError struct{ Command string }

// Error returns a line with the command.
func (e *NotHereError) Error() string {
	return fmt.Sprintf("%s cannot be done here: only the shell of the command stellar does it", e.Command)
}
