package kafka

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// fetch asks the leader of a partition for what is committed from an offset on: a batch at
// least, and about so many bytes at most.
func (l *loop) fetch(ctx context.Context, at place, offset int64, size int32) (*kmsg.FetchResponseTopicPartition, error) {
	found, err := kadm.NewClient(l.client).ListTopics(ctx, at.topic)
	if err != nil {
		return nil, err
	}
	partition := kmsg.NewFetchRequestTopicPartition()
	partition.Partition, partition.FetchOffset, partition.PartitionMaxBytes = at.number, offset, size
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic, topic.TopicID = at.topic, found[at.topic].ID
	topic.Partitions = []kmsg.FetchRequestTopicPartition{partition}
	request := kmsg.NewPtrFetchRequest()
	request.MaxBytes, request.MinBytes, request.IsolationLevel, request.SessionEpoch = size, 0, 1, -1
	request.Topics = []kmsg.FetchRequestTopic{topic}
	answer, err := request.RequestWith(ctx, l.client.Broker(int(found[at.topic].Partitions[at.number].Leader)))
	switch {
	case err != nil:
		return nil, err
	case answer.ErrorCode != 0:
		return nil, kerr.ErrorForCode(answer.ErrorCode)
	case len(answer.Topics) != 1 || len(answer.Topics[0].Partitions) != 1:
		return nil, fmt.Errorf("the leader of %s/%d does not answer for it", at.topic, at.number)
	}
	return &answer.Topics[0].Partitions[0], kerr.ErrorForCode(answer.Topics[0].Partitions[0].ErrorCode)
}

// process returns the records of an answer to a fetch from an offset on, as the client does,
// and the offset from which it would go on.
func (l *loop) process(at place, from int64, answer *kmsg.FetchResponseTopicPartition) (kgo.FetchPartition, int64) {
	return kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{
		Offset: from, IsolationLevel: kgo.ReadCommitted(), Topic: at.topic, Partition: at.number,
	}, answer, l.inflater.batches, nil)
}
