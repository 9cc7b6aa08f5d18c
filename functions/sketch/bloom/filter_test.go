package bloom_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/sketch/bloom"
	"github.com/stellarlang/stellar/stellar/value"
)

func newFilter(t testing.TB, items int, rate float64) *bloom.Filter {
	f, err := bloom.New(items, rate)
	require.NoError(t, err)
	return f
}

// TestRate fills filters as far as they were made for, and asks for items that were not
// added: at most 1.2 times as many as the rate allows are taken for known ones. No item
// that was added is missing.
func TestRate(t *testing.T) {
	for _, c := range []struct {
		items int
		rate  float64
	}{
		{1, 0.01}, {10, 0.5}, {10, 0.01}, {10, 0.001}, {100, 0.3}, {100, 0.01}, {1000, 0.2}, {1000, 0.05},
		{10_000, 0.01}, {10_000, 0.001}, {50_000, 0.9}, {50_000, 0.03}, {50_000, 0.01}, {50_000, 0.0002},
	} {
		// Of few items many filters are filled, as each is another one.
		filters := max(1, 10_000/c.items)
		asked := max(int(200/c.rate), 50_000)
		wrong := 0
		for n := range filters {
			f := newFilter(t, c.items, c.rate)
			known, unknown := strconv.Itoa(n)+"-", "new "+strconv.Itoa(n)+"-"
			for i := range c.items {
				f.Add(bloom.HashText(known + strconv.Itoa(i)))
			}
			for i := range min(c.items, 1000) {
				require.True(t, f.Has(bloom.HashText(known+strconv.Itoa(i))))
			}
			for i := range asked / filters {
				if f.Has(bloom.HashText(unknown + strconv.Itoa(i))) {
					wrong++
				}
			}
		}
		measured := float64(wrong) / float64(asked/filters*filters)
		t.Logf("%6d items: rate %g, measured %.6f, %.2f times", c.items, c.rate, measured, measured/c.rate)
		require.LessOrEqual(t, measured, 1.2*c.rate, "%+v", c)
	}
}

// TestMerge: filters of parts of a stream merge to that of the stream, in any order and
// grouping.
func TestMerge(t *testing.T) {
	for split := range 200 {
		random := rand.New(rand.NewPCG(uint64(split), 2))
		whole := newFilter(t, 500, 0.02)
		parts := make([]*bloom.Filter, 2+random.IntN(5))
		for i := range parts {
			parts[i] = newFilter(t, 500, 0.02)
		}
		for range random.IntN(1000) {
			hash := bloom.HashText(fmt.Sprint(random.IntN(500)))
			whole.Add(hash)
			parts[random.IntN(len(parts))].Add(hash)
		}
		for len(parts) > 1 {
			into, from := random.IntN(len(parts)), random.IntN(len(parts))
			if into != from {
				require.NoError(t, parts[into].Merge(parts[from]))
				parts = slices.Delete(parts, from, from+1)
			}
		}
		require.True(t, whole.Equal(parts[0]))
	}
}

func TestMergeRefuses(t *testing.T) {
	for _, other := range []*bloom.Filter{newFilter(t, 2000, 0.01), newFilter(t, 1000, 0.02)} {
		require.EqualError(t, newFilter(t, 1000, 0.01).Merge(other),
			"filters of different sizes cannot be merged: make all for one number of items and one rate")
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		items int
		rate  float64
	}{{-1, 0.1}, {10, 0}, {10, 1}, {10, -0.5}, {10, 1.5}, {10, math.NaN()}, {10, math.Inf(1)}} {
		_, err := bloom.New(c.items, c.rate)
		require.Error(t, err, "%+v", c)
		_, err = bloom.Size(c.items, c.rate)
		require.Error(t, err, "%+v", c)
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		items int
		rate  float64
	}{{0, 0.5}, {10, 0.999}, {1000, 0.01}, {1000, 1e-300}, {100, math.SmallestNonzeroFloat64}} {
		size, err := bloom.Size(c.items, c.rate)
		require.NoError(t, err)
		require.InDelta(t, size/24, newFilter(t, c.items, c.rate).Weight(), 1, "%+v", c)
	}
	size, err := bloom.Size(math.MaxInt, 1e-300)
	require.NoError(t, err)
	require.Greater(t, size, int64(1)<<60)
	_, err = bloom.New(math.MaxInt, 1e-300)
	require.ErrorContains(t, err, "where 17592186044416 are possible")
}

