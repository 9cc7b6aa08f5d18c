package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/stellar/rules"
)

// Options configure a Runner. Set must be set, and Output unless batches are taken.
type Options struct {
	// Set is applied to each message. Its ErrorPolicy is that of the run.
	Set    *rules.Set
	Output io.Writer

	// DeadLetters, if it is not nil, takes what does not go to Output because of an
	// error, one JSON object a line, in order:
	//
	//	source   the name of the source
	//	line     in which the message begins
	//	number   of the message in the source; left out where each is a line
	//	errors   a list of why, in the form of diag.Diagnostic
	//	message  the message as it came; or, of a line that is none,
	//	text     the line; or
	//	base64   the line, if it is too long or no UTF-8
	//
	// The policy rules.Report is then like rules.Skip. With rules.Null only lines that
	// are no message go there.
	DeadLetters io.Writer

	// Refuse has batches take the dead letters. In these, offset is in place of line.
	Refuse bool

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

	// Record says that the message is a record of a log, at Offset, which counts from 0.
	Record bool
	Offset int64
}

// String returns source:line, and which message it is; or source@offset.
func (p Place) String() string {
	text := p.Source
	if p.Record {
		return fmt.Sprintf("%s@%d", text, p.Offset)
	}
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
	set      *rules.Set // that is applied
	latest   atomic.Pointer[rules.Set]
	messages *rules.Reader
	out      output
	letters  output
	overlap  *overlapping // nil if messages are evaluated one after the other
	counters Counters
	progress progress
	noted    bool // that a number was written as null

	batch    Batch  // that is dealt with, nil if lines are
	number   int    // of the message in it that is dealt with next
	batchErr error  // of the batch
	text     []byte // for the batch
}

// New returns a runner.
func New(options Options) *Runner {
	if options.Grace == 0 {
		options.Grace = defaultGrace
	}
	r := &Runner{options: options, out: output{w: options.Output}, letters: output{w: options.DeadLetters, name: "dead letters"}}
	r.policy = options.Set.Options().OnError
	if r.policy == rules.Report && r.hasLetters() {
		r.policy = rules.Skip
	}
	r.Use(options.Set)
	r.takeSet()
	return r
}

// Use has a set applied to the messages that were not read yet, with the ErrorPolicy
// that the first one had. It may be called at any time, by any goroutine.
func (r *Runner) Use(set *rules.Set) {
	applied := set.Options()
	if applied.OnError != r.policy {
		applied.OnError = r.policy
		set, _ = set.With(applied) // it fails for names only, which are those of before
	}
	r.latest.Store(set)
}

// Progress returns what was dealt with some time ago, at most a second while messages
// go through. It may be called at any time, by any goroutine.
func (r *Runner) Progress() Counters { return r.progress.counters() }

// takeSet takes the set for the next message.
func (r *Runner) takeSet() {
	if latest := r.latest.Load(); latest != r.set {
		r.set, r.messages = latest, latest.Reader()
	}
}

// Run takes the messages of the sources, one source after the other, to the output.
// It returns nil when all were dealt with, though some may have failed; an
// *OutputError, ErrStopped, ErrInterrupted, or else the error of a source.
func (r *Runner) Run(ctx context.Context, sources ...Source) (Counters, error) {
	graceful, end := WithGrace(ctx, r.options.Grace)
	defer end()
	r.out.off, r.letters.off = graceful.Done(), graceful.Done()
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
	if failed := r.flush(); failed != nil {
		err = failed
	}
	return r.counters, err
}

// Flush writes what the run holds back to write more at once. Failed and NotFinite
// may call it, so that what they show comes after the messages before it.
func (r *Runner) Flush() { _ = r.flush() } // kept in the outputs

// flush writes what was done, and returns the error of writing.
func (r *Runner) flush() error {
	_ = r.out.flush() // kept in it
	_ = r.letters.flush()
	if r.options.Output != nil {
		r.counters.Written = r.out.written
	}
	r.progress.publish(r.counters)
	return r.writeError()
}

