// Package repl is the stellar command: rule files over JSON messages, single
// expressions, the documentation of functions, and an interactive shell.
package repl

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"
)

// The exit codes of the command.
const (
	exitFine        = 0
	exitFailed      = 1   // an expression or a message is wrong; it was reported
	exitUsage       = 2   // wrong arguments, or a file that cannot be read or written
	exitInterrupted = 130 // as shells say it of SIGINT
)

var (
	errFailed      = errors.New("failed")      // exitFailed
	errInterrupted = errors.New("interrupted") // exitInterrupted
)

// commandLine is what the arguments may say.
type commandLine struct {
	Run   runCommand   `cmd:"" help:"Apply a rule file to messages: JSON objects, one a line."`
	Eval  evalCommand  `cmd:"" help:"Evaluate one expression."`
	Doc   docCommand   `cmd:"" help:"Show the functions, or the documentation of one."`
	Shell shellCommand `cmd:"" default:"withargs" help:"Evaluate expressions line by line; the default."`
}

// streams are those of the process.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs the command with its arguments, without the command's name, and
// returns the exit code. When ctx ends, the command finishes the message it is at,
// writes what it has, and ends.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	exited := -1 // by --help
	parser, err := kong.New(&commandLine{},
		kong.Name("stellar"),
		kong.Description("Evaluates expressions of the Stellar language: Excel functions on streaming data."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "stellar:", err)
		return exitUsage
	}
	selected, err := parser.Parse(args)
	switch {
	case exited >= 0:
		return exited
	case err != nil:
		fmt.Fprintf(stderr, "stellar: %v\nTry stellar --help.\n", err)
		return exitUsage
	}
	err = selected.Run(&streams{in: stdin, out: stdout, err: stderr})
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "stellar:", err)
	return exitUsage
}
