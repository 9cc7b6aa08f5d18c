package summary

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func summary(t *testing.T, window int, numbers ...float64) *Summary {
	t.Helper()
	s := New()
	if window > 0 {
		s = NewWindow(window)
	}
	require.NoError(t, s.Add(numbers...))
	return s
}

// mergeAll merges summaries into a new one.
func mergeAll(summaries ...*Summary) (*Summary, error) {
	merged := New()
	for _, s := range summaries {
		if err := merged.Merge(s); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

var nan = math.NaN()

func TestFigures(t *testing.T) {
	figures := []struct {
		name string
		get  func(*Summary) float64
	}{
		{"count", (*Summary).Count}, {"sum", (*Summary).Sum}, {"min", (*Summary).Min},
		{"max", (*Summary).Max}, {"mean", (*Summary).Mean}, {"variance", (*Summary).Variance},
		{"population variance", (*Summary).PopulationVariance}, {"geometric mean", (*Summary).GeometricMean},
		{"quadratic mean", (*Summary).QuadraticMean}, {"skewness", (*Summary).Skewness}, {"kurtosis", (*Summary).Kurtosis},
	}
	for _, c := range []struct {
		name    string
		numbers []float64
		want    []float64
	}{
		{"one to five", []float64{1, 2, 3, 4, 5},
			[]float64{5, 15, 1, 5, 3, 2.5, 2, 2.605171084697352, math.Sqrt(11), 0, -1.2}},
		{"skewed", []float64{1, 2, 3, 100},
			[]float64{4, 106, 1, 100, 26.5, 2401.6666666666665, 1801.25, 4.949232003839765, 50.0349877585675, 1.998334663318475, 3.994449648226979}},
		{"equal", []float64{7, 7, 7, 7, 7}, []float64{5, 35, 7, 7, 7, 0, 0, 7, 7, nan, nan}},
		{"zero and negative", []float64{-5, -1, 0, 2, 7},
			[]float64{5, 3, -5, 7, 0.6, 19.3, 15.44, nan, 3.9749213828703582, 0.4175104004573032, 0.9656635077451732}},
	} {
		for _, window := range []int{0, 10} {
			s := summary(t, window, c.numbers...)
			for i, f := range figures {
				got := f.get(s)
				if math.IsNaN(c.want[i]) {
					require.True(t, math.IsNaN(got), "%s, %s: %v", c.name, f.name, got)
				} else {
					require.InDelta(t, c.want[i], got, 1e-12*(1+math.Abs(c.want[i])), "%s, window %d, %s", c.name, window, f.name)
				}
			}
		}
	}
}

func TestFewNumbers(t *testing.T) {
	require.True(t, math.Signbit(New().Variance()), "-0 of no numbers")
	require.Zero(t, New().Variance())
	require.True(t, math.IsNaN(summary(t, 0, 5).Variance()))
	require.True(t, math.IsNaN(NewWindow(3).Variance()))
	require.Zero(t, summary(t, 3, 5).Variance())
	for _, s := range []*Summary{New(), NewWindow(3)} {
		require.True(t, math.IsNaN(s.Min()))
		require.True(t, math.IsNaN(s.Max()))
		require.True(t, math.IsNaN(s.Mean()))
		require.True(t, math.IsNaN(s.GeometricMean()))
		require.Zero(t, s.Sum())
		require.Zero(t, s.SumLogs())
	}
}

// A mean far from zero must not swallow the steps of the numbers.
func TestVarianceOfLargeNumbers(t *testing.T) {
	s, want := New(), NewWindow(100_000)
	for i := range 100_000 {
		require.NoError(t, s.Add(1e9+float64(i)/1e5))
		require.NoError(t, want.Add(1e9+float64(i)/1e5))
	}
	require.InEpsilon(t, want.Variance(), s.Variance(), 1e-12)
	require.InEpsilon(t, want.Kurtosis(), s.Kurtosis(), 1e-12)
	require.Equal(t, want.Mean(), s.Mean())
}

func TestAddAllOrNothing(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		want    error
	}{
		{[]float64{1, nan, 2}, ErrNaN},
		{[]float64{1, math.Inf(1)}, ErrOverflow},
		{[]float64{1e155}, ErrOverflow},
		{[]float64{0, 1e80}, ErrOverflow},
		{[]float64{0, 1e75}, nil},
		{[]float64{-1e-200}, nil},
	} {
		s := summary(t, 0, 3, 4)
		require.ErrorIs(t, s.Add(c.numbers...), c.want)
		if c.want != nil {
			require.True(t, s.Equal(summary(t, 0, 3, 4)), "%v", c.numbers)
		}
		require.NoError(t, NewWindow(2).Add(c.numbers...))
	}
	require.ErrorIs(t, New().Add(1e-200), ErrUnderflow)
}

func TestWindowKeepsTheLast(t *testing.T) {
	s := summary(t, 3, 1, 2, 3, 4, 5)
	require.Equal(t, 3.0, s.Count())
	require.Equal(t, 12.0, s.Sum())
	require.True(t, s.Equal(summary(t, 3, 3, 4, 5)))
	require.False(t, s.Equal(summary(t, 3, 4, 3, 5)))
	require.False(t, s.Equal(summary(t, 4, 3, 4, 5)))

	require.Equal(t, 3.0, summary(t, 4, 7, nan, 3).Min(), "NaN has no rank")
	require.True(t, math.IsNaN(summary(t, 4, 7, nan, 3).Mean()))
	require.Equal(t, 3.0, summary(t, 2, nan, 1, 2).Sum(), "NaN has left the window")
	require.Equal(t, math.Inf(1), summary(t, 4, 7, math.Inf(1)).Mean())
	require.Equal(t, 1e308, summary(t, 4, 1e308, 1e308).Mean())
}

func TestMerge(t *testing.T) {
	numbers := []float64{1, 2, 4, 7, 9, -3, 3, 100, 200, 300, 1e6, 1e6 + 1}
	for _, cut := range []int{0, 1, 5, len(numbers)} {
		all := summary(t, 0, numbers...)
		merged, err := mergeAll(New(), summary(t, 0, numbers[:cut]...), New(), summary(t, 0, numbers[cut:]...), New())
		require.NoError(t, err)
		require.Equal(t, all.Count(), merged.Count())
		require.Equal(t, all.Min(), merged.Min())
		require.Equal(t, all.Max(), merged.Max())
		for _, get := range []func(*Summary) float64{
			(*Summary).Sum, (*Summary).Mean, (*Summary).Variance, (*Summary).SumSquares,
			(*Summary).Skewness, (*Summary).Kurtosis,
		} {
			require.InEpsilon(t, get(all), get(merged), 1e-12)
		}
	}

	empty, err := mergeAll(New(), New())
	require.NoError(t, err)
	require.True(t, empty.Equal(New()))

	_, err = mergeAll(New(), NewWindow(3))
	require.ErrorIs(t, err, ErrWindow)
	_, err = mergeAll(summary(t, 0, 1e90), summary(t, 0, -1e90))
	require.ErrorIs(t, err, ErrOverflow)
}

func TestCopy(t *testing.T) {
	for _, window := range []int{0, 2} {
		s := summary(t, window, 1, 2)
		c := s.Copy().(*Summary)
		require.True(t, s.Equal(c))
		require.NoError(t, c.Add(6))
		require.Equal(t, 3.0, s.Sum(), "the original is unchanged")
		require.False(t, s.Equal(c))
	}
	require.False(t, New().Equal(NewWindow(2)))
	require.False(t, New().Equal("text"))
}

func TestWeight(t *testing.T) {
	s := NewWindow(1000)
	for i := range 2000 {
		require.EqualValues(t, ownWeight+windowWeight+int64(min(i, 1000)), s.Weight())
		require.NoError(t, s.Add(float64(i)))
	}
}

func TestString(t *testing.T) {
	require.Equal(t, "Statistics{count=3.0, mean=2.0, sd=1.0, min=1.0, max=3.0}", summary(t, 0, 1, 2, 3).String())
	require.Equal(t, "Statistics{count=0.0, mean=NaN, sd=0.0, min=NaN, max=NaN}", summary(t, 0).String())
	require.Equal(t, "Statistics{last 2, count=1.0, mean=5.0, sd=0.0, min=5.0, max=5.0}", summary(t, 2, 5).String())
}
