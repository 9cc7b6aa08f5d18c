package kafka

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/stream"
)

func values(texts ...string) (records []*kgo.Record) {
	for _, text := range texts {
		records = append(records, &kgo.Record{Topic: "in", Value: []byte(text)})
	}
	return records
}

func texts(records []*kgo.Record) (all []string) {
	for _, r := range records {
		all = append(all, string(r.Value))
	}
	return all
}

// ends returns what Run returns, which ends by itself.
func ends(t *testing.T, o Options) (stream.Counters, error) {
	w, err := New(o)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	return w.Run(ctx)
}

// offset returns that of partition 0 of in that the group has committed.
func offset(t *testing.T, c *kfake.Cluster) int64 {
	all, err := kadm.NewClient(client(t, c)).FetchOffsets(t.Context(), "g")
	require.NoError(t, err)
	at, ok := all.Lookup("in", 0)
	if !ok {
		return -1
	}
	return at.At
}

// TestTooLarge: what a topic does not take goes to the topic of errors, whether that is
// known before or the brokers say it; else the worker ends, as it leaves nothing out.
func TestTooLarge(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		for _, refusing := range []bool{false, true} {
			t.Run(fmt.Sprintf("exactly once %v, brokers refuse %v", exactlyOnce, refusing), func(t *testing.T) {
				t.Parallel()
				c := cluster(t)
				long := `{"n":1,"long":"` + strings.Repeat("x", 600_000) + `"}`
				if refusing {
					long = `{"n":1,"long":"x"}`
					c.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
						c.KeepControl()
						return refuse(request.(*kmsg.ProduceRequest), `"x","m":2`)
					})
				}
				produce(t, c, values(`{"n":0}`, long, `{"n":2}`)...)
				o := options(t, c, "m := n + 1\ntwice := long")
				o.ExactlyOnce = exactlyOnce
				w, stop := start(t, o)
				require.Eventually(t, func() bool { return committed(w) == 3 }, deadline, 10*time.Millisecond)
				require.Equal(t, []string{`{"n":0,"m":1}`, `{"n":2,"m":3}`}, distinct(texts(readAll(t, c, "out"))))
				all := readAll(t, c, "errors")
				require.Len(t, distinct(texts(all)), 1)
				refused := all[0]
				require.Equal(t, long, string(refused.Value))
				require.Equal(t, "size", header(refused, HeaderKind))
				_, err := stop()
				require.ErrorIs(t, err, stream.ErrInterrupted)

				o.Errors, o.Source.Group = nil, "other"
				_, err = ends(t, o)
				require.ErrorContains(t, err, "what was made of in/0@1 cannot be written to out: ")
			})
		}
	}
}

// TestManyRefused: records that brokers refuse are found together, however many there are:
// the others are not written again and again.
func TestManyRefused(t *testing.T) {
	for _, exactlyOnce := range []bool{false, true} {
		t.Run(fmt.Sprint("exactly once ", exactlyOnce), func(t *testing.T) {
			t.Parallel()
			c := cluster(t)
			c.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
				c.KeepControl()
				return refuse(request.(*kmsg.ProduceRequest), `"x","m":2`)
			})
			const n = 60
			var all []string
			for i := range n {
				text := fmt.Sprintf(`{"n":0,"i":%d}`, i)
				if i%2 == 0 {
					text = fmt.Sprintf(`{"i":%d,"n":1,"long":"x"}`, i)
				}
				all = append(all, text)
			}
			produce(t, c, values(all...)...)
			o := options(t, c, "m := n + 1")
			o.ExactlyOnce = exactlyOnce
			w, stop := start(t, o)
			require.Eventually(t, func() bool { return committed(w) == n }, deadline, 10*time.Millisecond)
			_, _ = stop()
			good, refused := readAll(t, c, "out"), readAll(t, c, "errors")
			require.Len(t, distinct(texts(good)), n/2)
			require.Len(t, distinct(texts(refused)), n/2)
			if exactlyOnce {
				require.Len(t, append(good, refused...), n)
			}
			require.LessOrEqual(t, len(good), 3*n/2)
			require.Empty(t, w.poison)
		})
	}
}

// distinct leaves out texts that came before.
func distinct(all []string) (left []string) {
	known := map[string]bool{}
	for _, text := range all {
		if !known[text] {
			left = append(left, text)
		}
		known[text] = true
	}
	return left
}

