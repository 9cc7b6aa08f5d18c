// Package command is the stellar command: rule files over JSON messages, single
// expressions, the documentation of functions, and an interactive shell.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/stream"
)

// The exit codes of the command.
const (
	exitFine        = 0
	exitFailed      = 1   // an expression or a message is wrong; it was reported
	exitUsage       = 2   // wrong arguments, or a file that cannot be read or written
	exitInterrupted = 130 // as shells say it of SIGINT; the run was interrupted
)

var (
	errFailed      = errors.New("failed")      // exitFailed
	errInterrupted = errors.New("interrupted") // exitInterrupted
)

// commandLine is what the arguments may say.
type commandLine struct {
	Run        runCommand        `cmd:"" help:"Apply rules to messages, which are JSON objects."`
	Check      checkCommand      `cmd:"" help:"Look for mistakes in rules, without messages."`
	Test       testCommand       `cmd:"" help:"Run the tests of rule sets."`
	Explain    explainCommand    `cmd:"" help:"Say what rules do with a message, and why."`
	Profile    profileCommand    `cmd:"" help:"Measure what is usual of addresses, users and the like, period by period."`
	Store      storeCommand      `cmd:"" help:"Look after what is kept: measurements of profiles and enrichments."`
	Rules      rulesCommand      `cmd:"" help:"Look after the rules of many workers: push, take back, see who uses which."`
	Replay     replayCommand     `cmd:"" help:"Say what new rules do otherwise than old ones with recorded messages."`
	Coverage   coverageCommand   `cmd:"" help:"Say which techniques of MITRE ATT&CK rules cover."`
	Convert    convertCommand    `cmd:"" help:"Write rules of other forms as rule sets in YAML."`
	Fmt        formatCommand     `cmd:"" help:"Give rule files their usual form."`
	Schema     schemaCommand     `cmd:"" help:"Find out what fields messages have, or write the schema of rule sets for editors."`
	Eval       evalCommand       `cmd:"" help:"Evaluate one expression."`
	Doc        docCommand        `cmd:"" help:"Show how rules are written, and what functions there are."`
	Serve      serveCommand      `cmd:"" help:"Serve a page to learn the language and work on rules."`
	Maas       maasCommand       `cmd:"" help:"Look after models: find, call, run, promote and retire them."`
	Bench      benchCommand      `cmd:"" help:"Measure what compiling and evaluating expressions takes."`
	Completion completionCommand `cmd:"" help:"Write what bash, zsh or fish needs to complete the command."`
	Version    versionCommand    `cmd:"" help:"Show the version."`
	Man        manCommand        `cmd:"" hidden:"" help:"Write the manual page of the command as roff."`
	Shell      shellCommand      `cmd:"" default:"withargs" help:"Evaluate expressions line by line; the default."`
}

// streams are what a command reads and writes, and how it is interrupted.
type streams struct {
	in         io.Reader
	out, err   io.Writer
	interrupts *interrupts
	toTerminal bool        // the output goes to one
	outFile    fs.FileInfo // that the output goes to; nil if it is none
	columns    func() int  // of a line of the output
	errColumns func() int  // of one of standard error; nil if that is no terminal
}

// guarded returns the streams such that nothing in them commands a terminal. Standard
// error is for people, wherever it goes; the output is for programs, unless it goes to
// a terminal.
func (s *streams) guarded() *streams {
	guarded := &streams{
		in: s.in, out: output{s.out}, err: terminal.NewWriter(s.err).Colored(), interrupts: s.interrupts,
		toTerminal: terminal.Is(s.out), outFile: regularFile(s.out),
		columns: func() int { return terminal.Width(s.out) },
	}
	if terminal.Is(s.err) {
		guarded.errColumns = func() int { return terminal.Width(s.err) }
	}
	if guarded.toTerminal {
		guarded.out = terminal.NewWriter(guarded.out)
	}
	return guarded
}

// output is standard output. Its errors are *stream.OutputError.
type output struct{ w io.Writer }

