package order

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

func TestCompare(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	for _, c := range []struct {
		a, b any
		want int
		ok   bool
	}{
		{1, 2, -1, true}, {2.5, 2, 1, true}, {1, 1.0, 0, true}, {math.NaN(), math.Inf(1), 1, true}, {math.NaN(), math.NaN(), 0, true},
		{negativeZero, 0.0, -1, true}, {"a", "b", -1, true}, {"a", "a", 0, true}, {false, true, -1, true},
		{"1", 1, 0, false}, {true, 1, 0, false}, {"true", true, 0, false},
	} {
		got, ok := Compare(value.FromGo(c.a), value.FromGo(c.b))
		require.Equal(t, c.ok, ok, "%v and %v", c.a, c.b)
		if ok {
			require.Equal(t, c.want, got, "%v and %v", c.a, c.b)
		}
	}
}
