package kafka

import "github.com/twmb/franz-go/pkg/kgo"

// byKey is the partition of a record that has none yet.
const byKey = -1

// partitioner lets records keep the partition that they have, if there is one of that
// number. Others go by their keys as those of Kafka's own clients do; those without a key
// where there is room.
type partitioner struct{ keys kgo.Partitioner }

func newPartitioner() kgo.Partitioner { return partitioner{kgo.StickyKeyPartitioner(nil)} }

// ForTopic implements kgo.Partitioner.
func (p partitioner) ForTopic(topic string) kgo.TopicPartitioner {
	return topicPartitioner{p.keys.ForTopic(topic)}
}

type topicPartitioner struct{ keys kgo.TopicPartitioner }

var _ kgo.TopicPartitionerOnNewBatch = topicPartitioner{}

// RequiresConsistency implements kgo.TopicPartitioner.
func (p topicPartitioner) RequiresConsistency(r *kgo.Record) bool {
	return r.Partition != byKey || p.keys.RequiresConsistency(r)
}

// Partition implements kgo.TopicPartitioner.
func (p topicPartitioner) Partition(r *kgo.Record, n int) int {
	if r.Partition != byKey {
		return int(r.Partition) % n
	}
	return p.keys.Partition(r, n)
}

// OnNewBatch implements kgo.TopicPartitionerOnNewBatch.
func (p topicPartitioner) OnNewBatch() {
	if keys, ok := p.keys.(kgo.TopicPartitionerOnNewBatch); ok {
		keys.OnNewBatch()
	}
}