// refuse answers a request to write to a topic for the brokers, that a record is too large, if
// the request has a text.
func refuse(request *kmsg.ProduceRequest, text string) (kmsg.Response, error, bool) {
	answer := request.ResponseKind().(*kmsg.ProduceResponse)
	found := false
	for _, of := range request.Topics {
		to := kmsg.NewProduceResponseTopic()
		to.Topic, to.TopicID = of.Topic, of.TopicID
		for _, p := range of.Partitions {
			found = found || bytes.Contains(p.Records, []byte(text))
			refused := kmsg.NewProduceResponseTopicPartition()
			refused.Partition, refused.ErrorCode = p.Partition, kerr.MessageTooLarge.Code
			to.Partitions = append(to.Partitions, refused)
		}
		answer.Topics = append(answer.Topics, to)
	}
	return answer, nil, found
}

// TestFail: a worker that is to stop at the first failure commits what came before, and the
// failing record too if another topic has it.
func TestFail(t *testing.T) {
	for _, test := range []struct {
		exactlyOnce, errors bool
		offset              int64
	}{{false, false, 1}, {false, true, 2}, {true, false, -1}} {
		c := cluster(t)
		produce(t, c, values(`{"n":0}`, `{"n":"x"}`, `{"n":2}`)...)
		o := options(t, c, "m := n + 1")
		o.Stream.Set = setOf(t, "m := n + 1", rules.Fail)
		if o.ExactlyOnce = test.exactlyOnce; !test.errors {
			o.Errors = nil
		}
		counters, err := ends(t, o)
		require.ErrorIs(t, err, stream.ErrStopped)
		require.EqualValues(t, 1, counters.Failed)
		require.Equal(t, test.offset, offset(t, c))
	}
}

// TestCommitFails: a commit that fails is tried again; one that comes too late is not.
func TestCommitFails(t *testing.T) {
	for _, test := range []struct {
		code *kerr.Error
		want func(Stats) int64
	}{
		{kerr.UnknownServerError, func(s Stats) int64 { return s.Troubled }},
		{kerr.IllegalGeneration, func(s Stats) int64 { return s.Lost }},
	} {
		c := cluster(t)
		left := 1
		c.ControlKey(int16(kmsg.OffsetCommit), func(request kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			if left--; left < 0 {
				return nil, nil, false
			}
			answer := request.ResponseKind().(*kmsg.OffsetCommitResponse)
			for _, of := range request.(*kmsg.OffsetCommitRequest).Topics {
				to := kmsg.NewOffsetCommitResponseTopic()
				to.Topic, to.TopicID = of.Topic, of.TopicID
				for _, p := range of.Partitions {
					failed := kmsg.NewOffsetCommitResponseTopicPartition()
					failed.Partition, failed.ErrorCode = p.Partition, test.code.Code
					to.Partitions = append(to.Partitions, failed)
				}
				answer.Topics = append(answer.Topics, to)
			}
			return answer, nil, true
		})
		produce(t, c, values(`{"n":0}`)...)
		w, stop := start(t, options(t, c, "m := n + 1"))
		require.Eventually(t, func() bool { return test.want(w.Stats()) == 1 }, deadline, 10*time.Millisecond)
		produce(t, c, values(`{"n":1}`)...)
		require.Eventually(t, func() bool { return committed(w) == 2 }, deadline, 10*time.Millisecond)
		_, _ = stop()
		require.EqualValues(t, 2, offset(t, c))
	}
}

