package kafka

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream"
)

// transact writes messages to partitions of in, in one transaction, which end has ended.
func transact(t *testing.T, c *kfake.Cluster, id string, records ...*kgo.Record) (end func(commit kgo.TransactionEndTry)) {
	k := client(t, c, kgo.TransactionalID(id))
	require.NoError(t, k.BeginTransaction())
	require.NoError(t, k.ProduceSync(t.Context(), records...).FirstErr())
	return func(commit kgo.TransactionEndTry) { require.NoError(t, k.EndTransaction(t.Context(), commit)) }
}

// in returns records of a partition of in.
func in(partition int32, texts ...string) (records []*kgo.Record) {
	for _, text := range texts {
		records = append(records, &kgo.Record{Topic: "in", Partition: partition, Value: []byte(text)})
	}
	return records
}

// TestUntilEnd: a worker ends when all is written that was there when it began, also if
// that ends in marks of transactions, in what was aborted, or in what cannot be read. One that
// begins then has nothing to do.
func TestUntilEnd(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t)
			produce(t, c, in(0, `{"n":0}`, `{"n":1}`)...)
			transact(t, c, "a", append(in(1, `{"n":2}`), in(2, `{"n":3}`)...)...)(kgo.TryCommit)
			transact(t, c, "b", append(in(1, `{"n":4}`), in(3, `{"n":5}`, `{"n":6}`)...)...)(kgo.TryAbort)
			transact(t, c, "c", in(1, `{"n":7}`)...)(kgo.TryAbort)
			produceBatch(t, c, bomb())
			commitLate := transact(t, c, "d", in(4, `{"n":8}`)...)
			o := options(t, c, "m := n + 1")
			o.ExactlyOnce, o.Source.UntilEnd = exactlyOnce, true
			w, err := New(o)
			require.NoError(t, err)
			ended := make(chan error, 1)
			go func() {
				_, err := w.Run(t.Context())
				ended <- err
			}()
			require.Eventually(t, func() bool { return committed(w) == 5 }, deadline, 10*time.Millisecond) // 3 of partition 0
			select {
			case err := <-ended:
				require.Fail(t, "the worker has ended while a transaction was open", "%v", err)
			default:
			}
			commitLate(kgo.TryCommit)
			require.NoError(t, <-ended)
			require.ElementsMatch(t, []string{`{"n":0,"m":1}`, `{"n":1,"m":2}`, `{"n":2,"m":3}`, `{"n":3,"m":4}`, `{"n":8,"m":9}`}, texts(readAll(t, c, "out")))

			counters, err := ends(t, o)
			require.NoError(t, err)
			require.Equal(t, stream.Counters{}, counters)
		})
	}
}

// TestUntilEndOfGroup: workers of a group end each when their partitions are read; what one
// leaves that is stopped is read by others. One that has no partitions ends with the others.
func TestUntilEndOfGroup(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	const n, workers = 6000, 7
	var records []*kgo.Record
	for i := range n {
		records = append(records, in(int32(i%6), fmt.Sprintf(`{"n":%d}`, i))...)
	}
	produce(t, c, records...)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	errs := make(chan error, workers)
	for i := range workers {
		o := options(t, c, "m := n + 1")
		o.Worker, o.Source.UntilEnd = fmt.Sprint("w", i), true
		w, err := New(o)
		require.NoError(t, err)
		running := t.Context()
		if i == 0 {
			running = ctx
		}
		go func() {
			_, err := w.Run(running)
			errs <- err
		}()
		if i == 0 {
			require.Eventually(t, func() bool { return w.Stats().Read > 0 }, deadline, time.Millisecond)
		}
	}
	stop()
	interrupted := 0
	for range workers {
		select {
		case err := <-errs:
			if err != nil {
				require.ErrorIs(t, err, stream.ErrInterrupted)
				interrupted++
			}
		case <-time.After(deadline):
			require.Fail(t, "a worker has not ended")
		}
	}
	require.LessOrEqual(t, interrupted, 1)
	require.Len(t, distinct(texts(readAll(t, c, "out"))), n)
}

// TestUntilEndEmpty: a worker of topics in which nothing is, or nothing is left, ends.
func TestUntilEndEmpty(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	o := options(t, c, "m := n + 1")
	o.Source.UntilEnd = true
	_, err := ends(t, o)
	require.NoError(t, err)
	produce(t, c, in(0, `{"n":0}`)...)
	o.Source.Latest, o.Source.Group = true, "new"
	counters, err := ends(t, o)
	require.NoError(t, err)
	require.Zero(t, counters)
}
