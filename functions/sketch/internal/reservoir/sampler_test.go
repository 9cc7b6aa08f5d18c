package reservoir

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

func sampleOf(size int, numbers ...int) *Sampler {
	s := New(size)
	for _, n := range numbers {
		s.Add(value.Int(int32(n)))
	}
	return s
}

func numbers(s *Sampler) []int {
	var numbers []int
	for _, item := range s.Items() {
		numbers = append(numbers, int(item.Int64()))
	}
	return numbers
}

func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// TestRandom: numbers of new java.util.Random(0), by its documented algorithm; the
// first two of nextInt(10) and of nextInt(100) are well known.
func TestRandom(t *testing.T) {
	r := seeded(0)
	require.Equal(t, []int64{0, 8, 9, 7, 5, 3, 1, 1, 9, 4}, draw(&r, 10, 10))
	r = seeded(0)
	require.Equal(t, []int64{60, 48, 29, 47, 15}, draw(&r, 100, 5))
	for _, bound := range []int64{1, 1 << 30, 1<<31 - 1, 1 << 31, 1<<40 + 1, 1 << 62} {
		for _, x := range draw(&r, bound, 1000) {
			require.True(t, x >= 0 && x < bound, "%d of %d", x, bound)
		}
	}
}

func draw(r *random, bound int64, n int) []int64 {
	var drawn []int64
	for range n {
		drawn = append(drawn, r.below(bound))
	}
	return drawn
}

// TestSameAsMetron has samples that Metron takes.
func TestSameAsMetron(t *testing.T) {
	require.Equal(t, []int{3, 2}, numbers(sampleOf(2, upTo(8)...)))
}

// TestMergeFits: while both samples hold all there was, merging is going on.
func TestMergeFits(t *testing.T) {
	for split := range 200 {
		random := rand.New(rand.NewPCG(uint64(split), 3))
		all := upTo(random.IntN(50))
		whole := sampleOf(50, all...)
		var parts []*Sampler
		for rest := all; len(parts) == 0 || len(rest) > 0; {
			n := random.IntN(len(rest) + 1)
			parts = append(parts, sampleOf(50, rest[:n]...))
			rest = rest[n:]
		}
		for len(parts) > 1 { // neighbours, in any grouping
			i := random.IntN(len(parts) - 1)
			parts[i].Merge(parts[i+1])
			parts = slices.Delete(parts, i+1, i+2)
		}
		require.True(t, whole.Equal(parts[0]), "%s %s", whole, parts[0])
	}
}

// TestMergeIsFair merges samples of streams of different lengths, in any order and
// grouping, and counts how often each item of the streams is in the result: all equally
// often, as in a sample of one stream.
func TestMergeIsFair(t *testing.T) {
	const size, length, rounds = 10, 60, 6000
	for _, split := range [][]int{{60}, {30, 30}, {50, 10}, {5, 55}, {2, 58}, {40, 15, 5}} {
		counts := make([]int, length+1)
		for round := range rounds {
			choice := rand.New(rand.NewPCG(uint64(round), 4))
			var parts []*Sampler
			next := 1
			for _, n := range split {
				s := New(size)
				s.random = seeded(choice.Uint64())
				for range n {
					s.Add(value.Int(int32(next)))
					next++
				}
				parts = append(parts, s)
			}
			for len(parts) > 1 {
				into, from := choice.IntN(len(parts)), choice.IntN(len(parts))
				if into != from {
					parts[into].Merge(parts[from])
					parts = slices.Delete(parts, from, from+1)
				}
			}
			require.Len(t, parts[0].Items(), size)
			require.EqualValues(t, length, parts[0].seen)
			for _, n := range numbers(parts[0]) {
				counts[n]++
			}
		}
		// Chi-squared with 59 degrees of freedom exceeds 99 in one of 1000 trials; as
		// places are not drawn with replacement, it is smaller here.
		want, sum := float64(rounds*size)/length, 0.0
		for _, n := range counts[1:] {
			sum += (float64(n) - want) * (float64(n) - want) / want
		}
		t.Logf("%v: chi-squared %.1f", split, sum)
		require.Less(t, sum, 99.0, "%v", split)
	}
}

func TestMergeSizes(t *testing.T) {
	for _, c := range []struct {
		into, from *Sampler
		want       int
	}{
		{sampleOf(9, 1, 2), sampleOf(2, 3, 4, 5), 4},
		{sampleOf(2), sampleOf(9, 1, 2, 3), 2},
		{sampleOf(9), sampleOf(2, 1, 2), 2},
		{sampleOf(3, 1, 2, 3), sampleOf(3, 4, 5, 6), 3},
		{sampleOf(3), sampleOf(3), 0},
	} {
		before := c.from.Clone()
		c.into.Merge(c.from)
		require.Len(t, c.into.Items(), c.want)
		require.True(t, before.Equal(c.from))
	}
	s := sampleOf(3, 1, 2, 3, 4)
	s.Merge(s)
	require.Len(t, s.Items(), 3)
	require.EqualValues(t, 8, s.seen)
}

func TestWeight(t *testing.T) {
	s := New(100)
	items := int64(0)
	for i := range 1000 {
		s.Add(value.ListOf(value.String(strconv.Itoa(i)), value.Int(1)).Freeze())
		items = min(items+3, 300)
		require.Equal(t, ownWeight+items, s.Weight())
	}
	s.Merge(s.Clone())
	require.Equal(t, ownWeight+300, s.Weight())
}

func TestDepth(t *testing.T) {
	s := New(2)
	require.Zero(t, Depth(value.Int(1)))
	s.Add(value.ListOf(value.ListOf()).Freeze())
	require.Equal(t, 3, Depth(value.Object(s)))
	require.Equal(t, 5, Depth(value.ListOf(value.FromMap(value.NewMap(0).Put(value.Int(1), value.Object(s))))))
}

// TestAddAllocatesLittle: only what is kept takes memory.
func TestAddAllocatesLittle(t *testing.T) {
	s := New(10)
	for i := range 100_000 {
		s.Add(value.Int(int32(i)))
	}
	item := value.String("some item")
	require.Less(t, testing.AllocsPerRun(1000, func() { s.Add(item) }), 0.1)
}
