package kafka

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/stream"
)

const (
	firstPoll = 500  // records
	mostPoll  = 5000 // records
	batchTime = 250 * time.Millisecond

	// idleTurn is how long a worker waits for records before its loop goes on.
	idleTurn = 2 * time.Second
)

// epoch deals with the records between two commits, and commits them. No partition is
// given to others in between.
func (l *loop) epoch(ctx, graceful context.Context) error {
	if err := l.processor.ready(ctx); err != nil {
		return err
	}
	defer l.allowRebalance()
	var began time.Time
	for {
		l.stats.change(func(now *Stats) { now.Moved = time.Now() })
		fetches := l.poll(ctx, began)
		bad, err := l.readErrors(ctx, fetches)
		if err != nil {
			return err
		}
		records := fetches.Records()
		if began.IsZero() && (len(records) > 0 || len(bad) > 0) {
			began = time.Now()
			if err := l.begin(); err != nil {
				return err
			}
		}
		if len(records) > 0 {
			l.stats.read(fetches, began)
			if err := l.apply(ctx, graceful, records); err != nil {
				return err
			}
			l.awaitRoom(ctx, 0)
		}
		if len(bad) > 0 {
			if err := l.passOver(bad); err != nil {
				return l.stop(ctx, graceful, true, err)
			}
		}
		l.idle = began.IsZero()
		switch {
		case l.idle && (l.processor.due() || len(l.toCommit()) > 0): // a commit has failed
			if err := l.begin(); err != nil {
				return err
			}
			return l.end(ctx, graceful)
		case l.idle:
			l.rest(ctx, fetches)
			return nil
		case ctx.Err() != nil, l.blocked.Load(), l.stuck, time.Since(began) >= l.every:
			return l.end(ctx, graceful)
		}
	}
}

// poll waits for records, until it is time to commit those that were polled since began;
// zero if there are none.
func (l *loop) poll(ctx context.Context, began time.Time) kgo.Fetches {
	wait := idleTurn
	if l.ending != nil {
		wait = endTurn
	}
	if !began.IsZero() {
		wait = max(l.every-time.Since(began), 0)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	l.wakeMu.Lock()
	l.wakePoll = cancel
	l.wakeMu.Unlock()
	if l.blocked.Load() {
		cancel()
	}
	return l.client.PollRecords(ctx, l.size)
}

// allowRebalance lets others have partitions.
func (l *loop) allowRebalance() {
	l.blocked.Store(false)
	l.client.AllowRebalance()
}

// begin begins a transaction.
func (l *loop) begin() error {
	if l.session == nil {
		return nil
	}
	if err := l.session.Begin(); err != nil {
		return fmt.Errorf("%w: %w", errReconnect, err)
	}
	return nil
}

// unreadable are errors of reading that do not pass.
var unreadable = []*kerr.Error{
	kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.SaslAuthenticationFailed, kerr.ClusterAuthorizationFailed,
	kerr.UnknownTopicID, kerr.InvalidGroupID, kerr.InconsistentGroupProtocol, kerr.FencedInstanceID, kerr.InvalidSessionTimeout,
}

// readErrors tells of errors of reading. It returns the batches that cannot be read, and an
// error that does not pass.
func (l *loop) readErrors(ctx context.Context, fetches kgo.Fetches) (bad []*badBatch, failed error) {
	fetches.EachPartition(func(p kgo.FetchTopicPartition) {
		switch {
		case p.Err == nil, failed != nil, errors.Is(p.Err, errFull):
			return
		case len(p.Records) > 0: // they come first, and the error again when they were polled
			return
		}
		if b := l.badBatch(ctx, p); b != nil {
			bad = append(bad, b)
		} else {
			failed = l.readError(p.Topic, p.Partition, p.Err)
		}
	})
	return bad, failed
}

func (l *loop) readError(topic string, partition int32, err error) error {
	var loss *kgo.ErrDataLoss
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil
	case errors.Is(err, kgo.ErrClientClosed):
		return errReconnect
	case errors.As(err, &loss):
		l.note("%s/%d: the brokers have lost records: reading goes on at %d, and had been at %d", topic, partition, loss.ResetTo, loss.ConsumedTo)
		return nil
	}
	what := "the topic " + topic + " cannot be read"
	if topic == "" {
		what = "the group " + l.source.Group + " cannot be joined"
	}
	if isOne(err, unreadable) {
		return fmt.Errorf("%s: %s", what, broker.Reason(err))
	}
	l.note("%s: %s; trying again", what, broker.Reason(err))
	return nil
}

