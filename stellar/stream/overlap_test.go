package stream

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// upTo is the numbers from 0 to n-1.
func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestOverlapKeepsOrder(t *testing.T) {
	noGoroutinesLeft(t)
	for _, parallel := range []int{-1, 0, 1, 2, 7, 100} {
		for _, n := range []int{0, 1, 7, 3000} {
			var underWay, most atomic.Int64
			squares := Overlap(context.Background(), parallel, upTo(n), func(_ context.Context, i int) int {
				now := underWay.Add(1)
				defer underWay.Add(-1)
				raise(&most, now)
				for range i * 7919 % 11 {
					runtime.Gosched()
				}
				return i * i
			})
			for range 2 { // a sequence may be ranged over again
				i := 0
				for square := range squares {
					require.Equal(t, i*i, square)
					i++
				}
				require.Equal(t, n, i)
			}
			require.LessOrEqual(t, most.Load(), int64(max(parallel, 1)))
		}
	}
}

func TestOverlapOverlaps(t *testing.T) {
	noGoroutinesLeft(t)
	const parallel = 50
	all := make(chan struct{})
	var begun atomic.Int64
	got := slices.Collect(Overlap(context.Background(), parallel, upTo(parallel), func(ctx context.Context, i int) int {
		if begun.Add(1) == parallel {
			close(all)
		}
		select {
		case <-all:
			return i
		case <-time.After(deadline):
			return -1
		}
	}))
	require.Equal(t, slices.Collect(upTo(parallel)), got)
}

// TestOverlapIsLeft: leaving the loop calls off what is under way.
func TestOverlapIsLeft(t *testing.T) {
	noGoroutinesLeft(t)
	var begun atomic.Int64
	for i := range Overlap(context.Background(), 4, upTo(1000), func(ctx context.Context, i int) int {
		begun.Add(1)
		if i > 2 {
			<-ctx.Done()
		}
		return i
	}) {
		if i == 2 {
			break
		}
	}
	require.LessOrEqual(t, begun.Load(), int64(3+4))
}

// TestOverlapIsCalledOff: after the end of the context nothing is begun, and what
// was has results.
func TestOverlapIsCalledOff(t *testing.T) {
	noGoroutinesLeft(t)
	for _, n := range []int{4, 5, 100_000} {
		ctx, cancel := context.WithCancel(context.Background())
		var begun atomic.Int64
		got := slices.Collect(Overlap(ctx, 4, upTo(n), func(ctx context.Context, i int) int {
			if begun.Add(1) == 4 {
				cancel()
			}
			<-ctx.Done()
			return i
		}))
		require.Equal(t, []int{0, 1, 2, 3}, got)
		require.EqualValues(t, 4, begun.Load())
	}
}

// TestOverlapPanics: what panics in the background does so in the loop, when its
// result would come.
func TestOverlapPanics(t *testing.T) {
	noGoroutinesLeft(t)
	broken := errors.New("broken")
	for _, test := range []struct {
		name string
		end  func()
		want string
	}{
		{"error", func() { panic(broken) }, "broken\n\ngoroutine "},
		{"text", func() { panic("a text") }, "a text\n\ngoroutine "},
		{"end of the goroutine", runtime.Goexit, "the goroutine was ended by what it ran"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			defer func() {
				err, ok := recover().(error)
				require.True(t, ok)
				require.Contains(t, err.Error(), test.want)
				require.Equal(t, test.name == "error", errors.Is(err, broken))
				require.Equal(t, []int{0, 1, 2}, got)
			}()
			for i := range Overlap(context.Background(), 3, upTo(1000), func(ctx context.Context, i int) int {
				if i == 3 {
					test.end()
				}
				return i
			}) {
				got = append(got, i)
			}
			require.Fail(t, "the loop ends")
		})
	}

	// What the items and the loop panic with ends the work too.
	hang := func(ctx context.Context, i int) int {
		if i > 0 {
			<-ctx.Done()
		}
		return i
	}
	require.PanicsWithValue(t, "items", func() {
		for range Overlap(context.Background(), 3, func(yield func(int) bool) {
			yield(1)
			panic("items")
		}, hang) {
		}
	})
	require.PanicsWithValue(t, "loop", func() {
		for range Overlap(context.Background(), 3, upTo(10), hang) {
			panic("loop")
		}
	})
}
