package monitor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStatistics compares with values that were computed with 40 decimal digits from the
// definitions: the chi-square from expected counts, not from the form used here.
func TestStatistics(t *testing.T) {
	tests := []struct {
		a, b                            []uint64
		stability, divergence, distance float64
	}{
		{[]uint64{10, 20, 30, 40}, []uint64{40, 30, 20, 10}, 0.912869638293567, 0.106440135286223, 0.4},
		{[]uint64{100, 100, 100, 100, 100, 100, 100, 100, 100, 100}, []uint64{55, 60, 80, 90, 100, 110, 120, 130, 125, 130}, 0.078772143752332, 0.009760945697351, 0.115},
		{[]uint64{500, 500, 0}, []uint64{0, 500, 500}, 8.515489752777954, 0.346573590279973, 0.5}, // half of ln 2
		{[]uint64{700, 200, 100}, []uint64{600, 250, 150}, 0.046845500953845, 0.005833678037168, 0.1},
		{[]uint64{1, 1}, []uint64{1, 1}, 0, 0, 0},
		{[]uint64{1, 0}, []uint64{0, 1}, 0.9999 * 2 * math.Log(10_000), math.Ln2, 1},
	}
	for _, test := range tests {
		p, _ := shares(test.a)
		q, _ := shares(test.b)
		require.InDelta(t, test.stability, stability(test.a, test.b), 1e-12)
		require.InDelta(t, test.divergence, divergence(p, q), 1e-14)
		require.InDelta(t, test.distance, distance(p, q), 1e-12)
	}
}

// TestChiSquare compares with the critical values that tables have, and the statistic with
// one that was computed from expected counts.
func TestChiSquare(t *testing.T) {
	for _, test := range []struct {
		degrees       int
		above, chance float64
	}{
		{1, 3.841, 0.05}, {1, 10.828, 0.001}, {2, 5.991, 0.05}, {3, 7.815, 0.05}, {3, 16.266, 0.001},
		{9, 16.919, 0.05}, {9, 21.666, 0.01}, {9, 27.877, 0.001}, {10, 29.588, 0.001}, {19, 30.144, 0.05}, {19, 43.820, 0.001},
	} {
		require.InEpsilon(t, test.chance, chiSquareAbove(test.above, test.degrees), 2e-3, "%d %v", test.degrees, test.above)
	}
	require.Equal(t, 1.0, chiSquareAbove(0, 3))
	require.Equal(t, 1.0, chiSquareAbove(5, 0))
	require.Zero(t, chiSquareAbove(5000, 9))

	a, b := []uint64{700, 200, 100}, []uint64{600, 250, 150}
	require.InEpsilon(t, chiSquareAbove(23.247863247863, 2), chiSquareTest(a, b), 1e-9)
	a, b = []uint64{100, 100, 100, 100, 100, 100, 100, 100, 100, 100}, []uint64{55, 60, 80, 90, 100, 110, 120, 130, 125, 130}
	require.InEpsilon(t, chiSquareAbove(38.711291169400, 9), chiSquareTest(a, b), 1e-9)
	require.Equal(t, 1.0, chiSquareTest([]uint64{1000, 0}, []uint64{500, 0}))
}

func TestCriticalDistance(t *testing.T) {
	for level, c := range map[float64]float64{0.05: 1.358, 0.01: 1.628, 0.001: 1.949} {
		require.InDelta(t, c*math.Sqrt(1.0/500+1.0/1000), criticalDistance(level, 500, 1000), 1e-4)
	}
}

// TestEdges: quantiles of different numbers; of few, each has a bin, and so has what is
// below and above all of them.
func TestEdges(t *testing.T) {
	of := func(number func(i int) float64) []float64 {
		sample := make([]sampled, 1000)
		for i := range sample {
			sample[i].number = number(i)
		}
		return edgesOf(sample)
	}
	even := of(func(i int) float64 { return float64((i * 7) % 1000) })
	require.Len(t, even, 19)
	require.Equal(t, []float64{50, 100, 150}, even[:3])
	below := func(x float64) float64 { return math.Nextafter(x, math.Inf(-1)) }
	require.Equal(t, []float64{below(3), 3}, of(func(int) float64 { return 3 }))
	require.Equal(t, []float64{below(0), 0, 1}, of(func(i int) float64 { return float64(i % 2) }))
	rare := of(func(i int) float64 { return float64(min(i, 1)) }) // one 0 in 1000
	require.Equal(t, []float64{below(0), 0, 1}, rare)
	require.Equal(t, []float64{7}, of(func(i int) float64 { return []float64{7, math.Inf(1)}[i%2] })[1:])
}

// TestFalseAlarms lets streams without any drift be compared, with the fewest values that
// are allowed and with more.
func TestFalseAlarms(t *testing.T) {
	const seeds = 1000
	kinds := map[string]func(r *rand.Rand) sampled{
		"scores": func(r *rand.Rand) sampled { return sampled{number: math.Pow(r.Float64(), 8)} },
		"normal": func(r *rand.Rand) sampled { return sampled{number: r.NormFloat64()} },
		"few":    func(r *rand.Rand) sampled { return sampled{number: math.Floor(r.ExpFloat64() * 2)} },
		"rare":   func(r *rand.Rand) sampled { return sampled{text: []string{"dga", "ok"}[min(1, r.IntN(100))]} },
		"words":  func(r *rand.Rand) sampled { return sampled{text: fmt.Sprint(int(r.ExpFloat64() * 5))} },
	}
	for name, draw := range kinds {
		for _, size := range [][2]int{{500, 500}, {1000, 20_000}} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				rounds := seeds
				if size[1] > 1000 {
					rounds = 20
				}
				kind := Number
				if draw(rand.New(rand.NewPCG(0, 0))).text != "" {
					kind = Text
				}
				alarms := 0
				sample := make([]sampled, size[0])
				for seed := range rounds {
					r := rand.New(rand.NewPCG(uint64(seed), 77))
					for i := range sample {
						sample[i] = draw(r)
					}
					f := Field{Name: "x", Seen: uint64(len(sample))}
					f.fill(kind, sample)
					require.NoError(t, f.check())
					now := make([]uint64, maxBins)
					for range size[1] {
						s := draw(r)
						now[f.bin(s.number, s.text)]++
					}
					if d := compare(&f, now, time.Hour, 1); d.Light != Green {
						alarms++
					}
				}
				require.LessOrEqual(t, alarms, rounds/100)
				t.Logf("%d alarms of %d", alarms, rounds)
			})
		}
	}
}

func TestQuantiles(t *testing.T) {
	counts := make([]uint64, buckets)
	require.Zero(t, quantile(counts, 0.5))
	counts[3], counts[4] = 50, 50 // 2.5 to 5 ms, 5 to 10 ms
	require.Equal(t, 5*time.Millisecond, quantile(counts, 0.5))
	require.Equal(t, 9500*time.Microsecond, quantile(counts, 0.95))
	counts[len(durations)] = 1000
	require.Equal(t, 2500*time.Millisecond, quantile(counts, 0.5))
}
