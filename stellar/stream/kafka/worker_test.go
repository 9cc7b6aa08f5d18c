package kafka

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/stream"
)

// deadline is how long tests wait for what must come.
const deadline = time.Minute

func setOf(t testing.TB, source string, policy rules.ErrorPolicy) *rules.Set {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	set, _, err := rules.Compile(context.Background(), env, script.Parse("r.stellar", []byte(source)))
	require.NoError(t, err)
	set, err = set.With(rules.Options{OnError: policy})
	require.NoError(t, err)
	return set
}

// cluster starts brokers with topics in, out and errors, and others.
func cluster(t testing.TB, options ...kfake.Opt) *kfake.Cluster {
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(2), kfake.SeedTopics(6, "in"), kfake.SeedTopics(6, "out"), kfake.SeedTopics(1, "errors")}, options...)...)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func client(t testing.TB, c *kfake.Cluster, options ...kgo.Opt) *kgo.Client {
	k, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(c.ListenAddrs()...), kgo.RecordPartitioner(newPartitioner())}, options...)...)
	require.NoError(t, err)
	t.Cleanup(k.Close)
	return k
}

// produce writes records, whose partitions are given, or byKey.
func produce(t testing.TB, c *kfake.Cluster, records ...*kgo.Record) {
	require.NoError(t, client(t, c).ProduceSync(context.Background(), records...).FirstErr())
}

// read returns n records of a topic that are committed, in the order of each partition.
func read(t testing.TB, c *kfake.Cluster, topic string, n int) []*kgo.Record {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	k := client(t, c, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.FetchMaxWait(100*time.Millisecond))
	var all []*kgo.Record
	for len(all) < n {
		fetches := k.PollFetches(ctx)
		require.NoError(t, ctx.Err(), "%d of %d records of %s came", len(all), n, topic)
		all = append(all, fetches.Records()...)
	}
	return all
}

// readAll returns the records of a topic that are committed now.
func readAll(t testing.TB, c *kfake.Cluster, topic string) (all []*kgo.Record) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	k := client(t, c, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	ends, err := kadm.NewClient(k).ListCommittedOffsets(ctx, topic)
	require.NoError(t, err)
	left := 0
	ends.Each(func(end kadm.ListedOffset) {
		if end.Offset > 0 {
			left++
		}
	})
	for left > 0 {
		fetches := k.PollFetches(ctx)
		require.NoError(t, ctx.Err(), "%d partitions of %s are left", left, topic)
		fetches.EachRecord(func(r *kgo.Record) {
			if end, _ := ends.Lookup(topic, r.Partition); r.Offset+1 == end.Offset {
				left--
			}
			if !r.Attrs.IsControl() {
				all = append(all, r)
			}
		})
	}
	return all
}

// options returns those of a worker from in to out and errors.
func options(t testing.TB, c *kfake.Cluster, source string) Options {
	return Options{
		Stream:     stream.Options{Set: setOf(t, source, rules.Report)},
		Source:     Source{Brokers: c.ListenAddrs(), Topics: []string{"in"}, Group: "g", Commit: 50 * time.Millisecond},
		Target:     &Target{Brokers: c.ListenAddrs(), Topic: "out"},
		Errors:     &Target{Brokers: c.ListenAddrs(), Topic: "errors"},
		Worker:     "w1",
		Connection: Connection{Note: func(text string) { t.Log(text) }},
	}
}

// start runs a worker, until stop is called or the test ends. Stop returns what Run did.
func start(t testing.TB, o Options) (w *Worker, stop func() (stream.Counters, error)) {
	w, err := New(o)
	require.NoError(t, err)
	return w, run(t, w)
}

// run has a worker run, as start does.
func run(t testing.TB, w *Worker) (stop func() (stream.Counters, error)) {
	ctx, cancel := context.WithCancel(context.Background())
	var (
		counters stream.Counters
		failed   error
		running  sync.WaitGroup
	)
	running.Go(func() { counters, failed = w.Run(ctx) })
	stop = func() (stream.Counters, error) {
		cancel()
		running.Wait()
		return counters, failed
	}
	t.Cleanup(func() { _, _ = stop() })
	return stop
}

func committed(w *Worker) (total int64) {
	for _, p := range w.Stats().Partitions {
		total += max(p.Committed, 0)
	}
	return total
}

