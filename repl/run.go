package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

// runCommand applies a rule file to messages.
type runCommand struct {
	hostFlags
	Keep    []string `sep:"," placeholder:"NAME" help:"Of the assigned names, only these become fields."`
	Drop    []string `sep:"," placeholder:"NAME" help:"Of the assigned names, these do not become fields."`
	OnError string   `enum:"report,fail,skip,null" default:"report" help:"What becomes of a message with an error: report (it passes with a field stellar_errors), fail (stop), skip (leave it out), null (the failing assignment is null)."`
	Verbose bool     `help:"Show each failure that is null in an expression, not only the first of its kind."`

	File   string   `arg:"" help:"The rule file: lines of the form name := expression."`
	Inputs []string `arg:"" optional:"" name:"input" help:"Files of messages; - or none is standard input."`
}

var policies = map[string]rules.ErrorPolicy{
	"report": rules.Report, "fail": rules.Fail, "skip": rules.Skip, "null": rules.Null,
}

// Run is called by the parser of the command line.
func (c *runCommand) Run(ctx context.Context, s *streams) error {
	source, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if err := checkInputs(c.Inputs); err != nil {
		return err
	}
	report := newReporter(s.err)
	report.verbose = c.Verbose
	h, err := c.open(ctx, report)
	if err != nil {
		return err
	}
	defer h.close()
	set, warnings, err := rules.Compile(ctx, h.env, script.Parse(c.File, source))
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		report.failure("", err)
		report.warnings(warnings, nil)
		return errFailed
	}
	report.warnings(warnings, nil)
	policy := policies[c.OnError]
	set, err = set.With(rules.Options{Keep: c.Keep, Drop: c.Drop, OnError: policy, Variables: h.variables})
	if err != nil {
		return fmt.Errorf("--keep, --drop: %w", err)
	}
	r := &run{set: set, policy: policy, report: report, out: lineWriter{w: s.out}}
	err = r.inputs(ctx, c.Inputs, s.in)
	return r.end(err)
}

// checkInputs finds missing inputs and folders before any input is read.
func checkInputs(names []string) error {
	for _, name := range names {
		if name == "-" {
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		if info.IsDir() {
			return fmt.Errorf("%s is a folder, not a file of messages", name)
		}
	}
	return nil
}

// run is the way of messages from inputs through a program to the output.
type run struct {
	set      *rules.Set
	policy   rules.ErrorPolicy
	report   *reporter
	out      lineWriter
	messages int  // that were read, blank lines not counted
	failed   int  // of these
	noted    bool // that a number was written as null
}

func (r *run) inputs(ctx context.Context, names []string, stdin io.Reader) error {
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		if name == "-" {
			if isTerminal(stdin) {
				r.report.printf("reading messages from the terminal, one JSON object a line, up to Ctrl-D")
			}
			if err := r.input(ctx, "stdin", stdin); err != nil {
				return err
			}
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		err = r.input(ctx, name, file)
		_ = file.Close() // it was only read
		if err != nil {
			return err
		}
	}
	return nil
}

// input handles one input to its end. An evaluation under way is not called off
// when ctx ends.
func (r *run) input(ctx context.Context, name string, source io.Reader) error {
	lines := newLineReader(ctx, source, r.out.flush)
	evaluation := context.WithoutCancel(ctx)
	for number := 1; ; number++ {
		if ctx.Err() != nil {
			return errInterrupted
		}
		line, err := lines.next()
		if number == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		where := fmt.Sprintf("%s:%d: ", name, number)
		switch {
		case errors.Is(err, errLongLine):
			err = r.longLine(where)
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return errInterrupted
		case err != nil && r.out.err != nil:
			return err
		case err != nil:
			return fmt.Errorf("%s%w", where, err)
		case len(bytes.TrimSpace(line)) > 0:
			err = r.message(evaluation, where, line)
		}
		if err != nil {
			return err
		}
	}
}

// message handles one line. It fails if the run must stop.
func (r *run) message(ctx context.Context, where string, line []byte) error {
	r.messages++
	m, err := rules.ParseMessage(line)
	if err != nil {
		r.fail(where, err)
		switch r.policy {
		case rules.Fail:
			return errFailed
		case rules.Skip:
		default:
			r.out.add(func(dst []byte) []byte { return append(dst, line...) })
		}
		return r.out.err
	}
	pass, err := r.set.Apply(ctx, m)
	if err != nil {
		r.fail(where, err)
	}
	switch {
	case pass:
		r.noteNull(where, m)
		r.out.add(m.AppendJSON)
	case r.policy == rules.Fail:
		return errFailed
	}
	return r.out.err
}

// noteNull says once a run that a number is lost.
func (r *run) noteNull(where string, m *rules.Message) {
	if r.noted {
		return
	}
	if names := m.NotFinite(); len(names) > 0 {
		r.noted = true
		_ = r.out.flush() // kept in out
		r.report.printf("%s%s has NaN or Infinity, and JSON has neither: null is written, here and wherever one comes again", where, printable(diag.ShortText(names[0], 60)))
	}
}

// longLine handles a line that is too long, which cannot pass. Only if errors
// are skipped the run goes on.
func (r *run) longLine(where string) error {
	r.messages++
	if r.policy == rules.Skip {
		r.fail(where, errLongLine)
		return nil
	}
	r.fail(where, fmt.Errorf("%w, so the run ends here; --on-error=skip leaves such lines out", errLongLine))
	return errFailed
}

// fail reports the failure of a message. What was written before it comes first
// where both go to a terminal.
func (r *run) fail(where string, err error) {
	r.failed++
	_ = r.out.flush() // kept in out
	r.report.failure(where, err)
}

// end writes what is left, and sums up.
func (r *run) end(err error) error {
	flushed := r.out.flush()
	r.report.summary()
	if r.failed > 0 {
		r.report.printf("%d of %d messages failed", r.failed, r.messages)
	}
	switch {
	case errors.Is(flushed, syscall.EPIPE), errors.Is(flushed, io.ErrClosedPipe):
		err = nil // whoever reads the output has enough
	case flushed != nil:
		return fmt.Errorf("output: %w", flushed)
	}
	if err == nil && r.failed > 0 {
		err = errFailed
	}
	if errors.Is(err, errInterrupted) {
		r.report.printf("interrupted after %d messages", r.messages)
	}
	return err
}
