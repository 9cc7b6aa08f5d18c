package summary

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMergeIsOneStream splits series at random, 200 times, and merges the parts in any
// order and grouping.
func TestMergeIsOneStream(t *testing.T) {
	all := series()
	names := slices.Sorted(maps.Keys(all))
	for round := range 200 {
		random := rand.New(rand.NewPCG(uint64(round), 3))
		name := names[round%len(names)]
		numbers := slices.Clone(all[name])
		stream := summary(t, 0, numbers...)
		if round%2 == 0 { // parts that alternate in the stream, too
			random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		}
		var parts []*Summary
		for rest := numbers; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			parts = append(parts, summary(t, 0, rest[:n]...))
			rest = rest[n:]
		}
		for len(parts) > 1 {
			random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
			group := 2 + random.IntN(len(parts)-1)
			merged, err := mergeAll(parts[:group]...)
			require.NoError(t, err)
			parts = append(parts[group:], merged)
		}
		requireOneStream(t, stream, parts[0], slices.Sorted(slices.Values(numbers)), fmt.Sprintf("%s, round %d", name, round))
	}
}

// requireOneStream compares what was merged with what was added number by number.
func requireOneStream(t *testing.T, stream, merged *Summary, sorted []float64, what string) {
	t.Helper()
	for figure, get := range map[string]func(*Summary) float64{
		"count": (*Summary).Count, "sum": (*Summary).Sum, "min": (*Summary).Min, "max": (*Summary).Max, "mean": (*Summary).Mean,
		"squares": (*Summary).SumSquares, "logs": (*Summary).SumLogs, "geometric mean": (*Summary).GeometricMean,
	} {
		require.True(t, same(get(stream), get(merged)), "%s, %s: %v and %v", what, figure, get(stream), get(merged))
	}
	if variance := stream.PopulationVariance(); variance > 0 {
		spread := stream.Mean() * stream.Mean() / variance
		require.InEpsilon(t, variance, merged.PopulationVariance(), 2e-9*math.Sqrt(1+spread), what)
		require.InDelta(t, stream.Skewness(), merged.Skewness(), 2e-9*(1+spread), what)
		require.InEpsilon(t, 3+stream.Kurtosis(), 3+merged.Kurtosis(), 2e-9*(1+spread), what)
	}
	for _, p := range []float64{0, 0.1, 1, 25, 50, 75, 99, 99.9, 100} {
		most := 0.005
		if p < 1 || p > 99 {
			most = 0.0005
		}
		most += 1 / float64(len(sorted)) // as it interpolates
		x := merged.Percentile(p)
		below, _ := slices.BinarySearch(sorted, x)
		above, _ := slices.BinarySearch(sorted, math.Nextafter(x, math.Inf(1)))
		n := float64(len(sorted))
		require.LessOrEqual(t, float64(below)/n-most, p/100, "%s, percentile %g: %g", what, p, x)
		require.GreaterOrEqual(t, float64(above)/n+most, p/100, "%s, percentile %g: %g", what, p, x)
	}
}
