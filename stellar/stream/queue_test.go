package stream

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestQueueBoundsWeight: when the results that wait weigh too much, nothing is begun
// until some are taken back.
func TestQueueBoundsWeight(t *testing.T) {
	noGoroutinesLeft(t)
	const weight, items = maxWeight / 4, 100
	var begun atomic.Int64
	released := make(chan struct{})
	q := newQueue(context.Background(), 2, func() func(*int) int64 {
		return func(item *int) int64 {
			begun.Add(1)
			if *item == 0 {
				<-released
			}
			return weight
		}
	})
	defer q.stop()
	for i := range items {
		*q.next() = i
		q.push()
	}
	weighed := func() int64 {
		q.mu.Lock()
		defer q.mu.Unlock()
		return q.weight
	}
	require.Eventually(t, func() bool { return weighed() == 4*weight }, deadline, time.Millisecond)
	require.EqualValues(t, 1+4, begun.Load())
	require.Nil(t, q.take())
	close(released)
	for i := range items {
		require.True(t, q.wait())
		require.LessOrEqual(t, weighed(), int64(maxWeight+2*weight))
		require.LessOrEqual(t, begun.Load(), int64(i+8))
		require.Equal(t, i, *q.take())
	}
	require.True(t, q.empty())
	require.Zero(t, weighed())
}

// TestQueueStopsWhenFull: workers that wait for weight to be taken back end, too.
func TestQueueStopsWhenFull(t *testing.T) {
	noGoroutinesLeft(t)
	q := newQueue(context.Background(), 3, func() func(*int) int64 {
		return func(*int) int64 { return maxWeight + 1 }
	})
	for range 10 {
		q.next()
		q.push()
	}
	require.True(t, q.wait())
	q.stop()
	q.stop()
}

// TestQueueEnds: whenever the context ends, the items that were begun are the first
// ones, all of these are done, and the owner is told that there are no more.
func TestQueueEnds(t *testing.T) {
	noGoroutinesLeft(t)
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		ctx, cancel := context.WithCancel(context.Background())
		last := random.IntN(400)
		var begun atomic.Int64
		q := newQueue(ctx, 1+random.IntN(9), func() func(*int) int64 {
			return func(item *int) int64 {
				begun.Add(1)
				if *item == last {
					cancel()
				}
				return int64(*item%3) * maxWeight / 2
			}
		})
		taken := 0
		take := func() bool {
			if !q.wait() {
				return false
			}
			require.Equal(t, taken, *q.take())
			taken++
			return true
		}
		for i := 0; ; i++ {
			for q.next() == nil && take() {
			}
			item := q.next()
			if item == nil {
				break
			}
			*item = i
			q.push()
		}
		for take() {
		}
		q.stop()
		require.EqualValues(t, begun.Load(), taken)
		require.Greater(t, taken, last)
		require.False(t, q.wait())
	}
}

// TestQueueExpectsWeight: of items that are as heavy as those before them, no more are
// under way than the weight allows for.
func TestQueueExpectsWeight(t *testing.T) {
	noGoroutinesLeft(t)
	const workers, known, items = 64, 150, 300 // so many are done when item known is begun that their weight is known
	var underWay, most atomic.Int64
	q := newQueue(context.Background(), workers, func() func(*int) int64 {
		return func(item *int) int64 {
			if *item >= known {
				now := underWay.Add(1)
				defer underWay.Add(-1)
				raise(&most, now)
			}
			for range 100 {
				runtime.Gosched()
			}
			return maxWeight / 4
		}
	})
	defer q.stop()
	for i := range items {
		if *q.next() = i; i >= workers {
			require.True(t, q.wait())
			require.Equal(t, i-workers, *q.take())
		}
		q.push()
	}
	for range workers {
		require.True(t, q.wait())
		q.take()
	}
	require.True(t, q.empty())
	require.Positive(t, most.Load())
	require.LessOrEqual(t, most.Load(), int64(5))
}