// TestSlowTarget: while brokers take nothing, what is read is bounded, and nothing is
// committed; then all comes.
func TestSlowTarget(t *testing.T) {
	source, target := cluster(t), cluster(t, kfake.NumBrokers(1))
	const n = 300_000
	var records []*kgo.Record
	for i := range n {
		records = append(records, &kgo.Record{Topic: "in", Partition: int32(i % 6), Value: fmt.Appendf(nil, `{"n":%d}`, i)})
	}
	produce(t, source, records...)
	blocked := takesNothing(target)
	o := options(t, source, "m := n + 1")
	o.Target, o.Errors = &Target{Brokers: target.ListenAddrs(), Topic: "out"}, nil
	o.Source.Commit = 2 * time.Second // there is more to read by then than is held
	w, stop := start(t, o)
	require.Eventually(t, func() bool { return w.Stats().Buffered > 0 }, deadline, 10*time.Millisecond)
	moved := w.Stats().Moved
	require.Eventually(t, func() bool { return w.Stats().Moved.Sub(moved) > 2*flushTurn }, deadline, 10*time.Millisecond)
	require.LessOrEqual(t, w.Stats().Buffered, int64(maxBufferedCount))
	require.Zero(t, committed(w))
	require.Less(t, w.Progress().Read, int64(n))
	close(blocked)
	require.Eventually(t, func() bool { return committed(w) == n }, deadline, 10*time.Millisecond)
	_, err := stop()
	require.ErrorIs(t, err, stream.ErrInterrupted)
	require.Len(t, distinct(texts(read(t, target, "out", n))), n)
}

// takesNothing has a cluster not answer who writes until what it returns is closed.
func takesNothing(c *kfake.Cluster) (until chan struct{}) {
	until = make(chan struct{})
	c.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		c.SleepControl(func() { <-until })
		return nil, nil, false
	})
	return until
}

// TestLargeResults: while brokers take nothing, a worker goes on though what is made of the
// records of one poll is more than clients hold, and lets partitions go to others.
func TestLargeResults(t *testing.T) {
	t.Parallel()
	source, target := cluster(t), cluster(t, kfake.NumBrokers(1))
	const n = 100
	var records []*kgo.Record
	for range n {
		records = append(records, &kgo.Record{Topic: "in", Value: []byte(`{"a":"` + strings.Repeat("x", 5000) + `"}`)})
	}
	produce(t, source, records...)
	blocked := takesNothing(target)
	o := options(t, source, "b := [a"+strings.Repeat(", a", 150)+"]") // of all records, 75 MB
	o.Target, o.Errors = &Target{Brokers: target.ListenAddrs(), Topic: "out"}, nil
	var gaveUp atomic.Bool
	o.Connection.Note = func(text string) {
		t.Log(text)
		gaveUp.Store(gaveUp.Load() || strings.HasPrefix(text, "what was done cannot be written while others wait"))
	}
	w, err := New(o)
	require.NoError(t, err)
	w.loop.mostBlocked = 100 * time.Millisecond
	stop := run(t, w)
	require.Eventually(t, func() bool { return w.Stats().BufferedSize > roomSize }, deadline, 10*time.Millisecond)
	moved := w.Stats().Moved
	require.Eventually(t, func() bool { return w.Stats().Moved.Sub(moved) > 2*flushTurn }, deadline, 10*time.Millisecond)
	require.LessOrEqual(t, w.Stats().BufferedSize, int64(maxBuffered))

	o.Worker = "w2"
	other, stopOther := start(t, o)
	require.Eventually(t, func() bool { return len(other.Stats().Partitions) == 3 }, deadline, 10*time.Millisecond)
	require.Zero(t, committed(w))
	close(blocked)
	require.Eventually(t, func() bool { return committed(w)+committed(other) == n }, deadline, 10*time.Millisecond)
	require.True(t, gaveUp.Load())
	_, err = stop()
	require.ErrorIs(t, err, stream.ErrInterrupted)
	_, err = stopOther()
	require.ErrorIs(t, err, stream.ErrInterrupted)
}

// TestStatsWhileLeaving: statistics are there while a worker leaves its group, and brokers do
// not answer.
func TestStatsWhileLeaving(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	leaving, blocked := make(chan struct{}, 10), make(chan struct{})
	c.ControlKey(int16(kmsg.LeaveGroup), func(kmsg.Request) (kmsg.Response, error, bool) {
		leaving <- struct{}{}
		c.SleepControl(func() { <-blocked })
		return nil, nil, false
	})
	w, stop := start(t, options(t, c, "m := n + 1"))
	require.Eventually(t, func() bool { return w.Stats().Ready }, deadline, 10*time.Millisecond)
	stopped, told := make(chan struct{}), make(chan struct{})
	go func() {
		_, _ = stop()
		close(stopped)
	}()
	<-leaving
	go func() {
		_ = w.Stats()
		close(told)
	}()
	select {
	case <-told:
	case <-stopped:
		t.Error("the statistics waited until the group was left")
	case <-time.After(deadline):
		t.Error("no statistics came")
	}
	close(blocked)
	<-stopped
}

