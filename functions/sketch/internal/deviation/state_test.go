package deviation_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/sketch/internal/deviation"
)

func stateOf(t testing.TB, numbers ...float64) *deviation.State {
	s := &deviation.State{}
	require.NoError(t, s.Add(numbers...))
	return s
}

func next(earlier ...*deviation.State) *deviation.State {
	s := &deviation.State{}
	for _, e := range earlier {
		s.Remember(e)
	}
	return s
}

func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// exact is what a State estimates, from all numbers.
type exact struct{ tick, window, tickDeviations, windowDeviations []float64 }

func (e *exact) add(x float64) {
	d := math.Abs(x - median(e.window))
	e.tick, e.window = append(e.tick, x), append(e.window, x)
	if !math.IsNaN(d) {
		e.tickDeviations, e.windowDeviations = append(e.tickDeviations, d), append(e.windowDeviations, d)
	}
}

// TestTicks: what a state of several ticks says is exact while there are few numbers,
// in whatever order the earlier states are merged.
func TestTicks(t *testing.T) {
	for split := range 200 {
		random := rand.New(rand.NewPCG(uint64(split), 5))
		var want exact
		var earlier []*deviation.State
		for range random.IntN(5) {
			s, e := &deviation.State{}, exact{}
			for range random.IntN(40) {
				x := math.Round(random.NormFloat64() * 100)
				require.NoError(t, s.Add(x))
				e.add(x)
			}
			earlier = append(earlier, s)
			want.window = append(want.window, e.tick...)
			want.windowDeviations = append(want.windowDeviations, e.tickDeviations...)
		}
		random.Shuffle(len(earlier), func(i, j int) { earlier[i], earlier[j] = earlier[j], earlier[i] })
		s := next(earlier...)
		for range random.IntN(40) {
			x := math.Round(random.NormFloat64() * 100)
			require.NoError(t, s.Add(x))
			want.add(x)
		}
		same(t, median(want.window), s.Median())
		same(t, median(want.windowDeviations), s.Deviation())
		same(t, 2*math.Abs(7-median(want.window))/median(want.windowDeviations), s.Score(7, 2))
		later := next(s)
		same(t, median(want.tick), later.Median())
		same(t, median(want.tickDeviations), later.Deviation())
	}
}

func same(t *testing.T, want, got float64) {
	require.True(t, want == got || math.IsNaN(want) && math.IsNaN(got) || math.Abs(want-got) <= 1e-12*math.Abs(want), "%v, not %v", got, want)
}

// TestManyNumbers: medians of many numbers have a rank within half a percent, whether
// they came in one tick or in many.
func TestManyNumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 6))
	one := &deviation.State{}
	var ticks []*deviation.State
	var all []float64
	for i := range 20_000 {
		x := math.Exp(random.NormFloat64())
		all = append(all, x)
		if i%500 == 0 {
			ticks = append(ticks, &deviation.State{})
		}
		require.NoError(t, one.Add(x))
		require.NoError(t, ticks[len(ticks)-1].Add(x))
	}
	deviations, middle := make([]float64, len(all)), median(all)
	for i, x := range all {
		deviations[i] = math.Abs(x - middle)
	}
	for _, s := range []*deviation.State{one, next(ticks...)} {
		require.InDelta(t, 0.5, rank(all, s.Median()), 0.005)
		require.InDelta(t, 0.5, rank(deviations, s.Deviation()), 0.02, "the medians of the first numbers are not those of all")
	}
}

func rank(numbers []float64, x float64) float64 {
	below := 0
	for _, n := range numbers {
		if n < x {
			below++
		}
	}
	return float64(below) / float64(len(numbers))
}

func TestEarlierStatesStay(t *testing.T) {
	a, b := stateOf(t, 1, 2, 3), stateOf(t, 10, 20)
	before := a.Clone()
	later := next(a, b, a)
	require.True(t, before.Equal(a))
	require.NoError(t, later.Add(5))
	require.True(t, before.Equal(a))
	require.Equal(t, "OUTLIER_MAD_STATE{count=3, median=2.0, deviation=1.25}", a.String())
	require.Equal(t, "OUTLIER_MAD_STATE{count=0, median=NaN, deviation=NaN}", (&deviation.State{}).String())
}

// TestRange: what cannot be added changes nothing.
func TestRange(t *testing.T) {
	for _, numbers := range [][]float64{{0, 1e100}, {1e78, -1e78}, {math.Inf(1)}, {1, math.Inf(-1)}, {1e200}, {1, 2, math.NaN(), 1e100}} {
		s := stateOf(t, 7)
		before := s.Clone()
		require.ErrorIs(t, s.Add(numbers...), deviation.ErrRange, "%v", numbers)
		require.True(t, before.Equal(s))
	}
	s := stateOf(t, 1e100, math.NaN(), 1e100)
	require.Equal(t, 1e100, s.Median())
	require.Zero(t, s.Deviation())
}

func TestWeight(t *testing.T) {
	s := &deviation.State{}
	least := s.Weight()
	for i := range 10_000 {
		require.NoError(t, s.Add(float64(i)))
		require.GreaterOrEqual(t, s.Weight(), least)
		require.Less(t, s.Weight(), int64(2000))
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	s := &deviation.State{}
	for i := range 10_000 {
		require.NoError(t, s.Add(float64(i*7919%10_007)))
	}
	require.Less(t, testing.AllocsPerRun(10_000, func() { _ = s.Add(5) }), 0.1)
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Score(5, 1) }))
}
