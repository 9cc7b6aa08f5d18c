package kafka

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/functions/kafka/broker"
	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/value"
)

// changelog keeps what changes of a partition in the partition of the same number of a
// compacted topic, in the transaction in which offsets are committed. A worker that takes
// the partition over reads what is committed there, when its offset is known. Brokers mark
// a transaction as committed in one partition after the other, so that the change-log may
// still be behind the offset: it is read until it is not.
type changelog struct{ profiler *Profiler }

// claim implements keeper: transactions keep others away.
func (k *changelog) claim(context.Context, place) (int64, error) { return -1, nil }

// restore implements keeper.
func (k *changelog) restore(ctx context.Context, s *share) (int64, error) {
	kept, position, next, err := k.caughtUp(ctx, s)
	if err != nil || next < 0 {
		return -1, err
	}
	if !s.stream.Resume(position) {
		return 0, fmt.Errorf("periods had another length when it was kept; another topic than %s, or --anew, begins without it", k.profiler.log.to.Topic)
	}
	lost := 0
	for _, text := range kept {
		state, err := store.DecodeState(text, k.profiler.options.Types)
		if err != nil {
			return 0, fmt.Errorf("a state in %s: %w", k.profiler.log.to.Topic, err)
		}
		if !s.stream.Restore(state) {
			lost++
		}
	}
	if lost > 0 {
		k.profiler.loop.note("%s/%d: %d entities begin anew, as their profiles are others now, or are too many", s.at.topic, s.at.number, lost)
	}
	s.next, s.logged = next, next
	return -1, nil // it is the offset that the group has committed
}

// caughtUp returns the states that are kept of a partition as of the offset that its group
// has committed, and the position; next is -1 if nothing is kept.
func (k *changelog) caughtUp(ctx context.Context, s *share) (kept map[string][]byte, position profiler.Position, next int64, err error) {
	written, err := k.end(ctx, s.at.number, (*kadm.Client).ListEndOffsets)
	if err != nil {
		return nil, position, 0, err
	}
	for {
		end, err := k.end(ctx, s.at.number, (*kadm.Client).ListCommittedOffsets)
		if err != nil {
			return nil, position, 0, err
		}
		if kept, err = k.read(ctx, s.at.number, end); err != nil {
			return nil, position, 0, err
		}
		if position, next, err = k.takePosition(kept); err != nil {
			return nil, position, 0, err
		}
		switch {
		case next >= s.committed:
			return kept, position, next, nil
		case end >= written: // no transaction is open that was there before
			k.profiler.loop.note("%s/%d: %s does not know the records before %d, which count for nothing", s.at.topic, s.at.number, k.profiler.log.to.Topic, s.committed)
			return kept, position, next, nil
		}
		select {
		case <-ctx.Done():
			return nil, position, 0, ctx.Err()
		case <-time.After(markWait):
		}
	}
}

// markWait is the time between looks for the mark of a transaction.
const markWait = 20 * time.Millisecond

// end returns an end of a partition, as list tells it.
func (k *changelog) end(ctx context.Context, partition int32, list func(*kadm.Client, context.Context, ...string) (kadm.ListedOffsets, error)) (int64, error) {
	topic := k.profiler.log.to.Topic
	ends, err := list(kadm.NewClient(k.profiler.loop.client), ctx, topic)
	if err != nil {
		return 0, errors.New(broker.Reason(err))
	}
	end, ok := ends.Lookup(topic, partition)
	switch {
	case !ok:
		return 0, fmt.Errorf("the change-log %s has no partition %d: it needs as many as %s", topic, partition, k.profiler.options.Source.Topics[0])
	case end.Err != nil:
		return 0, fmt.Errorf("the end of %s/%d is not known: %w", topic, partition, end.Err)
	}
	return end.Offset, nil
}

// read returns what is committed in a partition up to an end, by key.
func (k *changelog) read(ctx context.Context, partition int32, end int64) (map[string][]byte, error) {
	topic, l := k.profiler.log.to.Topic, k.profiler.loop
	options, err := l.connection.options(l.source.Brokers)
	if err != nil {
		return nil, err
	}
	kept := map[string][]byte{}
	if end == 0 {
		return kept, nil
	}
	inflater, err := newInflater()
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(append(append(options, inflater.options()...),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {partition: kgo.NewOffset().AtStart()}}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords())...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	for next := int64(0); next < end; {
		turn, cancel := context.WithTimeout(ctx, idleTurn)
		fetches := client.PollRecords(turn, mostPoll)
		cancel()
		l.stats.change(func(now *Stats) { now.Moved = time.Now() })
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		fetches.EachRecord(func(r *kgo.Record) {
			next = r.Offset + 1
			switch {
			case r.Attrs.IsControl():
			case r.Value == nil:
				delete(kept, string(r.Key))
			default:
				kept[string(r.Key)] = append([]byte{}, r.Value...)
			}
		})
		for _, f := range fetches.Errors() {
			if !errors.Is(f.Err, context.DeadlineExceeded) && !errors.Is(f.Err, errFull) {
				return nil, errors.New(broker.Reason(f.Err))
			}
		}
		if start, err := kadm.NewClient(l.client).ListStartOffsets(ctx, topic); next == 0 && err == nil {
			if begin, ok := start.Lookup(topic, partition); ok && begin.Offset >= end {
				break
			}
		}
	}
	return kept, nil
}

