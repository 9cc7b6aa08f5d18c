package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
	defaultGrace   = 10 * time.Second
	defaultSession = 45 * time.Second
	commitEvery    = 500 * time.Millisecond
	transactEvery  = 100 * time.Millisecond

	heartbeat   = 3 * time.Second
	rebalancing = time.Minute      // how long workers may take to agree on who reads what
	transaction = 15 * time.Second // after which brokers give one up whose worker is silent
	closing     = 30 * time.Second // of what cannot be called off
)

// Worker takes records through rules. It runs once.
type Worker struct {
	options Options
	every   time.Duration // between commits
	runner  *stream.Runner
	stats   stats

	blocked  atomic.Bool // others wait for the partitions that are read
	wakeMu   sync.Mutex
	wakePoll context.CancelFunc // ends the poll that is under way; may be nil

	// Of the goroutine of Run.
	batches   *stream.Batches
	clientsMu sync.Mutex // of the clients, for Stats
	client    *kgo.Client
	session   *kgo.GroupTransactSession // of client, with transactions
	out       *kgo.Client               // for results
	errs      *kgo.Client               // for what is held back
	sources   topics
	target    topicInfo
	refused   topicInfo // the topic for what is held back
	largest   int       // bytes of a record that is written

	size     int              // how many records are polled at most
	troubles int              // attempts that failed, one after the other
	poison   map[record]error // records whose results no topic takes
	begun    offsets          // where the records begin that were polled and not committed
	arena    arena
	failed   failures // of writing

	doneMu sync.Mutex
	done   offsets // to commit
}

// record is where a record is.
type record struct {
	place
	offset int64
}

// offsets are those of partitions.
type offsets map[string]map[int32]kgo.EpochOffset

func (o offsets) set(topic string, partition int32, at kgo.EpochOffset) {
	if o[topic] == nil {
		o[topic] = map[int32]kgo.EpochOffset{}
	}
	o[topic][partition] = at
}

// has reports whether there is an offset of a partition.
func (o offsets) has(topic string, partition int32) bool {
	_, ok := o[topic][partition]
	return ok
}

// New returns a worker. It does not connect yet.
func New(o Options) (*Worker, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Stream.Grace = cmp.Or(o.Stream.Grace, defaultGrace)
	o.Source.Session = cmp.Or(o.Source.Session, defaultSession)
	o.Connection.Name = cmp.Or(o.Connection.Name, o.Worker)
	w := &Worker{options: o, every: cmp.Or(o.Source.Commit, commitEvery), size: firstPoll, poison: map[record]error{}}
	if o.ExactlyOnce {
		w.every = cmp.Or(o.Source.Commit, transactEvery)
	}
	messages := o.Stream
	messages.Refuse = o.Errors != nil
	messages.Grace = time.Second // after that of the worker
	if o.Target != nil {
		messages.Output = nil
	}
	if o.Errors != nil {
		messages.DeadLetters = nil
	}
	w.runner = stream.New(messages)
	w.stats.now.Moved = time.Now()
	return w, nil
}

// check returns what is wrong with options.
func (o Options) check() error {
	switch {
	case o.Target == nil && o.Stream.Output == nil:
		return errors.New("a worker has to write somewhere")
	case !o.ExactlyOnce:
		return nil
	case o.Target == nil:
		return errors.New("exactly once is between topics: what is written elsewhere may come again")
	case !sameBrokers(o.Target.Brokers, o.Source.Brokers), o.Errors != nil && !sameBrokers(o.Errors.Brokers, o.Source.Brokers):
		return errors.New("exactly once wants all topics on the same brokers, as a transaction is one of these")
	case o.Stream.DeadLetters != nil && o.Errors == nil:
		return errors.New("exactly once wants what is held back in a topic too, or nowhere: in a file it may come again")
	case o.Worker == "":
		return errors.New("exactly once wants a name for each worker")
	}
	return nil
}

func sameBrokers(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Use has a set applied to the records that are polled from now on, as Use of a
// stream.Runner does.
func (w *Worker) Use(set *rules.Set) { w.runner.Use(set) }

// Progress returns what was dealt with, as Progress of a stream.Runner does.
func (w *Worker) Progress() stream.Counters { return w.runner.Progress() }

// Flush writes what is held back to write more at once to Stream.Output.
func (w *Worker) Flush() { w.runner.Flush() }

// Stats returns what the worker has done, and where it is. It may be called by any
// goroutine.
func (w *Worker) Stats() Stats {
	now := w.stats.copy()
	now.Counters = w.runner.Progress()
	w.clientsMu.Lock()
	defer w.clientsMu.Unlock()
	for _, client := range w.writers() {
		now.Buffered += client.BufferedProduceRecords()
		now.BufferedSize += client.BufferedProduceBytes()
	}
	return now
}

// Run takes records through the rules until ctx ends, or something is wrong that does not
// pass. It returns stream.ErrInterrupted, stream.ErrStopped, a *stream.OutputError, or
// what is wrong with brokers or topics.
func (w *Worker) Run(ctx context.Context) (stream.Counters, error) {
	graceful, end := stream.WithGrace(ctx, w.options.Stream.Grace)
	defer end()
	w.batches = w.runner.Batches(graceful)
	defer w.batches.Close()
	for {
		err := w.connected(ctx, graceful)
		if !errors.Is(err, errReconnect) {
			return w.batches.Counters(), err
		}
		w.stats.change(func(now *Stats) { now.Reconnected++ })
		if err := w.pause(ctx, err); err != nil {
			return w.batches.Counters(), err
		}
	}
}

// errReconnect says that a connection cannot be used any more.
var errReconnect = errors.New("the transaction failed")

// mostTroubles is how often something is tried that fails each time.
const mostTroubles = 8

// pause waits before something is tried again that failed because of err, longer each
// time. It fails when that is no use.
func (w *Worker) pause(ctx context.Context, err error) error {
	if w.troubles++; w.troubles > mostTroubles {
		return fmt.Errorf("given up after %d attempts: %w", mostTroubles, err)
	}
	w.note("%v; trying again", err)
	select {
	case <-ctx.Done():
		return stream.ErrInterrupted
	case <-time.After(min(100*time.Millisecond<<w.troubles, 5*time.Second)):
		return nil
	}
}

func (w *Worker) note(format string, values ...any) {
	if w.options.Connection.Note != nil {
		w.options.Connection.Note(fmt.Sprintf(format, values...))
	}
}

// connected deals with records as long as a connection is of use.
func (w *Worker) connected(ctx, graceful context.Context) error {
	if err := w.connect(ctx); err != nil {
		w.disconnect()
		return err
	}
	defer w.disconnect()
	for {
		if err := w.epoch(ctx, graceful); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return stream.ErrInterrupted
		}
	}
}
