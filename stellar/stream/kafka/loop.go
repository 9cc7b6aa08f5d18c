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

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/stream"
)

// group is what a worker of a group is told.
type group struct {
	source      Source
	connection  Connection
	exactlyOnce bool
	worker      string
	every       time.Duration // between commits
	least       int           // records that are polled, if there are so many
}

// processor deals with the records that a loop polls. Its methods are called by the
// goroutine of the loop, but for left.
type processor interface {
	// ready is called when nothing was polled since the last commit; it may take long.
	ready(ctx context.Context) error
	// apply deals with records in their order. It returns how many were dealt with, which
	// are fewer than all only with an error. That ends the loop.
	apply(graceful context.Context, records []*kgo.Record) (done int, err error)
	// due reports whether something is to be committed though nothing was polled.
	due() bool
	// finish hands over what else is to be written before a commit.
	finish(graceful context.Context) error
	// written is called when all that was handed over is written: before a commit of
	// offsets, after one of a transaction. Leaving is true if others wait for partitions,
	// or the loop ends.
	written(graceful context.Context, leaving bool) error
	// committable returns the offsets to commit when records were dealt with up to done.
	committable(done offsets) offsets
	// abandoned says that nothing counts that was done since the last commit. The records
	// will be read again.
	abandoned()
	// refused is told that a topic does not take what was made of a record, and reports
	// whether something else will be made of it when it is read again.
	refused(f *failure) bool
	// unreadable is told of records that cannot be read, and reports whether they are passed
	// over.
	unreadable(b *badBatch) bool
	// left says that others read partitions from now on.
	left(gone map[string][]int32)
}

// assigner is a processor that has a say in where reading begins. Partitions that were
// given to its loop are paused until it resumes them.
type assigner interface {
	// assigned returns the offsets at which reading is to begin, when those are known that
	// were committed. It is called by a goroutine of the group.
	assigned(ctx context.Context, committed map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error)
}

// loop polls records of a group, has a processor deal with them, and commits their
// offsets when what was made of them is written.
type loop struct {
	group
	processor processor
	outputs   []*output
	stats     stats

	blocked  atomic.Bool // others wait for the partitions that are read
	wakeMu   sync.Mutex
	wakePoll context.CancelFunc // ends the poll that is under way; may be nil

	clientsMu sync.Mutex // of the clients, for statistics
	client    *kgo.Client
	session   *kgo.GroupTransactSession // of client, with transactions
	found     bool                      // whether the topics were found once; brokers are waited for then
	inflater  *inflater
	sources   topics
	largest   int // bytes of a record that is written

	mostBlocked time.Duration   // the constant of that name, but in tests
	writeCtx    context.Context // ends writing
	size        int             // how many records are polled at most
	troubles    int             // attempts that failed, one after the other
	careful     bool            // records are written one by one, to find those that brokers refuse
	handed      handed
	idle        bool            // nothing was polled since the last commit
	stuck       bool            // nothing more is written, as what was done is to be given up
	begun       offsets         // where the records begin that were polled and not committed
	passed      map[place]int64 // where the batch began that was passed over last
	failed      *failures
	ending      *ending // nil for a worker that does not end

	doneMu sync.Mutex
	done   offsets // to commit
}

// output is a topic that is written to.
type output struct {
	to     *Target
	made   bool // if it is not there, compacted, with a partition for each that is read
	client *kgo.Client
	topicInfo
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

func newLoop(g group, p processor, outputs ...*output) *loop {
	g.source.Session = cmp.Or(g.source.Session, defaultSession)
	g.connection.Name = cmp.Or(g.connection.Name, g.worker)
	l := &loop{group: g, processor: p, outputs: outputs, size: firstPoll, mostBlocked: mostBlocked, failed: &failures{}, passed: map[place]int64{}}
	l.stats.now.Moved = time.Now()
	if g.source.UntilEnd {
		l.ending = &ending{loop: l, passed: map[place]int64{}}
	}
	return l
}

// transactionalID returns the name of the worker's transactions.
func (l *loop) transactionalID() string { return l.source.Group + "/" + l.worker }

func sameBrokers(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// snapshot returns the statistics.
func (l *loop) snapshot() Stats {
	now := l.stats.copy()
	l.clientsMu.Lock()
	defer l.clientsMu.Unlock()
	for _, client := range l.writers() {
		now.Buffered += client.BufferedProduceRecords()
		now.BufferedSize += client.BufferedProduceBytes()
	}
	return now
}

// run deals with records until ctx ends, or something is wrong that does not pass. It returns
// nil if the source was read to its end.
func (l *loop) run(ctx, graceful context.Context) error {
	l.writeCtx = graceful
	for {
		err := l.connected(ctx, graceful)
		if !errors.Is(err, errReconnect) {
			return err
		}
		if broker.Denied(err) {
			return fmt.Errorf("transactions as %s: %s", l.transactionalID(), broker.Reason(err))
		}
		l.stats.change(func(now *Stats) { now.Reconnected++ })
		if err := l.pause(ctx, err); err != nil {
			return err
		}
	}
}

// errReconnect says that a connection cannot be used any more.
var errReconnect = errors.New("the transaction failed")

const (
	defaultSession = 45 * time.Second
	heartbeat      = 3 * time.Second
	rebalancing    = time.Minute      // how long workers may take to agree on who reads what
	transaction    = 15 * time.Second // after which brokers give one up whose worker is silent
	closing        = 30 * time.Second // of what cannot be called off
)

// mostTroubles is how often something is tried that fails each time.
const mostTroubles = 8

// pause waits before something is tried again that failed because of err, longer each
// time. It fails when that is no use.
func (l *loop) pause(ctx context.Context, err error) error {
	if l.troubles++; l.troubles > mostTroubles {
		return fmt.Errorf("given up after %d attempts: %w", mostTroubles, err)
	}
	l.note("%v; trying again", err)
	select {
	case <-ctx.Done():
		return stream.ErrInterrupted
	case <-time.After(min(100*time.Millisecond<<l.troubles, 5*time.Second)):
		return nil
	}
}

func (l *loop) note(format string, values ...any) {
	if l.connection.Note != nil {
		l.connection.Note(fmt.Sprintf(format, values...))
	}
}

// connected deals with records as long as a connection is of use.
func (l *loop) connected(ctx, graceful context.Context) error {
	if err := l.connect(ctx); err != nil {
		l.disconnect()
		return err
	}
	defer l.disconnect()
	for {
		if l.ending != nil && l.ending.reached(ctx) {
			return nil
		}
		if err := l.epoch(ctx, graceful); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return stream.ErrInterrupted
		}
	}
}
