package value

import (
	"errors"
	"math"
	"math/big"
)

// Errors of arithmetic.
var (
	// ErrNotNumber: an operand is neither a number nor null.
	ErrNotNumber = errors.New("not a number")
	// ErrDivideByZero: an integer was divided by the integer 0.
	ErrDivideByZero = errors.New("division by zero")
	// ErrTooLarge: a bigint would exceed 65,536 bits.
	ErrTooLarge = errors.New("integer of more than 65,536 bits")
)

const maxBigIntBits = 65536

// Add is the operator +. The result is a double if either side is one, else a
// float, else a bigint, else a long, else an int; a bigint with a float becomes a
// double. Null counts as the int 0. Int and long wrap around on overflow.
func Add(a, b Value) (Value, error) {
	if a.kind == KindInt && b.kind == KindInt {
		return Int(int32(a.num) + int32(b.num)), nil
	}
	if a.kind == KindDouble && b.kind == KindDouble {
		return Double(math.Float64frombits(a.num) + math.Float64frombits(b.num)), nil
	}
	return arithmetic(&addition, a, b)
}

// Sub is the binary operator -; see Add.
func Sub(a, b Value) (Value, error) {
	if a.kind == KindInt && b.kind == KindInt {
		return Int(int32(a.num) - int32(b.num)), nil
	}
	return arithmetic(&subtraction, a, b)
}

// Mul is the operator *; see Add.
func Mul(a, b Value) (Value, error) {
	if a.kind == KindInt && b.kind == KindInt {
		return Int(int32(a.num) * int32(b.num)), nil
	}
	return arithmetic(&multiplication, a, b)
}

// Div is the operator /; see Add. Integers are truncated toward zero, and
// dividing them by zero is ErrDivideByZero; with a bigint the result is a double.
func Div(a, b Value) (Value, error) {
	if a.kind == KindDouble && b.kind == KindDouble {
		return Double(math.Float64frombits(a.num) / math.Float64frombits(b.num)), nil
	}
	return arithmetic(&division, a, b)
}

// Neg is the unary operator -. Of null it is the int 0; -0.0 is negative zero.
func Neg(a Value) (Value, error) {
	switch a.kind {
	case KindDouble:
		return Double(-a.Float64()), nil
	case KindFloat:
		return Float(-a.Float32()), nil
	}
	return Sub(Int(0), a)
}

type operation struct {
	ints    func(x, y int32) int32
	longs   func(x, y int64) int64
	floats  func(x, y float32) float32
	doubles func(x, y float64) float64
	bigs    func(z, x, y *big.Int) *big.Int // nil: go through doubles
}

var (
	addition = operation{
		ints:    func(x, y int32) int32 { return x + y },
		longs:   func(x, y int64) int64 { return x + y },
		floats:  func(x, y float32) float32 { return x + y },
		doubles: func(x, y float64) float64 { return x + y },
		bigs:    (*big.Int).Add,
	}
	subtraction = operation{
		ints:    func(x, y int32) int32 { return x - y },
		longs:   func(x, y int64) int64 { return x - y },
		floats:  func(x, y float32) float32 { return x - y },
		doubles: func(x, y float64) float64 { return x - y },
		bigs:    (*big.Int).Sub,
	}
	multiplication = operation{
		ints:    func(x, y int32) int32 { return x * y },
		longs:   func(x, y int64) int64 { return x * y },
		floats:  func(x, y float32) float32 { return x * y },
		doubles: func(x, y float64) float64 { return x * y },
		bigs:    (*big.Int).Mul,
	}
	division = operation{
		ints:    func(x, y int32) int32 { return x / y },
		longs:   func(x, y int64) int64 { return x / y },
		floats:  func(x, y float32) float32 { return x / y },
		doubles: func(x, y float64) float64 { return x / y },
	}
)

func arithmetic(op *operation, a, b Value) (Value, error) {
	if a.kind == KindNull {
		a = Int(0)
	}
	if b.kind == KindNull {
		b = Int(0)
	}
	if !a.IsNumber() || !b.IsNumber() {
		return Null, ErrNotNumber
	}
	switch Promoted(a.kind, b.kind) {
	case KindDouble:
		return Double(op.doubles(number(a), number(b))), nil
	case KindFloat:
		return Float(op.floats(number32(a), number32(b))), nil
	case KindBigInt:
		if op.bigs == nil {
			return Double(op.doubles(number(a), number(b))), nil
		}
		x, y := bigOf(a), bigOf(b)
		bits := max(x.BitLen(), y.BitLen()) + 1
		if op == &multiplication {
			bits = x.BitLen() + y.BitLen()
		}
		if bits > maxBigIntBits {
			return Null, ErrTooLarge
		}
		return BigInt(op.bigs(new(big.Int), x, y)), nil
	case KindLong:
		if op == &division && b.num == 0 {
			return Null, ErrDivideByZero
		}
		return Long(op.longs(int64(a.num), int64(b.num))), nil
	}
	if op == &division && b.num == 0 {
		return Null, ErrDivideByZero
	}
	return Int(op.ints(int32(a.num), int32(b.num))), nil
}

// Promoted returns the kind in which two numbers meet in arithmetic.
func Promoted(a, b Kind) Kind {
	switch {
	case a == KindDouble || b == KindDouble:
		return KindDouble
	case a == KindBigInt || b == KindBigInt:
		if a == KindFloat || b == KindFloat {
			return KindDouble
		}
		return KindBigInt
	case a == KindFloat || b == KindFloat:
		return KindFloat
	case a == KindLong || b == KindLong:
		return KindLong
	}
	return KindInt
}

// number widens any number to a double.
func number(v Value) float64 {
	switch v.kind {
	case KindInt, KindLong:
		return float64(int64(v.num))
	case KindBigInt:
		f, _ := new(big.Float).SetInt(v.BigInt()).Float64()
		return f
	}
	return v.Float64()
}

func number32(v Value) float32 {
	if v.kind == KindFloat {
		return v.Float32()
	}
	if v.kind == KindInt || v.kind == KindLong {
		return float32(int64(v.num))
	}
	return float32(number(v))
}

// Number returns any number as a double; ok is false for other kinds.
func (v Value) Number() (f float64, ok bool) {
	if !v.IsNumber() {
		return 0, false
	}
	return number(v), true
}
