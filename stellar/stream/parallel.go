package stream

import (
	"context"

	"github.com/stellarlang/stellar/stellar/rules"
)

const (
	// maxInFlight bounds the bytes of lines that were read and not dealt with. Together
	// with the results that wait, see maxWeight, these are 64 MiB.
	maxInFlight = 2 * maxLine

	// maxReused bounds the memory that is used again for the next line in a slot, or
	// by a worker. Results of up to so many bytes have no weight.
	maxReused = 16 << 10
)

// overlapping evaluates messages at the same time. All but evaluating is done by the
// goroutine of the run, as it is for messages one after the other: reading, reporting,
// counting, writing.
type overlapping struct {
	runner   *Runner
	queue    *queue[job]
	bytes    int   // of the lines in flight
	failed   error // why a line that was dealt with ends the run
	evaluate context.Context
	callOff  context.CancelFunc
}

// job is a line, and what came of it.
type job struct {
	set  *rules.Set // to apply
	at   Place
	line []byte
	text int // offset in line, after a byte order mark; -1 for a record without a text

	outcome   outcome
	pass      bool
	err       error
	notFinite []string
	output    []byte
}

// outcome is what a line turned out to be.
type outcome uint8

const (
	isMessage outcome = iota
	isNone            // no message
	isNothing         // a record without a text
	calledOff         // what came of it does not count
)

// NotFinite returns what the message's NotFinite did.
func (j *job) NotFinite() []string { return j.notFinite }

// AppendJSON appends what the message's AppendJSON did.
func (j *job) AppendJSON(dst []byte) []byte { return append(dst, j.output...) }

// newOverlapping begins no message after the end of ctx, and calls off those under
// way at the end of graceful. It must be stopped.
func newOverlapping(ctx, graceful context.Context, r *Runner) *overlapping {
	o := &overlapping{runner: r}
	o.evaluate, o.callOff = context.WithCancel(graceful)
	o.queue = newQueue(ctx, r.options.Parallel, o.worker)
	return o
}

// stop calls off what is under way, and waits for it.
func (o *overlapping) stop() {
	o.callOff()
	o.queue.stop()
}

// worker returns what a worker does with lines.
func (o *overlapping) worker() func(*job) (weight int64) {
	var set *rules.Set
	var messages *rules.Reader
	note := o.runner.options.NotFinite != nil
	return func(j *job) int64 {
		if j.set != set {
			set, messages = j.set, j.set.Reader()
		}
		j.outcome, j.pass, j.notFinite, j.output = isNone, false, nil, j.output[:0]
		if j.text < 0 {
			j.outcome = isNothing
			return 0
		}
		m, err := messages.Read(j.line[j.text:])
		j.err = err
		if err == nil {
			j.outcome = isMessage
			j.pass, j.err = set.Apply(o.evaluate, m)
			if o.evaluate.Err() != nil {
				j.outcome, j.pass = calledOff, false
			}
		}
		if j.pass {
			j.output = m.AppendJSON(j.output)
			if note {
				j.notFinite = m.NotFinite()
			}
		}
		if len(j.line) > maxReused {
			messages = set.Reader()
		}
		if cap(j.output) > maxReused {
			return int64(cap(j.output))
		}
		return 0
	}
}

// line takes a line, whose text lacks a byte order mark. It fails if the run must
// end, which may be because of a line before.
func (o *overlapping) line(at Place, line, text []byte) error {
	for o.bytes+len(line) > maxInFlight {
		if err := o.settleOldest(); err != nil {
			return err
		}
	}
	j := o.queue.next()
	for ; j == nil; j = o.queue.next() {
		if err := o.settleOldest(); err != nil {
			return err
		}
	}
	o.runner.takeSet()
	j.set, j.at, j.line, j.text = o.runner.set, at, append(j.line[:0], line...), len(line)-len(text)
	if text == nil {
		j.text = -1
	}
	o.bytes += len(line)
	o.queue.push()
	return nil
}

// idle is called when the input is waited for, and again when the oldest line is done.
func (o *overlapping) idle() error {
	if err := o.settle(); err != nil {
		return err
	}
	o.queue.arm()
	return o.runner.flush()
}

// settle deals with the oldest lines that are done.
func (o *overlapping) settle() error {
	for j := o.queue.take(); j != nil; j = o.queue.take() {
		if o.failed = o.runner.settle(j); o.failed != nil {
			return o.failed
		}
		o.runner.number++
		o.bytes -= len(j.line)
		if j.err = nil; cap(j.line) > maxReused {
			j.line = nil
		}
		if cap(j.output) > maxReused {
			j.output = nil
		}
	}
	return nil
}

// settle deals with what came of a line.
func (r *Runner) settle(j *job) error {
	switch j.outcome {
	case calledOff:
		return ErrInterrupted
	case isNone:
		return r.noMessage(j.at, j.err, j.line, noRest)
	case isNothing:
		return r.nothing()
	default:
		return r.message(j.at, j.line[j.text:], j, j.pass, j.err)
	}
}

// settleOldest waits for the oldest line, and deals with it and those after it that
// are done too.
func (o *overlapping) settleOldest() error {
	if more := o.queue.wait(); !more {
		return ErrInterrupted
	}
	return o.settle()
}

// drain deals with all lines in flight.
func (o *overlapping) drain() error {
	for !o.queue.empty() {
		if err := o.settleOldest(); err != nil {
			return err
		}
	}
	return nil
}

// end deals with the lines in flight, unless one before has ended the run, and returns
// why the run ended.
func (o *overlapping) end(ctx context.Context, err error) error {
	if o.failed != nil || o.runner.writeError() != nil {
		return err
	}
	failed := o.drain()
	switch {
	case failed == nil:
		return err
	case o.runner.writeError() != nil:
		return o.runner.writeError()
	case ctx.Err() != nil:
		return ErrInterrupted
	default:
		return failed
	}
}