func TestItems(t *testing.T) {
	f := newFilter(t, 10_000, 0.01)
	require.Zero(t, f.Items())
	for i := range 10_000 {
		f.Add(bloom.HashText(fmt.Sprint(i)))
	}
	require.InEpsilon(t, 10_000, f.Items(), 0.02)
	require.Regexp(t, `^BLOOM\{items=\d+, bits=\d+, probes=7\}$`, f.String())
}

// free is a budget without end.
type free struct{}

func (free) Spend(int64) error    { return nil }
func (free) Allocate(int64) error { return nil }

// TestHash: items of different kinds are different ones, and so are different items of
// one kind. What is equal is one item, in whatever order maps and sets have it.
func TestHash(t *testing.T) {
	text := value.String
	hash := func(v value.Value) uint64 {
		h, err := bloom.Hash(v, free{})
		require.NoError(t, err)
		return h
	}
	one, two := value.Int(1), value.Int(2)
	map12 := value.FromMap(value.NewMap(0).Put(one, two).Put(two, one))
	different := []value.Value{
		value.Null, value.Bool(false), value.Bool(true), value.Int(0), one, value.Long(1), value.Float(1), value.Double(1), text("1"),
		text("true"), text("null"), text(""), value.Double(math.NaN()), value.Double(math.Copysign(0, -1)), value.Double(0),
		value.ListOf(), value.FromSet(value.NewSet()), value.FromMap(value.NewMap(0)),
		value.ListOf(one), value.ListOf(text("1")), value.ListOf(one, two), value.ListOf(two, one), value.ListOf(value.ListOf(one), two),
		value.ListOf(text("a, b")), value.ListOf(text("a"), text("b")), value.ListOf(value.Null), value.ListOf(value.ListOf()),
		value.FromSet(value.NewSet(one, two)), map12, value.FromMap(value.NewMap(0).Put(one, one).Put(two, two)),
	}
	seen := map[uint64]value.Value{}
	for _, v := range different {
		h := hash(v)
		require.NotContains(t, seen, h, "%s %s and %s", v.Kind(), v, seen[h])
		seen[h] = v
	}
	require.Equal(t, hash(map12), hash(value.FromMap(value.NewMap(0).Put(two, one).Put(one, two))))
	require.Equal(t, hash(value.FromSet(value.NewSet(one, two))), hash(value.FromSet(value.NewSet(two, one))))
	require.Equal(t, hash(value.FromGo([]any{1, "a"})), hash(value.ListOf(one, text("a"))))
	require.Equal(t, hash(value.Double(math.NaN())), hash(value.Double(math.Float64frombits(0x7ff8000000000123))))
}

// TestHashStays holds the hashes to what stored filters have.
func TestHashStays(t *testing.T) {
	items := value.ListOf(value.Null, value.Bool(true), value.Int(-5), value.Long(5), value.Float(1.5), value.Double(1.5), value.String("a.example"),
		value.FromMap(value.NewMap(0).Put(value.String("a"), value.Int(1))), value.FromSet(value.NewSet(value.Int(1))))
	for i, want := range []uint64{
		0x34c96acdcadb1bbb, 0x8afb45d6a8b39709, 0xde53b2c52648a6d9,
		0x693b1d6c4e6f721c, 0x22fe84b9f850a80f, 0x9346ff2b7e9f16a5,
		0x3491d9a3685ed69f, 0xaf6225a924306f9e, 0x9f70738c885a95db,
	} {
		got, err := bloom.Hash(items.Item(i), free{})
		require.NoError(t, err)
		require.Equal(t, want, got, "%s", items.Item(i).Kind())
	}
	got, err := bloom.Hash(items, free{})
	require.NoError(t, err)
	require.Equal(t, uint64(0x7d7d91b0de626dad), got)
}

func TestAllocatesNothing(t *testing.T) {
	f := newFilter(t, 1000, 0.01)
	items := []value.Value{value.String("some item"), value.Int(5), value.Double(1.5), value.Bool(true)}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for _, item := range items {
			hash, _ := bloom.Hash(item, free{})
			f.Add(hash)
			f.Has(hash)
		}
	}))
}
