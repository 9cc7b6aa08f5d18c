// Loop copies the records of a topic to another one with franz-go and nothing else, or
// takes them through the steps of package enrich in Bloblang on the way. It offers what
// stellar run does in the same way: reads in a group, writes, and commits twice a second
// what was written. It ends after SIGTERM.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/examples/peerbench/enrich/mapping"
)

func main() {
	broker := flag.String("broker", "", "HOST:PORT")
	from := flag.String("from", "", "the topic to read")
	to := flag.String("to", "", "the topic to write")
	enrich := flag.Bool("bloblang", false, "take messages through the steps")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, *broker, *from, *to, *enrich); err != nil {
		log.SetFlags(0)
		log.Print(err)
		os.Exit(1)
	}
}

const commitEvery = 500 * time.Millisecond

func run(ctx context.Context, broker, from, to string, enrich bool) error {
	apply := func(value []byte) ([]byte, error) { return value, nil }
	if enrich {
		steps, err := mapping.New()
		if err != nil {
			return err
		}
		apply = func(value []byte) ([]byte, error) {
			var message map[string]any
			if err := json.Unmarshal(value, &message); err != nil {
				return nil, err
			}
			result, err := steps(message)
			if err != nil {
				return nil, err
			}
			return json.Marshal(result)
		}
	}
	// The bounds are those of stellar run.
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.DisableClientMetrics(), kgo.DefaultProduceTopic(to),
		kgo.ConsumeTopics(from), kgo.ConsumerGroup(to), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.FetchMaxBytes(8<<20), kgo.FetchMaxPartitionBytes(1<<20), kgo.FetchMaxWait(500*time.Millisecond),
		kgo.MaxBufferedRecords(20_000), kgo.MaxBufferedBytes(64<<20))
	if err != nil {
		return err
	}
	defer client.CloseAllowingRebalance()
	lasting := context.WithoutCancel(ctx)
	begin := time.Now()
	var failed atomic.Pointer[error]
	promise := func(_ *kgo.Record, err error) {
		if err != nil {
			failed.CompareAndSwap(nil, &err)
		}
	}
	commit := func() error {
		if err := client.Flush(lasting); err != nil {
			return err
		}
		if err := failed.Load(); err != nil {
			return *err
		}
		return client.CommitUncommittedOffsets(lasting)
	}
	for ctx.Err() == nil {
		waiting, cancel := context.WithTimeout(ctx, commitEvery)
		records := client.PollRecords(waiting, 5000).Records()
		cancel()
		for _, r := range records {
			value, err := apply(r.Value)
			if err != nil {
				return err
			}
			client.Produce(lasting, &kgo.Record{Key: r.Key, Value: value, Headers: r.Headers, Timestamp: r.Timestamp}, promise)
		}
		if time.Since(begin) >= commitEvery {
			if err := commit(); err != nil {
				return err
			}
			client.AllowRebalance()
			begin = time.Now()
		}
	}
	return commit()
}