// finish implements keeper.
func (k *changelog) finish(ctx context.Context, shares []*share, entries []store.Entry) error {
	p := k.profiler
	if p.options.Store != nil {
		if err := p.options.Store.Put(ctx, entries); err != nil {
			return err
		}
	}
	for _, s := range shares {
		if s.next < 0 {
			continue
		}
		changed := s.next != s.logged
		for c := range s.stream.Changes() {
			changed = true
			key, err := changeKey(c.State)
			if err != nil {
				return err
			}
			r := &kgo.Record{Partition: s.at.number, Key: key}
			if !c.Gone {
				if r.Value, err = store.EncodeState(c.State); err != nil {
					return fmt.Errorf("the variables of the profile %.60q of %.60q: %w", c.Profile, c.Entity, err)
				}
			}
			p.loop.write(ctx, p.log, r)
		}
		if changed {
			p.loop.write(ctx, p.log, &kgo.Record{Partition: s.at.number, Key: k.positionKey(), Value: encodePosition(s.stream.Position(), s.next)})
			s.logged = s.next
		}
	}
	return nil
}

// written implements keeper: all is in the transaction.
func (k *changelog) written(context.Context, []*share, bool) error { return nil }

const (
	// positionPrefix begins the keys of positions; those of states begin otherwise. Each
	// group has its own key, so that compaction never hides that another one writes too.
	positionPrefix = "\x00position "
	// anyPosition is the key of a position by a version that did not name its group.
	anyPosition = "\x00position"
)

// positionKey returns the key of the group's position.
func (k *changelog) positionKey() []byte {
	return []byte(positionPrefix + k.profiler.options.Source.Group)
}

// takePosition takes the position out of what is kept of a partition; next is -1 if there is
// none. It fails if another group keeps what it knows there: each would take the offset of
// the other for its own, and pass over records.
func (k *changelog) takePosition(kept map[string][]byte) (position profiler.Position, next int64, err error) {
	topic, own := k.profiler.log.to.Topic, string(k.positionKey())
	at := kept[own]
	if at == nil {
		at = kept[anyPosition]
	}
	delete(kept, own)
	delete(kept, anyPosition)
	for key := range kept {
		if group, ok := strings.CutPrefix(key, positionPrefix); ok {
			return position, 0, fmt.Errorf("%s is the change-log of the group %s: the group %s needs one of its own, another topic", topic, group, k.profiler.options.Source.Group)
		}
	}
	if at == nil {
		return position, -1, nil
	}
	if position, next, err = decodePosition(at); err != nil {
		return position, 0, fmt.Errorf("the position in %s: %w", topic, err)
	}
	return position, next, nil
}

// changeKey returns the key of a state.
func changeKey(s profiler.State) ([]byte, error) {
	id := s.Period.ID
	if s.Ended {
		id = -1
	}
	return binary.Append(nil, value.ListOf(
		value.String(s.Profile), value.String(s.Definition), value.String(s.Entity), value.Long(s.Period.Length), value.Long(id)))
}

// encodePosition returns the binary form of a list: the latest time, the first period that
// has not ended, the length of periods, the first that was not measured, and the offset of
// the record that comes next.
func encodePosition(p profiler.Position, next int64) []byte {
	kept, _ := binary.Append(nil, value.ListOf(value.Long(p.Newest), value.Long(p.Over), value.Long(p.Length), value.Long(p.Measured), value.Long(next))) // of numbers it does not fail
	return kept
}

func decodePosition(kept []byte) (p profiler.Position, next int64, err error) {
	v, err := binary.Decode(kept, fn.Decoding{})
	if err != nil {
		return p, 0, err
	}
	if v.Kind() != value.KindList || v.Len() != 5 {
		return p, 0, binary.ErrMalformed
	}
	var n [5]int64
	for i := range n {
		if v.Item(i).Kind() != value.KindLong || v.Item(i).Int64() < 0 {
			return p, 0, binary.ErrMalformed
		}
		n[i] = v.Item(i).Int64()
	}
	return profiler.Position{Newest: n[0], Over: n[1], Length: n[2], Measured: n[3]}, n[4], nil
}

// committable implements keeper.
func (k *changelog) committable(done offsets) offsets { return done }
