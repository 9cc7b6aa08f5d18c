package kafka

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/stream"
)

// produceBatch writes records to partition 0 of in, which are of one batch.
func produceBatch(t *testing.T, c *kfake.Cluster, values ...[]byte) {
	produceAs(t, c, kgo.ZstdCompression(), values...)
}

func produceAs(t *testing.T, c *kfake.Cluster, codec kgo.CompressionCodec, values ...[]byte) {
	k := client(t, c, kgo.ProducerBatchCompression(codec), kgo.ProducerBatchMaxBytes(99<<20), kgo.ManualFlushing())
	var failed error
	for _, value := range values {
		k.Produce(context.Background(), &kgo.Record{Topic: "in", Value: value}, func(_ *kgo.Record, err error) { failed = errors.Join(failed, err) })
	}
	require.NoError(t, k.Flush(context.Background()))
	require.NoError(t, failed)
}

// bomb returns a message that is longer than batches may be, and can be compressed well.
func bomb() []byte { return append([]byte(`{"n":1}`), bytes.Repeat([]byte{' '}, maxInflated)...) }

// TestBatchTooLarge: a batch that takes too much is passed over, unless a failure is to stop
// the worker: then it says how to pass it over. All else comes, and a worker that begins
// later does not meet the batch again.
func TestBatchTooLarge(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t)
			produce(t, c, values(`{"n":0}`)...)
			produceBatch(t, c, bomb(), []byte(`{"n":2}`))
			produce(t, c, values(`{"n":3}`)...)
			produceBatch(t, c, []byte(`{"n":4}`), bomb())

			o := options(t, c, "m := n + 1")
			o.ExactlyOnce = exactlyOnce
			o.Stream.Set = setOf(t, "m := n + 1", rules.Fail)
			_, err := ends(t, o)
			require.ErrorContains(t, err, "in/0@1: the records up to 2 cannot be read: their batch is damaged, or takes more than 64 MiB or a million records when it is inflated; what passes them over is --on-error report, or")
			require.ErrorContains(t, err, "--group g --topic in:0 --reset-offsets --to-offset 3 --execute")
			require.EqualValues(t, 1, offset(t, c))

			o.Stream.Set = setOf(t, "m := n + 1", rules.Report)
			var told []string
			o.Stream.Failed = func(at stream.Place, err error) { told = append(told, at.String()+": "+err.Error()) }
			w, stop := start(t, o)
			require.Eventually(t, func() bool { return committed(w) == 6 }, deadline, 10*time.Millisecond)
			s := w.Stats()
			require.EqualValues(t, 2, s.Unreadable)
			require.Equal(t, stream.Counters{Read: 5, Failed: 4, Passed: 1, Written: 1}, s.Counters)
			_, err = stop()
			require.ErrorIs(t, err, stream.ErrInterrupted)
			why := " cannot be read: their batch is damaged, or takes more than 64 MiB or a million records when it is inflated; they are passed over"
			require.Equal(t, []string{"in/0@1: the records up to 2" + why, "in/0@4: the records up to 5" + why}, told)
			require.Equal(t, []string{`{"n":0,"m":1}`, `{"n":3,"m":4}`}, texts(readAll(t, c, "out")))

			told = nil
			produce(t, c, values(`{"n":6}`)...)
			w, stop = start(t, o)
			require.Eventually(t, func() bool { return committed(w) == 7 }, deadline, 10*time.Millisecond)
			_, _ = stop()
			require.Empty(t, told)
		})
	}
}

// TestManyRecords: a batch of very many small records takes more than their bytes.
func TestManyRecords(t *testing.T) {
	i, err := newInflater()
	require.NoError(t, err)
	compressor, err := kgo.DefaultCompressor(kgo.ZstdCompression())
	require.NoError(t, err)
	for n, want := range map[int]error{maxRecords: nil, maxRecords + 1: kgo.ErrMaxDecompress} {
		record := append(binary.AppendVarint(nil, 6), 0, 0, 0, 1, 1, 0)
		text, codec := compressor.Compress(new(bytes.Buffer), bytes.Repeat(record, n))
		i.OnBrokerRead(kgo.BrokerMetadata{}, fetchKey, 0, 0, 0, nil)
		_, err := i.Decompress(text, codec)
		require.ErrorIs(t, err, want)
	}
}

