package number

import (
	"math"

	"github.com/stellarlang/stellar/functions/internal/elementary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var mathParams = []fn.Param{{
	Name: "number", Kinds: fn.Number, Null: fn.NullAccepted, Optional: true,
	Doc: "a number of any kind; null counts as NaN",
}}

var mathFunctions = []fn.Func{
	{
		Name: "ABS", Params: mathParams,
		Result: fn.Double, ResultDoc: "the absolute value",
		Doc:      "Returns the absolute value of a number, always as a double.",
		Examples: []fn.Example{{Expr: "ABS(-5)", Want: "5.0"}, {Expr: "ABS(2.5)", Want: "2.5"}},
		Unary:    onDouble(math.Abs),
	},
	{
		Name: "CEILING", Params: mathParams,
		Result: fn.Double, ResultDoc: "the smallest whole number that is not less",
		Doc:      "Rounds a number up to a whole number, which is still a double.",
		Examples: []fn.Example{{Expr: "CEILING(2.1)", Want: "3.0"}, {Expr: "CEILING(-2.1)", Want: "-2.0"}},
		Unary:    onDouble(math.Ceil),
	},
	{
		Name: "FLOOR", Params: mathParams,
		Result: fn.Double, ResultDoc: "the largest whole number that is not greater",
		Doc:      "Rounds a number down to a whole number, which is still a double.",
		Examples: []fn.Example{{Expr: "FLOOR(2.9)", Want: "2.0"}, {Expr: "FLOOR(-2.1)", Want: "-3.0"}},
		Unary:    onDouble(math.Floor),
	},
	{
		Name: "ROUND", Params: mathParams,
		Result: fn.Double, ResultDoc: "the nearest whole number",
		Doc: "Rounds a number to the nearest whole number, which is still a double; halves are rounded up, " +
			"toward positive infinity. Results are limited to the range of a long.",
		Examples: []fn.Example{
			{Expr: "ROUND(2.5)", Want: "3.0"},
			{Expr: "ROUND(-2.5)", Want: "-2.0"},
			{Expr: "TO_INTEGER(ROUND(99.7))", Want: "100"},
		},
		Unary: onDouble(round),
	},
	{
		Name: "SQRT", Params: mathParams,
		Result: fn.Double, ResultDoc: "the square root, NaN for a negative number",
		Doc:      "Returns the square root of a number.",
		Examples: []fn.Example{{Expr: "SQRT(9)", Want: "3.0"}, {Expr: "SQRT(-1)", Want: "NaN"}},
		Unary:    onDouble(math.Sqrt),
	},
	{
		Name: "EXP", Params: mathParams,
		Result: fn.Double, ResultDoc: "the power of e",
		Doc:      "Raises Euler's number to the power of a number.",
		Examples: []fn.Example{{Expr: "EXP(0)", Want: "1.0"}},
		Unary:    onDouble(elementary.Exp),
	},
	{
		Name: "LN", Params: mathParams,
		Result: fn.Double, ResultDoc: "the logarithm, negative infinity for 0, NaN for a negative number",
		Doc:      "Returns the natural logarithm of a number.",
		Examples: []fn.Example{{Expr: "LN(1)", Want: "0.0"}, {Expr: "LN(-1)", Want: "NaN"}},
		Unary:    onDouble(elementary.Log),
	},
	{
		Name: "LOG2", Params: mathParams,
		Result: fn.Double, ResultDoc: "the logarithm, negative infinity for 0, NaN for a negative number",
		Doc:      "Returns the logarithm of a number to the base 2. It is exact for powers of two.",
		Examples: []fn.Example{{Expr: "LOG2(1024)", Want: "10.0"}},
		Unary:    onDouble(elementary.Log2),
	},
	{
		Name: "LOG10", Params: mathParams,
		Result: fn.Double, ResultDoc: "the logarithm, negative infinity for 0, NaN for a negative number",
		Doc: "Returns the logarithm of a number to the base 10. It is exact for powers of ten, so FLOOR of it " +
			"tells the order of magnitude.",
		Examples: []fn.Example{{Expr: "LOG10(1000)", Want: "3.0"}, {Expr: "FLOOR(LOG10(1840))", Want: "3.0"}},
		Unary:    onDouble(elementary.Log10),
	},
	{
		Name: "SIN", Params: mathParams,
		Result: fn.Double, ResultDoc: "the sine",
		Doc:      "Returns the sine of an angle in radians.",
		Examples: []fn.Example{{Expr: "SIN(0)", Want: "0.0"}},
		Unary:    onDouble(math.Sin),
	},
	{
		Name: "COS", Params: mathParams,
		Result: fn.Double, ResultDoc: "the cosine",
		Doc:      "Returns the cosine of an angle in radians.",
		Examples: []fn.Example{{Expr: "COS(0)", Want: "1.0"}},
		Unary:    onDouble(math.Cos),
	},
	{
		Name: "TAN", Params: mathParams,
		Result: fn.Double, ResultDoc: "the tangent",
		Doc:      "Returns the tangent of an angle in radians.",
		Examples: []fn.Example{{Expr: "TAN(0)", Want: "0.0"}},
		Unary:    onDouble(math.Tan),
	},
	{
		Name:   "IS_NAN",
		Params: []fn.Param{{Name: "number", Kinds: fn.Number, Doc: "a number of any kind"}},
		Result: fn.Bool, ResultDoc: "whether it is NaN",
		Doc: "Reports whether a number is NaN, the result of undefined operations such as 0.0 / 0.0. " +
			"The operator == does not find it, as NaN equals nothing.",
		Examples: []fn.Example{{Expr: "IS_NAN(SQRT(-1))", Want: "true"}, {Expr: "IS_NAN(1)", Want: "false"}},
		Exact:    true,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			return value.Bool(math.IsNaN(v.Float64())), nil
		},
	},
}

// onDouble makes the body of a function of one number, NaN for null.
func onDouble(f func(float64) float64) fn.Unary {
	return func(v value.Value, _ fn.Budget) (value.Value, error) {
		x, ok := v.Number()
		if !ok {
			x = math.NaN()
		}
		return value.Double(f(x)), nil
	}
}

// round rounds halves up and to the range of a long; there is no negative zero.
func round(x float64) float64 {
	whole := math.Floor(x)
	if x-whole >= 0.5 {
		whole++
	}
	switch {
	case whole > math.MaxInt64:
		return math.MaxInt64
	case whole < math.MinInt64:
		return math.MinInt64
	}
	return whole + 0
}