func header(r *kgo.Record, name string) string {
	for _, h := range r.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// TestWorker: records go to the partition, and keep the key, headers and time, that they
// had; what is held back goes to another topic with the reason.
func TestWorker(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		for _, parallel := range []int{1, 16} {
			t.Run(fmt.Sprintf("exactly once %v, parallel %d", exactlyOnce, parallel), func(t *testing.T) {
				t.Parallel()
				c := cluster(t)
				const n = 3000
				at := time.UnixMilli(1_700_000_000_123)
				var records []*kgo.Record
				for i := range n {
					r := &kgo.Record{Topic: "in", Partition: int32(i % 6), Timestamp: at.Add(time.Duration(i) * time.Millisecond),
						Value: fmt.Appendf(nil, `{"n":%d}`, i), Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte("x")}, {Key: "trace"}}}
					if i%3 > 0 {
						r.Key = fmt.Appendf(nil, "k%d", i%7)
					}
					switch {
					case i%100 == 7:
						r.Value = nil
					case i%100 == 8:
						r.Value = []byte("no message")
					case i%100 == 9:
						r.Value = []byte(`{"n":"x"}`)
					}
					records = append(records, r)
				}
				produce(t, c, records...)
				o := options(t, c, "m := n + 1")
				o.ExactlyOnce, o.Stream.Parallel = exactlyOnce, parallel
				w, stop := start(t, o)
				require.Eventually(t, func() bool { return committed(w) == n }, deadline, 10*time.Millisecond)
				counters, err := stop()
				require.ErrorIs(t, err, stream.ErrInterrupted)
				require.Equal(t, stream.Counters{Read: n, Failed: n / 50, Passed: n - n/50, Written: n - n/50}, counters)

				next := map[int32]int64{}
				for _, r := range read(t, c, "out", n-n/50) {
					i := int(r.Timestamp.UnixMilli() - at.UnixMilli())
					from := records[i]
					require.Equal(t, from.Partition, r.Partition)
					require.Equal(t, from.Key, r.Key)
					require.Equal(t, from.Headers, r.Headers)
					require.GreaterOrEqual(t, int64(i), next[r.Partition])
					next[r.Partition] = int64(i)
					if from.Value == nil {
						require.Nil(t, r.Value)
						continue
					}
					require.Equal(t, fmt.Sprintf(`{"n":%d,"m":%d}`, i, i+1), string(r.Value))
				}
				for _, r := range read(t, c, "errors", n/50) {
					i := int(r.Timestamp.UnixMilli() - at.UnixMilli())
					from := records[i]
					require.Equal(t, from.Value, r.Value)
					require.Equal(t, from.Key, r.Key)
					require.Equal(t, "x", header(r, "trace"))
					require.Equal(t, "in", header(r, HeaderTopic))
					require.Equal(t, fmt.Sprint(from.Partition), header(r, HeaderPartition))
					require.Equal(t, fmt.Sprint(from.Offset), header(r, HeaderOffset))
					if i%100 == 8 {
						require.Equal(t, "message", header(r, HeaderKind))
						require.Contains(t, header(r, HeaderError), "this is no JSON")
					} else {
						require.Equal(t, "type", header(r, HeaderKind))
						require.Equal(t, "r.stellar:1", header(r, HeaderRule))
						require.Contains(t, header(r, HeaderErrors), `"message":"+ takes numbers, and 'x' is a string"`)
					}
				}
			})
		}
	}
}

// TestToWriter: results go to a writer, and are there before their offsets are committed.
func TestToWriter(t *testing.T) {
	c := cluster(t)
	produce(t, c, &kgo.Record{Topic: "in", Value: []byte(`{"n":1}`)}, &kgo.Record{Topic: "in", Value: []byte(`x`)}, &kgo.Record{Topic: "in"})
	var out, letters bytes.Buffer
	o := options(t, c, "m := n + 1")
	o.Target, o.Errors, o.Stream.Output, o.Stream.DeadLetters = nil, nil, &out, &letters
	w, stop := start(t, o)
	require.Eventually(t, func() bool { return committed(w) == 3 }, deadline, 10*time.Millisecond)
	_, err := stop()
	require.ErrorIs(t, err, stream.ErrInterrupted)
	require.Equal(t, "{\"n\":1,\"m\":2}\n", out.String())
	require.True(t, strings.HasPrefix(letters.String(), `{"source":"in/0","offset":1,"errors":[`), letters.String())
}
