package command

import (
	"context"
	"errors"
	"io"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/stream"
)

// shellCommand evaluates expressions line by line.
type shellCommand struct {
	hostFlags
	Interactive bool   `short:"i" help:"Show the prompt though standard input is no terminal, and do not edit lines."`
	Inputrc     string `placeholder:"FILE" help:"Settings and keys of the line editor, in the place of $INPUTRC and ~/.inputrc; also -irc FILE."`
	Properties  string `short:"p" placeholder:"FILE" help:"Globals, such as those that %define makes, in the form of Java's properties: a line NAME=TEXT each."`
	Log4J       string `name:"log4j" short:"l" hidden:"" help:"Has no effect: there is no Log4j here."`
	NoANSI      bool   `name:"no-ansi" aliases:"no_ansi" help:"No colours; also -na, and NO_COLOR in the environment."`
}

// Help is called by the parser of the command line.
func (*shellCommand) Help() string {
	return `In the shell, %help shows what can be typed, ?NAME documents a function, %functions WORDS finds some, and the tabulator completes names.

  stellar
  stellar shell -v message.json`
}

// Run is called by the parser of the command line.
func (c *shellCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	report.errorPrefix, report.notePrefix, report.verbose = "[!] ", "[!] ", true
	report.plain = c.NoANSI
	report.columns = s.errColumns
	if c.Log4J != "" {
		report.printf("-l has no effect: there is no Log4j here")
	}
	inputrc, err := c.readInputrc(ctx)
	if err != nil {
		return err
	}
	c.typed = true
	h, err := c.open(ctx, report, 1)
	if err != nil {
		return err
	}
	defer h.close()
	sh := &shell{host: h, report: report, streams: s, out: s.out}
	written := s.display()
	settings, keep := repl.Settings{Format: written.Format, Limit: written.Limit}, (func(repl.Settings) error)(nil)
	if sh.interactive = c.Interactive || terminal.Is(s.in); sh.interactive {
		if settings, err = readSettings(ctx); err != nil {
			report.printf("%s", terminal.Printable(err.Error()))
		}
		keep = keepSettings
	}
	globals := &repl.Globals{}
	if c.Properties != "" {
		if err := readProperties(ctx, c.Properties, globals); err != nil {
			return err
		}
	}
	if sh.session, err = h.shellSession(s, settings, globals, keep); err != nil {
		return err
	}
	if sh.interactive {
		sh.out = s.shown(c.NoANSI)
		sh.interrupted = s.interrupts.take()
	}
	input, err := c.input(ctx, s, sh, inputrc)
	if err != nil {
		return err
	}
	return sh.loop(ctx, input)
}

// shell shows what a session answers.
type shell struct {
	session     *repl.Session
	host        *host
	report      *reporter
	out         io.Writer
	streams     *streams
	interactive bool
	edits       bool            // in a terminal whose lines end when a text was read
	interrupted <-chan struct{} // receives when the person calls off what is under way
	failed      bool            // a text did
	broken      error           // of the output; it ends the session
}

// loop does what is typed, text by text. Errors of texts never end it; if the
// session is not interactive they are remembered for the exit code.
func (sh *shell) loop(ctx context.Context, input terminal.Input) error {
	if sh.interactive {
		sh.print("Stellar. %help shows what can be typed, %quit ends.\n")
	}
	for {
		text, err := input.Read()
		quit := sh.do(ctx, text, input)
		switch {
		case sh.broken != nil:
			return sh.broken
		case ctx.Err() != nil:
			sh.endPrompt()
			return errInterrupted
		case quit:
		case errors.Is(err, terminal.ErrInterrupted):
			sh.endPrompt()
			continue
		case errors.Is(err, io.EOF):
			sh.endPrompt()
		case errors.Is(err, stream.ErrLongLine):
			sh.fail(err)
			continue
		case err != nil:
			return err
		default:
			continue
		}
		if sh.failed && !sh.interactive {
			return errFailed
		}
		return nil
	}
}

// do does what a text says, unless it is interrupted, and reports whether it ends the
// session.
func (sh *shell) do(ctx context.Context, text string, input terminal.Input) (quit bool) {
	ctx, callOff := context.WithCancel(ctx)
	defer callOff()
	answered := make(chan repl.Result, 1)
	go func() { answered <- sh.session.Do(ctx, text) }()
	var r repl.Result
	select {
	case r = <-answered:
	case <-sh.interrupted:
		callOff()
		input.Drop()
		r = <-answered
		sh.newline() // after the ^C that the terminal shows
		if errors.Is(r.Err, context.Canceled) {
			sh.report.printf("called off; the variables are as they were")
			return false
		}
	}
	shown := make(chan struct{})
	go func() {
		sh.show(ctx, r)
		close(shown)
	}()
	select {
	case <-shown:
	case <-sh.interrupted: // what is shown can be long
		callOff()
		<-shown
		sh.newline()
	}
	return r.Quit
}

func (sh *shell) fail(err error) {
	sh.failed = true
	sh.report.failure("", err)
}

// print shows text, unless the output is broken.
func (sh *shell) print(text string) {
	if sh.broken == nil {
		_, sh.broken = io.WriteString(sh.out, text)
	}
}

// endPrompt ends the line of a prompt that was not answered.
func (sh *shell) endPrompt() {
	if !sh.edits {
		sh.newline()
	}
}

// newline ends the line that a terminal is in.
func (sh *shell) newline() {
	if sh.interactive {
		sh.print("\n")
	}
}
