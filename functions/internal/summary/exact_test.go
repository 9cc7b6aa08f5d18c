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

// precision holds any sum of doubles, and of their squares and products.
const precision = 5000

func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func bigSum(numbers []float64, of func(*big.Float) *big.Float) *big.Float {
	sum := bigFloat(0)
	for _, x := range numbers {
		sum.Add(sum, of(bigFloat(x)))
	}
	return sum
}

func identity(x *big.Float) *big.Float { return x }
func square(x *big.Float) *big.Float   { return new(big.Float).SetPrec(precision).Mul(x, x) }

func nearest(x *big.Float) float64 { f, _ := x.Float64(); return f }

// exactVariance returns the population variance.
func exactVariance(numbers []float64) float64 {
	n := bigFloat(float64(len(numbers)))
	mean := new(big.Float).Quo(bigSum(numbers, identity), n)
	distances := bigSum(numbers, func(x *big.Float) *big.Float { return square(new(big.Float).Sub(x, mean)) })
	return nearest(distances.Quo(distances, n))
}

// series are numbers that make sums lose digits.
func series() map[string][]float64 {
	random := rand.New(rand.NewPCG(3, 4))
	all := map[string][]float64{
		"cancellation":   {1e16, 1, -1e16, 1e-8, 3e70, 7, -3e70},
		"halfway":        {1, 0x1p-53, 0x1p-106, -0x1p-53, 0x1p-53, 0x1p-60},
		"halves above":   {1 + 0x1p-52, 0x1p-53, 0x1p-120},
		"halves below":   {1 + 0x1p-52, 0x1p-53, -0x1p-120},
		"tenths":         slices.Repeat([]float64{0.1}, 1000),
		"extremes":       {1e76, 1e-76, -1e76, 3e-76, 1e-140, 1e70, -1e-140, 1e-140},
		"equal":          slices.Repeat([]float64{1e9 + 0.1}, 100),
		"far from zero":  {},
		"neighbours":     {},
		"all magnitudes": {},
		"growing":        {},
		"large and tiny": {},
	}
	add := func(name string, x float64) { all[name] = append(all[name], x) }
	for i := range 2000 {
		add("far from zero", 1e12+random.NormFloat64())
		add("neighbours", 1e9+float64(random.IntN(2))*0x1p-22)
		add("all magnitudes", math.Ldexp(random.Float64()-0.5, random.IntN(400)-200))
		add("growing", 1e6+float64(i)*1e-3)
		add("large and tiny", []float64{1e15, 1e-15}[i%2]*random.Float64())
	}
	return all
}

// TestSumsAreExact compares with sums that are not rounded, in several orders,
// merged and not, with a window and without.
func TestSumsAreExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, numbers := range series() {
		sum, squares := nearest(bigSum(numbers, identity)), nearest(bigSum(numbers, square))
		mean, variance := sum/float64(len(numbers)), exactVariance(numbers)
		var first *Summary
		for round := range 10 {
			cut := random.IntN(len(numbers) + 1)
			merged, err := mergeAll(summary(t, 0, numbers[:cut]...), summary(t, 0, numbers[cut:]...))
			require.NoError(t, err)
			if first == nil {
				first = merged
			}
			for form, s := range map[string]*Summary{
				"all": summary(t, 0, numbers...), "merged": merged,
				"window": summary(t, len(numbers), append([]float64{7, 1e70}, numbers...)...),
			} {
				where := fmt.Sprintf("%s, %s, order %d", name, form, round)
				require.Equal(t, sum, s.Sum(), where)
				require.Equal(t, mean, s.Mean(), where)
				require.Equal(t, math.Sqrt(s.SumSquares()/s.Count()), s.QuadraticMean(), where)
				require.Equal(t, squares, s.SumSquares(), where)
				require.True(t, same(first.GeometricMean(), s.GeometricMean()), where)
				tolerance := 1e-9 * math.Sqrt(1+mean*mean/variance)
				if variance == 0 {
					require.Zero(t, s.PopulationVariance(), where)
				} else {
					require.InEpsilon(t, variance, s.PopulationVariance(), tolerance, where)
				}
			}
			require.True(t, first.sums.equal(&merged.sums), name)
			random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		}
	}
}

// TestExactSumStaysSmall adds numbers of all magnitudes and signs.
func TestExactSumStaysSmall(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var s exactSum
	var numbers []float64
	for range 20_000 {
		x := math.Ldexp(float64(1-2*random.IntN(2)), random.IntN(2090)-1070)
		numbers = append(numbers, x)
		s.add(x)
		require.LessOrEqual(t, len(s.parts), mostParts)
	}
	require.Equal(t, nearest(bigSum(numbers, identity)), s.value())
	for _, x := range numbers {
		s.add(-x)
	}
	require.Zero(t, s.value())
	require.Empty(t, s.parts)
}

func TestExactSumOfWhatIsNotFinite(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		want    float64
	}{
		{[]float64{1, math.Inf(1), 2}, math.Inf(1)},
		{[]float64{1, math.Inf(1), math.Inf(-1)}, nan},
		{[]float64{nan, 1}, nan},
		{[]float64{1e308, 1e308, -1e308}, math.Inf(1)},
		{[]float64{-1e308, -1e308, 5}, math.Inf(-1)},
	} {
		got := summary(t, len(c.numbers), c.numbers...).Sum()
		require.True(t, same(c.want, got), "%v: %v", c.numbers, got)
	}
}

// TestAddAllocatesNothing once the sums have their parts.
func TestAddAllocatesNothing(t *testing.T) {
	s := New()
	numbers := series()["far from zero"]
	require.NoError(t, s.Add(numbers...))
	i, heaviest := 0, int64(0)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		require.NoError(t, s.Add(numbers[i%len(numbers)]))
		i++
		heaviest = max(heaviest, s.Weight())
	}))
	require.Less(t, heaviest, int64(500), "the weight does not grow with the numbers")
	require.Greater(t, summary(t, 0, series()["all magnitudes"][:30]...).Weight(), New().Weight()+13)
}
