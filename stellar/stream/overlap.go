package stream

import (
	"context"
	"iter"
)

// Overlap returns the results of do for the items, in their order. Up to parallel
// calls of do are under way at the same time, each in a goroutine of its own, and up
// to some hundred results wait for those before them. It is for messages in memory; a
// Runner does the same for messages of an io.Reader.
//
// Everything happens while the sequence is ranged over, and no goroutine is left
// after the loop. Items are taken by the loop's goroutine, so that results that are
// done wait while the next item is waited for. If the loop is left, do's context
// ends, and what is under way is waited for. When ctx ends, no item is begun any
// more; the results of those under way are the last ones, and ctx.Err says that there
// may have been more items. If a call of do panics, the loop does, with an error that
// has the call's stack, after the results before.
func Overlap[T, R any](
	ctx context.Context, parallel int, items iter.Seq[T], do func(context.Context, T) R,
) iter.Seq[R] {
	return func(yield func(R) bool) {
		working, callOff := context.WithCancel(ctx)
		o := overlap[T, R]{newQueue(working, parallel, func() func(*call[T, R]) int64 {
			return func(c *call[T, R]) int64 {
				c.result = do(working, c.item)
				return 0
			}
		})}
		defer o.stop()
		defer callOff()
		for item := range items {
			for o.next() == nil {
				if !o.yieldOldest(yield) {
					return
				}
			}
			if ctx.Err() != nil {
				break
			}
			o.next().item = item
			o.push()
			if !o.yieldDone(yield) {
				return
			}
		}
		for !o.empty() {
			if !o.yieldOldest(yield) {
				return
			}
		}
	}
}

// call is a call of what an overlap does.
type call[T, R any] struct {
	item   T
	result R
}

// overlap is a loop over the results of calls.
type overlap[T, R any] struct{ *queue[call[T, R]] }

// yieldDone yields the oldest results that are done. It reports whether the loop goes
// on.
func (o overlap[T, R]) yieldDone(yield func(R) bool) bool {
	for c := o.take(); c != nil; c = o.take() {
		result := c.result
		*c = call[T, R]{}
		if !yield(result) {
			return false
		}
	}
	return true
}

// yieldOldest waits for the oldest result, and yields it and those after it that are
// done too. It reports whether the loop goes on.
func (o overlap[T, R]) yieldOldest(yield func(R) bool) bool {
	if more := o.wait(); !more {
		return false
	}
	return o.yieldDone(yield)
}
