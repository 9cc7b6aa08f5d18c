package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

// make makes the topic of a change-log, if it is not there, and checks what it is like.
func (l *loop) make(ctx context.Context, o *output) error {
	want := l.sources[l.source.Topics[0]].partitions
	options, err := l.connection.options(o.to.Brokers)
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	found, err := admin.ListTopics(ctx, o.to.Topic)
	switch {
	case broker.Denied(err):
		return fmt.Errorf("the change-log %s: %s", o.to.Topic, broker.Reason(err))
	case err != nil:
		return fmt.Errorf("%w: %s", errAway, broker.Reason(err))
	}
	if !found.Has(o.to.Topic) {
		if found, err = l.create(ctx, admin, o.to.Topic, want); err != nil {
			return err
		}
	}
	if has := len(found[o.to.Topic].Partitions); has != want {
		return fmt.Errorf("the change-log %s has %d partitions, and %s has %d: it needs as many", o.to.Topic, has, l.source.Topics[0], want)
	}
	return checkCompacted(ctx, admin, o.to.Topic)
}

// checkCompacted refuses a topic of which brokers delete what is old. Who may not see its
// settings is not held up.
func checkCompacted(ctx context.Context, admin *kadm.Client, topic string) error {
	const policy = "cleanup.policy"
	settings, err := admin.DescribeTopicConfigs(ctx, topic)
	if err != nil {
		return nil
	}
	for _, s := range settings {
		for _, setting := range s.Configs {
			if value := setting.MaybeValue(); setting.Key == policy && value != "" && value != "compact" {
				return fmt.Errorf("the change-log %s has %s=%s, by which brokers delete what is known of open periods: it needs %s=compact", topic, policy, value, policy)
			}
		}
	}
	return nil
}

// create makes a compacted topic, and waits until it is known.
func (l *loop) create(ctx context.Context, admin *kadm.Client, topic string, partitions int) (kadm.TopicDetails, error) {
	setting := func(text string) *string { return &text }
	_, failed := admin.CreateTopic(ctx, int32(partitions), -1, map[string]*string{
		"cleanup.policy": setting("compact"), "min.cleanable.dirty.ratio": setting("0.2"), "segment.ms": setting("3600000"),
	}, topic)
	if failed != nil && !errors.Is(failed, kerr.TopicAlreadyExists) {
		return nil, fmt.Errorf("the change-log %s is not there, and cannot be made (compacted, with %d partitions): %s", topic, partitions, broker.Reason(failed))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		found, err := admin.ListTopics(ctx, topic)
		if err == nil && found.Has(topic) {
			if failed != nil { // another worker has made it
				return found, nil
			}
			l.note("made the topic %s, compacted, with %d partitions", topic, partitions)
			return found, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the change-log %s was made, and is not there yet", topic)
		case <-time.After(refreshing / 5):
		}
	}
}