// TestSameName: of two workers under one name, transactions of the older one end, and each
// result comes once.
func TestSameName(t *testing.T) {
	c := cluster(t)
	const n = 20_000
	o := options(t, c, "m := n + 1")
	o.ExactlyOnce = true
	_, stopFirst := start(t, o)
	_, stopSecond := start(t, o)
	for i := range n / 1000 {
		var records []*kgo.Record
		for k := range 1000 {
			records = append(records, &kgo.Record{Topic: "in", Partition: int32(k % 6), Value: fmt.Appendf(nil, `{"n":%d}`, i*1000+k)})
		}
		produce(t, c, records...)
	}
	all := texts(read(t, c, "out", n))
	_, _ = stopFirst()
	_, _ = stopSecond()
	require.Len(t, all, n)
	require.Len(t, distinct(all), n)
}

// TestOtherPartitions: where topics differ in their partitions, records go by their keys,
// and without one to that of the same number, counted round.
func TestOtherPartitions(t *testing.T) {
	c := cluster(t, kfake.SeedTopics(4, "four"))
	var records []*kgo.Record
	for i := range 600 {
		r := &kgo.Record{Topic: "in", Partition: int32(i % 6), Value: fmt.Appendf(nil, `{"n":%d}`, i)}
		if i%2 == 0 {
			r.Key = fmt.Appendf(nil, "k%d", i%10)
		}
		records = append(records, r)
	}
	produce(t, c, records...)
	o := options(t, c, "m := n + 1")
	o.Target.Topic = "four"
	_, _ = start(t, o)
	of := map[string]int32{}
	for _, r := range read(t, c, "four", 600) {
		if r.Key == nil {
			var n int
			_, err := fmt.Sscanf(string(r.Value), `{"n":%d`, &n)
			require.NoError(t, err)
			require.EqualValues(t, n%6%4, r.Partition)
			continue
		}
		if known, ok := of[string(r.Key)]; ok {
			require.Equal(t, known, r.Partition)
		}
		of[string(r.Key)] = r.Partition
	}
	require.Len(t, of, 5)
}

// TestKey: a record without a key gets the field that the address of the target names.
func TestKey(t *testing.T) {
	c := cluster(t)
	records := values(`{"n":0,"who":"a"}`, `{"n":1,"who":"a"}`, `{"n":2}`)
	for i, r := range records {
		r.Partition = int32(i)
	}
	produce(t, c, append(records, &kgo.Record{Topic: "in", Key: []byte("own"), Value: []byte(`{"n":3,"who":"a"}`)})...)
	o := options(t, c, "m := n + 1")
	o.Target.Key = "who"
	_, _ = start(t, o)
	keys, places := map[string]string{}, map[string]int32{}
	for _, r := range read(t, c, "out", 4) {
		keys[string(r.Value)], places[string(r.Value)] = string(r.Key), r.Partition
	}
	require.Equal(t, map[string]string{`{"n":0,"who":"a","m":1}`: "a", `{"n":1,"who":"a","m":2}`: "a", `{"n":2,"m":3}`: "", `{"n":3,"who":"a","m":4}`: "own"}, keys)
	require.Equal(t, places[`{"n":0,"who":"a","m":1}`], places[`{"n":1,"who":"a","m":2}`])
	require.EqualValues(t, 2, places[`{"n":2,"m":3}`])
}

// TestTakeUpAgain: what was held back is read from the topic of errors, and what is made of
// it then has the headers that it came with, and not the reasons of before.
func TestTakeUpAgain(t *testing.T) {
	c := cluster(t, kfake.SeedTopics(1, "again"))
	trace := kgo.RecordHeader{Key: "trace", Value: []byte("x")}
	for _, text := range []string{`{"n":"1"}`, "no message"} {
		produce(t, c, &kgo.Record{Topic: "in", Key: []byte("k"), Value: []byte(text), Headers: []kgo.RecordHeader{trace}})
	}
	_, stop := start(t, options(t, c, "m := n + 1"))
	require.Equal(t, "in", header(read(t, c, "errors", 2)[0], HeaderTopic))
	_, err := stop()
	require.ErrorIs(t, err, stream.ErrInterrupted)

	o := options(t, c, "m := TO_INTEGER(n) + 1")
	o.Source.Topics, o.Errors.Topic = []string{"errors"}, "again"
	_, _ = start(t, o)
	result := read(t, c, "out", 1)[0]
	require.Equal(t, `{"n":"1","m":2}`, string(result.Value))
	require.Equal(t, []kgo.RecordHeader{trace}, result.Headers)
	failed := read(t, c, "again", 1)[0]
	require.Equal(t, "no message", string(failed.Value))
	require.Equal(t, "errors", header(failed, HeaderTopic))
}

