package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/stellarlang/stellar/stellar/rules"
)

// Options configure a Runner. Set and Output must be set.
type Options struct {
	// Set is applied to each message. Its ErrorPolicy is that of the run.
	Set    *rules.Set
	Output io.Writer

	// Parallel is how many messages are evaluated at the same time, so that calls of
	// models overlap; 65,536 at most. What comes out is the same as of one after the
	// other, which is what 0 and 1 mean. Functions and the observer of the set's
	// environment are called by many goroutines.
	//
	// While a message takes long, up to 256 lines more than Parallel are read and
	// evaluated, and wait for it. Lines that were read, and results that wait, hold
	// 64 MiB, besides 16 KiB for each result and what evaluations under way take.
	Parallel int

	// Grace is how long the messages under way, and the writing of what was done,
	// may take after the run's context has ended. Zero means two seconds.
	Grace time.Duration

	// Failed is called for each line that is no message and for each message for
	// which a rule failed, in order, by the goroutine of Run, before anything that
	// comes after it is written. The error of a message is a diag.List.
	Failed func(at Place, err error)

	// NotFinite is called for the first message with a field that was set to NaN or
	// an infinity, for which JSON has null only.
	NotFinite func(at Place, field string)
}

// Source is where messages come from.
type Source struct {
	// Name is what people call the source.
	Name string
	// Open is called when the sources before are at their ends.
	Open func() (io.ReadCloser, error)
}

// Located is an input whose lines are not those of one file.
type Located interface {
	// Locate returns the place of a line that was read. It is called for lines in their
	// order, some of which it may not be called for.
	Locate(line int64) Place
}

// Place is where a message begins in a source. Lines and messages count from 1.
type Place struct {
	Source  string
	Line    int64 // 0 after the last message, where messages are not lines
	Message int64 // 0 where each message is a line
}

// String returns source:line, and which message it is.
func (p Place) String() string {
	text := p.Source
	if p.Line > 0 {
		text += fmt.Sprintf(":%d", p.Line)
	}
	if p.Message > 0 {
		text += fmt.Sprintf(" (message %d)", p.Message)
	}
	return text
}

// Counters count messages, and lines that are none; blank lines are not counted.
type Counters struct {
	Read    int64 // that were dealt with
	Failed  int64 // of these
	Dropped int64 // of these, by filters
	Passed  int64 // of these, to the output
	Written int64 // of these, without error
}

// The reasons for which a run ends before its sources do, besides errors of sources
// and output.
var (
	// ErrStopped: a message failed, and the policy is rules.Fail.
	ErrStopped = errors.New("a message failed")
	// ErrInterrupted: the context has ended.
	ErrInterrupted = errors.New("the run was interrupted")
)

// defaultGrace is Options.Grace if that is zero.
const defaultGrace = 2 * time.Second

// Runner takes messages through rules. It runs once.
type Runner struct {
	options  Options
	policy   rules.ErrorPolicy
	messages *rules.Reader
	out      output
	overlap  *overlapping // nil if messages are evaluated one after the other
	counters Counters
	noted    bool // that a number was written as null
}

// New returns a runner.
func New(options Options) *Runner {
	if options.Grace == 0 {
		options.Grace = defaultGrace
	}
	return &Runner{
		options: options, policy: options.Set.Options().OnError,
		messages: options.Set.Reader(), out: output{w: options.Output},
	}
}

// Run takes the messages of the sources, one source after the other, to the output.
// It returns nil when all were dealt with, though some may have failed; an
// *OutputError, ErrStopped, ErrInterrupted, or else the error of a source.
func (r *Runner) Run(ctx context.Context, sources ...Source) (Counters, error) {
	graceful, end := withGrace(ctx, r.options.Grace)
	defer end()
	r.out.off = graceful.Done()
	if r.options.Parallel > 1 {
		r.overlap = newOverlapping(ctx, graceful, r)
		defer r.overlap.stop()
	}
	var err error
	for _, s := range sources {
		if err = r.source(ctx, graceful, s); err != nil {
			break
		}
	}
	if r.overlap != nil {
		err = r.overlap.end(ctx, err)
	}
	if failed := r.out.flush(); failed != nil {
		err = failed
	}
	r.counters.Written = r.out.written
	return r.counters, err
}

// Flush writes what the run holds back to write more at once. Failed and NotFinite
// may call it, so that what they show comes after the messages before it.
func (r *Runner) Flush() { _ = r.out.flush() } // kept in out

