package compile

import (
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// A chain is arithmetic in which every operator has a constant on one side, as
// 1 + 2*x: a start and the operators applied to it one after the other, in one
// piece of code.
type chain struct {
	start evaluator
	links []link

	isLocal bool // the start is a local
	local   int  // its slot
}

// link is one operator of a chain.
type link struct {
	at            *site
	op            syntax.Op
	constant      value.Value
	constantFirst bool // the constant is the left operand

	// The constant as a plain number, if it is an int or a double.
	isDouble bool
	double   float64
	integer  int32
	other    bool // it is neither
}

// chained adds a link to the chain that operand is, or begins one.
func chained(operand code, l link) *chain {
	switch l.constant.Kind() {
	case value.KindInt:
		l.integer = int32(l.constant.Int64())
		l.double = float64(l.integer)
	case value.KindDouble:
		l.double, l.isDouble = l.constant.Float64(), true
	default:
		l.other = true
	}
	ch, ok := operand.(*chain)
	if !ok {
		ch = &chain{start: operand.evaluator()}
		if l, ok := operand.(local); ok {
			ch.isLocal, ch.local = true, l.slot
		}
	}
	ch.links = append(ch.links, l)
	return ch
}

// evaluator implements code. Ints and doubles stay plain numbers on the way; the
// first operator that meets anything else takes over with values.
func (ch *chain) evaluator() evaluator {
	return func(s scope) (value.Value, error) {
		v, err := ch.start(s)
		if err != nil {
			return value.Null, err
		}
		return ch.from(s, v)
	}
}

// affine is a function of an int: x*factor + addend, in the arithmetic of 32 bits
// that ints have.
type affine struct{ factor, addend int32 }

func (f *affine) of(x int32) int32 { return x*f.factor + f.addend }

// ofInts returns what the links make of an int; nil if a constant is none, or if one
// of them divides.
func (ch *chain) ofInts() *affine {
	f := &affine{factor: 1}
	for i := range ch.links {
		l := &ch.links[i]
		if l.other || l.isDouble || l.op == syntax.Div {
			return nil
		}
		switch {
		case l.op == syntax.Mul:
			f.factor, f.addend = f.factor*l.integer, f.addend*l.integer
		case l.op == syntax.Add:
			f.addend += l.integer
		case l.constantFirst:
			f.factor, f.addend = -f.factor, l.integer-f.addend
		default:
			f.addend -= l.integer
		}
	}
	return f
}

// from runs the links on the start's value.
func (ch *chain) from(s scope, v value.Value) (value.Value, error) {
	var integer int32
	var double float64
	isDouble := false
	switch v.Kind() {
	case value.KindInt:
		integer = int32(v.Int64())
	case value.KindDouble:
		double, isDouble = v.Float64(), true
	default:
		return ch.generic(s, v, 0)
	}
	for i := range ch.links {
		l := &ch.links[i]
		switch {
		case l.other:
			return ch.generic(s, number(integer, double, isDouble), i)
		case isDouble || l.isDouble:
			x := double
			if !isDouble {
				x = float64(integer)
			}
			y := l.double
			if l.constantFirst {
				x, y = y, x
			}
			double, isDouble = computeDoubles(l.op, x, y), true
		case l.op != syntax.Div:
			x, y := integer, l.integer
			if l.constantFirst {
				x, y = y, x
			}
			integer = computeInts(l.op, x, y)
		default:
			return ch.generic(s, value.Int(integer), i) // may divide by zero
		}
	}
	return number(integer, double, isDouble), nil
}

func number(integer int32, double float64, isDouble bool) value.Value {
	if isDouble {
		return value.Double(double)
	}
	return value.Int(integer)
}

// generic runs the chain from a link on.
func (ch *chain) generic(s scope, v value.Value, from int) (value.Value, error) {
	for i := from; i < len(ch.links); i++ {
		l := &ch.links[i]
		a, b := v, l.constant
		if l.constantFirst {
			a, b = b, a
		}
		var err error
		if v, err = l.at.compute(s, l.op, a, b); err != nil {
			return value.Null, err
		}
	}
	return v, nil
}

func computeInts(op syntax.Op, x, y int32) int32 {
	switch op {
	case syntax.Add:
		return x + y
	case syntax.Sub:
		return x - y
	}
	return x * y
}

func computeDoubles(op syntax.Op, x, y float64) float64 {
	switch op {
	case syntax.Add:
		return x + y
	case syntax.Sub:
		return x - y
	case syntax.Mul:
		return x * y
	}
	return x / y
}