// TestUse: new rules are for what is polled from then on.
func TestUse(t *testing.T) {
	c := cluster(t)
	w, _ := start(t, options(t, c, "m := n + 1"))
	produce(t, c, values(`{"n":0}`)...)
	require.Equal(t, []string{`{"n":0,"m":1}`}, texts(read(t, c, "out", 1)))
	w.Use(setOf(t, "m := n + 2", rules.Report))
	produce(t, c, values(`{"n":0}`)...)
	require.Equal(t, []string{`{"n":0,"m":1}`, `{"n":0,"m":2}`}, texts(read(t, c, "out", 2)))
}

// TestMistakes: what does not pass ends a worker, and says what to do.
func TestMistakes(t *testing.T) {
	c := cluster(t)
	for _, test := range []struct {
		change func(*Options)
		want   string
	}{
		{func(o *Options) { o.Source.Topics = []string{"none"} }, "there is no topic none; there are errors, in, out"},
		{func(o *Options) { o.Target.Topic = "none" }, "there is no topic none"},
		{func(o *Options) { o.Source.Session = time.Second }, "the group g cannot be joined: session-timeout is shorter than the broker's group.min.session.timeout.ms"},
	} {
		o := options(t, c, "m := n + 1")
		test.change(&o)
		_, err := ends(t, o)
		require.ErrorContains(t, err, test.want)
	}
	for _, change := range []func(*Options){
		func(o *Options) { o.Target = &Target{Brokers: c.ListenAddrs()[1:], Topic: "in"} },
		func(o *Options) { o.Errors = &Target{Brokers: c.ListenAddrs()[1:], Topic: "in"} },
	} {
		o := options(t, c, "m := n + 1")
		o.Source.Brokers = o.Source.Brokers[:1] // by which nobody sees that they are the same
		change(&o)
		_, err := ends(t, o)
		require.ErrorContains(t, err, "in is read, and must not be written to")
	}
	o := options(t, c, "m := n + 1")
	o.Target.Brokers, o.ExactlyOnce = []string{"other:9092"}, true
	_, err := New(o)
	require.ErrorContains(t, err, "exactly once wants all topics on the same brokers")
}

// TestReadAndWritten: a worker does not begin if it would read what it writes.
func TestReadAndWritten(t *testing.T) {
	for _, test := range []struct {
		target, errors Target
		want           string
	}{
		{Target{Brokers: []string{"b:1", "c:1"}, Topic: "in"}, Target{}, "results would go to in, which is read too"},
		{Target{Brokers: []string{"a:1"}, Topic: "out"}, Target{Brokers: []string{"b:1"}, Topic: "again"}, "what fails would go to again, which is read too"},
		{Target{Brokers: []string{"c:1"}, Topic: "in"}, Target{Brokers: []string{"a:1"}, Topic: "errors"}, ""},
	} {
		o := Options{
			Stream: stream.Options{Set: setOf(t, "m := n + 1", rules.Report)},
			Source: Source{Brokers: []string{"a:1", "b:1"}, Topics: []string{"in", "again"}, Group: "g"},
			Target: &test.target, Errors: &test.errors,
		}
		_, err := New(o)
		if test.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, test.want)
	}
	at := func(topic string) *Target { return &Target{Brokers: []string{"a:1"}, Topic: topic} }
	for _, test := range []struct {
		target, changelog *Target
		want              string
	}{
		{at("in"), at("log"), "measurements would go to in, which is read too"},
		{at("out"), at("in"), "the change-log would go to in, which is read too"},
		{at("out"), at("out"), "measurements and the change-log would go to out"},
	} {
		_, err := NewProfiler(ProfilerOptions{Source: Source{Brokers: []string{"a:1"}, Topics: []string{"in"}}, Target: test.target, Changelog: test.changelog, Worker: "w"})
		require.ErrorContains(t, err, test.want)
	}
}
