package summary

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// exactPower returns the sum of powers of the distances from the mean.
func exactPower(numbers []float64, power int) *big.Float {
	mean := new(big.Float).Quo(bigSum(numbers, identity), bigFloat(float64(len(numbers))))
	return bigSum(numbers, func(x *big.Float) *big.Float {
		product, distance := bigFloat(1), new(big.Float).Sub(x, mean)
		for range power {
			product.Mul(product, distance)
		}
		return product
	})
}

// TestWindowOfAnyNumbers compares a window that slides over numbers of all kinds with
// one that never slid.
func TestWindowOfAnyNumbers(t *testing.T) {
	streams := map[string]func(*rand.Rand, int) float64{
		"normal":        func(r *rand.Rand, _ int) float64 { return r.NormFloat64() },
		"far from zero": func(r *rand.Rand, _ int) float64 { return 1e9 + r.NormFloat64() },
		"a step":        func(r *rand.Rand, i int) float64 { return float64(i/100)*1e9 + r.NormFloat64() },
		"few":           func(r *rand.Rand, _ int) float64 { return float64(r.IntN(3) - 1) },
		"magnitudes":    func(r *rand.Rand, _ int) float64 { return math.Ldexp(r.NormFloat64(), r.IntN(200)-100) },
		"positive":      func(r *rand.Rand, _ int) float64 { return r.ExpFloat64() },
		"some huge":     func(r *rand.Rand, _ int) float64 { return []float64{1, 2, 3, 1e80, -1e300}[min(4, r.IntN(60)/11)] },
		"all kinds": func(r *rand.Rand, _ int) float64 {
			odd := []float64{0, math.Copysign(0, -1), nan, math.Inf(1), math.Inf(-1), 1e300, -1e300, 5e-324, hugest}
			if i := r.IntN(150); i < len(odd) {
				return odd[i]
			}
			return r.NormFloat64()
		},
	}
	for name, next := range streams {
		for _, size := range []int{1, 2, 3, 15, 16, 17, 33, 70} {
			random := rand.New(rand.NewPCG(uint64(size), 5))
			s, last := NewWindow(size), []float64{}
			for i := range 300 {
				x := next(random, i)
				require.NoError(t, s.Add(x))
				last = append(last, x)[max(0, len(last)+1-size):]
				if i%41 == 0 || i < 20 && size < 20 {
					requireSame(t, last, s, fmt.Sprintf("%s, window of %d: %v", name, size, last))
				}
				if i%50 == 0 {
					s = s.Clone()
				}
			}
		}
	}
}

// requireSame holds all figures of a window to those of the numbers in it.
func requireSame(t *testing.T, numbers []float64, s *Summary, what string) {
	t.Helper()
	fresh := summary(t, len(numbers), numbers...)
	require.True(t, NewWindow(s.window.size).Equal(s) == (len(numbers) == 0))
	for figure, get := range map[string]func(*Summary) float64{
		"count": (*Summary).Count, "sum": (*Summary).Sum, "squares": (*Summary).SumSquares, "logs": (*Summary).SumLogs,
		"mean": (*Summary).Mean, "geometric mean": (*Summary).GeometricMean, "quadratic mean": (*Summary).QuadraticMean,
		"min": (*Summary).Min, "max": (*Summary).Max,
		"sign of min": func(s *Summary) float64 { return math.Copysign(1, s.Min()) }, "sign of max": func(s *Summary) float64 { return math.Copysign(1, s.Max()) },
		"median": func(s *Summary) float64 { return s.Percentile(50) }, "90 %": func(s *Summary) float64 { return s.Percentile(90) },
	} {
		want, got := get(fresh), get(s)
		require.True(t, same(want, got), "%s, %s: %v, want %v", what, figure, got, want)
	}
	if slices.ContainsFunc(numbers, func(x float64) bool { return x-x != 0 || math.Abs(x) >= hugest }) {
		for _, get := range []func(*Summary) float64{(*Summary).Variance, (*Summary).Skewness, (*Summary).Kurtosis} {
			require.True(t, same(get(fresh), get(s)), "%s: %v, want %v", what, get(s), get(fresh))
		}
		return
	}
	require.Equal(t, nearest(bigSum(numbers, identity)), s.Sum(), what)
	require.Equal(t, nearest(bigSum(numbers, square)), s.SumSquares(), what)
	n := float64(len(numbers))
	variance := nearest(exactPower(numbers, 2)) / n
	if variance == 0 {
		require.Zero(t, s.PopulationVariance(), what)
		return
	}
	spread := s.Mean() * s.Mean() / variance
	require.InEpsilon(t, variance, s.PopulationVariance(), 1e-9*math.Sqrt(1+spread), what)
	m := s.moments()
	require.InDelta(t, nearest(exactPower(numbers, 3))/n/math.Pow(variance, 1.5), m.m3/n/math.Pow(m.m2/n, 1.5), 1e-9*(1+spread), what)
	require.InDelta(t, nearest(exactPower(numbers, 4))/n/variance/variance, m.m4/n/(m.m2/n)/(m.m2/n), 1e-9*(1+spread), what)
}

