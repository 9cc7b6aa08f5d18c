package number

import (
	"errors"
	"math"
	"math/big"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var moduloFunctions = []fn.Func{{
	Name: "MOD",
	Params: []fn.Param{
		{Name: "dividend", Kinds: fn.Number, Null: fn.NullYieldsNull, Doc: "what is divided"},
		{Name: "divisor", Kinds: fn.Number, Null: fn.NullYieldsNull, Doc: "what it is divided by; not the integer 0"},
	},
	Result: fn.Number, ResultDoc: "what is left, of the kind that the operators of arithmetic have",
	Doc: "Computes the remainder of a division. It has the sign of the dividend. Not in Metron.",
	Examples: []fn.Example{
		{Expr: "MOD(17, 5)", Want: "2"},
		{Expr: "MOD(-17, 5)", Want: "-2"},
		{Expr: "MOD(5.5, 2)", Want: "1.5"},
		{Expr: "MOD(null, 2)", Want: "null"},
	},
	Body: modulo,
}}

// errDivision is the failure of dividing by the integer 0.
var errDivision = errors.New("division by the integer zero")

func modulo(c *fn.Call) (value.Value, error) {
	a, b := c.Args[0], c.Args[1]
	switch value.Promoted(a.Kind(), b.Kind()) {
	case value.KindInt, value.KindLong:
		if b.Int64() == 0 {
			return value.Null, &fn.Error{Kind: fn.ErrArithmetic, Arg: 1, Msg: errDivision.Error(), Cause: errDivision}
		}
		remainder := int64(0)
		if b.Int64() != -1 { // the least integer has no opposite
			remainder = a.Int64() % b.Int64()
		}
		if a.Kind() == value.KindInt && b.Kind() == value.KindInt {
			return value.Int(int32(remainder)), nil
		}
		return value.Long(remainder), nil
	case value.KindBigInt:
		x, y := bigOf(a), bigOf(b)
		if y.Sign() == 0 {
			return value.Null, &fn.Error{Kind: fn.ErrArithmetic, Arg: 1, Msg: errDivision.Error(), Cause: errDivision}
		}
		return value.BigInt(new(big.Int).Rem(x, y)), nil
	case value.KindFloat:
		x, _ := value.ToDouble(a)
		y, _ := value.ToDouble(b)
		return value.Float(float32(math.Mod(x, y))), nil
	}
	x, _ := value.ToDouble(a)
	y, _ := value.ToDouble(b)
	return value.Double(math.Mod(x, y)), nil
}

func bigOf(v value.Value) *big.Int {
	if v.Kind() == value.KindBigInt {
		return v.BigInt()
	}
	return big.NewInt(v.Int64())
}
