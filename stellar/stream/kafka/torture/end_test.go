//go:build unix

package torture

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar"
	ruleset "github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
	"github.com/stellarlang/stellar/stellar/stream/kafka/kafkatest"
)

// TestUntilEnd: a worker that is to read what is there ends, also where that ends in what a
// transaction has left, and after a batch that cannot be read.
func TestUntilEnd(t *testing.T) {
	b := kafkatest.Start(t, kafkatest.Options{})
	client := connect(t, b.Address(), kgo.TransactionalID("t"), kgo.ProducerBatchMaxBytes(80<<20),
		kgo.ProducerBatchCompression(kgo.ZstdCompression()), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	admin := kadm.NewClient(client)
	_, err := admin.CreateTopics(t.Context(), 3, 1, nil, "in")
	require.NoError(t, err)
	transact := func(end kgo.TransactionEndTry, value []byte, partitions ...int32) {
		require.NoError(t, client.BeginTransaction())
		for _, p := range partitions {
			require.NoError(t, client.ProduceSync(t.Context(), &kgo.Record{Topic: "in", Partition: p, Value: value}).FirstErr())
		}
		require.NoError(t, client.EndTransaction(t.Context(), end))
	}
	transact(kgo.TryCommit, []byte(`{"id":1}`), 0, 1)
	transact(kgo.TryCommit, make([]byte, 65<<20), 0)
	transact(kgo.TryCommit, []byte(`{"id":2}`), 0)
	transact(kgo.TryAbort, []byte(`{"id":3}`), 1, 2)
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			to := fmt.Sprint("out-", exactlyOnce)
			_, err := admin.CreateTopics(t.Context(), 1, 1, nil, to)
			require.NoError(t, err)
			env, err := stellar.NewEnv(stellar.Options{})
			require.NoError(t, err)
			set, _, err := ruleset.Compile(t.Context(), env, script.Parse("r.stellar", []byte(rules)))
			require.NoError(t, err)
			brokers := []string{b.Address()}
			run := func() (stream.Counters, error) {
				w, err := kafka.New(kafka.Options{
					Stream:      stream.Options{Set: set},
					Source:      kafka.Source{Brokers: brokers, Topics: []string{"in"}, Group: to, UntilEnd: true},
					Target:      &kafka.Target{Brokers: brokers, Topic: to},
					ExactlyOnce: exactlyOnce, Worker: "w",
					Connection: kafka.Connection{Note: func(text string) { t.Log(text) }},
				})
				require.NoError(t, err)
				return w.Run(t.Context())
			}
			counters, err := run()
			require.NoError(t, err)
			require.Equal(t, stream.Counters{Read: 4, Failed: 1, Passed: 3, Written: 3}, counters)
			counters, err = run()
			require.NoError(t, err)
			require.Zero(t, counters)
		})
	}
}
