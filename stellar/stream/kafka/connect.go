package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream"
)

// connect makes the clients, when it has found the topics.
func (l *loop) connect(ctx context.Context) error {
	l.forget()
	l.failed = &failures{} // clients of before may still tell theirs
	l.blocked.Store(false)
	for {
		err := l.find(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil || !l.found || !errors.Is(err, errAway) {
			return interrupted(ctx, err)
		}
	}
	l.found = true
	options, err := l.connection.options(l.source.Brokers)
	if err != nil {
		return err
	}
	if l.inflater, err = newInflater(); err != nil {
		return err
	}
	options = slices.Concat(options, l.inflater.options(), l.reading(), l.writing())
	l.clientsMu.Lock()
	defer l.clientsMu.Unlock()
	if l.exactlyOnce {
		l.session, err = kgo.NewGroupTransactSession(append(options,
			kgo.TransactionalID(l.transactionalID()), kgo.TransactionTimeout(transaction))...)
		if err == nil {
			l.client = l.session.Client()
		}
	} else {
		l.client, err = kgo.NewClient(options...)
	}
	for _, o := range l.outputs {
		if err == nil {
			o.client, err = l.writer(o.to)
		}
	}
	return err
}

// interrupted returns an error, or ErrInterrupted if it is because ctx has ended.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return stream.ErrInterrupted
	}
	return err
}

// find finds the topics.
func (l *loop) find(ctx context.Context) (err error) {
	if l.sources, err = l.connection.look(ctx, l.source.Brokers, l.source.Topics...); err != nil {
		return err
	}
	l.largest = maxRecord
	for _, o := range l.outputs {
		if o.made {
			if err := l.make(ctx, o); err != nil {
				return err
			}
		}
		found, err := l.connection.look(ctx, o.to.Brokers, o.to.Topic)
		if err != nil {
			return err
		}
		o.topicInfo = found[o.to.Topic]
		if slices.Contains(l.source.Topics, o.to.Topic) && o.cluster == l.sources[o.to.Topic].cluster {
			return fmt.Errorf("%s is read, and must not be written to: what is written would be read again, without end", o.to.Topic)
		}
		l.largest = min(l.largest, o.topicInfo.largest)
	}
	return nil
}

// reading returns the options of the client that reads.
func (l *loop) reading() []kgo.Opt {
	source, start := l.source, kgo.NewOffset().AtStart()
	if source.Latest {
		start = kgo.NewOffset().AtEnd()
	}
	options := []kgo.Opt{
		kgo.ConsumeTopics(source.Topics...), kgo.ConsumerGroup(source.Group), kgo.ConsumeStartOffset(start),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.SessionTimeout(source.Session), kgo.HeartbeatInterval(min(source.Session/10, heartbeat)), kgo.RebalanceTimeout(rebalancing),
		kgo.OnPartitionsAssigned(func(_ context.Context, client *kgo.Client, added map[string][]int32) {
			l.stats.assigned(added)
			if _, ok := l.processor.(assigner); ok {
				client.PauseFetchPartitions(added)
			}
		}),
		kgo.OnPartitionsRevoked(func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { l.leave(gone) }),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { l.leave(gone) }),
		kgo.OnPartitionsCallbackBlocked(func(context.Context, *kgo.Client) { l.hurry() }),
	}
	if p, ok := l.processor.(assigner); ok {
		options = append(options, kgo.AdjustFetchOffsetsFn(func(ctx context.Context, committed map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
			defer l.wake()
			starts, err := p.assigned(ctx, committed)
			l.stats.moved(begin(starts))
			return starts, err
		}))
	}
	if source.Instance != "" {
		options = append(options, kgo.InstanceID(source.Instance))
	}
	return options
}

// begin returns the offsets at which partitions begin, of those of which that is known.
func begin(starts map[string]map[int32]kgo.Offset) offsets {
	all := offsets{}
	for topic, partitions := range starts {
		for n, start := range partitions {
			if at := start.EpochOffset(); at.Offset >= 0 {
				all.set(topic, n, at)
			}
		}
	}
	return all
}

// writing returns the options of clients that write.
func (l *loop) writing() []kgo.Opt {
	return append(writing(), kgo.ProducerBatchMaxBytes(int32(l.largest)))
}

// maxRecord bounds a record that is written, whatever brokers take.
const maxRecord = 32 << 20

// writer returns a client that writes to a topic: that of the source, or of an output, if
// the brokers are the same.
func (l *loop) writer(to *Target) (*kgo.Client, error) {
	if sameBrokers(to.Brokers, l.source.Brokers) {
		return l.client, nil
	}
	for _, o := range l.outputs {
		if o.client != nil && sameBrokers(to.Brokers, o.to.Brokers) {
			return o.client, nil
		}
	}
	options, err := l.connection.options(to.Brokers)
	if err != nil {
		return nil, err
	}
	return kgo.NewClient(append(options, l.writing()...)...)
}

// disconnect closes the clients. What was not committed is left to others. Statistics do not
// wait for it, as brokers that are away may take long.
func (l *loop) disconnect() {
	l.clientsMu.Lock()
	client, writers := l.client, l.writers()
	l.client, l.session = nil, nil
	for _, o := range l.outputs {
		o.client = nil
	}
	l.clientsMu.Unlock()
	for _, writer := range writers {
		if writer != client {
			writer.Close()
		}
	}
	if client != nil {
		client.CloseAllowingRebalance()
	}
}

// leave forgets partitions that others read from now on.
func (l *loop) leave(gone map[string][]int32) {
	l.stats.revoked(gone)
	l.processor.left(gone)
	l.doneMu.Lock()
	defer l.doneMu.Unlock()
	for topic, numbers := range gone {
		for _, n := range numbers {
			delete(l.done[topic], n)
		}
	}
}

// hurry has what was polled committed at once, as others wait for partitions.
func (l *loop) hurry() {
	l.blocked.Store(true)
	l.wake()
}

// wake ends the poll that is under way.
func (l *loop) wake() {
	l.wakeMu.Lock()
	defer l.wakeMu.Unlock()
	if l.wakePoll != nil {
		l.wakePoll()
	}
}
