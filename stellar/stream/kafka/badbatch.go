package kafka

import (
	"fmt"
	"strings"

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

// tooLarge returns the batch at which a client has stopped reading.
func tooLarge(at *kgo.ErrDecompressTooLarge) *badBatch {
	return &badBatch{
		first: record{place{at.Topic, at.Partition}, at.Offset}, next: at.NextOffset, epoch: at.Epoch,
		why: fmt.Sprintf("their batch is damaged, or takes more than %d MiB when it is inflated", maxInflated>>20),
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
	l.client.SetOffsets(to)
	return nil
}

// stoppedBy returns the error of a loop that does not do without records.
func (l *loop) stoppedBy(b *badBatch) error {
	at := b.first
	return fmt.Errorf("%s/%d@%d: %w; what passes them over is --on-error report, or, while no worker runs, "+
		"kafka-consumer-groups.sh --bootstrap-server %s --group %s --topic %s:%d --reset-offsets --to-offset %d --execute",
		at.topic, at.number, at.offset, b, strings.Join(l.source.Brokers, ","), l.source.Group, at.topic, at.number, b.next)
}
