//go:build unix

package torture

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

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

// TestOddRecords: no record of a topic that takes more than the others ends a worker: what
// the target does not take goes to the topic of errors, as far as that takes it.
func TestOddRecords(t *testing.T) {
	t.Parallel()
	b := kafkatest.Start(t, kafkatest.Options{})
	setting := func(text string) *string { return &text }
	client := connect(t, b.Address(), kgo.ProducerBatchMaxBytes(3<<20), kgo.ProducerBatchCompression(kgo.NoCompression()))
	admin := kadm.NewClient(client)
	_, err := admin.CreateTopic(t.Context(), 1, 1, map[string]*string{
		"max.message.bytes": setting("4000000"), "message.timestamp.after.max.ms": setting("9223372036854775807"),
	}, "in")
	require.NoError(t, err)
	later, large := time.Now().Add(365*24*time.Hour), strings.Repeat("x", 1_500_000)
	many := make([]kgo.RecordHeader, 10_000)
	for i := range many {
		many[i] = kgo.RecordHeader{Key: fmt.Sprint("h", i)}
	}
	ofSize := []kgo.RecordHeader{{Key: "trace", Value: []byte(large)}}
	good, bad := []byte(`{"id":1}`), []byte(`{"id":"x"}`)
	passing := []*kgo.Record{
		{Value: good, Headers: many}, {}, {Value: good, Timestamp: time.UnixMilli(1)}, {Value: good, Key: []byte{}},
	}
	refused := []*kgo.Record{
		{Value: good, Timestamp: later}, {Value: bad, Timestamp: later}, {Value: bad, Headers: ofSize}, {Value: good, Headers: ofSize},
		{Value: good, Key: []byte(large)}, {Value: bad, Key: []byte(large), Headers: ofSize, Timestamp: later}, {Value: []byte(large)},
		{Value: bad, Headers: many},
	}
	for _, r := range append(append(append([]*kgo.Record{}, passing...), refused...), &kgo.Record{Value: []byte(`{"id":2}`)}) {
		r.Topic = "in"
		require.NoError(t, client.ProduceSync(t.Context(), r).FirstErr())
	}
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			to, errs := fmt.Sprint("out-", exactlyOnce), fmt.Sprint("errors-", exactlyOnce)
			_, err := admin.CreateTopics(t.Context(), 1, 1, nil, to, errs)
			require.NoError(t, err)
			env, err := stellar.NewEnv(stellar.Options{})
			require.NoError(t, err)
			set, _, err := ruleset.Compile(t.Context(), env, script.Parse("r.stellar", []byte(rules)))
			require.NoError(t, err)
			brokers := []string{b.Address()}
			w, err := kafka.New(kafka.Options{
				Stream:      stream.Options{Set: set},
				Source:      kafka.Source{Brokers: brokers, Topics: []string{"in"}, Group: to},
				Target:      &kafka.Target{Brokers: brokers, Topic: to},
				Errors:      &kafka.Target{Brokers: brokers, Topic: errs},
				ExactlyOnce: exactlyOnce, Worker: "w",
				Connection: kafka.Connection{Note: func(text string) { t.Log(text) }},
			})
			require.NoError(t, err)
			ctx, end := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				_, err := w.Run(ctx)
				ended <- err
			}()
			all := len(passing) + len(refused) + 1
			require.Eventually(t, func() bool {
				select {
				case err := <-ended:
					ended <- err
					return true
				default:
				}
				now := w.Stats().Partitions
				return len(now) == 1 && now[0].Committed >= int64(all)
			}, time.Minute, 10*time.Millisecond)
			end()
			require.ErrorIs(t, <-ended, stream.ErrInterrupted)
			require.Equal(t, len(passing)+1, different(t, b.Address(), to))
			require.Equal(t, len(refused), different(t, b.Address(), errs))
		})
	}
}

// different returns how many different records a topic of one partition has: those of errors
// by the offsets that they had.
func different(t *testing.T, address, topic string) int {
	reader := connect(t, address, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())
	ends, err := kadm.NewClient(reader).ListCommittedOffsets(t.Context(), topic)
	require.NoError(t, err)
	end, _ := ends.Lookup(topic, 0)
	found := map[string]bool{}
	for next := int64(0); next < end.Offset; {
		fetches := reader.PollFetches(t.Context())
		require.NoError(t, fetches.Err0())
		fetches.EachRecord(func(r *kgo.Record) {
			next = r.Offset + 1
			if r.Attrs.IsControl() {
				return
			}
			text := fmt.Sprint(string(r.Value), len(r.Headers), len(r.Key), r.Key == nil)
			if strings.HasPrefix(topic, "errors") {
				for _, h := range r.Headers {
					if h.Key == kafka.HeaderOffset {
						text = string(h.Value)
					}
				}
			} else if r.Timestamp.UnixMilli() == 1 {
				text += " old"
			}
			found[text] = true
		})
	}
	return len(found)
}