// writeError returns why nothing more can be written.
func (r *Runner) writeError() error {
	switch {
	case r.batchErr != nil:
		return r.batchErr
	case r.out.err != nil:
		return r.out.err
	}
	return r.letters.err
}

// hasLetters reports whether there are dead letters.
func (r *Runner) hasLetters() bool { return r.options.DeadLetters != nil || r.options.Refuse }

// WithGrace returns a context that ends some time after ctx does. The context must
// be released with end.
func WithGrace(ctx context.Context, grace time.Duration) (later context.Context, end func()) {
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
	return newLines(ctx, input, r.flush, nil)
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
		case r.writeError() != nil:
			return r.writeError()
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
	r.takeSet()
	m, err := r.messages.Read(text)
	if err != nil {
		return r.noMessage(at, err, line, noRest)
	}
	pass, err := r.set.Apply(ctx, m)
	if ctx.Err() != nil { // what became of the message does not count
		return ErrInterrupted
	}
	return r.message(at, text, m, pass, err)
}

// evaluated is a message to which the rules were applied.
type evaluated interface {
	NotFinite() []string
	AppendJSON(dst []byte) []byte
}

// message deals with what came of a message, which was the text.
func (r *Runner) message(at Place, text []byte, m evaluated, pass bool, err error) error {
	r.count()
	if err != nil {
		r.fail(at, err)
	}
	switch {
	case pass:
		r.noteNotFinite(at, m)
		r.counters.Passed++
		r.pass(m)
	case err == nil || !r.holdsBack():
		r.counters.Dropped++
	default:
		r.deadLetter(at, err, text)
		return r.heldBack()
	}
	return r.writeError()
}

// pass writes a message.
func (r *Runner) pass(m evaluated) {
	if r.batch == nil || r.options.Output != nil {
		r.out.line(m.AppendJSON)
		return
	}
	r.text = m.AppendJSON(r.text[:0])
	r.batchErr = r.batch.Pass(r.number, r.text)
	if cap(r.text) > 1<<20 {
		r.text = nil
	}
}

// holdsBack reports whether a message with an error is held back.
func (r *Runner) holdsBack() bool { return r.policy == rules.Fail || r.policy == rules.Skip }

// heldBack ends what is done about a message or line that was held back. It fails if
// the run must end.
func (r *Runner) heldBack() error {
	switch {
	case r.writeError() != nil:
		return r.writeError()
	case r.policy == rules.Fail:
		if r.hasLetters() {
			r.number++ // as its dead letter is there, the message is dealt with
		}
		return ErrStopped
	}
	return nil
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
	r.count()
	r.fail(at, err)
	if r.holdsBack() || r.hasLetters() {
		if err := r.deadLine(at, err, line, rest); err != nil {
			return err
		}
		return r.heldBack()
	}
	if r.batch != nil && r.options.Output == nil {
		r.counters.Passed++
		r.batchErr = r.batch.Pass(r.number, line)
		return r.batchErr
	}
	for err = nil; err == nil; line, err = rest.Rest() {
		r.out.part(line)
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	r.counters.Passed++
	r.out.line(func(dst []byte) []byte { return dst })
	return r.writeError()
}

// count counts a message or line.
func (r *Runner) count() {
	if r.counters.Read++; r.counters.Read%publishEvery == 0 {
		r.letters.flushLate()
		r.progress.publish(r.counters)
	}
}

// fail counts and reports a failure.
func (r *Runner) fail(at Place, err error) {
	r.counters.Failed++
	if r.options.Failed != nil {
		r.options.Failed(r.place(at), err)
	}
}

// noteNotFinite reports once a run that a number is lost.
func (r *Runner) noteNotFinite(at Place, m evaluated) {
	if r.noted || r.options.NotFinite == nil {
		return
	}
	if names := m.NotFinite(); len(names) > 0 {
		r.noted = true
		r.options.NotFinite(r.place(at), names[0])
	}
}