// withGrace returns a context that ends some time after ctx does. The context must
// be released with end.
func withGrace(ctx context.Context, grace time.Duration) (later context.Context, end func()) {
	later, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-later.Done():
		}
	})
	return later, func() {
		stop()
		cancel()
	}
}

func (r *Runner) source(ctx, graceful context.Context, s Source) error {
	input, err := s.Open()
	if err != nil {
		return err
	}
	err = r.lines(ctx, graceful, s.Name, input)
	_ = input.Close() // it was only read
	return err
}

// open returns a reader of the lines of an input. While it waits, everything that was
// done is written.
func (r *Runner) open(ctx context.Context, input io.Reader) *Lines {
	if r.overlap != nil {
		return newLines(ctx, input, r.overlap.idle, r.overlap.queue.woken)
	}
	return newLines(ctx, input, r.out.flush, nil)
}

// byteOrderMark is what some programs put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// lines deals with a source to its end.
func (r *Runner) lines(ctx, graceful context.Context, name string, input io.Reader) error {
	lines := r.open(ctx, input)
	located, _ := input.(Located)
	for number := int64(1); ; number++ {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		line, err := lines.Next()
		at := Place{Source: name, Line: number}
		if located != nil {
			at = located.Locate(number)
		}
		text := line
		if number == 1 {
			text = bytes.TrimPrefix(line, byteOrderMark)
		}
		switch {
		case errors.Is(err, ErrLongLine):
			err = r.longLine(at, err, line, lines)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil || len(bytes.TrimSpace(text)) == 0:
		case r.overlap != nil:
			err = r.overlap.line(at, line, text)
		default:
			err = r.line(graceful, at, line, text)
		}
		switch {
		case err == nil:
		case r.out.err != nil:
			return r.out.err
		case ctx.Err() != nil:
			return ErrInterrupted
		case errors.Is(err, ErrStopped):
			return err
		default:
			return fmt.Errorf("%v: %w", at, err)
		}
	}
}

// line deals with a line, whose text lacks a byte order mark. It fails if the run
// must end.
func (r *Runner) line(ctx context.Context, at Place, line, text []byte) error {
	m, err := r.messages.Read(text)
	if err != nil {
		return r.noMessage(at, err, line, noRest)
	}
	pass, err := r.options.Set.Apply(ctx, m)
	if ctx.Err() != nil { // what became of the message does not count
		return ErrInterrupted
	}
	return r.message(at, m, pass, err)
}

// evaluated is a message to which the rules were applied.
type evaluated interface {
	NotFinite() []string
	AppendJSON(dst []byte) []byte
}

// message deals with what came of a message.
func (r *Runner) message(at Place, m evaluated, pass bool, err error) error {
	r.counters.Read++
	if err != nil {
		r.fail(at, err)
	}
	switch {
	case pass:
		r.noteNotFinite(at, m)
		r.counters.Passed++
		r.out.line(m.AppendJSON)
	case err != nil && r.policy == rules.Fail:
		return ErrStopped
	case err == nil || r.policy != rules.Skip:
		r.counters.Dropped++
	}
	return r.out.err
}

// longLine deals with a line that is too long.
func (r *Runner) longLine(at Place, err error, begin []byte, rest *Lines) error {
	if r.overlap != nil {
		if err := r.overlap.drain(); err != nil {
			return err
		}
	}
	return r.noMessage(at, fmt.Errorf("%w, so the rules are not applied to it", err), begin, rest)
}

// noRest is the rest of a line that was read as a whole.
var noRest = &Lines{}

// noMessage deals with a line that is no message, the rest of which, if it is too
// long, is still to be read.
func (r *Runner) noMessage(at Place, err error, line []byte, rest *Lines) error {
	r.counters.Read++
	r.fail(at, err)
	switch r.policy {
	case rules.Fail:
		return ErrStopped
	case rules.Skip:
		return r.out.err
	}
	for err = nil; err == nil; line, err = rest.Rest() {
		r.out.part(line)
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	r.counters.Passed++
	r.out.line(func(dst []byte) []byte { return dst })
	return r.out.err
}

// fail counts and reports a failure.
func (r *Runner) fail(at Place, err error) {
	r.counters.Failed++
	if r.options.Failed != nil {
		r.options.Failed(at, err)
	}
}

// noteNotFinite reports once a run that a number is lost.
func (r *Runner) noteNotFinite(at Place, m evaluated) {
	if r.noted || r.options.NotFinite == nil {
		return
	}
	if names := m.NotFinite(); len(names) > 0 {
		r.noted = true
		r.options.NotFinite(at, names[0])
	}
}
