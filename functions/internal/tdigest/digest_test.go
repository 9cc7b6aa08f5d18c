package tdigest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// series are so many numbers each, of many distributions and in many orders.
func series(count int) map[string][]float64 {
	random := rand.New(rand.NewPCG(11, uint64(count)))
	pareto := func() float64 { return math.Pow(random.Float64(), -1/1.2) }
	all := map[string]func(i int) float64{
		"uniform":       func(int) float64 { return random.Float64() },
		"normal":        func(int) float64 { return random.NormFloat64() },
		"exponential":   func(int) float64 { return random.ExpFloat64() },
		"pareto":        func(int) float64 { return pareto() },
		"ascending":     func(i int) float64 { return float64(i) },
		"descending":    func(i int) float64 { return float64(-i) },
		"growing":       func(i int) float64 { return math.Exp(float64(i) / 1e5) },
		"inwards":       func(i int) float64 { return float64(count-i) * float64(1-i%2*2) },
		"outwards":      func(i int) float64 { return float64(i) * float64(1-i%2*2) },
		"saw":           func(i int) float64 { return float64(i % 1000) },
		"constant":      func(int) float64 { return 7 },
		"two":           func(int) float64 { return float64(random.IntN(2)) },
		"two, rarely":   func(int) float64 { return float64(random.IntN(700) / 699) },
		"ports":         func(int) float64 { return float64(random.IntN(100)) },
		"integers":      func(int) float64 { return float64(random.IntN(700)) },
		"zipf":          func(int) float64 { return math.Floor(pareto()) },
		"mostly zero":   func(int) float64 { return max(0, random.NormFloat64()-0.02) },
		"around median": func(int) float64 { return math.Round(random.NormFloat64() * 120) },
		"drifting":      func(i int) float64 { return random.NormFloat64() + float64(i)/2e5 },
		"bursts":        func(i int) float64 { return float64(i/5000*7919%199) + random.Float64()/100 },
		"two humps":     func(i int) float64 { return random.NormFloat64() + float64(random.IntN(2))*1e6 },
	}
	numbers := map[string][]float64{}
	for _, name := range slices.Sorted(maps.Keys(all)) { // so that they are always the same
		for i := range count {
			numbers[name] = append(numbers[name], all[name](i))
		}
	}
	return numbers
}

// rankError returns how far a share is from those of all numbers that x may be the
// quantile of: from the share of the numbers below it to that of those not above it.
func rankError(sorted []float64, x, share float64) float64 {
	below, _ := slices.BinarySearch(sorted, x)
	above, _ := slices.BinarySearch(sorted, math.Nextafter(x, math.Inf(1)))
	n := float64(len(sorted))
	return max(float64(below)/n-share, share-float64(above)/n, 0)
}

// shares are the quantiles tested, with the errors allowed.
var shares = map[float64]float64{
	0: 0, 0.0001: 0.0002, 0.001: 0.0005, 0.01: 0.0015, 0.1: 0.004, 0.25: 0.005, 0.4: 0.005, 0.5: 0.005,
	1: 0, 0.9999: 0.0002, 0.999: 0.0005, 0.99: 0.0015, 0.9: 0.004, 0.75: 0.005, 0.6: 0.005,
}

func requireAccurate(t *testing.T, d *Digest, sorted []float64, what string) {
	t.Helper()
	require.EqualValues(t, len(sorted), d.Count(), what)
	require.LessOrEqual(t, len(d.means), mostCentroids, what)
	require.True(t, slices.IsSorted(d.means), what)
	for share, most := range shares {
		q := d.Quantile(share)
		require.LessOrEqual(t, rankError(sorted, q, share), most, "%s, the quantile %g: %g", what, share, q)
	}
}

func of(numbers []float64) *Digest {
	d := &Digest{}
	for _, x := range numbers {
		d.Add(x)
	}
	return d
}

func TestAccuracy(t *testing.T) {
	count := 1_000_000
	if underRace {
		count = 30_000
	}
	for name, numbers := range series(count) {
		d := of(numbers)
		slices.Sort(numbers)
		requireAccurate(t, d, numbers, name)
		worst := map[float64]float64{}
		for _, share := range []float64{0.001, 0.01, 0.1, 0.5, 0.999} {
			worst[share] = math.Round(rankError(numbers, d.Quantile(share), share)*1e7) / 1e5
		}
		t.Logf("%-14s %d centroids, errors in percent: %v", name, len(d.means), worst)
	}
}

// parts cuts numbers into so many parts of random sizes.
func parts(random *rand.Rand, numbers []float64, count int) [][]float64 {
	cuts := []int{0, len(numbers)}
	for range count - 1 {
		cuts = append(cuts, random.IntN(len(numbers)+1))
	}
	slices.Sort(cuts)
	var all [][]float64
	for i := range count {
		all = append(all, numbers[cuts[i]:cuts[i+1]])
	}
	return all
}

