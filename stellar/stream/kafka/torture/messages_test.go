//go:build unix

package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	partitions  = 12
	keys        = 1000
	poisonEvery = 997 // every so many messages, one is no JSON
)

// message is what is written, numbered from 0 on, and what rules make of it.
type message struct {
	ID     int32  `json:"id"`
	Key    string `json:"k"`
	Seq    int32  `json:"seq"` // of the messages of its key
	Double int32  `json:"double"`
}

func keyOf(id int32) int32 { return id % keys }

func poison(id int32) bool { return id%poisonEvery == poisonEvery-1 }

// rules are what workers do to each message.
const rules = "double := id * 2\n"

func value(id int32) string {
	if poison(id) {
		return fmt.Sprintf("poison %d", id)
	}
	return fmt.Sprintf(`{"id":%d,"k":"key-%d","seq":%d,"text":"a message that is as long as messages are, more or less, with some words in it that nobody reads"}`, id, keyOf(id), id/keys)
}

// parse returns the number of a message that came, and reports whether that is all right.
func parse(r *kgo.Record) (id int32, ok bool) {
	if n, err := fmt.Sscanf(string(r.Value), "poison %d", &id); n == 1 && err == nil {
		return id, poison(id) && string(r.Key) == fmt.Sprintf("key-%d", keyOf(id))
	}
	var m message
	if json.Unmarshal(r.Value, &m) != nil {
		return 0, false
	}
	return m.ID, !poison(m.ID) && m.Double == 2*m.ID && m.Seq == m.ID/keys && m.Key == string(r.Key) && m.Key == fmt.Sprintf("key-%d", keyOf(m.ID))
}

func connect(t testing.TB, address string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(address), kgo.MetadataMinAge(250 * time.Millisecond), kgo.FetchMaxWait(500 * time.Millisecond)}, options...)...)
	require.NoError(t, err)
	t.Cleanup(c.CloseAllowingRebalance)
	return c
}

// createTopics makes topics in which messages have the time at which they are appended.
func createTopics(t testing.TB, address string, names ...string) {
	t.Helper()
	kind := "LogAppendTime"
	created, err := kadm.NewClient(connect(t, address)).CreateTopics(t.Context(), partitions, 1, map[string]*string{"message.timestamp.type": &kind}, names...)
	require.NoError(t, err)
	require.NoError(t, created.Error())
}

// recordOf returns a message as it is written.
func recordOf(id int32) *kgo.Record {
	return &kgo.Record{Key: fmt.Appendf(nil, "key-%d", keyOf(id)), Value: []byte(value(id))}
}

// produce writes n messages, evenly over a time.
func produce(ctx context.Context, client *kgo.Client, topic string, n int, over time.Duration, recordOf func(id int32) *kgo.Record) error {
	const step = 20 * time.Millisecond
	tick := time.NewTicker(step)
	defer tick.Stop()
	begin, failed := time.Now(), kgo.FirstErrPromise{}
	for sent := 0; sent < n; {
		due := min(n, int(float64(n)*min(1, float64(time.Since(begin)+step)/float64(over)))+1)
		for ; sent < due; sent++ {
			record := recordOf(int32(sent))
			record.Topic = topic
			client.Produce(ctx, record, failed.Promise())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := client.Flush(ctx); err != nil {
		return err
	}
	return failed.Err()
}

// reading is a topic that is read while it grows.
type reading struct {
	topic    string
	client   *kgo.Client
	distinct atomic.Int64 // messages that came, each counted once
	end      context.CancelFunc
	done     sync.WaitGroup

	mu      sync.Mutex
	came    []occurrence
	strange []string // the first messages that are not right
	next    [partitions]int64
	ended   map[transaction]bool // whether it was committed
}

// transaction is what a broker knows of one: each has another epoch, but for those of
// version 1, of which all of a producer are counted as one.
type transaction struct {
	producer int64
	epoch    int16
}

// read begins to read what is committed of a topic with n messages.
func read(t testing.TB, address, topic string, n int) *reading {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &reading{topic: topic, end: cancel, ended: map[transaction]bool{}}
	r.client = connect(t, address, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	seen := make([]bool, n)
	r.done.Go(func() {
		for ctx.Err() == nil {
			fetches := r.client.PollFetches(ctx)
			r.mu.Lock()
			fetches.EachRecord(func(record *kgo.Record) { r.take(record, seen) })
			r.mu.Unlock()
		}
	})
	t.Cleanup(r.stop)
	return r
}

func (r *reading) take(record *kgo.Record, seen []bool) {
	r.next[record.Partition] = record.Offset + 1
	if record.Attrs.IsControl() {
		// The key is a version and then 0 for an abort, 1 for a commit.
		r.ended[transaction{record.ProducerID, record.ProducerEpoch}] = record.Key[3] == 1
		return
	}
	id, ok := parse(record)
	if !ok || id < 0 || int(id) >= len(seen) {
		if len(r.strange) < 10 {
			r.strange = append(r.strange, fmt.Sprintf("%s: %s", record.Key, record.Value))
		}
		return
	}
	if !seen[id] {
		seen[id] = true
		r.distinct.Add(1)
	}
	r.came = append(r.came, occurrence{id, record.Partition, record.Timestamp})
}

func (r *reading) stop() {
	r.end()
	r.done.Wait()
}

// finish waits until no transaction is open and all is read, and returns what came.
func (r *reading) finish(t testing.TB) []occurrence {
	t.Helper()
	admin := kadm.NewClient(r.client)
	require.Eventually(t, func() bool {
		committed, err1 := admin.ListCommittedOffsets(t.Context(), r.topic)
		ends, err2 := admin.ListEndOffsets(t.Context(), r.topic)
		if err1 != nil || err2 != nil {
			return false
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		all := true
		ends.Each(func(o kadm.ListedOffset) {
			c, ok := committed.Lookup(r.topic, o.Partition)
			all = all && ok && o.Err == nil && c.Offset == o.Offset && r.next[o.Partition] >= o.Offset
		})
		return all
	}, time.Minute, 100*time.Millisecond, "the end of topic %s cannot be read", r.topic)
	r.stop()
	require.Empty(t, r.strange, "messages of topic %s that are not right", r.topic)
	return r.came
}

// transactions returns how many were committed and aborted.
func (r *reading) transactions() (committed, aborted int) {
	for _, c := range r.ended {
		if c {
			committed++
		} else {
			aborted++
		}
	}
	return
}
