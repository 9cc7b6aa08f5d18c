package value

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// edgeNumbers are numbers of all kinds around the places where a kind ends, or
// ceases to hold all integers.
func edgeNumbers() []Value {
	numbers := []Value{
		Double(math.NaN()), Float(float32(math.NaN())), Double(math.Inf(1)), Double(math.Inf(-1)),
		Float(float32(math.Inf(1))), Double(0), Double(math.Copysign(0, -1)), Float(0), Int(0), Long(0),
		Double(0.1), Float(0.1), Double(math.MaxFloat64), Float(math.MaxFloat32), Double(math.SmallestNonzeroFloat64),
		BigInt(new(big.Int).Lsh(big.NewInt(1), 1024)), BigInt(new(big.Int).Lsh(big.NewInt(-1), 1100)),
	}
	for _, power := range []uint{1, 24, 31, 53, 62, 63, 64, 70} {
		edge := new(big.Int).Lsh(big.NewInt(1), power)
		f, _ := new(big.Float).SetInt(edge).Float64()
		for _, sign := range []int64{1, -1} {
			for d := int64(-2); d <= 2; d++ {
				i := new(big.Int).Add(edge, big.NewInt(d))
				i.Mul(i, big.NewInt(sign))
				numbers = append(numbers, BigInt(i))
				if i.IsInt64() {
					numbers = append(numbers, Long(i.Int64()))
				}
			}
			x := float64(sign) * f
			numbers = append(numbers, Double(x), Double(math.Nextafter(x, 0)), Double(math.Nextafter(x, 2*x)),
				Float(float32(x)), Float(math.Nextafter32(float32(x), 0)))
		}
	}
	return numbers
}

// exact returns a number as a fraction, nil if it is NaN or infinite.
func exact(v Value) *big.Rat {
	switch v.kind {
	case KindInt, KindLong, KindBigInt:
		return new(big.Rat).SetInt(bigOf(v))
	}
	return new(big.Rat).SetFloat64(v.Float64())
}

func TestNumbersCompareByExactValue(t *testing.T) {
	numbers := edgeNumbers()
	for _, a := range numbers {
		for _, b := range numbers {
			name := fmt.Sprintf("%s %s, %s %s", a.Kind(), a, b.Kind(), b)
			x, y := exact(a), exact(b)
			var want int
			switch {
			case isNaN(a) || isNaN(b):
				want = NotOrdered
			case x != nil && y != nil:
				want = x.Cmp(y)
			default: // at least one is infinite, and no double is rounded that far
				want = compareFloats(number(a)/2, number(b)/2)
				if x != nil {
					want = compareFloats(0, b.Float64())
				} else if y != nil {
					want = compareFloats(a.Float64(), 0)
				}
			}
			order, ok := Compare(a, b)
			require.True(t, ok, name)
			require.Equal(t, want, order, name)
			require.Equal(t, want == 0, Equal(a, b), name)
			same := want == 0 || isNaN(a) && isNaN(b)
			require.Equal(t, same, Same(a, b), name)
			if same {
				require.Equal(t, a.Hash(), b.Hash(), name)
			}
		}
	}
}

func TestSamenessIsTransitive(t *testing.T) {
	numbers := edgeNumbers()
	for _, a := range numbers {
		for _, b := range numbers {
			if !Same(a, b) {
				continue
			}
			for _, c := range numbers {
				require.Equal(t, Same(a, c), Same(b, c), "%s, %s, %s", a, b, c)
			}
		}
	}
}

// TestSetsDoNotDependOnOrder: neither do map keys.
func TestSetsDoNotDependOnOrder(t *testing.T) {
	numbers := edgeNumbers()
	first := set(numbers...)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
		other := set(numbers...)
		require.True(t, Same(first, other))
		require.Equal(t, first.Hash(), other.Hash())
		few := set(numbers[:indexFrom-1]...)
		for _, n := range numbers {
			require.True(t, other.Set().Has(n))
			inFew := slices.ContainsFunc(numbers[:indexFrom-1], func(m Value) bool { return Same(m, n) })
			require.Equal(t, inFew, few.Set().Has(n))
		}
	}
}

// TestHashesOfLargeIntegersDiffer: those that share a double must not fill one
// place of an index.
func TestHashesOfLargeIntegersDiffer(t *testing.T) {
	seen := map[uint64]bool{}
	for i := range int64(1000) {
		seen[Long(1<<62+i).Hash()] = true
		seen[BigInt(new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 2000), big.NewInt(i))).Hash()] = true
	}
	require.Len(t, seen, 2000)
}
