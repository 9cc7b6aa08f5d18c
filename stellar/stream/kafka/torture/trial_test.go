//go:build unix

package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// trial is one run of workers that are tortured while messages come in.
type trial struct {
	name          string
	input, output string // addresses of clusters
	messages      int
	time          time.Duration // over which the messages come and the workers are tortured
	every         time.Duration // between two blows at workers
	session       time.Duration // the session time-out of the workers' group
	patience      time.Duration // for how long nothing may come before the rest is given up
	probes        bool          // whether workers can be asked how they are
	pauses        bool          // whether workers are held for longer than that
	blows         []blow        // those at clusters
	command       func(name string) *exec.Cmd
}

// blow is something that happens at a time after the begin.
type blow struct {
	at   time.Duration
	what string
	do   func()
}

// outcome is what a trial shows.
type outcome struct {
	messages, poison   verdict
	awake              []span // times after workers woke up that had been evicted
	committed, aborted int    // transactions
	unread             int64  // messages before the end of the input that the group has not committed
	faults             []string
}

// These are the names of the topics of a trial.
func (tr trial) in() string     { return tr.name + "-in" }
func (tr trial) out() string    { return tr.name + "-out" }
func (tr trial) errors() string { return tr.name + "-errors" }
func (tr trial) group() string  { return tr.name + "-group" }

// most is how many workers there are at most.
const most = 4

// wakeTime is for how long a worker that woke up may write what it was about to write.
const wakeTime = 10 * time.Second

// run holds the trial.
func (tr trial) run(t *testing.T) outcome {
	createTopics(t, tr.input, tr.in())
	createTopics(t, tr.output, tr.out(), tr.errors())
	producer := connect(t, tr.input, kgo.UnknownTopicRetries(-1))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	produced := make(chan error, 1)
	begin := time.Now()
	go func() { produced <- produce(ctx, producer, tr.in(), tr.messages, tr.time, recordOf) }()
	out, bad := read(t, tr.output, tr.out(), tr.messages), read(t, tr.output, tr.errors(), tr.messages)

	f := newFleet(t, tr.command)
	for range 2 {
		f.start(f.fresh())
	}
	var o outcome
	say := func(format string, a ...any) {
		t.Logf("%5.1f s, %d read: %s", time.Since(begin).Seconds(), out.distinct.Load()+bad.distinct.Load(), fmt.Sprintf(format, a...))
	}
	tr.torture(f, begin, say, &o)

	// What is left must come without further blows.
	f.await(t, produced)
	say("all is written")
	tr.wait(f, say, func() int { return int(out.distinct.Load() + bad.distinct.Load()) }, tr.messages)
	tr.settle(t, f)
	if tr.probes {
		f.requireWell(t)
	}
	f.finish(t)

	want, wantBad := tr.written(t)
	o.messages, o.poison = judge(want, out.finish(t)), judge(wantBad, bad.finish(t))
	o.committed, o.aborted = out.transactions()
	o.unread = tr.unread(t)
	o.faults = f.faults
	t.Logf("%s: messages: %v", tr.name, o.messages)
	t.Logf("%s: poison: %v", tr.name, o.poison)
	excused := o.messages.excused(o.awake)
	t.Logf("%s: late after a worker woke up that had been evicted: %d, at other times: %d", tr.name, excused, o.messages.late-excused)
	t.Logf("%s: %v; blows at brokers: %d", tr.name, f, len(tr.blows))
	t.Logf("%s: transactions with messages: %d committed, %d aborted; not committed of the input: %d; %v", tr.name, o.committed, o.aborted, o.unread, time.Since(begin).Round(100*time.Millisecond))
	return o
}