// TestLargeWindow is of more numbers than those whose ranks are kept.
func TestLargeWindow(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 5))
	for _, size := range []int{mostRanks, mostRanks + 100} {
		s := NewWindow(size)
		var last []float64
		for i := range 5000 {
			x := math.Round(random.NormFloat64() * 100)
			if random.IntN(100) == 0 {
				x = nan
			}
			require.NoError(t, s.Add(x))
			last = append(last, x)[max(0, len(last)+1-size):]
			if i%97 == 0 {
				sorted := slices.DeleteFunc(slices.Sorted(slices.Values(last)), math.IsNaN)
				require.Equal(t, sorted, s.window.ranks.of(s.window.numbers))
				require.Zero(t, s.Unsorted())
			}
		}
		require.Equal(t, size > mostRanks, s.Unsorted() > 0)
	}
}

func TestPercentileOfWindow(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		p, want float64
	}{
		{[]float64{1, 2, 3, 4, 5}, 90, 5},
		{[]float64{1, 2, 3, 4, 5}, 50, 3},
		{[]float64{1, 2, 3, 4, 5}, 10, 1},
		{[]float64{1, 1, 1, 10}, 75, 7.75},
		{[]float64{7, nan, 3}, 50, 5},
		{[]float64{nan}, 50, nan},
		{nil, 50, nan},
		{[]float64{7, math.Inf(1), 3}, 50, 7},
		{[]float64{7, math.Inf(1), 3}, 60, math.Inf(1)},
		{[]float64{7, math.Inf(-1), 3}, 40, math.Inf(-1)},
		{[]float64{math.Inf(1), math.Inf(-1)}, 50, nan},
		{[]float64{1e308, -1e308}, 50, 0},
		{[]float64{1, 2}, 101, nan},
		{[]float64{1, 2}, nan, nan},
	} {
		got := summary(t, 5, c.numbers...).Percentile(c.p)
		require.True(t, same(c.want, got), "%v: %v", c, got)
	}
}

// TestWindowAllocatesNothing once it is full.
func TestWindowAllocatesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	s := NewWindow(500)
	for range 5000 {
		require.NoError(t, s.Add(1e6+random.NormFloat64()))
	}
	s.Percentile(50)
	require.Zero(t, testing.AllocsPerRun(5000, func() {
		_ = s.Add(1e6 + random.NormFloat64())
		s.Percentile(50)
		s.Kurtosis()
		s.Sum()
		s.Max()
	}))
	require.Less(t, s.window.steps(), int64(10))
}

func BenchmarkWindow(b *testing.B) {
	for _, size := range []int{100, 10_000, 1_000_000} {
		s, x := NewWindow(size), 0.0
		for range 2*size + 3*size/7 {
			x = math.Mod(x*1.1+3, 1000)
			_ = s.Add(x)
		}
		b.Run(fmt.Sprintf("%d/add", size), func(b *testing.B) {
			for b.Loop() {
				x = math.Mod(x*1.1+3, 1000)
				_ = s.Add(x)
			}
		})
		b.Run(fmt.Sprintf("%d/kurtosis", size), func(b *testing.B) {
			for b.Loop() {
				s.Kurtosis()
			}
		})
		b.Run(fmt.Sprintf("%d/mean", size), func(b *testing.B) {
			for b.Loop() {
				s.Mean()
			}
		})
		if size > mostRanks {
			continue
		}
		b.Run(fmt.Sprintf("%d/add and median", size), func(b *testing.B) {
			for b.Loop() {
				x = math.Mod(x*1.1+3, 1000)
				_ = s.Add(x)
				s.Percentile(50)
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 1))
	numbers := make([]float64, 1<<16)
	for i := range numbers {
		numbers[i] = math.Round(random.ExpFloat64() * 1e5)
	}
	s := New()
	for i := 0; b.Loop(); i++ {
		_ = s.Add(numbers[i%len(numbers)])
	}
}