// TestManyLargeBatches: an answer with batches that take very much together is read bit by
// bit, and nothing is lost.
func TestManyLargeBatches(t *testing.T) {
	t.Parallel()
	c := cluster(t, kfake.NumBrokers(1))
	const n, size = 30, 8 << 20
	text := strings.Repeat(" ", size)
	for i := range n {
		produceBatch(t, c, fmt.Appendf(nil, `{"n":%d}%s`, i, text))
	}
	var out bytes.Buffer
	o := options(t, c, "m := n + 1")
	o.Target, o.Errors, o.Stream.Output = nil, nil, &out
	w, stop := start(t, o)
	most := int64(0)
	require.Eventually(t, func() bool {
		w.loop.clientsMu.Lock()
		if w.loop.client != nil {
			most = max(most, w.loop.client.BufferedFetchBytes())
		}
		w.loop.clientsMu.Unlock()
		return committed(w) == n
	}, deadline, time.Millisecond)
	_, _ = stop()
	require.Greater(t, most, int64(0))
	require.LessOrEqual(t, most, int64(maxAnswer+size))
	require.Equal(t, n, strings.Count(out.String(), "\n"))
}

// spoiler has what brokers send spoiled on the way.
type spoiler struct{ net.Listener }

func (s spoiler) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	return spoiled{c}, err
}

type spoiled struct{ net.Conn }

func (s spoiled) Write(text []byte) (int, error) {
	return s.Conn.Write(bytes.ReplaceAll(text, []byte("whole"), []byte("spoil")))
}

var spoiling = kfake.ListenFn(func(network, address string) (net.Listener, error) {
	listener, err := net.Listen(network, address)
	return spoiler{listener}, err
})

// TestDamagedBatch: a batch whose checksum is wrong each time is passed over too, however
// large it is, and with it no record of others.
func TestDamagedBatch(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t, spoiling)
			whole := make([][]byte, 50)
			for i := range whole {
				whole[i] = []byte(`{"n":"whole"}` + strings.Repeat(" ", 10_000))
			}
			plain := func(values ...[]byte) { produceAs(t, c, kgo.NoCompression(), values...) }
			plain(whole...)
			plain([]byte(`{"n":50}`), []byte(`{"n":51}`))
			plain(whole[:2]...)
			plain(whole[:1]...)
			plain([]byte(`{"n":55}`))
			plain(whole[:1]...)
			o := options(t, c, "m := n + 1")
			o.ExactlyOnce, o.Source.UntilEnd = exactlyOnce, true
			var told []string
			o.Stream.Failed = func(at stream.Place, err error) { told = append(told, at.String()+": "+err.Error()) }
			counters, err := ends(t, o)
			require.NoError(t, err)
			require.Equal(t, stream.Counters{Read: 57, Failed: 54, Passed: 3, Written: 3}, counters)
			require.Equal(t, []string{`{"n":50,"m":51}`, `{"n":51,"m":52}`, `{"n":55,"m":56}`}, texts(readAll(t, c, "out")))
			require.Len(t, told, 4)
			require.Regexp(t, `^in/0@0: the records up to 49 cannot be read: their batch is damaged: encoded crc [-0-9a-f]+ does not match calculated crc [-0-9a-f]+; they are passed over$`, told[0])
			require.EqualValues(t, 57, offset(t, c))
		})
	}
}

// TestDamagedAgain: a batch that is read again, as what came after it could not be written, is
// told of once.
func TestDamagedAgain(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t, spoiling)
			c.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
				c.KeepControl()
				return refuse(request.(*kmsg.ProduceRequest), `"x","m":2`)
			})
			produceAs(t, c, kgo.NoCompression(), []byte(`{"n":"whole"}`))
			produce(t, c, values(`{"n":1,"long":"x"}`, `{"n":2}`)...)
			o := options(t, c, "m := n + 1")
			o.ExactlyOnce, o.Source.UntilEnd, o.Source.Commit = exactlyOnce, true, 3*endTurn // for all that there is
			told := 0
			o.Stream.Failed = func(stream.Place, error) { told++ }
			w, err := New(o)
			require.NoError(t, err)
			_, err = w.Run(t.Context())
			require.NoError(t, err)
			require.Equal(t, 1, told)
			require.EqualValues(t, 1, w.Stats().Unreadable)
			require.Equal(t, []string{`{"n":2,"m":3}`}, distinct(texts(readAll(t, c, "out"))))
			require.Equal(t, []string{`{"n":1,"long":"x"}`}, distinct(texts(readAll(t, c, "errors"))))
		})
	}
}
