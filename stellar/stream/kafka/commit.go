package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

const (
	flushTurn = 500 * time.Millisecond
	yieldTurn = 2 * time.Second
	// mostBlocked is how long others wait for partitions while what was done with their
	// records cannot be written. Then it is left to them.
	mostBlocked = rebalancing / 3
)

// withoutEnd returns a context for what must not be called off, and takes some time at
// most.
func withoutEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), closing)
}

// flush waits until all that was handed to the clients is written, or will not be. It
// reports false if that takes too long.
func (l *loop) flush(graceful context.Context) bool {
	var blocked time.Time
	for _, client := range l.writers() {
		for {
			ctx, cancel := context.WithTimeout(graceful, flushTurn)
			err := client.Flush(ctx)
			cancel()
			if err == nil {
				break
			}
			l.stats.change(func(now *Stats) { now.Moved = time.Now() })
			switch {
			case graceful.Err() != nil:
				return false
			case !l.blocked.Load():
			case blocked.IsZero():
				blocked = time.Now()
			case time.Since(blocked) > l.mostBlocked:
				return false
			}
		}
	}
	return true
}

const (
	// The clients have room if they hold no more than this. Then they take mostPoll records
	// and roomSize bytes more at once, whatever brokers do. A client without room has whoever
	// writes wait, who then cannot say that all is well, nor let partitions go.
	roomCount = maxBufferedCount - mostPoll
	roomSize  = maxBuffered / 2
	roomTurn  = 5 * time.Millisecond
)

// handed is what was handed to the clients since they were last seen to have room.
type handed struct{ records, size int }

// awaitRoom waits until the clients have room, which it reports. It is over if others wait
// for partitions longer than most, or ctx ends.
func (l *loop) awaitRoom(ctx context.Context, most time.Duration) bool {
	var blocked time.Time
	for _, client := range l.writers() {
		for client.BufferedProduceRecords() > roomCount || client.BufferedProduceBytes() > roomSize {
			l.stats.change(func(now *Stats) { now.Moved = time.Now() })
			if l.blocked.Load() {
				if blocked.IsZero() {
					blocked = time.Now()
				}
				if time.Since(blocked) >= most {
					return false
				}
			}
			select {
			case <-ctx.Done():
				return false
			case <-time.After(roomTurn):
			}
		}
	}
	l.handed = handed{}
	return true
}

// writers returns the clients that write.
func (l *loop) writers() (clients []*kgo.Client) {
	for _, o := range l.outputs {
		if o.client != nil && !slices.Contains(clients, o.client) {
			clients = append(clients, o.client)
		}
	}
	return clients
}

// again lets go of what was done since the last commit, because of what failed, which is
// nothing if others wait for the partitions. The records are read again.
func (l *loop) again(ctx, graceful context.Context, all []*failure) error {
	wait := l.mostBlocked
	if len(all) == 0 { // others have waited for as long already
		wait = min(wait, time.Second)
	}
	if err := l.abandon(graceful, wait); err != nil {
		return err
	}
	if len(all) == 0 {
		l.note("what was done cannot be written while others wait for the records; they, or this worker, read them again")
		return nil
	}
	first := all[0]
	switch {
	case first.passes():
		return l.pause(ctx, first)
	case !first.ofRecord():
		return first
	case !l.careful: // all that was sent with the record has failed
		l.careful = true
		return nil
	}
	for _, failed := range all {
		if !l.processor.refused(failed) {
			return failed
		}
	}
	return nil
}

// abandon lets go of what was done since the last commit. For what is under way to brokers
// it waits so long, for each client.
func (l *loop) abandon(graceful context.Context, wait time.Duration) error {
	defer l.processor.abandoned()
	defer l.forget()
	begun := l.begun
	if l.session != nil {
		ctx, cancel := withoutEnd(graceful)
		defer cancel()
		if _, err := l.session.End(ctx, kgo.TryAbort); err != nil {
			return fmt.Errorf("%w: %w", errReconnect, err)
		}
		l.stats.moved(begun)
		l.stats.change(func(now *Stats) { now.Aborted++ })
		return nil
	}
	for _, client := range l.writers() {
		ctx, cancel := context.WithTimeout(graceful, wait)
		if client.AbortBufferedRecords(ctx) != nil {
			client.UnsafeAbortBufferedRecords()
		}
		cancel()
	}
	l.readFrom(begun)
	_ = l.failed.take() // those that were let go
	return nil
}

// readFrom has partitions read from offsets on.
func (l *loop) readFrom(to offsets) {
	l.client.SetOffsets(to)
	l.stats.moved(to)
}

