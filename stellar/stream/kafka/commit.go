package kafka

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

const (
	flushTurn = 500 * time.Millisecond
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
func (w *Worker) flush(graceful context.Context) bool {
	var blocked time.Time
	for _, client := range w.writers() {
		for {
			ctx, cancel := context.WithTimeout(graceful, flushTurn)
			err := client.Flush(ctx)
			cancel()
			if err == nil {
				break
			}
			w.stats.change(func(now *Stats) { now.Moved = time.Now() })
			switch {
			case graceful.Err() != nil:
				return false
			case !w.blocked.Load():
			case blocked.IsZero():
				blocked = time.Now()
			case time.Since(blocked) > mostBlocked:
				return false
			}
		}
	}
	return true
}

// writers returns the clients that write.
func (w *Worker) writers() (clients []*kgo.Client) {
	if w.out != nil {
		clients = append(clients, w.out)
	}
	if w.errs != nil && w.errs != w.out {
		clients = append(clients, w.errs)
	}
	return clients
}

// again lets go of what was done since the last commit, because of what failed, nil if
// others wait for the partitions. The records are read again.
func (w *Worker) again(ctx, graceful context.Context, failed *failure) error {
	if err := w.abandon(graceful); err != nil {
		return err
	}
	switch {
	case failed == nil:
		w.note("what was done cannot be written while others wait for the records; they, or this worker, read them again")
		return nil
	case failed.ofRecord() && w.options.Errors != nil && w.options.Target != nil && failed.topic == w.options.Target.Topic:
		w.poison[failed.from] = failed.err
		return nil
	case failed.passes():
		return w.pause(ctx, failed)
	}
	return failed
}

// abandon lets go of what was done since the last commit.
func (w *Worker) abandon(graceful context.Context) error {
	defer w.forget()
	if w.session != nil {
		ctx, cancel := withoutEnd(graceful)
		defer cancel()
		if _, err := w.session.End(ctx, kgo.TryAbort); err != nil {
			return fmt.Errorf("%w: %w", errReconnect, err)
		}
		w.stats.change(func(now *Stats) { now.Aborted++ })
		return nil
	}
	for _, client := range w.writers() {
		ctx, cancel := context.WithTimeout(graceful, mostBlocked)
		if client.AbortBufferedRecords(ctx) != nil {
			client.UnsafeAbortBufferedRecords()
		}
		cancel()
	}
	w.client.SetOffsets(w.begun)
	_ = w.failed.take() // those that were let go
	return nil
}

// forget ends an epoch.
func (w *Worker) forget() {
	w.doneMu.Lock()
	defer w.doneMu.Unlock()
	w.begun, w.done = offsets{}, offsets{}
}

// commitTransaction commits what was done as one transaction.
func (w *Worker) commitTransaction(graceful context.Context) error {
	done := w.toCommit()
	ctx, cancel := withoutEnd(graceful)
	defer cancel()
	committed, err := w.session.End(ctx, kgo.TryCommit)
	w.forget()
	switch {
	case errors.Is(err, kerr.ProducerFenced), errors.Is(err, kerr.InvalidProducerEpoch):
		return fmt.Errorf("%w: it took too long, or another worker has the name %s too: %w", errReconnect, w.options.Worker, err)
	case err != nil:
		return fmt.Errorf("%w: %w", errReconnect, err)
	case !committed: // others have partitions now; records of those that are left are read again
		w.stats.change(func(now *Stats) { now.Aborted++ })
		return nil
	}
	w.troubles = 0
	w.stats.committed(done)
	return w.batches.Written()
}

// toCommit returns the offsets that are to be committed.
func (w *Worker) toCommit() offsets {
	w.doneMu.Lock()
	defer w.doneMu.Unlock()
	all := offsets{}
	for topic, partitions := range w.done {
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
func (w *Worker) commitOffsets(graceful context.Context) error {
	w.begun = offsets{}
	done := w.toCommit()
	if len(done) == 0 {
		return nil
	}
	ctx, cancel := withoutEnd(graceful)
	defer cancel()
	var failed []error
	w.client.CommitOffsetsSync(ctx, done, func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
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
		w.stats.committed(done)
		w.forget()
	case isOne(err, late):
		w.stats.change(func(now *Stats) { now.Lost++ })
		w.note("the group took this worker for dead: others read again what it has read last")
		w.forget()
	case isOne(err, unreadable):
		return fmt.Errorf("offsets of the group %s cannot be committed: %s", w.options.Source.Group, broker.Reason(failed[0]))
	default: // the next commit is of these too
		w.stats.change(func(now *Stats) { now.Troubled++ })
		w.note("offsets cannot be committed: %s; trying again", broker.Reason(failed[0]))
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
