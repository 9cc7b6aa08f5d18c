package kafka

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/value"
)

const counting = `{"timestampField": "at", "profiles": [{"profile": "n", "foreach": "who",
	"init": {"c": "0", "s": "0"}, "update": {"c": "c + 1", "s": "s + n"}, "result": "[c, s]"}]}`

func profilesOf(t testing.TB, text string) *profiler.Set {
	config, _ := metron.ParseProfiler("profiles.json", []byte(text))
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	set, wrong := profiler.Compile(context.Background(), env, config)
	require.Empty(t, wrong)
	return set
}

// measured are the values of entities and periods, as texts.
type measured map[string]string

func idOf(entity string, period int64) string { return fmt.Sprintf("%s@%d", entity, period) }

// traffic makes messages of 12 entities in 8 periods of a minute, for 6 partitions, each of
// which gets one more that ends them. It returns what profiles are to measure.
func traffic(n int) (records []*kgo.Record, want measured) {
	random := rand.New(rand.NewPCG(1, 2))
	type sum struct{ count, sum int }
	sums := map[string]*sum{}
	base := int64(1_700_000_040_000) // where a period begins
	for i := range n {
		who, size := random.IntN(12), random.IntN(100)
		at := base + int64(i)*8*60_000/int64(n)
		id := idOf(fmt.Sprintf("e%d", who), at/60_000)
		if sums[id] == nil {
			sums[id] = &sum{}
		}
		sums[id].count++
		sums[id].sum += size
		records = append(records, &kgo.Record{Topic: "in", Partition: int32(who % 6), Value: fmt.Appendf(nil, `{"at":%d,"who":"e%d","n":%d}`, at, who, size)})
	}
	want = measured{}
	for id, s := range sums {
		want[id] = fmt.Sprintf("[%d,%d]", s.count, s.sum)
	}
	return records, want
}

// enders end the periods of all partitions.
func enders() (records []*kgo.Record) {
	for p := range 6 {
		records = append(records, &kgo.Record{Topic: "in", Partition: int32(p), Value: []byte(`{"at":1700009940000,"who":"late","n":1}`)})
	}
	return records
}

func kept(t testing.TB, s store.Store) measured {
	found := measured{}
	require.NoError(t, store.Profiles{Store: s}.Scan(context.Background(), func(r store.Record) error {
		found[idOf(r.Entity, r.Period.ID)] = string(r.Value.AppendJSON(nil))
		return nil
	}))
	return found
}

func profilerOptions(t testing.TB, c *kfake.Cluster, s store.Store, exactlyOnce bool, worker string) ProfilerOptions {
	o := ProfilerOptions{
		Set: profilesOf(t, counting), Measure: profiler.Options{Period: time.Minute, Late: time.Second},
		Source: Source{Brokers: c.ListenAddrs(), Topics: []string{"in"}, Group: "g", Commit: 20 * time.Millisecond, Session: 6 * time.Second},
		Write: func(m *profiler.Measurement) (key, text []byte) {
			return []byte(m.Entity), value.ListOf(value.Long(m.Period.ID), m.Value).AppendJSON(nil)
		},
		Store: s, Name: "counting", Worker: worker, Grace: 10 * time.Second,
		Target:     &Target{Brokers: c.ListenAddrs(), Topic: "out"},
		Connection: Connection{Note: func(text string) { t.Log(worker, text) }},
	}
	if exactlyOnce {
		o.Changelog = &Target{Brokers: c.ListenAddrs(), Topic: "log"}
	}
	return o
}

// profile runs a profiler until stop is called.
func profileUntil(t testing.TB, o ProfilerOptions) (p *Profiler, stop func() error) {
	p, err := NewProfiler(o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	var failed error
	running.Go(func() { _, failed = p.Run(ctx) })
	stop = func() error {
		cancel()
		running.Wait()
		return failed
	}
	t.Cleanup(func() { _ = stop() })
	return p, stop
}

// TestProfiler: each message is measured once, while workers come and go; with a
// change-log, each measurement is written once too.
func TestProfiler(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t)
			records, want := traffic(20_000)
			memory := &store.Memory{}
			half := len(records) / 2
			produce(t, c, records[:half]...)
			_, stop := profileUntil(t, profilerOptions(t, c, memory, exactlyOnce, "w0"))
			for i := range 6 {
				o := profilerOptions(t, c, memory, exactlyOnce, fmt.Sprint("w", i+1))
				p, stopOther := profileUntil(t, o)
				require.Eventually(t, func() bool { return len(p.Stats().Partitions) > 0 }, deadline, time.Millisecond)
				produce(t, c, records[half+i*half/6:half+(i+1)*half/6]...)
				require.ErrorIs(t, stop(), stream.ErrInterrupted)
				stop = stopOther
			}
			produce(t, c, enders()...)
			require.Eventually(t, func() bool { return len(kept(t, memory)) >= len(want) }, deadline, 50*time.Millisecond)
			require.ErrorIs(t, stop(), stream.ErrInterrupted)
			got := kept(t, memory)
			require.Equal(t, want, got)

			seen := measured{}
			for _, r := range read(t, c, "out", len(want)) {
				v, err := value.ParseJSON(r.Value)
				require.NoError(t, err)
				id := idOf(string(r.Key), v.Item(0).Int64())
				require.False(t, exactlyOnce && seen[id] != "", "%s came twice", id)
				seen[id] = string(v.Item(1).AppendJSON(nil))
			}
			if exactlyOnce {
				require.Equal(t, want, seen)
			}
		})
	}
}

