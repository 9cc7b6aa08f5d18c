package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/stream"
)

// ProfilerOptions configure a Profiler.
type ProfilerOptions struct {
	Set     *profiler.Set
	Measure profiler.Options // but Track

	Source Source
	// Target is where measurements go, or else Output, a line each, if it is not nil.
	Target *Target
	Output func(line []byte) error
	// Write returns the key and the text of a measurement; no text is none that is written.
	Write func(m *profiler.Measurement) (key, text []byte)

	// Store, if it is not nil, keeps measurements, for PROFILE_GET and the like. Without
	// Changelog it keeps what is known of open periods too, under a name for each partition
	// that begins with Name.
	Store store.Store
	Types []*fn.Type // of the objects that are kept
	Name  string

	// Changelog is a topic that keeps what is known of open periods, in the transactions in
	// which measurements and offsets are written. It has as many partitions as the
	// topic that is read, is compacted, and is made if it is not there.
	Changelog *Target

	// Worker is a name that no other worker of the group has.
	Worker     string
	Connection Connection
	Grace      time.Duration // zero means ten seconds

	// Failed is called for each record that is no message, and each measurement that no
	// store can hold.
	Failed func(at stream.Place, err error)
}

// measureEvery is the time between commits, within which changes of a state are kept once.
const measureEvery = time.Second

// Profiler measures profiles of records. What an entity's messages make of it is known by
// the worker that reads their partition, so that messages of an entity must have one key.
// It runs once.
type Profiler struct {
	options ProfilerOptions
	loop    *loop
	out     *output // nil without a target
	log     *output // nil without a change-log
	keeper  keeper
	run     uint64    // tells workers apart
	ended   time.Time // when what was done was last finished

	entries []store.Entry // measurements that are still to be kept

	mu       sync.Mutex // of what follows
	shares   map[place]*share
	counters stream.Counters
	counts   profiler.Counts // of shares that are gone
}

// share is what a worker knows of a partition.
type share struct {
	at     place
	stream *profiler.Stream // nil until it is restored
	// committed is the offset that the group has committed when the share was taken over, or
	// undone; -1 for none.
	committed int64
	first     int64 // the offset of the first record that it has taken in since nothing was known; -1 before any
	next      int64 // that of the record that comes next; -1 if none has come
	logged    int64 // next as it was written last
}

// keeper keeps shares, so that other workers go on with them.
type keeper interface {
	// claim takes a partition over from others. It returns the offset at which reading is to
	// begin, -1 for that which the group has committed.
	claim(ctx context.Context, at place) (next int64, err error)
	// restore has the stream of a share know what was kept, and its next record. It returns
	// the offset to which reading is to go back, -1 if it goes on where it is.
	restore(ctx context.Context, s *share) (back int64, err error)
	// finish keeps measurements, and hands over what is written with them.
	finish(ctx context.Context, shares []*share, entries []store.Entry) error
	// written is called when offsets may be committed. Leaving is true if others wait for
	// partitions, or the worker ends.
	written(ctx context.Context, shares []*share, leaving bool) error
	// committable returns the offsets to commit when records were dealt with up to done.
	committable(done offsets) offsets
}

var _ processor = (*Profiler)(nil)

// NewProfiler returns a profiler. It does not connect yet.
func NewProfiler(o ProfilerOptions) (*Profiler, error) {
	if err := cmp.Or(o.Source.checkOutput("measurements", o.Target), o.Source.checkOutput("the change-log", o.Changelog)); err != nil {
		return nil, err
	}
	switch {
	case o.Store == nil && o.Changelog == nil:
		return nil, errors.New("what is known of open periods has to be kept somewhere, as partitions move: in a store that workers share, or in a change-log")
	case o.Changelog == nil:
	case len(o.Source.Topics) > 1:
		return nil, errors.New("a change-log is of one topic")
	case !sameBrokers(o.Changelog.Brokers, o.Source.Brokers), o.Target != nil && !sameBrokers(o.Target.Brokers, o.Source.Brokers):
		return nil, errors.New("with a change-log all topics are on the same brokers, named alike in each address: a transaction does not reach others")
	case o.Target != nil && o.Target.Topic == o.Changelog.Topic:
		return nil, fmt.Errorf("measurements and the change-log would go to %s: each needs a topic of its own", o.Target.Topic)
	case o.Worker == "":
		return nil, errors.New("with a change-log each worker needs a name")
	}
	o.Grace = cmp.Or(o.Grace, defaultGrace)
	o.Measure.Track = o.Changelog != nil
	p := &Profiler{options: o, run: rand.Uint64() | 1, shares: map[place]*share{}, ended: time.Now()}
	var outputs []*output
	if o.Target != nil {
		p.out = &output{to: o.Target}
		outputs = append(outputs, p.out)
	}
	if o.Changelog != nil {
		p.log = &output{to: o.Changelog, made: true}
		outputs = append(outputs, p.log)
		p.keeper = &changelog{p}
	} else {
		p.keeper = &snapshots{profiler: p, saved: map[place]saved{}}
	}
	p.loop = newLoop(group{
		source: o.Source, connection: o.Connection, exactlyOnce: o.Changelog != nil, worker: o.Worker,
		every: cmp.Or(o.Source.Commit, measureEvery), least: 1,
	}, p, outputs...)
	return p, nil
}

