package stream

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// queue is work whose results are wanted in the order of its items, though goroutines
// do it at the same time. Its owner is one goroutine: it fills slots, and takes them
// back, the oldest first, when they are done. Workers begin items in order, one at a
// time, so that no slow item keeps another from being begun.
type queue[T any] struct {
	ctx     context.Context                // after its end no item is begun
	keep    func() bool                    // from halting at that
	work    func() func(*T) (weight int64) // makes what a worker does to items
	workers int                            // at most
	slots   []slot[T]                      // item n is in slot n modulo their number

	// Of the owner.
	oldest  int64 // item that was not taken back
	started int   // workers
	running sync.WaitGroup

	awaited atomic.Int64  // the item that the owner is woken for
	woken   chan struct{} // has an element when the owner is to look at the slots

	mu       sync.Mutex
	change   sync.Cond // of what follows, for workers
	filled   int64     // items that were pushed; only the owner writes it
	begun    int64     // of these
	weight   int64     // of items that were begun and not taken back
	expected int64     // weight of an item until it is done: a moving average
	halted   bool      // no item is begun any more
}

// slot holds an item.
type slot[T any] struct {
	item    T
	number  int64
	weight  int64 // expected, or that of the item if it is done
	failure error // what the work panicked with
	done    atomic.Bool
}

const (
	// ahead is how many slots there are besides one for each worker. An item that
	// takes longer than others holds up the workers only when all are in use.
	ahead = 256

	// maxWeight bounds the weight of what was begun and not taken back, besides what
	// items under way turn out to weigh more than was expected of them.
	maxWeight = 2 * maxLine

	// maxWorkers bounds them.
	maxWorkers = 1 << 16
)

// newQueue returns a queue, which must be stopped.
func newQueue[T any](ctx context.Context, workers int, work func() func(*T) int64) *queue[T] {
	workers = min(max(workers, 1), maxWorkers)
	q := &queue[T]{
		ctx: ctx, work: work, workers: workers,
		slots: make([]slot[T], workers+ahead), woken: make(chan struct{}, 1),
	}
	q.change.L = &q.mu
	q.keep = context.AfterFunc(ctx, q.halt)
	return q
}

// halt lets no item be begun any more.
func (q *queue[T]) halt() {
	q.mu.Lock()
	q.halted = true
	q.mu.Unlock()
	q.change.Broadcast()
	q.wake()
}

// stop halts, and waits until no worker is left.
func (q *queue[T]) stop() {
	q.keep()
	q.halt()
	q.running.Wait()
}

func (q *queue[T]) slot(n int64) *slot[T] { return &q.slots[n%int64(len(q.slots))] }

func (q *queue[T]) empty() bool { return q.oldest == q.filled }

// next returns the item to fill next, as it was left in the slot; nil if all slots
// are in use.
func (q *queue[T]) next() *T {
	if q.filled-q.oldest == int64(len(q.slots)) {
		return nil
	}
	return &q.slot(q.filled).item
}

// push lets workers have the item that next returned.
func (q *queue[T]) push() {
	q.slot(q.filled).number = q.filled
	q.mu.Lock()
	q.filled++
	q.mu.Unlock()
	q.change.Signal()
	if q.started < q.workers && int64(q.started) < q.filled-q.oldest {
		q.started++
		q.running.Go(q.run)
	}
}

// take returns the oldest item if it is done, otherwise nil. The item may be used
// until the next one is filled. If the work on it panicked, take does.
func (q *queue[T]) take() *T {
	s := q.slot(q.oldest)
	if !s.done.Load() {
		return nil
	}
	if s.failure != nil {
		panic(s.failure)
	}
	s.done.Store(false)
	q.oldest++
	if s.weight > 0 {
		q.mu.Lock()
		q.weight -= s.weight
		q.mu.Unlock()
		q.change.Signal()
	}
	return &s.item
}

// arm has the owner woken when the oldest item is done, which may be one that is still
// to be pushed.
func (q *queue[T]) arm() {
	q.awaited.Store(q.oldest)
	if q.slot(q.oldest).done.Load() {
		q.wake()
	}
}

// wait waits until the oldest item is done, and reports whether it is: after the end of
// the context it may not have been begun.
func (q *queue[T]) wait() bool {
	for q.arm(); !q.slot(q.oldest).done.Load(); <-q.woken {
		if q.leaves() {
			return false
		}
	}
	return true
}

// leaves reports whether the oldest item will not be begun.
func (q *queue[T]) leaves() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.oldest >= q.begun && q.halted
}

// wake wakes the owner, now or when it waits next.
func (q *queue[T]) wake() {
	select {
	case q.woken <- struct{}{}:
	default:
	}
}

// run is a worker.
func (q *queue[T]) run() {
	var current *slot[T]
	defer func() {
		if current != nil { // the work did not return
			current.failure = failureOf(recover())
			q.finish(current, 0)
		}
	}()
	work := q.work()
	for s := q.claim(); s != nil; s = q.claim() {
		current = s
		weight := work(&s.item)
		current = nil
		q.finish(s, weight)
	}
}

// claim waits for an item to begin. It returns nil if there will be none.
func (q *queue[T]) claim() *slot[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.halted && q.ctx.Err() == nil { // the end of the context halts a little later
		if q.claimable() {
			s := q.slot(q.begun)
			q.begun++
			s.weight = q.expected
			if q.weight += s.weight; q.claimable() {
				q.change.Signal()
			}
			return s
		}
		q.change.Wait()
	}
	return nil
}

// claimable reports whether there is an item to begin, and not too much weight. As
// weight is that of items that were begun, the oldest one does not wait for others.
func (q *queue[T]) claimable() bool {
	return q.begun < q.filled && (q.weight == 0 || q.weight+q.expected <= maxWeight)
}

// finish hands an item over to the owner.
func (q *queue[T]) finish(s *slot[T], weight int64) {
	if weight != s.weight {
		q.mu.Lock()
		q.weight += weight - s.weight
		q.expected += (weight - q.expected) >> 4
		q.mu.Unlock()
		q.change.Signal()
		s.weight = weight
	}
	n := s.number
	s.done.Store(true)
	if q.awaited.Load() == n {
		q.wake()
	}
}

// failureOf returns the error of work that panicked, or ended its goroutine if p is
// nil.
func failureOf(p any) error {
	stack := debug.Stack()
	switch p := p.(type) {
	case nil:
		return errors.New("the goroutine was ended by what it ran")
	case error:
		return fmt.Errorf("%w\n\n%s", p, stack)
	default:
		return fmt.Errorf("%v\n\n%s", p, stack)
	}
}
