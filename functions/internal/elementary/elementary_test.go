package elementary

import (
	"math"
	"math/big"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLog(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{
		{math.SmallestNonzeroFloat64, -744.4400719213812},
		{0x1p-1074 * 3, -743.3414596327132},
		{0x1p-1022, -708.3964185322641},
		{1, 0},
		{math.E, 1},
		{math.MaxFloat64, 709.782712893384},
	} {
		require.InEpsilon(t, c.want+1, Log(c.x)+1, 1e-15, "Log(%v)", c.x)
	}
	require.Equal(t, math.Inf(-1), Log(0))
	require.True(t, math.IsNaN(Log(-1)))
}

func TestLog2OfPowersOfTwo(t *testing.T) {
	for n := -1074; n <= 1023; n++ {
		require.Equal(t, float64(n), Log2(math.Ldexp(1, n)))
	}
	require.InEpsilon(t, 1.4426950408167868e-10, Log2(1+1e-10), 1e-6, "no cancellation near 1")
	require.Equal(t, math.Inf(-1), Log2(0))
	require.True(t, math.IsNaN(Log2(math.Inf(-1))))
}

func TestLog10OfPowersOfTen(t *testing.T) {
	for n := -323; n <= 308; n++ {
		x, err := strconv.ParseFloat("1e"+strconv.Itoa(n), 64)
		require.NoError(t, err)
		require.Equal(t, float64(n), Log10(x), "Log10(%v)", x)
	}
	require.InEpsilon(t, -323.3062153431158, Log10(math.SmallestNonzeroFloat64), 1e-15)
	require.Less(t, Log10(999.9999), 3.0)
	require.InEpsilon(t, 4.342944816861046e-10, Log10(1+1e-9), 1e-7, "no cancellation near 1")
	require.InEpsilon(t, -4.3429448212039906e-10, Log10(1-1e-9), 1e-7, "no cancellation near 1")
	require.Equal(t, 1.0, Log10(2)+Log10(5))
	require.Equal(t, math.Inf(1), Log10(math.Inf(1)))
	require.True(t, math.IsNaN(Log10(math.NaN())))
}

func TestExp(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{
		{0, 1},
		{1, math.E},
		{709.78, 1.7928227943945155e308},
		{709.782712893384, 1.7976931348622732e308},
		{-1000, 0},
	} {
		require.InEpsilon(t, c.want+1, Exp(c.x)+1, 1e-12, "Exp(%v)", c.x)
	}
	require.True(t, math.IsInf(Exp(709.7828), 1))
	require.True(t, math.IsInf(Exp(1000), 1))
	require.True(t, math.IsNaN(Exp(math.NaN())))
}

// The sum of the series, in 200 bits, is the judge.
func TestExpAgainstSeries(t *testing.T) {
	for _, x := range []float64{709.1, 709.5, 709.7} {
		sum, term := big.NewFloat(1).SetPrec(200), big.NewFloat(1).SetPrec(200)
		for n := 1; n < 3000; n++ {
			term.Mul(term, big.NewFloat(x))
			term.Quo(term, big.NewFloat(float64(n)))
			sum.Add(sum, term)
		}
		want, _ := sum.Float64()
		require.InEpsilon(t, want, Exp(x), 1e-13)
	}
}