// Run measures records until ctx ends, or something is wrong that does not pass. It returns
// stream.ErrInterrupted, or what is wrong; nil at the end of a source that is read until then.
func (p *Profiler) Run(ctx context.Context) (stream.Counters, error) {
	graceful, end := stream.WithGrace(ctx, p.options.Grace)
	defer end()
	err := p.loop.run(ctx, graceful)
	return p.Progress(), err
}

// Progress returns what was dealt with; records that are read again count again.
func (p *Profiler) Progress() stream.Counters {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counters
}

// Stats returns what the worker has done, and where it is.
func (p *Profiler) Stats() Stats {
	now := p.loop.snapshot()
	now.Counters = p.Progress()
	return now
}

// Counts returns what became of messages, after Run.
func (p *Profiler) Counts() profiler.Counts {
	p.drop(nil)
	return p.counts
}

// assigned takes partitions over, whose offsets were fetched. It returns those at which
// reading is to begin. It is called by a goroutine of the group.
func (p *Profiler) assigned(ctx context.Context, offsets map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	for topic, partitions := range offsets {
		for n := range partitions {
			at := place{topic, n}
			committed := partitions[n].EpochOffset().Offset
			next, err := p.keeper.claim(ctx, at)
			if err != nil {
				return nil, fmt.Errorf("what is known of %s/%d: %w", topic, n, err)
			}
			if next >= 0 {
				partitions[n] = kgo.NewOffset().At(next)
			}
			p.mu.Lock()
			p.shares[at] = &share{at: at, committed: max(committed, -1), first: -1, next: -1, logged: -1}
			p.mu.Unlock()
		}
	}
	return offsets, nil
}

// ready implements processor: it restores what was taken over, or undone.
func (p *Profiler) ready(ctx context.Context) error {
	for _, s := range p.all() {
		if s.stream != nil {
			continue
		}
		fresh := *s
		fresh.stream = profiler.NewStream(p.options.Set, p.options.Measure)
		fresh.next, fresh.logged = -1, -1
		back, err := p.keeper.restore(ctx, &fresh)
		if err != nil {
			return interrupted(ctx, fmt.Errorf("what is known of %s/%d cannot be restored: %w", s.at.topic, s.at.number, err))
		}
		if back < 0 && fresh.next < 0 { // nothing was kept
			back = fresh.first
		}
		p.mu.Lock()
		still := p.shares[s.at] == s
		if still {
			*s = fresh
		}
		p.mu.Unlock()
		if still {
			if back >= 0 {
				at := offsets{}
				at.set(s.at.topic, s.at.number, kgo.EpochOffset{Epoch: -1, Offset: back})
				p.loop.readFrom(at)
			}
			p.loop.client.ResumeFetchPartitions(map[string][]int32{s.at.topic: {s.at.number}})
		}
	}
	return nil
}

// all returns the shares.
func (p *Profiler) all() (all []*share) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.shares {
		all = append(all, s)
	}
	return all
}

// restoredShares returns those that can take records.
func (p *Profiler) restoredShares() (all []*share) {
	for _, s := range p.all() {
		if s.stream != nil {
			all = append(all, s)
		}
	}
	return all
}

// apply implements processor.
func (p *Profiler) apply(graceful context.Context, records []*kgo.Record) (done int, err error) {
	for i, r := range records {
		if err := p.record(graceful, r); err != nil {
			return i, err
		}
	}
	return len(records), nil
}