// torture deals blows at workers and clusters until the time of the trial is over.
func (tr trial) torture(f *fleet, begin time.Time, say func(string, ...any), o *outcome) {
	due := slices.Clone(tr.blows)
	end := begin.Add(tr.time)
	strike := begin.Add(tr.every)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(end) || len(due) > 0 {
		now := <-tick.C
		f.look()
		for i := 0; i < len(due); i++ {
			if b := due[i]; !now.Before(begin.Add(b.at)) || now.After(end) {
				say("%s", b.what)
				due = slices.Delete(due, i, i+1)
				b.do()
				i--
			}
		}
		if now.Before(strike) || now.After(end) {
			continue
		}
		strike = now.Add(tr.every/2 + rand.N(tr.every))
		running := f.running()
		if len(running) == 0 {
			f.start(f.fresh())
			continue
		}
		w := running[rand.IntN(len(running))]
		switch choice := rand.IntN(10); {
		case choice < 4 || f.counts["killed"] < 3:
			f.kill(w)
			name := w.name
			if choice == 0 {
				name = f.fresh()
			}
			say("%s is killed, %s takes its place", w.name, name)
			f.start(name)
		case tr.pauses && len(running) > 1 && !f.hasTwin(w) && (choice < 6 || f.counts["paused"] == 0):
			f.pause(w)
			resumed := time.Since(begin) + tr.session*3/2
			due = append(due, blow{resumed, w.name + " goes on", func() {
				f.resume(w)
				o.awake = append(o.awake, span{time.Now().Add(-time.Second), time.Now().Add(wakeTime)})
			}})
			if f.counts["paused"]%2 == 0 { // as if it were taken for dead with the machine it is on
				say("%s is paused, another one takes its place and name", w.name)
				f.usurp(w)
				due = append(due, blow{resumed + tr.session, "the first " + w.name + " is killed", func() { f.kill(w) }})
			} else {
				say("%s is paused", w.name)
			}
		case choice < 8 && len(running) > 1:
			say("%s is asked to end", w.name)
			f.ask(w)
		case len(f.workers) < most:
			name := f.fresh()
			say("%s is added", name)
			f.start(name)
		default:
			say("%s is asked to end, and replaced", w.name)
			f.ask(w)
			f.start(f.fresh())
		}
	}
	if len(f.workers) < 2 {
		f.start(f.fresh())
	}
}

// wait waits until so many have come, or no more come.
func (tr trial) wait(f *fleet, say func(string, ...any), came func() int, all int) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	last, moved := -1, time.Now()
	for time.Since(moved) < tr.patience {
		f.look()
		n := came()
		if n == all {
			say("all is read")
			return
		}
		if n != last {
			last, moved = n, time.Now()
		}
		<-tick.C
	}
	say("nothing comes any more: gave up after %v", tr.patience)
}

// settle waits until the group has committed all of the input. Workers that were killed may
// have written what they had not committed, which others do again before.
func (tr trial) settle(t *testing.T, f *fleet) {
	t.Helper()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for begin := time.Now(); tr.unread(t) > 0 && time.Since(begin) < tr.patience; <-tick.C {
		f.look()
	}
}

// written returns the messages of the input by partition, those that are JSON and the
// others.
func (tr trial) written(t *testing.T) (good, bad [][]int32) {
	t.Helper()
	client := connect(t, tr.input, kgo.ConsumeTopics(tr.in()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	good, bad = make([][]int32, partitions), make([][]int32, partitions)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for n := 0; n < tr.messages; {
		fetches := client.PollFetches(ctx)
		require.NoError(t, fetches.Err())
		fetches.EachRecord(func(r *kgo.Record) {
			n++
			var id int32
			into := good
			if strings.HasPrefix(string(r.Value), "poison") {
				into = bad
				_, err := fmt.Sscanf(string(r.Value), "poison %d", &id)
				require.NoError(t, err)
			} else {
				_, err := fmt.Sscanf(string(r.Value), `{"id":%d`, &id)
				require.NoError(t, err)
			}
			into[r.Partition] = append(into[r.Partition], id)
		})
	}
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), tr.in())
	require.NoError(t, err)
	total := 0
	ends.Each(func(o kadm.ListedOffset) { total += int(o.Offset) })
	require.Equal(t, tr.messages, total, "messages in the input")
	return good, bad
}

// unread returns how far the group's offsets are from the end of the input.
func (tr trial) unread(t *testing.T) int64 {
	t.Helper()
	lags, err := kadm.NewClient(connect(t, tr.input)).Lag(t.Context(), tr.group())
	require.NoError(t, err)
	lag := lags[tr.group()]
	require.NoError(t, lag.Error())
	return lag.Lag.Total()
}

// atLeastOnce requires that nothing is lost, and that the order of the first occurrences is
// kept, but for what workers do that were evicted in their sleep.
func (o outcome) atLeastOnce(t *testing.T) {
	t.Helper()
	require.Empty(t, o.faults)
	require.Zero(t, o.messages.lost, "lost messages")
	require.Zero(t, o.poison.lost, "lost poison")
	require.Zero(t, o.messages.strayed)
	require.Zero(t, o.messages.late-o.messages.excused(o.awake), "late messages, not because a worker woke up")
	require.Zero(t, o.unread, "the group has not committed")
}

// exactlyOnce requires that nothing is lost or doubled, and that the order is kept.
func (o outcome) exactlyOnce(t *testing.T) {
	t.Helper()
	o.atLeastOnce(t)
	require.Zero(t, o.messages.doubled, "doubled messages")
	require.Zero(t, o.poison.doubled, "doubled poison")
	require.Zero(t, o.messages.late, "late messages")
	require.Zero(t, o.poison.late, "late poison")
}
