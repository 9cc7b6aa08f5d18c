package kafka

import (
	"context"
	"errors"
	"fmt"
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
func (w *Worker) epoch(ctx, graceful context.Context) error {
	defer w.allowRebalance()
	var began time.Time
	for {
		w.stats.change(func(now *Stats) { now.Moved = time.Now() })
		fetches := w.poll(ctx, began)
		if err := w.readErrors(fetches); err != nil {
			return err
		}
		if records := fetches.Records(); len(records) > 0 {
			if began.IsZero() {
				began = time.Now()
				if err := w.begin(); err != nil {
					return err
				}
			}
			w.stats.read(fetches, began)
			if err := w.apply(ctx, graceful, records); err != nil {
				return err
			}
		}
		switch {
		case began.IsZero():
			return nil
		case ctx.Err() != nil, w.blocked.Load(), time.Since(began) >= w.every:
			return w.end(ctx, graceful)
		}
	}
}

// poll waits for records, until it is time to commit those that were polled since began;
// zero if there are none.
func (w *Worker) poll(ctx context.Context, began time.Time) kgo.Fetches {
	wait := idleTurn
	if !began.IsZero() {
		wait = max(w.every-time.Since(began), 0)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	w.wakeMu.Lock()
	w.wakePoll = cancel
	w.wakeMu.Unlock()
	if w.blocked.Load() {
		cancel()
	}
	return w.client.PollRecords(ctx, w.size)
}

// allowRebalance lets others have partitions.
func (w *Worker) allowRebalance() {
	w.blocked.Store(false)
	w.client.AllowRebalance()
}

// begin begins a transaction.
func (w *Worker) begin() error {
	if w.session == nil {
		return nil
	}
	if err := w.session.Begin(); err != nil {
		return fmt.Errorf("%w: %v", errReconnect, err)
	}
	return nil
}

// unreadable are errors of reading that do not pass.
var unreadable = []*kerr.Error{
	kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.SaslAuthenticationFailed, kerr.ClusterAuthorizationFailed,
	kerr.UnknownTopicID, kerr.InvalidGroupID, kerr.InconsistentGroupProtocol, kerr.FencedInstanceID, kerr.InvalidSessionTimeout,
}

// readErrors tells of errors of reading. It returns one that does not pass.
func (w *Worker) readErrors(fetches kgo.Fetches) (failed error) {
	fetches.EachError(func(topic string, partition int32, err error) {
		if failed == nil {
			failed = w.readError(topic, partition, err)
		}
	})
	return failed
}

func (w *Worker) readError(topic string, partition int32, err error) error {
	var (
		large *kgo.ErrDecompressTooLarge
		loss  *kgo.ErrDataLoss
	)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil
	case errors.Is(err, kgo.ErrClientClosed):
		return errReconnect
	case errors.As(err, &large):
		return fmt.Errorf("%s/%d@%d: a batch of records is larger than %d MiB when it is inflated", topic, partition, large.Offset, maxInflated>>20)
	case errors.As(err, &loss):
		w.note("%s/%d: the brokers have lost records: reading goes on at %d, and had been at %d", topic, partition, loss.ResetTo, loss.ConsumedTo)
		return nil
	}
	if isOne(err, unreadable) {
		return fmt.Errorf("%s cannot be read: %s: %w", topic, broker.Reason(err), err)
	}
	w.note("%s: %s; trying again", topic, broker.Reason(err))
	return nil
}

// apply takes records through the rules.
func (w *Worker) apply(ctx, graceful context.Context, records []*kgo.Record) error {
	for _, r := range records {
		if !w.begun.has(r.Topic, r.Partition) {
			w.begun.set(r.Topic, r.Partition, kgo.EpochOffset{Epoch: -1, Offset: r.Offset})
		}
	}
	start := time.Now()
	b := w.newBatch(graceful, records)
	n, err := w.batches.Apply(b)
	w.doneMu.Lock()
	for _, r := range records[:n] {
		w.done.set(r.Topic, r.Partition, kgo.EpochOffset{Epoch: r.LeaderEpoch, Offset: r.Offset + 1})
	}
	w.doneMu.Unlock()
	if n > 0 {
		w.pace(n, time.Since(start))
	}
	if err == nil {
		return nil
	}
	return w.stop(ctx, graceful, n == len(records), err)
}

// pace chooses how many records are polled, by the time that the last ones took.
func (w *Worker) pace(n int, took time.Duration) {
	w.stats.change(func(now *Stats) { now.Times.add(n, took) })
	fit := int(int64(batchTime) * int64(n) / max(int64(took), 1))
	w.size = min(max((3*w.size+min(fit, mostPoll))/4, w.options.Stream.Parallel, 8), mostPoll)
}

// stop commits what was dealt with when the run ends because of err.
func (w *Worker) stop(ctx, graceful context.Context, all bool, err error) error {
	if w.session != nil && !all {
		_ = w.abandon(graceful) // the next run does it again
		return err
	}
	if failed := w.end(ctx, graceful); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

// end commits what was done, when all that depends on it is written.
func (w *Worker) end(ctx, graceful context.Context) error {
	flushed := w.flush(graceful)
	failed := w.failed.take()
	switch {
	case !flushed && graceful.Err() != nil:
		for _, client := range w.writers() {
			client.UnsafeAbortBufferedRecords()
		}
		return stream.ErrBlocked
	case !flushed || failed != nil:
		return w.again(ctx, graceful, failed)
	case w.session != nil:
		return w.commitTransaction(graceful)
	}
	if err := w.batches.Written(); err != nil {
		return err
	}
	if w.options.Sync != nil {
		if err := w.options.Sync(); err != nil {
			return &stream.OutputError{Err: err}
		}
	}
	w.troubles = 0
	return w.commitOffsets(graceful)
}
