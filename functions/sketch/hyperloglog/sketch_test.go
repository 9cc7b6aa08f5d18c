package hyperloglog_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/sketch/hyperloglog"
)

var (
	accuracyFlag = flag.Int("accuracy", 50, "with how many seeds errors are measured")
	itemsFlag    = flag.Int("items", 10_000, "how many items there are at most when errors are measured")
)

func newSketch(t testing.TB, precision, sparsePrecision int) *hyperloglog.Sketch {
	s, err := hyperloglog.New(precision, sparsePrecision)
	require.NoError(t, err)
	return s
}

// TestExactWhileFew: by default a thousand items are counted exactly, but for some
// seeds in a hundred, in which two items agree in the bits that are kept.
func TestExactWhileFew(t *testing.T) {
	wrong := 0
	for seed := range 200 {
		s := newSketch(t, hyperloglog.DefaultPrecision, hyperloglog.DefaultSparsePrecision)
		for i := range 1000 {
			s.AddText(fmt.Sprint(seed, " ", i))
		}
		if n := s.Cardinality(); n != 1000 {
			require.InDelta(t, 1000, n, 2)
			wrong++
		}
	}
	require.Less(t, wrong, 10)
}

// TestExactWithFewRegisters: some dozen items are counted exactly by every precision.
func TestExactWithFewRegisters(t *testing.T) {
	for precision := hyperloglog.MinPrecision; precision <= 10; precision++ {
		s := newSketch(t, precision, hyperloglog.DefaultSparsePrecision)
		for i := range 48 {
			s.AddText(strconv.Itoa(i))
			require.EqualValues(t, i+1, s.Cardinality(), "precision %d", precision)
		}
	}
}

// TestAccuracy measures errors with random hashes, in streams of growing length, against
// three standard errors, which 99 of 100 streams keep to. With fewer than 64 registers
// the errors are not distributed like that: it is 97 of 100. With -accuracy 1000 and
// -items 10000000 it is the full measurement, of make sketches.
func TestAccuracy(t *testing.T) {
	var lengths []int
	for n := 10; n <= *itemsFlag; n *= 10 {
		lengths = append(lengths, n, 2*n, 5*n)
	}
	lengths = slices.DeleteFunc(lengths, func(n int) bool { return n > *itemsFlag })
	for _, precision := range []int{4, 5, 6, 8, 10, 12, 14, 16, 18} {
		t.Run(fmt.Sprint(precision), func(t *testing.T) {
			t.Parallel()
			bound := 3 * 1.04 / math.Sqrt(math.Exp2(float64(precision)))
			errors := make([]measured, len(lengths))
			for seed := range *accuracyFlag {
				random := rand.NewPCG(uint64(seed), uint64(precision))
				s, n := newSketch(t, precision, hyperloglog.DefaultSparsePrecision), 0
				for i, length := range lengths {
					for ; n < length; n++ {
						s.AddHash(random.Uint64())
					}
					errors[i].take(float64(s.Cardinality())/float64(n)-1, bound)
				}
			}
			tolerated := max(1, *accuracyFlag/100)
			for i, length := range lengths {
				e, seeds := errors[i], float64(*accuracyFlag)
				t.Logf("%9d items: bias %+.4f%% rms %.4f%% worst %.4f%% bound %.4f%% outside %d of %d", length,
					100*e.sum/seeds, 100*math.Sqrt(e.squares/seeds), 100*e.worst, 100*bound, e.outside, *accuracyFlag)
				require.LessOrEqual(t, e.outside, tolerated, "%d items", length)
			}
		})
	}
}

// measured sums up relative errors.
type measured struct {
	sum, squares, worst float64
	outside             int
}

func (m *measured) take(relative, bound float64) {
	m.sum += relative
	m.squares += relative * relative
	m.worst = max(m.worst, math.Abs(relative))
	if math.Abs(relative) > bound {
		m.outside++
	}
}

