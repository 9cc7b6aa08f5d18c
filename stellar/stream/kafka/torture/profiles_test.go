//go:build unix

package torture

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/store/redis/redistest"
	"github.com/stellarlang/stellar/stellar/stream/kafka/kafkatest"
)

const (
	profiles = `{"timestampField": "time", "profiles": [
  {"profile": "count", "foreach": "k", "init": {"n": "0", "sum": "0"}, "update": {"n": "n + 1", "sum": "sum + seq"}, "result": "[n, sum]"}]}`
	period = time.Minute
)

// timed returns a message of a profile: the messages of a trial are of a quarter of an hour
// that is long over.
func timed(n int) func(id int32) *kgo.Record {
	apart := 15 * time.Minute / time.Duration(n)
	return func(id int32) *kgo.Record {
		at := timeOf(id, apart)
		text := fmt.Sprintf(`{"id":%d,"k":"key-%d","seq":%d,"time":%d}`, id, keyOf(id), id/keys, at)
		return &kgo.Record{Key: fmt.Appendf(nil, "key-%d", keyOf(id)), Value: []byte(text)}
	}
}

// timeOf returns the time of a message in milliseconds since 1970.
func timeOf(id int32, apart time.Duration) int64 {
	return 1_700_000_000_000 + int64(id)*int64(apart)/int64(time.Millisecond)
}

// measured is what a profile is of: an entity in a period.
type measured struct {
	entity string
	period int64
}

// TestProfiles has workers measure profiles while they and their broker are tortured. What
// they know of open periods is in a change-log, with which each measurement must come
// once, or in a store, with which one may come again. All must be right.
func TestProfiles(t *testing.T) {
	if !*torture {
		t.Skip("only with -torture, as make test-kafka does")
	}
	stellar := *binary
	if stellar == "" {
		stellar = build(t)
	}
	file := filepath.Join(t.TempDir(), "profiles.json")
	require.NoError(t, os.WriteFile(file, []byte(profiles), 0o600))
	for _, kind := range []string{"changelog", "store"} {
		t.Run(kind, func(t *testing.T) {
			broker := kafkatest.Start(t, kafkatest.Options{TransactionVersion: *level})
			tr := newTrial("profiles-"+kind, broker, broker)
			tr.blows = tr.spread(
				ending("the broker", "is killed", broker, broker.Kill), hanging("the broker", broker), ending("the broker", "is stopped", broker, broker.Stop),
			)
			at := "kafka://" + broker.Address() + "/"
			keep := []string{"--changelog", at + "profiles-log"}
			if kind == "store" {
				address, _ := redistest.Start(t)
				keep = []string{"--store", "redis://:" + redistest.Password + "@" + address, "--print", "measurements"}
			}
			tr.command = func(name string) *exec.Cmd {
				return exec.Command(stellar, append([]string{"profile", file, "--period", period.String(), "--worker", name, "--listen", "127.0.0.1:0",
					"--from", at + tr.from(name), "--to", at + tr.out()}, keep...)...)
			}
			doubled := tr.measure(t)
			if kind == "changelog" {
				require.Zero(t, doubled)
			}
		})
	}
}

// measure holds a trial of profiles, and returns how many measurements came again.
func (tr trial) measure(t *testing.T) (doubled int) {
	createTopics(t, tr.input, tr.in(), tr.out())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	produced := make(chan error, 1)
	begin := time.Now()
	producer := connect(t, tr.input, kgo.UnknownTopicRetries(-1))
	go func() {
		err := produce(ctx, producer, tr.in(), tr.messages, tr.time, timed(tr.messages))
		if err == nil { // a message of a later time ends the periods of each partition
			err = endPeriods(ctx, tr.input, tr.in())
		}
		produced <- err
	}()
	out := readMeasurements(t, tr.input, tr.out())

	f := newFleet(t, tr.command)
	for range 2 {
		f.start(f.fresh())
	}
	say := func(format string, a ...any) {
		t.Logf("%5.1f s, %d measured: %s", time.Since(begin).Seconds(), out.total(), fmt.Sprintf(format, a...))
	}
	tr.torture(f, begin, say, &outcome{})
	f.await(t, produced)
	say("all is written")
	tr.wait(f, say, out.total, tr.messages)
	tr.settle(t, f)
	f.finish(t)
	require.Zero(t, tr.unread(t))
	time.Sleep(time.Second) // in which nothing more may come

	want := map[measured][2]int64{}
	apart := 15 * time.Minute / time.Duration(tr.messages)
	for id := range int32(tr.messages) {
		of := measured{fmt.Sprintf("key-%d", keyOf(id)), timeOf(id, apart) / period.Milliseconds()}
		sums := want[of]
		want[of] = [2]int64{sums[0] + 1, sums[1] + int64(id/keys)}
	}
	out.mu.Lock()
	defer out.mu.Unlock()
	var lost, wrong int
	for of, values := range want {
		switch came := out.came[of]; {
		case len(came) == 0:
			lost++
		case slices.ContainsFunc(came, func(v [2]int64) bool { return v != values }):
			wrong++
			if wrong <= 5 {
				t.Logf("%v: %v instead of %v", of, came, values)
			}
		default:
			doubled += len(came) - 1
		}
	}
	strange := len(out.came) - len(want) + lost
	t.Logf("%d measurements of %d messages: %d lost, %d wrong, %d doubled, %d of nothing", len(want), tr.messages, lost, wrong, doubled, strange)
	t.Logf("%v; blows at brokers: %d; %v", f, len(tr.blows), time.Since(begin).Round(100*time.Millisecond))
	require.Empty(t, f.faults)
	require.Zero(t, lost)
	require.Zero(t, wrong)
	require.Zero(t, strange)
	return doubled
}

const lastEntity = "the last"

// endPeriods writes a message into each partition that is an hour younger than all others.
func endPeriods(ctx context.Context, address, topic string) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		return err
	}
	defer client.Close()
	for p := range int32(partitions) {
		text := fmt.Sprintf(`{"k":%q,"seq":0,"time":%d}`, lastEntity, timeOf(0, 0)+time.Hour.Milliseconds())
		if err := client.ProduceSync(ctx, &kgo.Record{Topic: topic, Partition: p, Value: []byte(text)}).FirstErr(); err != nil {
			return err
		}
	}
	return nil
}

// measurements are those that were read.
type measurements struct {
	mu       sync.Mutex
	came     map[measured][][2]int64
	messages int // of which they are, each measurement counted once
}

func (m *measurements) total() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.messages
}

// readMeasurements begins to read the measurements of a topic that are committed.
func readMeasurements(t *testing.T, address, topic string) *measurements {
	m := &measurements{came: map[measured][][2]int64{}}
	client := connect(t, address, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			fetches := client.PollFetches(ctx)
			m.mu.Lock()
			fetches.EachRecord(func(r *kgo.Record) { m.take(t, r) })
			m.mu.Unlock()
		}
	})
	t.Cleanup(func() {
		cancel()
		done.Wait()
	})
	return m
}

func (m *measurements) take(t *testing.T, r *kgo.Record) {
	var one struct {
		Entity string
		Period int64
		Value  [2]int64
	}
	if err := json.Unmarshal(r.Value, &one); err != nil {
		t.Errorf("%s: %v", r.Value, err)
	}
	if one.Entity == lastEntity {
		return
	}
	of := measured{one.Entity, one.Period}
	if m.came[of] == nil {
		m.messages += int(one.Value[0])
	}
	m.came[of] = append(m.came[of], one.Value)
}
