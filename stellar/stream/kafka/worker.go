package kafka

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/stream"
)

// Options configure a Worker.
type Options struct {
	// Stream says how messages are evaluated. Its Output is where results go if there is
	// no Target, one a line; its DeadLetters where what is held back goes if there is no
	// Errors. Zero Grace means ten seconds.
	Stream stream.Options

	Source Source
	Target *Target
	Errors *Target

	// ExactlyOnce has results, what is held back, and offsets written in transactions. It
	// wants all topics on the same brokers.
	ExactlyOnce bool
	// Worker is a name that no other worker of the group has. With ExactlyOnce, one
	// that begins under the name of one before ends what that has left undone.
	Worker string

	Connection Connection
	// Sync, if it is not nil, has what was written to Stream.Output stored, before
	// offsets are committed.
	Sync func() error
}

const (
	defaultGrace  = 10 * time.Second
	commitEvery   = 500 * time.Millisecond
	transactEvery = 100 * time.Millisecond
)

// Worker takes records through rules. It runs once.
type Worker struct {
	options Options
	loop    *loop
	runner  *stream.Runner
	batches *stream.Batches
	out     *output // for results; nil if they go to Stream.Output
	errs    *output // for what is held back; nil if that goes nowhere, or to Stream.DeadLetters
	poison  map[record]error
	arena   arena
	unread  atomic.Int64 // records that could not be read, and were passed over
}

var _ processor = (*Worker)(nil)

// record is where a record is.
type record struct {
	place
	offset int64
}

// New returns a worker. It does not connect yet.
func New(o Options) (*Worker, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Stream.Grace = cmp.Or(o.Stream.Grace, defaultGrace)
	w := &Worker{options: o, poison: map[record]error{}}
	messages := o.Stream
	messages.Refuse = o.Errors != nil
	messages.Grace = time.Second // after that of the worker
	var outputs []*output
	if o.Target != nil {
		messages.Output = nil
		w.out = &output{to: o.Target}
		outputs = append(outputs, w.out)
	}
	if o.Errors != nil {
		messages.DeadLetters = nil
		w.errs = &output{to: o.Errors}
		outputs = append(outputs, w.errs)
	}
	w.runner = stream.New(messages)
	every := commitEvery
	if o.ExactlyOnce {
		every = transactEvery
	}
	w.loop = newLoop(group{
		source: o.Source, connection: o.Connection, exactlyOnce: o.ExactlyOnce, worker: o.Worker,
		every: cmp.Or(o.Source.Commit, every), least: o.Stream.Parallel,
	}, w, outputs...)
	return w, nil
}

// check returns what is wrong with options.
func (o Options) check() error {
	if err := cmp.Or(o.Source.checkOutput("results", o.Target), o.Source.checkOutput("what fails", o.Errors)); err != nil {
		return err
	}
	switch {
	case o.Target == nil && o.Stream.Output == nil:
		return errors.New("a worker has to write somewhere")
	case !o.ExactlyOnce:
		return nil
	case o.Target == nil:
		return errors.New("exactly once is between topics: what is written elsewhere may come again")
	case !sameBrokers(o.Target.Brokers, o.Source.Brokers), o.Errors != nil && !sameBrokers(o.Errors.Brokers, o.Source.Brokers):
		return errors.New("exactly once wants all topics on the same brokers, named alike in each address: a transaction does not reach others")
	case o.Stream.DeadLetters != nil && o.Errors == nil:
		return errors.New("exactly once wants what is held back in a topic too, or nowhere: in a file it may come again")
	case o.Worker == "":
		return errors.New("exactly once wants a name for each worker")
	}
	return nil
}

// Use has a set applied to the records that are polled from now on, as Use of a
// stream.Runner does.
func (w *Worker) Use(set *rules.Set) { w.runner.Use(set) }

// Progress returns what was dealt with, as Progress of a stream.Runner does.
// Records that could not be read are among those that have failed.
func (w *Worker) Progress() stream.Counters { return w.withUnread(w.runner.Progress()) }

func (w *Worker) withUnread(c stream.Counters) stream.Counters {
	n := w.unread.Load()
	c.Read += n
	c.Failed += n
	return c
}

// Flush writes what is held back to write more at once to Stream.Output.
func (w *Worker) Flush() { w.runner.Flush() }

// Stats returns what the worker has done, and where it is. It may be called by any
// goroutine.
func (w *Worker) Stats() Stats {
	now := w.loop.snapshot()
	now.Counters = w.Progress()
	return now
}

// Run takes records through the rules until ctx ends, or something is wrong that does not
// pass. It returns stream.ErrInterrupted, stream.ErrStopped, a *stream.OutputError, or
// what is wrong with brokers or topics; nil at the end of a source that is read until then.
func (w *Worker) Run(ctx context.Context) (stream.Counters, error) {
	graceful, end := stream.WithGrace(ctx, w.options.Stream.Grace)
	defer end()
	w.batches = w.runner.Batches(graceful)
	defer w.batches.Close()
	err := w.loop.run(ctx, graceful)
	return w.withUnread(w.batches.Counters()), err
}

// apply implements processor.
func (w *Worker) apply(graceful context.Context, records []*kgo.Record) (done int, err error) {
	return w.batches.Apply(w.newBatch(graceful, records))
}

// written implements processor.
func (w *Worker) written(context.Context, bool) error {
	if err := w.batches.Written(); err != nil {
		return err
	}
	clear(w.poison) // they are dealt with
	if w.options.Sync != nil {
		if err := w.options.Sync(); err != nil {
			return &stream.OutputError{Err: err}
		}
	}
	return nil
}

// refused implements processor.
func (w *Worker) refused(f *failure) bool {
	switch {
	case w.errs == nil:
		return false
	case w.out != nil && f.topic == w.out.to.Topic:
	case errors.Is(f.err, kerr.InvalidTimestamp) && !errors.Is(w.poison[f.from], kerr.InvalidTimestamp): // it gets another
	default:
		return false
	}
	w.poison[f.from] = f.err
	return true
}

// unreadable implements processor: what holds for messages that fail holds for records that
// cannot be read.
func (w *Worker) unreadable(b *badBatch) bool {
	if w.options.Stream.Set.Options().OnError == rules.Fail {
		return false
	}
	w.unread.Add(b.next - b.first.offset)
	if w.options.Stream.Failed != nil {
		w.options.Stream.Failed(b.first.place.at(b.first.offset), b.passed())
	}
	return true
}

// The rest of processor: a worker keeps nothing between records.
func (w *Worker) ready(context.Context) error      { return nil }
func (w *Worker) due() bool                        { return false }
func (w *Worker) finish(context.Context) error     { return nil }
func (w *Worker) committable(done offsets) offsets { return done }
func (w *Worker) abandoned()                       {}
func (w *Worker) left(map[string][]int32)          {}
