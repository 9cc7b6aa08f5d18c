package kafka

import (
	"context"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream"
)

// connect makes the clients, when it has found the topics.
func (w *Worker) connect(ctx context.Context) error {
	w.begun, w.done = offsets{}, offsets{}
	w.blocked.Store(false)
	if err := w.find(ctx); err != nil {
		return interrupted(ctx, err)
	}
	o := w.options
	options, err := o.Connection.options(o.Source.Brokers)
	if err != nil {
		return err
	}
	options = append(append(options, w.reading()...), w.writing()...)
	w.clientsMu.Lock()
	defer w.clientsMu.Unlock()
	if o.ExactlyOnce {
		w.session, err = kgo.NewGroupTransactSession(append(options,
			kgo.TransactionalID(o.Source.Group+"/"+o.Worker), kgo.TransactionTimeout(transaction))...)
		if err == nil {
			w.client = w.session.Client()
		}
	} else {
		w.client, err = kgo.NewClient(options...)
	}
	if err == nil {
		w.out, err = w.writer(o.Target)
	}
	if err == nil {
		w.errs, err = w.writer(o.Errors)
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
func (w *Worker) find(ctx context.Context) (err error) {
	o := w.options
	if w.sources, err = w.look(ctx, o.Source.Brokers, o.Source.Topics...); err != nil {
		return err
	}
	w.largest = maxRecord
	for _, t := range []*Target{o.Target, o.Errors} {
		if t == nil {
			continue
		}
		found, err := w.look(ctx, t.Brokers, t.Topic)
		if err != nil {
			return err
		}
		w.largest = min(w.largest, found[t.Topic].largest)
		if t == o.Target {
			w.target = found[t.Topic]
		} else {
			w.refused = found[t.Topic]
		}
	}
	return nil
}

// look finds topics.
func (w *Worker) look(ctx context.Context, brokers []string, names ...string) (topics, error) {
	options, err := w.options.Connection.options(brokers)
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return look(ctx, client, names...)
}

// reading returns the options of the client that reads.
func (w *Worker) reading() []kgo.Opt {
	source, start := w.options.Source, kgo.NewOffset().AtStart()
	if source.Latest {
		start = kgo.NewOffset().AtEnd()
	}
	options := []kgo.Opt{
		kgo.ConsumeTopics(source.Topics...), kgo.ConsumerGroup(source.Group), kgo.ConsumeResetOffset(start),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.SessionTimeout(source.Session), kgo.HeartbeatInterval(min(source.Session/10, heartbeat)), kgo.RebalanceTimeout(rebalancing),
		kgo.FetchMaxBytes(maxFetch), kgo.FetchMaxPartitionBytes(maxPartitionFetch), kgo.MaxDecompressBatchBytes(maxInflated), kgo.FetchMaxWait(fetchWait),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, added map[string][]int32) { w.stats.assigned(added) }),
		kgo.OnPartitionsRevoked(func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { w.leave(gone) }),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { w.leave(gone) }),
		kgo.OnPartitionsCallbackBlocked(func(context.Context, *kgo.Client) { w.hurry() }),
	}
	if source.Instance != "" {
		options = append(options, kgo.InstanceID(source.Instance))
	}
	return options
}

// writing returns the options of clients that write.
func (w *Worker) writing() []kgo.Opt {
	return append(writing(), kgo.ProducerBatchMaxBytes(int32(w.largest)))
}

// maxRecord bounds a record that is written, whatever brokers take.
const maxRecord = 32 << 20

// writer returns a client that writes to a topic, nil for none.
func (w *Worker) writer(to *Target) (*kgo.Client, error) {
	switch {
	case to == nil:
		return nil, nil
	case sameBrokers(to.Brokers, w.options.Source.Brokers):
		return w.client, nil
	case w.out != nil && sameBrokers(to.Brokers, w.options.Target.Brokers):
		return w.out, nil
	}
	options, err := w.options.Connection.options(to.Brokers)
	if err != nil {
		return nil, err
	}
	return kgo.NewClient(append(options, w.writing()...)...)
}

// disconnect closes the clients. What was not committed is left to others.
func (w *Worker) disconnect() {
	w.clientsMu.Lock()
	defer w.clientsMu.Unlock()
	if w.errs != nil && w.errs != w.client && w.errs != w.out {
		w.errs.Close()
	}
	if w.out != nil && w.out != w.client {
		w.out.Close()
	}
	if w.client != nil {
		w.client.CloseAllowingRebalance()
	}
	w.client, w.session, w.out, w.errs = nil, nil, nil, nil
}

// leave forgets partitions that others read from now on.
func (w *Worker) leave(gone map[string][]int32) {
	w.stats.revoked(gone)
	w.doneMu.Lock()
	defer w.doneMu.Unlock()
	for topic, numbers := range gone {
		for _, n := range numbers {
			delete(w.done[topic], n)
		}
	}
}

// hurry has what was polled committed at once, as others wait for partitions.
func (w *Worker) hurry() {
	w.blocked.Store(true)
	w.wakeMu.Lock()
	defer w.wakeMu.Unlock()
	if w.wakePoll != nil {
		w.wakePoll()
	}
}
