package protocol

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// Tensor declares an input or output of a model.
type Tensor struct {
	Name string `json:"name"`
	// Datatype is a type of the Open Inference Protocol: BOOL, UINT8 to UINT64, INT8
	// to INT64, FP16, FP32, FP64, or BYTES, which stands for strings.
	Datatype string `json:"datatype"`
	// Shape holds the size of each dimension. The first may be -1: it is that of the
	// batch. An empty shape stands for one value: [1].
	Shape []int64 `json:"shape,omitempty"`
}

const (
	maxRank = 16
	// maxElements bounds what is declared for a tensor, so that sizes never overflow.
	maxElements = 1 << 28
)

// CheckTensors reports what is wrong with declarations.
func CheckTensors(tensors []Tensor) error {
	seen := make(map[string]bool, len(tensors))
	for _, t := range tensors {
		switch {
		case t.Name == "":
			return errors.New("an input or output has no name")
		case seen[t.Name]:
			return fmt.Errorf("%q is declared twice", t.Name)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("%q has %w", t.Name, err)
		}
		seen[t.Name] = true
	}
	return nil
}

func (t Tensor) check() error {
	if _, err := datatypeOf(t.Datatype); err != nil {
		return err
	}
	if len(t.Shape) > maxRank {
		return fmt.Errorf("%d dimensions, it must have at most %d", len(t.Shape), maxRank)
	}
	elements := int64(1)
	for n, size := range t.Shape {
		switch {
		case size == -1 && n > 0:
			return fmt.Errorf("the shape %s, only the first dimension may be -1, that of the batch", shapeText(t.Shape))
		case size == -1:
		case size < 1:
			return fmt.Errorf("the shape %s, a dimension must be positive, or -1 for the batch", shapeText(t.Shape))
		case size > maxElements/elements:
			return fmt.Errorf("the shape %s, which is more than %d elements", shapeText(t.Shape), maxElements)
		default:
			elements *= size
		}
	}
	return nil
}

// hasBatch reports whether the first dimension is that of the batch.
func (t Tensor) hasBatch() bool { return len(t.Shape) > 0 && t.Shape[0] == -1 }

// own returns the shape of what one call has of the tensor.
func (t Tensor) own() []int64 {
	if t.hasBatch() {
		return t.Shape[1:]
	}
	return t.Shape
}

// form returns the declaration without the name, such as "FP32 [-1,3]".
func (t Tensor) form() string {
	if len(t.Shape) == 0 {
		return t.Datatype + " [1]"
	}
	return t.Datatype + " " + shapeText(t.Shape)
}

func shapeText(shape []int64) string {
	return strings.ReplaceAll(fmt.Sprint(shape), " ", ",")
}

// class is what datatypes of several sizes have in common.
type class int

const (
	boolean class = iota
	signed
	unsigned
	floating
	text
)

type datatype struct {
	name  string
	class class
	bits  int // of a number
}

var datatypes = []datatype{
	{"BOOL", boolean, 8},
	{"UINT8", unsigned, 8}, {"UINT16", unsigned, 16}, {"UINT32", unsigned, 32}, {"UINT64", unsigned, 64},
	{"INT8", signed, 8}, {"INT16", signed, 16}, {"INT32", signed, 32}, {"INT64", signed, 64},
	{"FP16", floating, 16}, {"FP32", floating, 32}, {"FP64", floating, 64},
	{"BYTES", text, 0},
}

func datatypeOf(name string) (datatype, error) {
	for _, d := range datatypes {
		if d.name == name {
			return d, nil
		}
	}
	return datatype{}, fmt.Errorf("the datatype %.20q, it must be BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64 or BYTES", name)
}

// largest is the largest finite number of a floating-point datatype.
func (d datatype) largest() float64 {
	switch d.bits {
	case 16:
		return 65504
	case 32:
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// element returns the element of a tensor that v is: a bool, a string, an integer or a
// double. The error says what v is and what it must be, but not its value.
func (d datatype) element(v value.Value) (value.Value, error) {
	switch d.class {
	case boolean:
		if v.Kind() == value.KindBool {
			return v, nil
		}
	case text:
		if v.Kind() == value.KindString {
			if !utf8.ValidString(v.Str()) {
				return value.Null, errors.New("a string that is no valid UTF-8")
			}
			return v, nil
		}
	case floating:
		if f, ok := v.Number(); ok {
			if !math.IsInf(f, 0) && math.Abs(f) > d.largest() {
				return value.Null, fmt.Errorf("a number beyond the range of %s", d.name)
			}
			return value.Double(f), nil
		}
	default:
		if v.IsNumber() {
			return d.integer(v)
		}
	}
	return value.Null, fmt.Errorf("a %s where there must be %s", v.Kind(), d.noun())
}

func (d datatype) noun() string {
	switch d.class {
	case boolean:
		return "a boolean"
	case text:
		return "a string"
	case floating:
		return "a number"
	}
	return "a whole number"
}

// integer returns the integer that a number is, if it is whole and within the range.
func (d datatype) integer(v value.Value) (value.Value, error) {
	var whole *big.Int
	switch v.Kind() {
	case value.KindFloat, value.KindDouble:
		f := v.Float64()
		if f != math.Trunc(f) || math.IsInf(f, 0) { // NaN differs from itself
			return value.Null, errors.New("a number with a fraction where there must be a whole one")
		}
		if math.Abs(f) < 1<<63 {
			return d.inRange(int64(f))
		}
		whole, _ = big.NewFloat(f).Int(nil)
	case value.KindBigInt:
		whole = v.BigInt()
	default:
		return d.inRange(v.Int64())
	}
	switch {
	case whole.IsInt64():
		return d.inRange(whole.Int64())
	case whole.IsUint64() && d.class == unsigned && d.bits == 64:
		return value.BigInt(whole), nil
	}
	return value.Null, fmt.Errorf("a number beyond the range of %s", d.name)
}

func (d datatype) inRange(i int64) (value.Value, error) {
	unused := 64 - d.bits
	if d.class == signed && i<<unused>>unused == i || d.class == unsigned && i >= 0 && uint64(i)<<unused>>unused == uint64(i) {
		return value.Integer(i), nil
	}
	return value.Null, fmt.Errorf("a number beyond the range of %s", d.name)
}