// TestMerge: sketches of parts of a stream, which share items, merge to the sketch of
// the stream in any order and grouping.
func TestMerge(t *testing.T) {
	for _, c := range []struct{ precision, sparsePrecision int }{{4, 25}, {8, 0}, {8, 8}, {10, 32}} {
		for split := range 200 {
			random := rand.New(rand.NewPCG(uint64(split), uint64(c.precision)))
			whole := newSketch(t, c.precision, c.sparsePrecision)
			parts := make([]*hyperloglog.Sketch, 2+random.IntN(5))
			for i := range parts {
				parts[i] = newSketch(t, c.precision, c.sparsePrecision)
			}
			distinct := 1 + random.IntN(1500)
			for range random.IntN(2000) {
				hash := hyperloglog.HashText(strconv.Itoa(random.IntN(distinct)))
				whole.AddHash(hash)
				parts[random.IntN(len(parts))].AddHash(hash)
			}
			for len(parts) > 1 {
				into, from := random.IntN(len(parts)), random.IntN(len(parts))
				if into == from {
					continue
				}
				before := parts[from].Clone()
				require.NoError(t, parts[into].Merge(parts[from]))
				require.True(t, before.Equal(parts[from]), "the other one changed")
				parts = slices.Delete(parts, from, from+1)
			}
			require.True(t, whole.Equal(parts[0]), "%+v split %d: %s %s", c, split, whole, parts[0])
			require.Equal(t, whole.Cardinality(), parts[0].Cardinality())
		}
	}
}

// TestMergeOfSparsePrecisions: sketches of different sparse precisions merge to that of
// the lower one.
func TestMergeOfSparsePrecisions(t *testing.T) {
	for _, items := range []int{3, 100, 4000} {
		for _, c := range [][2]int{{24, 25}, {12, 25}, {12, 32}, {14, 13}, {0, 25}, {25, 0}} {
			whole := newSketch(t, 12, min(c[0], c[1]))
			a, b := newSketch(t, 12, c[0]), newSketch(t, 12, c[1])
			for i := range items {
				text := fmt.Sprint(i)
				whole.AddText(text)
				if i%3 != 0 {
					a.AddText(text)
				}
				if i%3 != 1 {
					b.AddText(text)
				}
			}
			require.NoError(t, a.Merge(b))
			require.True(t, whole.Equal(a), "%v %d: %s %s", c, items, whole, a)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	require.EqualError(t, newSketch(t, 14, 25).Merge(newSketch(t, 12, 25)),
		"sketches with the precisions 14 and 12 cannot be merged: make both with one precision")
}

func TestMergeWithItself(t *testing.T) {
	for _, items := range []int{0, 5, 2000} {
		s := newSketch(t, 10, 25)
		for i := range items {
			s.AddText(fmt.Sprint(i))
		}
		before := s.Clone()
		require.NoError(t, s.Merge(s))
		require.True(t, before.Equal(s))
	}
}

// TestExtremeHashes: hashes that leave nothing for a rank, and the fullest sketch.
func TestExtremeHashes(t *testing.T) {
	for precision := hyperloglog.MinPrecision; precision <= 16; precision++ {
		for _, sparsePrecision := range []int{0, precision, hyperloglog.MaxSparsePrecision} {
			s := newSketch(t, precision, sparsePrecision)
			for _, hash := range []uint64{0, math.MaxUint64, 1, 1 << 63, 0} {
				s.AddHash(hash)
			}
			require.InDelta(t, 4, s.Cardinality(), 2, "%d %d", precision, sparsePrecision)
			full := newSketch(t, precision, 0)
			for register := range uint64(1) << precision {
				full.AddHash(register << (64 - precision))
			}
			require.Equal(t, int64(math.MaxInt64), full.Cardinality())
		}
	}
}

func TestWeight(t *testing.T) {
	s := newSketch(t, 14, 25)
	last := s.Weight()
	for i := range 10_000 {
		growth := s.Growth(1)
		before := s.Weight()
		s.AddText(fmt.Sprint(i))
		require.GreaterOrEqual(t, s.Weight(), last)
		require.GreaterOrEqual(t, growth/24+1, s.Weight()-before)
		last = s.Weight()
	}
	require.InDelta(t, 1<<14/24, last, 30)
	require.Zero(t, s.Growth(1000))
}

func TestAddAllocatesNothing(t *testing.T) {
	s := newSketch(t, 14, 25)
	i := uint64(0)
	for ; i < 100_000; i++ {
		s.AddHash(i * 0x9E3779B97F4A7C15)
	}
	require.Zero(t, testing.AllocsPerRun(1000, func() { s.AddText("some item"); i++ }))
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Cardinality() }))
}

func TestNewRefuses(t *testing.T) {
	for _, c := range [][2]int{{3, 25}, {26, 26}, {14, 13}, {14, 33}, {14, -1}} {
		_, err := hyperloglog.New(c[0], c[1])
		require.Error(t, err, "%v", c)
	}
}