func (o output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if err != nil {
		err = &stream.OutputError{Err: err}
	}
	return n, err
}

// sync has what was written to a file stored.
func (s *streams) sync() error {
	if out, ok := s.out.(output); ok {
		if file, ok := out.w.(*os.File); ok {
			return file.Sync()
		}
	}
	return nil
}

// isBroken reports whether err says that whoever read the output has enough.
func isBroken(err error) bool {
	var output *stream.OutputError
	return errors.As(err, &output) && (errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe))
}

// Main runs the command as the process, and returns the exit code.
func Main() int {
	log.SetOutput(io.Discard) // net/http writes there what calls of models return as errors
	taken := &interrupts{}
	ctx := untilSignal(taken)
	return dispatch(ctx, os.Args[1:], &streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, interrupts: taken})
}

// Run runs the command with its arguments, without the command's name, and returns
// the exit code. When ctx ends, the command finishes the message it is at, writes
// what it has, and ends.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return dispatch(ctx, args, &streams{in: stdin, out: stdout, err: stderr, interrupts: &interrupts{}})
}

// newParser returns the parser of the command line, which calls exit after it has shown
// help.
func newParser(ctx context.Context, s *streams, exit func(code int)) (*kong.Kong, error) {
	return kong.New(&commandLine{},
		kong.Name("stellar"),
		kong.Vars{"rules_help": rulesHelp, "inputs_help": inputsHelp, "state_help": stateHelp, "address_help": addressHelp},
		kong.Description("Applies rules and expressions of the Stellar language to messages in JSON: Excel functions on streaming data."),
		kong.Writers(s.out, s.err),
		kong.Exit(exit),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Help(showHelp),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
	)
}

// showHelp shows the gist of a command and its details as one text, as those that begin with an
// example would lose its indentation.
func showHelp(options kong.HelpOptions, ctx *kong.Context) error {
	node := ctx.Model.Node
	if selected := ctx.Selected(); selected != nil {
		node = selected
	}
	if node.Detail != "" {
		node.Help, node.Detail = node.Help+"\n\n"+node.Detail, ""
	}
	return kong.DefaultHelpPrinter(options, ctx)
}

// dispatch runs the command that the arguments select, and returns the exit code.
func dispatch(ctx context.Context, args []string, s *streams) int {
	s = s.guarded()
	exited := -1 // by --help
	parser, err := newParser(ctx, s, func(code int) { exited = code })
	if err != nil {
		fmt.Fprintln(s.err, "stellar:", err)
		return exitUsage
	}
	if len(args) > 0 {
		switch args[0] { // as many commands have them: help run, --version
		case "help":
			args = append(slices.Clone(args[1:]), "--help")
		case "--version":
			args = append([]string{"version"}, args[1:]...)
		}
	}
	args = shellArguments(args)
	rightArguments(parser.Model, args)
	selected, err := parser.Parse(args)
	switch {
	case isBroken(err): // help was read as far as it was wanted
		return exitFine
	case exited >= 0:
		return exited
	case err != nil:
		message, advice := usageError(parser.Model, args, err)
		fmt.Fprintf(s.err, "stellar: %s\n%s\n", terminal.Printable(message), advice)
		return exitUsage
	}
	err = selected.Run(s)
	switch {
	case err == nil, isBroken(err):
		return exitFine
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	}
	var output *stream.OutputError
	if errors.As(err, &output) {
		err = fmt.Errorf("output: %w", err)
	}
	fmt.Fprintln(s.err, "stellar:", terminal.Printable(missingFile(err)))
	return exitUsage
}

// missingFile returns the text of an error, in which a file that there is not is said to
// be so, without the call that found it.
func missingFile(err error) string {
	var missing *fs.PathError
	if !errors.As(err, &missing) || !errors.Is(missing, fs.ErrNotExist) {
		return err.Error()
	}
	what := "there is no file or folder " + missing.Path
	if folder := filepath.Dir(missing.Path); folder != "." {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			what = "there is no folder " + folder
		}
	}
	return strings.Replace(err.Error(), missing.Error(), what, 1)
}