// rest waits for a moment if errors are all that was polled: the client tries again at once.
func (l *loop) rest(ctx context.Context, fetches kgo.Fetches) {
	passing := func(e kgo.FetchError) bool {
		return errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded) || errors.Is(e.Err, errFull)
	}
	if !slices.ContainsFunc(fetches.Errors(), func(e kgo.FetchError) bool { return !passing(e) }) {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(refreshing):
	}
}

// apply takes records through the rules.
func (l *loop) apply(ctx, graceful context.Context, records []*kgo.Record) error {
	for first, _ := range partitionsOf(records) {
		if !l.begun.has(first.Topic, first.Partition) {
			l.begun.set(first.Topic, first.Partition, kgo.EpochOffset{Epoch: -1, Offset: first.Offset})
		}
	}
	start := time.Now()
	n, err := l.processor.apply(graceful, records)
	l.doneMu.Lock()
	for _, last := range partitionsOf(records[:n]) {
		l.done.set(last.Topic, last.Partition, kgo.EpochOffset{Epoch: last.LeaderEpoch, Offset: last.Offset + 1})
	}
	l.doneMu.Unlock()
	if n > 0 {
		l.pace(n, time.Since(start))
	}
	if err == nil {
		return nil
	}
	return l.stop(ctx, graceful, n == len(records), err)
}

// partitionsOf returns the first and the last of records that follow each other and are of
// the same partition.
func partitionsOf(records []*kgo.Record) iter.Seq2[*kgo.Record, *kgo.Record] {
	return func(yield func(first, last *kgo.Record) bool) {
		for i, first := 0, 0; i < len(records); i++ {
			if i+1 < len(records) && records[i+1].Partition == records[i].Partition && records[i+1].Topic == records[i].Topic {
				continue
			}
			if !yield(records[first], records[i]) {
				return
			}
			first = i + 1
		}
	}
}

// pace chooses how many records are polled, by the time that the last ones took.
func (l *loop) pace(n int, took time.Duration) {
	l.stats.change(func(now *Stats) { now.Times.add(n, took) })
	fit := int(int64(batchTime) * int64(n) / max(int64(took), 1))
	l.size = min(max((3*l.size+min(fit, mostPoll))/4, l.least, 8), mostPoll)
}

// stop commits what was dealt with when the run ends because of err.
func (l *loop) stop(ctx, graceful context.Context, all bool, err error) error {
	if l.session != nil && !all {
		_ = l.abandon(graceful, l.mostBlocked) // the next run does it again
		return err
	}
	if failed := l.end(ctx, graceful); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

// end commits what was done, when all that depends on it is written.
func (l *loop) end(ctx, graceful context.Context) error {
	if err := l.processor.finish(graceful); err != nil {
		return err
	}
	flushed := !l.stuck && l.flush(graceful)
	failed := l.failed.take()
	switch {
	case !flushed && graceful.Err() != nil:
		for _, client := range l.writers() {
			client.UnsafeAbortBufferedRecords()
		}
		return stream.ErrBlocked
	case !flushed || len(failed) > 0:
		return l.again(ctx, graceful, failed)
	case l.session != nil:
		return l.commitTransaction(ctx, graceful)
	}
	if err := l.processor.written(graceful, l.leaving(ctx)); err != nil {
		return err
	}
	l.went()
	return l.commitOffsets(graceful)
}
