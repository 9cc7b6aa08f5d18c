package kafka

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// badBatch is a batch of records that cannot be read, however often that is tried.
type badBatch struct {
	first record
	next  int64 // the offset after its last record
	epoch int32 // of the leader that wrote it
	why   string
}

// Error returns what is wrong, without where.
func (b *badBatch) Error() string {
	return fmt.Sprintf("the records up to %d cannot be read: %s", b.next-1, b.why)
}

// passed returns what is told when the batch is passed over.
func (b *badBatch) passed() error { return fmt.Errorf("%w; they are passed over", b) }

// badBatch returns the batch because of which a partition cannot be read: nil if another error
// is why. The client stops at one that it cannot inflate, and says where. It reads one that is
// damaged otherwise again and again, and that is looked at here.
func (l *loop) badBatch(ctx context.Context, p kgo.FetchTopicPartition) *badBatch {
	at := place{p.Topic, p.Partition}
	var (
		large *kgo.ErrDecompressTooLarge
		told  *kerr.Error // by a broker
	)
	switch {
	case errors.As(p.Err, &large):
		return &badBatch{
			first: record{at, large.Offset}, next: large.NextOffset, epoch: large.Epoch,
			why: fmt.Sprintf("their batch is damaged, or takes more than %d MiB or a million records when it is inflated", maxInflated>>20),
		}
	case p.Topic == "", errors.As(p.Err, &told), ctx.Err() != nil:
		return nil
	}
	next := l.stats.next(at)
	if next == 0 {
		next = max(p.LogStartOffset, l.client.CommittedOffsets()[at.topic][at.number].Offset)
	}
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	answer, err := l.fetch(ctx, at, next, lookSize)
	if err != nil {
		return nil
	}
	found, then := l.process(at, next, answer)
	if found.Err == nil || then > next {
		return nil
	}
	return &badBatch{
		first: record{at, next}, next: min(endOf(answer.RecordBatches, next), answer.HighWatermark), epoch: -1,
		why: "their batch is damaged: " + found.Err.Error(),
	}
}

// passOver has reading go on after batches, if the processor does without their records. The
// next commit is of these too.
func (l *loop) passOver(all []*badBatch) error {
	to := offsets{}
	for _, b := range all {
		at := b.first.place
		if told, ok := l.passed[at]; !ok || told < b.first.offset {
			if !l.processor.unreadable(b) {
				return l.stoppedBy(b)
			}
			l.passed[at] = b.first.offset
			l.stats.passedOver(b)
		}
		if !l.begun.has(at.topic, at.number) {
			l.begun.set(at.topic, at.number, kgo.EpochOffset{Epoch: -1, Offset: b.first.offset})
		}
		to.set(at.topic, at.number, kgo.EpochOffset{Epoch: b.epoch, Offset: b.next})
	}
	l.doneMu.Lock()
	for topic, partitions := range to {
		for n, next := range partitions {
			l.done.set(topic, n, next)
		}
	}
	l.doneMu.Unlock()
	l.readFrom(to)
	return nil
}

// stoppedBy returns the error of a loop that does not do without records.
func (l *loop) stoppedBy(b *badBatch) error {
	at := b.first
	return fmt.Errorf("%s/%d@%d: %w; what passes them over is --on-error report, or, while no worker runs, "+
		"kafka-consumer-groups.sh --bootstrap-server %s --group %s --topic %s:%d --reset-offsets --to-offset %d --execute",
		at.topic, at.number, at.offset, b, strings.Join(l.source.Brokers, ","), l.source.Group, at.topic, at.number, b.next)
}

// endOf returns the offset after a damaged batch, with which an answer to a fetch from an offset
// on begins. What the batch itself says is not trusted beyond the next one.
func endOf(batches []byte, from int64) int64 {
	const lengthAt, lengthEnd, magicAt, lastAt, lastEnd = 8, 12, 16, 23, 27
	if len(batches) < lastEnd || batches[magicAt] != 2 {
		return from + 1
	}
	end := int64(binary.BigEndian.Uint64(batches)) + int64(binary.BigEndian.Uint32(batches[lastAt:])) + 1
	if following := lengthEnd + int(binary.BigEndian.Uint32(batches[lengthAt:])); following+lengthAt <= len(batches) {
		end = min(end, int64(binary.BigEndian.Uint64(batches[following:])))
	}
	return max(end, from+1)
}
