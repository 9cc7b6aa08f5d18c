package kafka

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

// ending knows how far a worker has to read that is to end. It looks at what the group has
// committed, which is what was written, whoever has read it.
type ending struct {
	loop   *loop
	ends   map[place]int64 // of what was there when the worker began; nil before that is known
	passed map[place]int64 // up to which nothing comes any more after what is committed
	looked time.Time
}

const (
	// endTurn is the time between two looks, lookPatience what one takes at most.
	endTurn      = 500 * time.Millisecond
	lookPatience = 10 * time.Second
	// lookSize is how many bytes are asked for to see whether there are records.
	lookSize = 64 << 10
)

// reached reports whether all is written that was there at the beginning: of the partitions
// that the worker reads, or of all if it reads none, as others may end before and leave theirs
// to it.
func (e *ending) reached(ctx context.Context) bool {
	if time.Since(e.looked) < endTurn {
		return false
	}
	e.looked = time.Now()
	looking, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	yes, err := e.look(looking)
	if err != nil && ctx.Err() == nil && !kerr.IsRetriable(err) {
		e.loop.note("it is not known how much is to be read: %s; trying again", broker.Reason(err))
	}
	return yes
}

func (e *ending) look(ctx context.Context) (bool, error) {
	l := e.loop
	admin := kadm.NewClient(l.client)
	starts, err := listed(admin.ListStartOffsets(ctx, l.source.Topics...))
	if err != nil {
		return false, err
	}
	if e.ends == nil {
		if e.ends, err = listed(admin.ListEndOffsets(ctx, l.source.Topics...)); err != nil {
			return false, err
		}
	}
	committed, err := admin.FetchOffsetsForTopics(ctx, l.source.Group, l.source.Topics...)
	if err != nil {
		return false, err
	}
	places := l.stats.places()
	if len(places) == 0 {
		places = slices.Collect(maps.Keys(e.ends))
	}
	for _, at := range places {
		end, next := e.ends[at], max(starts[at], e.passed[at])
		switch done, ok := committed.Lookup(at.topic, at.number); {
		case ok && done.Err != nil:
			return false, done.Err
		case ok && done.At >= 0:
			next = max(next, done.At)
		case l.source.Latest: // nothing that was there is read
			next = end
		}
		if next >= end {
			continue
		}
		if next, err = l.skip(ctx, at, next, end); err != nil {
			return false, err
		}
		e.passed[at] = next
		if next < end {
			return false, nil
		}
	}
	return true, nil
}

// listed returns offsets that were listed.
func listed(all kadm.ListedOffsets, err error) (map[place]int64, error) {
	at := map[place]int64{}
	all.Each(func(o kadm.ListedOffset) {
		at[place{o.Topic, o.Partition}] = o.Offset
		err = errors.Join(err, o.Err)
	})
	return at, err
}

// skip returns the offset of the next record of a partition, from an offset on, or where no
// more can be read; it is end or more if there is none before end. What transactions have left
// that were aborted, and their marks, are no records, but have offsets, which the client passes
// without a word.
func (l *loop) skip(ctx context.Context, at place, next, end int64) (int64, error) {
	for next < end {
		answer, err := l.fetch(ctx, at, next, lookSize)
		if err != nil {
			return next, err
		}
		found, then := l.process(at, next, answer)
		if len(found.Records) > 0 {
			return found.Records[0].Offset, nil
		}
		if found.Err != nil || then <= next { // records that cannot be read, or a transaction that has not ended
			return next, nil
		}
		next = then
	}
	return next, nil
}
