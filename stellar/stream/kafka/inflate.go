package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// fetchKey is that of requests that read records.
const fetchKey = 1

const (
	// recordSize is about what a record takes besides its key, value and headers.
	recordSize = 200
	// maxRecords bounds those of a batch of more than fewBytes: they may have some bytes each.
	maxRecords = 1_000_000
	fewBytes   = 4 << 20
)

// errFull says that an answer of a broker holds more than is inflated at once. The client
// keeps what it has inflated, and asks for the rest when that was polled.
var errFull = errors.New("the answer of the broker is read on later")

// inflater inflates batches of records, and bounds what the batches of an answer may take
// together: the client bounds each by itself, and an answer may have thousands. Each answer has
// maxAnswer of its own, or what others leave of theirs that are read at the same time, and a
// batch is begun as long as something is left. So each answer can be read on by a batch at
// least, and all that are held take the sum of maxAnswer and maxInflated for each broker.
type inflater struct {
	batches kgo.Decompressor // which inflates no batch to more than maxInflated
	room    atomic.Int64
}

var (
	_ kgo.Decompressor       = (*inflater)(nil)
	_ kgo.HookBrokerRead     = (*inflater)(nil)
	_ kgo.HookFetchBatchRead = (*inflater)(nil)
)

// newInflater returns what is of one client.
func newInflater() (*inflater, error) {
	// Of its own decompressor a client keeps the bound only if nothing is around it, but
	// shows the one that it has made.
	client, err := kgo.NewClient(kgo.MaxDecompressBatchBytes(maxInflated))
	if err != nil {
		return nil, err
	}
	defer client.Close()
	batches, ok := client.OptValue(kgo.WithDecompressor).(kgo.Decompressor)
	if !ok {
		return nil, errors.New("the client of Kafka shows no decompressor")
	}
	return &inflater{batches: batches}, nil
}

// options returns those of the client, which reads.
func (i *inflater) options() []kgo.Opt {
	return []kgo.Opt{
		kgo.WithDecompressor(i), kgo.WithHooks(i),
		kgo.FetchMaxBytes(maxFetch), kgo.FetchMaxPartitionBytes(maxPartitionFetch), kgo.FetchMaxWait(fetchWait),
	}
}

// Decompress implements kgo.Decompressor. The client stops reading a partition at a batch for
// which it returns kgo.ErrMaxDecompress, and says where that ends.
func (i *inflater) Decompress(text []byte, codec kgo.CompressionCodecType) ([]byte, error) {
	if i.room.Load() <= 0 {
		return nil, errFull
	}
	inflated, err := i.batches.Decompress(text, codec)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", kgo.ErrMaxDecompress, err)
	}
	if len(inflated) > fewBytes && records(inflated) > maxRecords {
		return nil, kgo.ErrMaxDecompress
	}
	i.room.Add(-int64(len(inflated)))
	return inflated, nil
}

// records returns how many records a batch has, each of which begins with its length.
func records(batch []byte) (n int) {
	for {
		length, size := binary.Varint(batch)
		if size <= 0 || length < 0 || length > int64(len(batch)-size) {
			return n
		}
		batch = batch[size+int(length):]
		n++
	}
}

// OnBrokerRead implements kgo.HookBrokerRead: what is read is inflated then.
func (i *inflater) OnBrokerRead(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, _ error) {
	if key == fetchKey {
		i.room.Store(maxAnswer)
	}
}

// OnFetchBatchRead implements kgo.HookFetchBatchRead.
func (i *inflater) OnFetchBatchRead(_ kgo.BrokerMetadata, _ string, _ int32, batch kgo.FetchBatchMetrics) {
	i.room.Add(-int64(batch.NumRecords) * recordSize)
}
