package value

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

func bigint(text string) Value {
	i, ok := new(big.Int).SetString(text, 10)
	if !ok {
		panic(text)
	}
	return BigInt(i)
}

type operator func(a, b Value) (Value, error)

func TestPromotion(t *testing.T) {
	operands := map[Kind]Value{
		KindInt: Int(3), KindLong: Long(3), KindFloat: Float(3), KindDouble: Double(3), KindBigInt: huge,
	}
	order := []Kind{KindInt, KindLong, KindFloat, KindDouble}
	for i, a := range order {
		for _, b := range order[i:] {
			for _, op := range []operator{Add, Sub, Mul, Div} {
				for _, pair := range [][2]Kind{{a, b}, {b, a}} {
					got, err := op(operands[pair[0]], operands[pair[1]])
					require.NoError(t, err)
					require.Equal(t, b, got.Kind(), "%s with %s", pair[0], pair[1])
				}
			}
		}
	}
	for other, want := range map[Kind]Kind{
		KindInt: KindBigInt, KindLong: KindBigInt, KindFloat: KindDouble, KindDouble: KindDouble, KindBigInt: KindBigInt,
	} {
		got, err := Add(huge, operands[other])
		require.NoError(t, err)
		require.Equal(t, want, got.Kind(), "bigint with %s", other)
	}
}

func TestArithmetic(t *testing.T) {
	maxInt, minInt := Int(math.MaxInt32), Int(math.MinInt32)
	maxLong, minLong := Long(math.MaxInt64), Long(math.MinInt64)
	for _, c := range []struct {
		name string
		op   operator
		a, b Value
		want Value
	}{
		{"int wraps", Add, maxInt, Int(1), minInt},
		{"int wraps down", Sub, minInt, Int(1), maxInt},
		{"int product wraps", Mul, Int(65536), Int(65536), Int(0)},
		{"int and long do not wrap", Add, maxInt, Long(1), Long(1 << 31)},
		{"long wraps", Add, maxLong, Int(1), minLong},
		{"long product wraps", Mul, maxLong, Long(2), Long(-2)},
		{"quotient truncates", Div, Int(7), Int(2), Int(3)},
		{"quotient truncates toward zero", Div, Int(-7), Int(2), Int(-3)},
		{"int quotient wraps", Div, minInt, Int(-1), minInt},
		{"long quotient wraps", Div, minLong, Int(-1), minLong},
		{"quotient of doubles", Div, Double(7), Int(2), Double(3.5)},
		{"double by zero", Div, Double(1), Int(0), Double(math.Inf(1))},
		{"float by zero", Div, Int(-1), Float(0), Float(float32(math.Inf(-1)))},
		{"zero by zero", Div, Double(0), Double(0), Double(math.NaN())},
		{"float is 32 bits wide", Add, Float(16777216), Int(1), Float(16777216)},
		{"long becomes float at once", Add, Long(1<<53 + 1), Float(0), Float(1 << 53)},
		{"null is 0", Add, Null, Int(5), Int(5)},
		{"null is an int", Add, Null, Null, Int(0)},
		{"null times double", Mul, Null, Double(2), Double(0)},
		{"bigint sum", Add, bigint("12345678901234567890"), Int(1), bigint("12345678901234567891")},
		{"bigint difference that fits", Sub, bigint("9223372036854775808"), Int(1), maxLong},
		{"bigint product", Mul, huge, huge, BigInt(new(big.Int).Lsh(big.NewInt(1), 140))},
		{"bigint sum near the limit", Add, wide, Int(0), wide},
		{"bigint difference near the limit", Sub, wide, wide, Int(0)},
		{"bigint quotient", Div, huge, Int(2), Double(0x1p69)},
		{"bigint by zero", Div, huge, Int(0), Double(math.Inf(1))},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.op(c.a, c.b)
			require.NoError(t, err)
			require.Equal(t, c.want.Kind(), got.Kind())
			require.True(t, Same(c.want, got), "%s", got)
		})
	}
}

var wide = BigInt(new(big.Int).Lsh(big.NewInt(1), 40000))

func TestArithmeticErrors(t *testing.T) {
	widest := BigInt(new(big.Int).Lsh(big.NewInt(1), maxBigIntBits-1))
	for _, c := range []struct {
		name string
		op   operator
		a, b Value
		want error
	}{
		{"int by zero", Div, Int(1), Int(0), ErrDivideByZero},
		{"long by zero", Div, Long(1), Int(0), ErrDivideByZero},
		{"int by null", Div, Int(1), Null, ErrDivideByZero},
		{"string", Add, String("1"), Int(1), ErrNotNumber},
		{"bool", Mul, Int(1), Bool(true), ErrNotNumber},
		{"list", Sub, Null, ListOf(), ErrNotNumber},
		{"bigint beyond the limit", Mul, wide, wide, ErrTooLarge},
		{"sum beyond the limit", Add, widest, Int(1), ErrTooLarge},
	} {
		_, err := c.op(c.a, c.b)
		require.ErrorIs(t, err, c.want, c.name)
	}
}

func TestNeg(t *testing.T) {
	for _, c := range []struct{ v, want Value }{
		{Int(5), Int(-5)}, {Int(math.MinInt32), Int(math.MinInt32)}, {Long(5), Long(-5)}, {Null, Int(0)},
		{Double(1.5), Double(-1.5)}, {Float(1.5), Float(-1.5)}, {bigint("-9223372036854775809"), bigint("9223372036854775809")},
	} {
		got, err := Neg(c.v)
		require.NoError(t, err)
		require.Equal(t, c.want.Kind(), got.Kind())
		require.True(t, Same(c.want, got), "%s", got)
	}
	zero, err := Neg(Double(0))
	require.NoError(t, err)
	require.Equal(t, "-0.0", zero.String())
	_, err = Neg(String("1"))
	require.ErrorIs(t, err, ErrNotNumber)
}

func TestKindString(t *testing.T) {
	require.Equal(t, "object", KindObject.String())
	require.Equal(t, "unknown", Kind(KindObject+1).String())
	require.Equal(t, "unknown", kindDeleted.String())
}