// TestChangelogIsCompacted: a topic of which brokers delete what is old is no change-log.
func TestChangelogIsCompacted(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	policy := "compact,delete"
	_, err := kadm.NewClient(client(t, c)).CreateTopic(t.Context(), 6, 1, map[string]*string{"cleanup.policy": &policy}, "log")
	require.NoError(t, err)
	p, err := NewProfiler(profilerOptions(t, c, nil, true, "w"))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	_, err = p.Run(ctx)
	require.ErrorContains(t, err, "the change-log log has cleanup.policy=compact,delete, by which brokers delete what is known of open periods: it needs cleanup.policy=compact")
}

// TestProfilerZombie: a worker that was stopped, and wakes up when others have gone on,
// does not take the place of what they know.
func TestProfilerZombie(t *testing.T) {
	memory := &store.Memory{}
	zombie, other := store.States{Store: memory, Name: "counting in/0", Run: 1}, store.States{Store: memory, Name: "counting in/0", Run: 2}
	_, _, err := zombie.Claim(t.Context())
	require.NoError(t, err)
	_, _, err = other.Claim(t.Context())
	require.NoError(t, err)
	at := store.Progress{Position: profiler.Position{Newest: 1, Length: 1}, Read: map[string]store.Mark{"in": {Messages: 7}}}
	none := func(func(profiler.State) bool) {}
	require.NoError(t, other.Save(t.Context(), at, none, false))
	at.Read["in"] = store.Mark{Messages: 3}
	require.ErrorIs(t, zombie.Save(t.Context(), at, none, false), store.ErrClaimed)
	now, _, err := other.Progress(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 7, now.Read["in"].Messages)
}

// TestChangelogs: a change-log that would lose what it keeps, or mix it, is refused.
func TestChangelogs(t *testing.T) {
	c := cluster(t, kfake.SeedTopics(6, "old"), kfake.SeedTopics(2, "few"))
	for _, test := range []struct{ log, to, want string }{
		{"old", "out", "the change-log old has cleanup.policy=delete"},
		{"few", "out", "the change-log few has 2 partitions, and in has 6"},
	} {
		o := profilerOptions(t, c, nil, true, "w1")
		o.Changelog.Topic, o.Target.Topic = test.log, test.to
		p, err := NewProfiler(o)
		if err == nil {
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			_, err = p.Run(ctx)
			cancel()
		}
		require.ErrorContains(t, err, test.want)
	}
}

// TestPosition: a group reads on after what its change-log says, also if an older version
// wrote that, without the group.
func TestPosition(t *testing.T) {
	for _, key := range []string{"\x00position", "\x00position g"} {
		t.Run(key[1:], func(t *testing.T) {
			t.Parallel()
			c := cluster(t, kfake.SeedTopics(6, "log"))
			compact := "compact"
			_, err := kadm.NewClient(client(t, c)).AlterTopicConfigs(t.Context(), []kadm.AlterConfig{{Name: "cleanup.policy", Value: &compact}}, "log")
			require.NoError(t, err)
			records, _ := traffic(600)
			for _, r := range records {
				r.Partition = 0
			}
			produce(t, c, records...)
			const next = 500
			position := encodePosition(profiler.Position{Length: time.Minute.Milliseconds()}, next)
			produce(t, c, &kgo.Record{Topic: "log", Key: []byte(key), Value: position})
			p, stop := profileUntil(t, profilerOptions(t, c, nil, true, "w"))
			require.Eventually(t, func() bool {
				now := p.Stats().Partitions
				return len(now) > 0 && now[0].Committed >= int64(len(records))
			}, deadline, time.Millisecond)
			require.ErrorIs(t, stop(), stream.ErrInterrupted)
			require.EqualValues(t, len(records)-next, p.Progress().Read)
		})
	}
}

// TestGroupsShareChangelog: a group is refused that shares the change-log of another one,
// whose offsets it would take for its own, and pass over records.
func TestGroupsShareChangelog(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	records, _ := traffic(600)
	produce(t, c, records...)
	p, stop := profileUntil(t, profilerOptions(t, c, nil, true, "w"))
	require.Eventually(t, func() bool { return p.Progress().Read == int64(len(records)) }, deadline, time.Millisecond)
	require.ErrorIs(t, stop(), stream.ErrInterrupted)
	o := profilerOptions(t, c, nil, true, "w")
	o.Source.Group = "other"
	p, err := NewProfiler(o)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	_, err = p.Run(ctx)
	require.ErrorContains(t, err, "log is the change-log of the group g: the group other needs one of its own, another topic")
	require.Empty(t, p.Progress().Read)
}
