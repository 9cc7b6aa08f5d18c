package maas

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// ErrBusy is wrapped by the errors of calls that were not sent, as too many others of
// the model were under way.
var ErrBusy = errors.New("too many calls of the model")

// queue lets a bounded number of calls of a model through at a time; a bounded number
// of others waits, and these keep a bounded amount of memory.
type queue struct {
	slots    chan struct{}
	length   int64 // of calls that may wait
	waiting  atomic.Int64
	bytes    atomic.Int64
	maxBytes int64
}

func newQueue(o Options) *queue {
	return &queue{slots: make(chan struct{}, o.Concurrency), length: int64(o.QueueLength), maxBytes: o.QueueBytes}
}

// enter waits for the turn of a call that keeps so many bytes. leave must be called
// when it is done.
func (q *queue) enter(ctx context.Context, bytes int64) (leave func(), err error) {
	select {
	case q.slots <- struct{}{}:
		return q.leave, nil
	default:
	}
	defer q.waiting.Add(-1)
	defer q.bytes.Add(-bytes)
	waiting, kept := q.waiting.Add(1), q.bytes.Add(bytes)
	if waiting > q.length || kept > q.maxBytes {
		return nil, fmt.Errorf("%w: %d are under way and %d wait", ErrBusy, cap(q.slots), waiting-1)
	}
	select {
	case q.slots <- struct{}{}:
		return q.leave, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: the turn of this one did not come: %w", ErrBusy, ctx.Err())
	}
}

// isAlone reports whether no more than one call is under way.
func (q *queue) isAlone() bool { return len(q.slots) <= 1 }

func (q *queue) leave() { <-q.slots }