// forget ends an epoch.
func (l *loop) forget() {
	l.doneMu.Lock()
	defer l.doneMu.Unlock()
	l.begun, l.done, l.stuck = offsets{}, offsets{}, false
}

// commitTransaction commits what was done as one transaction.
func (l *loop) commitTransaction(ctx, graceful context.Context) error {
	done, begun := l.toCommit(), l.begun
	ending, cancel := withoutEnd(graceful)
	defer cancel()
	var yielding sync.WaitGroup
	yielding.Go(func() { l.yield(ending) })
	committed, err := l.session.End(ending, kgo.TryCommit)
	cancel()
	yielding.Wait()
	l.forget()
	switch {
	case errors.Is(err, kerr.ProducerFenced), errors.Is(err, kerr.InvalidProducerEpoch):
		return fmt.Errorf("%w: it took too long, or another worker has the name %s too: %w", errReconnect, l.worker, err)
	case err != nil:
		return fmt.Errorf("%w: %w", errReconnect, err)
	case !committed: // others have partitions now; records of those that are left are read again
		l.processor.abandoned()
		l.stats.moved(begun)
		l.stats.change(func(now *Stats) { now.Aborted++ })
		return nil
	}
	l.went()
	l.stats.committed(done)
	return l.processor.written(graceful, l.leaving(ctx))
}

// yield lets partitions go while a transaction ends, if that takes long. A group that has
// lost its broker waits to give them up, and the end of a transaction for a sign of life of
// the group: without this they wait for each other. The transaction is aborted then.
func (l *loop) yield(ctx context.Context) {
	tick := time.NewTicker(yieldTurn)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if l.blocked.Load() {
				l.client.AllowRebalance()
			}
		}
	}
}

// leaving reports whether others wait for partitions, or the loop ends, or may be about to.
func (l *loop) leaving(ctx context.Context) bool {
	return l.blocked.Load() || ctx.Err() != nil || l.ending != nil && l.idle
}

// write hands a record to a topic. It waits while there is much to be written, though not
// for ever: if others wait for partitions meanwhile, what was done since the last commit is
// given up, and more is not taken.
func (l *loop) write(ctx context.Context, o *output, r *kgo.Record) {
	r.Topic = o.to.Topic
	size := sizeOf(r)
	if l.handed.records >= mostPoll || l.handed.size+size > roomSize {
		l.stuck = l.stuck || !l.awaitRoom(ctx, l.mostBlocked)
	}
	if l.stuck {
		return
	}
	l.handed.records++
	l.handed.size += size
	o.client.Produce(ctx, r, l.failed.promise)
	if l.careful { // what fails is told to the promise
		l.stuck = !l.flush(ctx)
	}
}

// went ends what is done where something has failed.
func (l *loop) went() { l.troubles, l.careful = 0, false }

// toCommit returns the offsets that are to be committed.
func (l *loop) toCommit() offsets {
	l.doneMu.Lock()
	defer l.doneMu.Unlock()
	all := offsets{}
	for topic, partitions := range l.done {
		if len(partitions) > 0 {
			all[topic] = maps.Clone(partitions)
		}
	}
	return all
}

// late are the errors of a commit that comes too late: others read the records again.
var late = []*kerr.Error{
	kerr.IllegalGeneration, kerr.UnknownMemberID, kerr.RebalanceInProgress, kerr.StaleMemberEpoch, kerr.FencedMemberEpoch,
}

// commitOffsets commits the offsets of what was done.
func (l *loop) commitOffsets(graceful context.Context) error {
	l.begun = offsets{}
	done := l.processor.committable(l.toCommit())
	if len(done) == 0 {
		return nil
	}
	ctx, cancel := withoutEnd(graceful)
	defer cancel()
	var failed []error
	l.client.CommitOffsetsSync(ctx, done, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
		if err != nil {
			failed = append(failed, err)
			return
		}
		for _, topic := range answer.Topics {
			for _, p := range topic.Partitions {
				if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
					failed = append(failed, err)
				}
			}
		}
	})
	err := errors.Join(failed...)
	switch {
	case err == nil:
		l.stats.committed(done)
		l.forget()
	case isOne(err, late):
		l.stats.change(func(now *Stats) { now.Lost++ })
		l.note("the group took this worker for dead: others read again what it has read last")
		l.forget()
	case isOne(err, unreadable):
		return fmt.Errorf("offsets of the group %s cannot be committed: %s", l.source.Group, broker.Reason(failed[0]))
	default: // the next commit is of these too
		l.stats.change(func(now *Stats) { now.Troubled++ })
		l.note("offsets cannot be committed: %s; trying again", broker.Reason(failed[0]))
	}
	return nil
}

// isOne reports whether an error is one of some.
func isOne(err error, some []*kerr.Error) bool {
	for _, known := range some {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