// record takes a record in.
func (p *Profiler) record(ctx context.Context, r *kgo.Record) error {
	p.mu.Lock()
	s := p.shares[place{r.Topic, r.Partition}]
	p.mu.Unlock()
	switch {
	case s == nil || s.stream == nil:
		return fmt.Errorf("%w: a record of %s/%d came before what is known of it", errReconnect, r.Topic, r.Partition)
	case r.Offset < s.next: // it was taken in
		return nil
	case s.first < 0:
		s.first = r.Offset
	}
	failed := false
	if r.Value != nil {
		m, err := rules.ParseMessage(r.Value)
		if err == nil {
			err = s.stream.Apply(ctx, m, p.emit)
			if err != nil {
				return interrupted(ctx, err)
			}
		} else {
			failed = true
			p.fail(placeOf(r), err)
		}
	}
	s.next = r.Offset + 1
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.counters.Read++; failed {
		p.counters.Failed++
	}
	return nil
}

func (p *Profiler) fail(at stream.Place, err error) {
	if p.options.Failed != nil {
		p.options.Failed(at, err)
	}
}

// emit takes a measurement.
func (p *Profiler) emit(m profiler.Measurement) error {
	if p.options.Store != nil {
		record := store.Record{Series: m.Series, Measurement: m.Measurement}
		if m.Expires > 0 {
			record.Expires = time.Now().Add(time.Duration(m.Expires) * time.Millisecond)
		}
		entry, err := record.Entry()
		if err != nil {
			p.fail(stream.Place{Source: p.options.Name}, err)
		} else {
			p.entries = append(p.entries, entry)
		}
	}
	key, text := p.options.Write(&m)
	switch {
	case text == nil:
	case p.out != nil:
		p.loop.write(p.loop.writeCtx, p.out, &kgo.Record{Partition: byKey, Key: key, Value: text})
	case p.options.Output != nil:
		return p.options.Output(text)
	}
	return nil
}

// due implements processor: time ends periods too.
func (p *Profiler) due() bool {
	return time.Since(p.ended) >= measureEvery && len(p.restoredShares()) > 0
}

// finish implements processor.
func (p *Profiler) finish(graceful context.Context) error {
	p.ended = time.Now()
	p.dropStrangers()
	shares := p.restoredShares()
	for _, s := range shares {
		if err := s.stream.Tick(graceful, p.emit); err != nil {
			return interrupted(graceful, err)
		}
	}
	entries := p.entries
	p.entries = nil
	return interrupted(graceful, p.keeper.finish(graceful, shares, entries))
}

// dropStrangers drops shares of partitions that others read now, which a session of
// transactions does not always tell: of what is revoked between two of its transactions, it
// tells the first only. No partition moves when it is called.
func (p *Profiler) dropStrangers() {
	if p.log == nil {
		return
	}
	committed := p.loop.client.CommittedOffsets()
	p.drop(func(at place) bool {
		_, ours := committed[at.topic][at.number]
		return !ours && !p.loop.begun.has(at.topic, at.number) && p.shares[at].next >= 0
	})
}

// written implements processor.
func (p *Profiler) written(graceful context.Context, leaving bool) error {
	return interrupted(graceful, p.keeper.written(graceful, p.restoredShares(), leaving))
}

// committable implements processor.
func (p *Profiler) committable(done offsets) offsets { return p.keeper.committable(done) }

// abandoned implements processor: all is restored to what it was.
func (p *Profiler) abandoned() {
	p.entries = nil
	for _, s := range p.all() {
		p.undo(s)
	}
}

// undo has a share restored before it takes records again.
func (p *Profiler) undo(s *share) {
	p.loop.client.PauseFetchPartitions(map[string][]int32{s.at.topic: {s.at.number}})
	committed, known := p.loop.client.CommittedOffsets()[s.at.topic][s.at.number]
	p.mu.Lock()
	defer p.mu.Unlock()
	if known {
		s.committed = max(committed.Offset, -1)
	}
	p.count(s)
	s.stream = nil
}

// refused implements processor.
func (p *Profiler) refused(*failure) bool { return false }

// unreadable implements processor.
func (p *Profiler) unreadable(b *badBatch) bool {
	p.fail(b.first.place.at(b.first.offset), b.passed())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counters.Read += b.next - b.first.offset
	p.counters.Failed += b.next - b.first.offset
	return true
}

// left implements processor.
func (p *Profiler) left(gone map[string][]int32) {
	all := map[place]bool{}
	for topic, numbers := range gone {
		for _, n := range numbers {
			all[place{topic, n}] = true
		}
	}
	p.drop(func(at place) bool { return all[at] })
}

// drop forgets the shares that are chosen; nil chooses all.
func (p *Profiler) drop(chosen func(place) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for at, s := range p.shares {
		if chosen == nil || chosen(at) {
			p.count(s)
			delete(p.shares, at)
		}
	}
}

// count adds what became of the messages of a share that is dropped.
func (p *Profiler) count(s *share) {
	if s.stream != nil {
		p.counts.Add(s.stream.Counts())
	}
}