// TestMerge merges digests of parts, in any order and grouping, 200 times.
func TestMerge(t *testing.T) {
	all := series(10_000)
	names := slices.Sorted(maps.Keys(all))
	sorted := map[string][]float64{}
	for name, numbers := range all {
		sorted[name] = slices.Sorted(slices.Values(numbers))
	}
	for round := range 200 {
		random := rand.New(rand.NewPCG(uint64(round), 1))
		for k := range 2 {
			name := names[(2*round+k)%len(names)]
			numbers := all[name]
			var digests []*Digest
			for _, part := range parts(random, numbers, 2+random.IntN(30)) {
				digests = append(digests, of(part))
			}
			for len(digests) > 1 {
				i := random.IntN(len(digests))
				one := digests[i]
				digests = slices.Delete(digests, i, i+1)
				before := digests[0].Clone()
				other := digests[random.IntN(len(digests))]
				other.Merge(one)
				require.True(t, digests[0] == other || digests[0].Equal(&before), "others do not change")
			}
			requireAccurate(t, digests[0], sorted[name], fmt.Sprintf("%s, round %d", name, round))
		}
	}
}

// exactQuantile interpolates between numbers in order.
func exactQuantile(sorted []float64, q float64) float64 {
	index := q * float64(len(sorted)-1)
	low := int(index)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (sorted[low+1]-sorted[low])*(index-float64(low))
}

// TestExact compares with the numbers themselves, while few of them differ.
func TestExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 100 {
		var numbers []float64
		different := 1 + random.IntN(mostCentroids)
		for range 1 + random.IntN(1500) {
			numbers = append(numbers, float64(random.IntN(different)*random.IntN(3)))
		}
		d := of(numbers[:random.IntN(len(numbers))])
		d.Merge(of(numbers[d.Count():]))
		backwards := slices.Clone(numbers)
		slices.Reverse(backwards)
		slices.Sort(numbers)
		same := slices.Compact(slices.Clone(numbers))
		if len(same) > mostCentroids {
			continue
		}
		for i := range 101 {
			q := float64(i) / 100
			require.InDelta(t, exactQuantile(numbers, q), d.Quantile(q), 1e-9, "%v at %g", numbers, q)
		}
		require.True(t, d.Equal(of(backwards)), "the order does not matter")
	}
}

// TestQuantileReadsInOrder holds what find says of the numbers that wait to the
// centroids that they become.
func TestQuantileReadsInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 1))
	for range 50 {
		d := &Digest{}
		for range random.IntN(3000) {
			d.Add(math.Round(random.NormFloat64() * 1000))
		}
		var all centroids
		clone := d.Clone()
		all.insert(&clone.centroids)
		waiting := singles(d.recent)
		all.insert(&waiting)
		for index := int64(random.IntN(7)); index < all.total(); index += 7 {
			i, _ := slices.BinarySearch(all.ends, index+1)
			want := centroid{all.means[i], all.start(i), all.ends[i], all.mixed[i]}
			i, j := d.find(index)
			require.Equal(t, want, d.at(i, j))
		}
	}
}

func TestEqual(t *testing.T) {
	d := of([]float64{1, 2})
	require.True(t, d.Equal(of([]float64{2, 1})))
	require.False(t, d.Equal(of([]float64{2, 2})))
	require.False(t, d.Equal(&Digest{}))
	require.True(t, (&Digest{}).Equal(&Digest{}))
	for name, numbers := range series(5000) {
		clone := of(numbers).Clone()
		require.True(t, clone.Equal(of(numbers)), name)
		clone.Add(3)
		require.False(t, clone.Equal(of(numbers)), name)
	}
}

func TestFew(t *testing.T) {
	require.True(t, math.IsNaN((&Digest{}).Quantile(0.5)))
	require.Equal(t, 5.0, of([]float64{5}).Quantile(0.3))
	require.Equal(t, 3.25, of([]float64{1, 10, 1, 1}).Quantile(0.75))
	for _, q := range []float64{-0.01, 1.01, math.NaN()} {
		require.True(t, math.IsNaN(of([]float64{1, 2}).Quantile(q)))
	}
}

// TestAllocatesNothing once there is room for all centroids.
func TestAllocatesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	d := &Digest{}
	for range 10_000 {
		d.Add(random.NormFloat64())
	}
	size := 0
	require.Zero(t, testing.AllocsPerRun(20_000, func() {
		d.Add(random.NormFloat64())
		d.Quantile(0.9)
		size = max(size, d.Size())
	}))
	require.LessOrEqual(t, size, 17*mostCentroids+8*mostRecent)
	few := &Digest{}
	for i := range 10_000 {
		few.Add(float64(i % 10))
	}
	require.Less(t, few.Size(), 700, "equal numbers take no more room")
	o := d.Clone()
	d.Merge(&o)
	require.Zero(t, testing.AllocsPerRun(20, func() { d.Merge(&o) }))
}

func BenchmarkAdd(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 1))
	numbers := make([]float64, 1<<16)
	for i := range numbers {
		numbers[i] = random.NormFloat64()
	}
	d := &Digest{}
	for i := 0; b.Loop(); i++ {
		d.Add(numbers[i%len(numbers)])
	}
}

func BenchmarkQuantile(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 1))
	d := &Digest{}
	for range 100_030 {
		d.Add(random.NormFloat64())
	}
	for i := 0; b.Loop(); i++ {
		d.Quantile(float64(i%1000) / 1000)
	}
}
