package value

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// failed stands for a conversion that is not ok.
var failed = Object("failed")

func conversionOf[T any](convert func(Value) (T, bool), wrap func(T) Value) func(Value) Value {
	return func(v Value) Value {
		converted, ok := convert(v)
		if !ok {
			return failed
		}
		return wrap(converted)
	}
}

var conversions = map[string]func(Value) Value{
	"ToInt":    conversionOf(ToInt, Int),
	"ToLong":   conversionOf(ToLong, Long),
	"ToDouble": conversionOf(ToDouble, Double),
	"ToFloat":  conversionOf(ToFloat, Float),
	"ToBool":   conversionOf(ToBool, Bool),
	"ToText":   conversionOf(ToText, String),
}

// TestConvert lists for each conversion what it gives; what is not in the list
// of a conversion is not tried with it.
func TestConvert(t *testing.T) {
	type cases []struct{ from, want Value }
	for name, list := range map[string]cases{
		"ToInt": {
			{Null, failed}, {Int(-7), Int(-7)}, {Long(5), Int(5)}, {Long(1 << 31), failed}, {Long(-1 << 31), Int(-1 << 31)},
			{Double(1.9), Int(1)}, {Double(-1.9), Int(-1)}, {Float(2.5), Int(2)}, {Double(2147483647.9), Int(math.MaxInt32)},
			{Double(2147483648), failed}, {Double(math.NaN()), Int(0)}, {Double(math.Inf(1)), failed}, {Double(-1e300), failed},
			{bigint("18446744073709551617"), Int(1)}, {bigint("-18446744073709551617"), Int(-1)}, {bigint("12345678901234567890"), failed},
			{Bool(true), Int(1)}, {Bool(false), Int(0)},
			{String(" \t+5\n"), Int(5)}, {String("-05"), Int(-5)}, {String("٣٤"), Int(34)}, {String("१२３"), Int(123)}, {String("2147483648"), failed},
			{String(""), failed}, {String(" "), failed}, {String("5.0"), failed}, {String("1e3"), failed}, {String("0x10"), failed}, {String("5L"), failed},
			{String("1_0"), failed}, {String("+-5"), failed}, {String("--5"), failed}, {String("5 6"), failed}, {String("−5"), failed}, {String("²"), failed},
			{String("\u00A05"), failed}, {String("𝟓"), failed}, {String("true"), failed},
			{ListOf(String("7"), Int(8)), Int(7)}, {set(Int(9)), Int(9)}, {ListOf(), failed}, {ListOf(Null, Int(5)), failed}, {ListOf(ListOf(Int(8))), failed},
			{FromGo([]any{"6"}), Int(6)}, {mapOf(), failed}, {Object(struct{}{}), failed},
		},
		"ToLong": {
			{Int(-7), Long(-7)}, {Double(1e300), Long(math.MaxInt64)}, {Double(-1e300), Long(math.MinInt64)}, {Double(1 << 63), Long(math.MaxInt64)},
			{Double(math.NaN()), Long(0)}, {Float(3e9), Long(3_000_000_000)}, {Bool(true), Long(1)},
			{bigint("12345678901234567890"), Long(-6101065172474983726)}, {bigint("-12345678901234567890"), Long(6101065172474983726)},
			{bigint("18446744073709551616"), Long(0)}, {bigint("-36893488147419103233"), Long(-1)},
			{String("9223372036854775807"), Long(math.MaxInt64)}, {String("9223372036854775808"), failed}, {String("-9223372036854775808"), Long(math.MinInt64)},
			{Null, failed}, {ListOf(Double(1.9)), Long(1)}, {ListOf(ListOf(Int(8))), failed},
		},
		"ToDouble": {
			{Int(5), Double(5)}, {Long(9007199254740993), Double(9007199254740992)}, {Float(1.1), Double(1.100000023841858)}, {Bool(false), Double(0)},
			{bigint("12345678901234567890"), Double(1.2345678901234567e19)},
			{String(" -5.5e-3 "), Double(-0.0055)}, {String(".5"), Double(0.5)}, {String("5."), Double(5)}, {String("5d"), Double(5)}, {String("5F"), Double(5)},
			{String("-0"), Double(math.Copysign(0, -1))}, {String("1e400"), Double(math.Inf(1))}, {String("-1e400"), Double(math.Inf(-1))}, {String("1e-400"), Double(0)},
			{String("NaN"), Double(math.NaN())}, {String("+NaN"), Double(math.NaN())}, {String("-Infinity"), Double(math.Inf(-1))},
			{String("0x1.8p1"), Double(3)}, {String("-0X1P-2f"), Double(-0.25)}, {String("0x.8p0"), Double(0.5)}, {String("0x1.8"), failed}, {String("0x10"), failed}, {String("0x1p"), failed},
			{String(""), failed}, {String("."), failed}, {String("d"), failed}, {String("5dd"), failed}, {String("1e"), failed}, {String("1,000"), failed}, {String("1_000"), failed},
			{String("nan"), failed}, {String("inf"), failed}, {String("INFINITY"), failed}, {String("+-5"), failed}, {String("5L"), failed}, {String("٣"), failed}, {String("NaNd"), failed},
			{ListOf(String("3")), Double(3)}, {mapOf(), failed}, {Null, failed},
		},
		"ToFloat": {
			{Double(16777217), Float(16777216)}, {Double(1e300), failed}, {Double(-1e300), Float(float32(math.Inf(-1)))}, {Double(math.Inf(1)), failed},
			{Double(math.MaxFloat32), Float(math.MaxFloat32)}, {Double(math.NaN()), Float(float32(math.NaN()))}, {Long(math.MaxInt64), Float(9.223372e18)},
			{bigint("-12345678901234567890"), Float(-1.2345679e19)}, {Bool(true), Float(1)},
			// Rounded to a double first, it would be halfway and become even.
			{bigint("9223372586610589697"), Float(9223373136366403584)},
			{String("0.1"), Float(0.1)}, {String("3.5e38"), Float(float32(math.Inf(1)))}, {String("1e-46"), Float(0)}, {String("x"), failed}, {Null, failed},
		},
		"ToBool": {
			{Bool(true), Bool(true)}, {Int(1), Bool(true)}, {Long(0), Bool(false)}, {Int(2), failed}, {Int(-1), failed}, {Double(1), failed}, {Float(0), failed}, {Null, failed},
			{String("yes"), Bool(true)}, {String("Y"), Bool(true)}, {String("TRUE"), Bool(true)}, {String("on"), Bool(true)}, {String("1"), Bool(true)},
			{String("no"), Bool(false)}, {String("n"), Bool(false)}, {String("False"), Bool(false)}, {String("oFF"), Bool(false)}, {String("0"), Bool(false)},
			{String(" true"), failed}, {String(""), failed}, {String("t"), failed}, {ListOf(String("yes")), Bool(true)}, {ListOf(), failed},
			{ListOf(ListOf(Bool(true))), failed},
		},
		"ToText": {
			{Null, failed}, {Int(5), String("5")}, {Double(1e10), String("1.0E10")}, {Bool(true), String("true")}, {String(""), String("")},
			{ListOf(String("a"), String("b")), String("a")}, {ListOf(ListOf(String("a"), String("b"))), String("a")}, {ListOf(ListOf(ListOf(String("a")))), String("[a]")},
			{set(Int(7)), String("7")}, {ListOf(), failed}, {set(), failed}, {ListOf(Null), String("")}, {ListOf(ListOf()), String("")}, {ListOf(set()), String("")},
			{mapOf(), String("{}")}, {ListOf(mapOf()), String("{}")},
		},
	} {
		for _, c := range list {
			got := conversions[name](c.from)
			require.Equal(t, c.want.Kind(), got.Kind(), "%s of %v %q: %v", name, c.from.Kind(), c.from, got)
			require.Equal(t, c.want.String(), got.String(), "%s of %v %q", name, c.from.Kind(), c.from)
		}
	}
}
