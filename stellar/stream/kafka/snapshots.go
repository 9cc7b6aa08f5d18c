package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/store"
)

// snapshots keep all that is known of a partition in a store that workers share, together
// with the offset of the record that comes next. A worker that takes the partition over
// reads on from there, so that each record is taken in once, whenever the one before has
// ended, and whatever was committed.
type snapshots struct {
	profiler *Profiler

	mu    sync.Mutex
	saved map[place]saved
}

// saved is what a worker has claimed of a partition.
type saved struct {
	states store.States
	at     time.Time     // when it was saved last
	took   time.Duration // that
	next   int64         // the offset that was saved
}

const (
	// saveEvery is the time between snapshots, unless making one takes a longer part of the
	// time than saveShare.
	saveEvery = 10 * time.Second
	saveShare = 20
)

// claim implements keeper.
func (k *snapshots) claim(ctx context.Context, at place) (int64, error) {
	states := store.States{
		Store: k.profiler.options.Store, Types: k.profiler.options.Types,
		Name: fmt.Sprintf("%s %s/%d", k.profiler.options.Name, at.topic, at.number), Run: k.profiler.run,
	}
	progress, found, err := states.Claim(ctx)
	if err != nil {
		return 0, err
	}
	next := int64(-1)
	if found {
		next = progress.Read[at.topic].Messages
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.saved[at] = saved{states: states, at: time.Now(), next: next}
	return next, nil
}

func (k *snapshots) of(at place) saved {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.saved[at]
}

// restore implements keeper.
func (k *snapshots) restore(ctx context.Context, s *share) (int64, error) {
	if _, err := k.claim(ctx, s.at); err != nil {
		return 0, err
	}
	states := k.of(s.at).states
	progress, _, err := states.Progress(ctx)
	if err != nil || progress.Length == 0 {
		return -1, err
	}
	if !s.stream.Resume(progress.Position) {
		return 0, errors.New("periods had another length when it was kept; --anew begins without it")
	}
	lost := 0
	err = states.Load(ctx, func(state profiler.State) error {
		if !s.stream.Restore(state) {
			lost++
		}
		return nil
	})
	if lost > 0 {
		k.profiler.loop.note("%s/%d: %d entities begin anew, as their profiles are others now, or are too many", s.at.topic, s.at.number, lost)
	}
	s.next = progress.Read[s.at.topic].Messages
	return s.next, err
}

// finish implements keeper: what was measured twice is kept once.
func (k *snapshots) finish(ctx context.Context, _ []*share, entries []store.Entry) error {
	return k.profiler.options.Store.Put(ctx, entries)
}

// written implements keeper.
func (k *snapshots) written(ctx context.Context, shares []*share, leaving bool) error {
	for _, s := range shares {
		last := k.of(s.at)
		if s.next < 0 || s.next == last.next || !leaving && time.Since(last.at) < max(saveEvery, saveShare*last.took) {
			continue
		}
		begun := time.Now()
		err := last.states.Save(ctx, store.Progress{
			Position: s.stream.Position(), Read: map[string]store.Mark{s.at.topic: {Messages: s.next}},
		}, s.stream.States(), false)
		switch {
		case errors.Is(err, store.ErrClaimed): // if it is ours nevertheless, we claim it again
			k.profiler.loop.note("%s/%d is measured by another worker", s.at.topic, s.at.number)
			k.profiler.undo(s)
			continue
		case err != nil && ctx.Err() == nil:
			k.profiler.loop.note("what is known of %s/%d is not kept: %v; trying again", s.at.topic, s.at.number, err)
			continue
		case err != nil:
			return err
		}
		last.at, last.took, last.next = time.Now(), time.Since(begun), s.next
		k.mu.Lock()
		k.saved[s.at] = last
		k.mu.Unlock()
	}
	return nil
}

// committable implements keeper: what is saved, also of partitions from which nothing was
// read since. A worker that finds no snapshot begins with the records that none has taken in.
func (k *snapshots) committable(offsets) offsets {
	all := offsets{}
	for _, s := range k.profiler.restoredShares() {
		if last := k.of(s.at); last.next >= 0 {
			all.set(s.at.topic, s.at.number, kgo.EpochOffset{Epoch: -1, Offset: last.next})
		}
	}
	return all
}
