package kafka

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/value"
)

// TestChurn: while workers come and go, and leaders of partitions change, nothing is lost;
// exactly once, nothing comes twice or out of its order either. At least once, what comes
// first is in order.
func TestChurn(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t)
			const n, rounds = 36_000, 12
			produced := 0
			more := func(count int) {
				var records []*kgo.Record
				for range count {
					records = append(records, &kgo.Record{
						Topic: "in", Partition: int32(produced % 6), Key: []byte(strconv.Itoa(produced % 6)), Value: fmt.Appendf(nil, `{"n":%d}`, produced/6),
					})
					produced++
				}
				produce(t, c, records...)
			}
			o := options(t, c, "m := n + 1")
			o.ExactlyOnce, o.Source.Session = exactlyOnce, 6*time.Second
			o.Worker = "steady"
			_, _ = start(t, o)
			for round := range rounds {
				o.Worker = fmt.Sprint("w", round%3)
				w, stop := start(t, o)
				more(n / rounds / 2)
				require.Eventually(t, func() bool { return len(w.Stats().Partitions) > 0 }, deadline, time.Millisecond)
				if !exactlyOnce { // kfake takes an epoch of leaders without records for lost ones, so that records are read again
					c.ShufflePartitionLeaders()
				}
				more(n / rounds / 2)
				_, _ = stop()
			}
			admin := kadm.NewClient(client(t, c))
			require.Eventually(t, func() bool {
				all, err := admin.FetchOffsets(context.Background(), "g")
				total := int64(0)
				all.Each(func(at kadm.OffsetResponse) { total += at.At })
				return err == nil && total == n
			}, deadline, 50*time.Millisecond)
			next := map[string]int64{}
			for _, r := range readAll(t, c, "out") {
				v, err := value.ParseJSON(r.Value)
				require.NoError(t, err)
				i, _ := v.Map().Get(value.String("n"))
				number, _ := value.ToLong(i)
				key := string(r.Key)
				switch {
				case number == next[key]:
					next[key]++
				case exactlyOnce || number > next[key]:
					require.Fail(t, "lost, doubled or out of order", "%d of %s, where %d comes", number, key, next[key])
				}
			}
			for key, count := range next {
				require.EqualValues(t, n/6, count, key)
			}
		})
	}
}
