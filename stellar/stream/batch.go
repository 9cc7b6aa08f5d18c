package stream

import (
	"context"
	"fmt"
)

// Batch is messages that are no lines, such as records of a log, and where what comes of
// them goes. Pass and Refuse are called in the order of the messages, by the goroutine
// that applies the batch; an error of theirs ends that.
type Batch interface {
	// Len returns how many messages there are.
	Len() int
	// Text returns message n, which is not changed. Nil passes as it is, without a look
	// at the rules.
	Text(n int) []byte
	// Place returns where message n is.
	Place(n int) Place
	// Pass takes message n with the fields that it was given; or as it is, if it is no
	// message and the policy lets it pass. The text is valid until Pass returns. It is
	// called if there is no Options.Output.
	Pass(n int, text []byte) error
	// Refuse takes the dead letter of message n, valid until Refuse returns, and why the
	// message was held back. It is called if Options.Refuse is true.
	Refuse(n int, letter []byte, why error) error
}

// Batches takes batches through the rules of a runner, in place of Run. It is used by
// one goroutine, and must be closed.
type Batches struct {
	runner   *Runner
	ctx      context.Context
	graceful context.Context
	end      func()
}

// Batches returns what takes batches through the rules until ctx ends.
func (r *Runner) Batches(ctx context.Context) *Batches {
	b := &Batches{runner: r, ctx: ctx}
	b.graceful, b.end = WithGrace(ctx, r.options.Grace)
	r.out.off, r.letters.off = b.graceful.Done(), b.graceful.Done()
	if r.options.Parallel > 1 {
		r.overlap = newOverlapping(ctx, b.graceful, r)
	}
	return b
}

// Close calls off what is under way, and waits for it.
func (b *Batches) Close() {
	if b.runner.overlap != nil {
		b.runner.overlap.stop()
	}
	b.end()
}

// Apply takes the messages of a batch through the rules. It returns how many were dealt
// with: fewer than all only with an error, which is that of the batch or of writing,
// ErrStopped or ErrInterrupted. After an error no batch can be applied.
func (b *Batches) Apply(batch Batch) (done int, err error) {
	r := b.runner
	r.batch, r.number = batch, 0
	for n := 0; n < batch.Len() && err == nil; n++ {
		switch text := batch.Text(n); {
		case b.ctx.Err() != nil:
			err = ErrInterrupted
		case r.overlap != nil && len(text) <= maxLine:
			err = r.overlap.line(Place{}, text, text)
		default:
			err = b.one(text)
		}
	}
	if r.overlap != nil && r.overlap.failed == nil {
		if failed := r.overlap.drain(); err == nil {
			err = failed
		}
	}
	r.batch = nil
	r.progress.publish(r.counters)
	return r.number, err
}

// one deals with a message when those before are.
func (b *Batches) one(text []byte) error {
	r := b.runner
	if r.overlap != nil {
		if err := r.overlap.drain(); err != nil {
			return err
		}
	}
	var err error
	switch {
	case text == nil:
		err = r.nothing()
	case len(text) > maxLine:
		err = r.noMessage(Place{}, errLongMessage, text, noRest)
	default:
		err = r.line(b.graceful, Place{}, text, text)
	}
	if err == nil {
		r.number++
	}
	return err
}

// nothing deals with a record that has no text.
func (r *Runner) nothing() error {
	r.count()
	r.counters.Passed++
	if r.options.Output == nil {
		r.batchErr = r.batch.Pass(r.number, nil)
	}
	return r.writeError()
}

// errLongMessage says that a message is too long.
var errLongMessage = fmt.Errorf("the message is longer than %d MiB, so the rules are not applied to it", maxLine>>20)

// place returns the place of the message that is dealt with, which is at if lines are.
func (r *Runner) place(at Place) Place {
	if r.batch == nil {
		return at
	}
	return r.batch.Place(r.number)
}

// Written counts all that passed as written, when what Pass and Refuse have taken is safe;
// it writes what goes to Options.Output and Options.DeadLetters first.
func (b *Batches) Written() error {
	err := b.runner.flush()
	if err == nil && b.runner.options.Output == nil {
		b.runner.counters.Written = b.runner.counters.Passed
		b.runner.progress.publish(b.runner.counters)
	}
	return err
}

// Counters returns the counters; the goroutine that applies batches calls it.
func (b *Batches) Counters() Counters { return b.runner.counters }
