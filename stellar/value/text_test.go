package value

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestString(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Null, "null"},
		{Bool(true), "true"},
		{Bool(false), "false"},
		{Int(math.MinInt32), "-2147483648"},
		{Long(math.MaxInt64), "9223372036854775807"},
		{BigInt(new(big.Int).Lsh(big.NewInt(-1), 64)), "-18446744073709551616"},
		{String("it's"), "it's"},
		{ListOf(), "[]"},
		{ListOf(String("a, b"), Null, Int(1), Double(1.5), Float(2.5), ListOf(Bool(true))), "[a, b, null, 1, 1.5, 2.5, [true]]"},
		{set(), "[]"},
		{set(String("b"), String("a"), String("b")), "[b, a]"},
		{mapOf(String("k"), ListOf(String("a"), Null), Int(1), mapOf()), "{k=[a, null], 1={}}"},
		{FromGo([]any{1, "x", map[string]any{"k": nil}}), "[1, x, {k=null}]"},
		{Object(errors.New("some text")), "some text"},
	} {
		require.Equal(t, c.want, c.v.String())
		require.Equal(t, "before "+c.want, string(c.v.AppendText([]byte("before "))))
	}
}

// TestFloatingText has the borders of the plain notation, and the smallest
// numbers, for which Java takes two digits where one would do.
func TestFloatingText(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0.0", 1: "1.0", -1: "-1.0", 100: "100.0", 123456.789: "123456.789",
		0.001: "0.001", 0.0009999999999999998: "9.999999999999998E-4", 9999999: "9999999.0", 9999999.999999998: "9999999.999999998",
		1e7: "1.0E7", 1.23456789e7: "1.23456789E7", 1e-4: "1.0E-4", 1e10: "1.0E10", 1e21: "1.0E21", 2e22: "2.0E22",
		0.30000000000000004: "0.30000000000000004", math.Pi: "3.141592653589793", 9007199254740992: "9.007199254740992E15",
		math.MaxFloat64: "1.7976931348623157E308", math.SmallestNonzeroFloat64: "4.9E-324", 1e-323: "9.9E-324", 2.5e-322: "2.5E-322",
		math.Inf(1): "Infinity", math.Inf(-1): "-Infinity",
	} {
		require.Equal(t, want, Double(f).String())
		require.Equal(t, want, string(AppendDouble(nil, f)))
	}
	require.Equal(t, "NaN", Double(math.NaN()).String())
	require.Equal(t, "-0.0", Double(math.Copysign(0, -1)).String())

	for f, want := range map[float32]string{
		1: "1.0", 1.1: "1.1", 0.1: "0.1", 1.0 / 3: "0.33333334", 0.001: "0.001", 9999999: "9999999.0", 1e7: "1.0E7",
		12345678: "1.2345678E7", 1e10: "1.0E10", 1e-5: "1.0E-5", math.MaxFloat32: "3.4028235E38", math.SmallestNonzeroFloat32: "1.4E-45",
	} {
		require.Equal(t, want, Float(f).String())
	}
	require.Equal(t, "NaN", Float(float32(math.NaN())).String())
}

// TestFloatingTextIdentifies reads texts back.
func TestFloatingTextIdentifies(t *testing.T) {
	for exponent := -323; exponent <= 308; exponent++ {
		for _, digits := range []string{"1", "2.5", "9.007199254740993", "3.3333333333333335"} {
			f, err := strconv.ParseFloat(digits+"e"+strconv.Itoa(exponent), 64)
			if err != nil {
				continue // beyond the largest double
			}
			back, err := strconv.ParseFloat(Double(f).String(), 64)
			require.NoError(t, err)
			require.Equal(t, f, back)
		}
	}
}

func TestAppendTextUpTo(t *testing.T) {
	long := String(strings.Repeat("x", 100))
	list := ListOf(long, long, long, long)
	for range 5 { // a list, a map and a set around it, and so on; never much text in memory, but 4^6 copies in the whole
		m := NewMap(4)
		for i := range int32(4) {
			m.Put(Int(i), list)
		}
		list = ListOf(set(FromMap(m)))
	}
	text := list.AppendTextUpTo([]byte("before "), 150)
	require.Greater(t, len(text), 150, "longer than the limit")
	require.Less(t, len(text), 400, "but given up soon")
	require.Equal(t, "[1, 2]", string(ListOf(Int(1), Int(2)).AppendTextUpTo(nil, 6)), "complete up to the limit")
}

// TestRoomForText: room for the text form and the JSON of a large collection is made
// once, even where it holds the same text many times.
func TestRoomForText(t *testing.T) {
	if underRace {
		t.Skip("looking for races allocates by itself")
	}
	items := make([]Value, 15)
	for i := range items {
		items[i] = String(strings.Repeat("x", 1<<20))
	}
	list := ListOf(items...)
	require.EqualValues(t, 1, testing.AllocsPerRun(3, func() { list.AppendJSON(nil) }))
	require.EqualValues(t, 1, testing.AllocsPerRun(3, func() { list.AppendText(nil) }))
	budget := Allowance(1 << 40)
	require.EqualValues(t, 1, testing.AllocsPerRun(3, func() { _, _ = list.TextWithin(&budget, math.MaxInt) }))
}
