// Package value holds the values of the Stellar language: their kinds, the
// rules of numbers, equality and ordering, the text form, and the conversions
// between them and to and from Go and JSON.
//
//	kind     Go form (FromGo, Value.Go)    in an expression
//	null     nil                           null, a missing variable
//	bool     bool                          true
//	int      int (32 bits)                 5
//	long     int64                         5L
//	float    float32                       1.5f
//	double   float64                       1.5
//	bigint   *big.Int                      integers beyond 64 bits, from JSON or Go
//	string   string                        'text'
//	list     []any                         [1, 2]
//	map      map[string]any, map[any]any   {'k' : 1}, insertion-ordered
//	set      []any                         SET_INIT([1, 2]), insertion-ordered
//	lambda   Lambda                        x -> x + 1
//	object   anything else                 what STATS_INIT and its like make
package value

import (
	"math"
	"math/big"
	"unsafe"
)

// Kind is what a Value is.
type Kind uint8

// The kinds, in the order of the table in the package comment.
const (
	KindNull Kind = iota
	KindBool
	KindInt
	KindLong
	KindFloat
	KindDouble
	KindBigInt
	KindString
	KindList
	KindMap
	KindSet
	KindLambda
	KindObject
)

var kindNames = [...]string{
	"null", "bool", "int", "long", "float", "double", "bigint",
	"string", "list", "map", "set", "lambda", "object",
}

// String returns the kind's name as the documentation writes it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Value is one Stellar value. The zero Value is null. Scalars and strings are
// held without allocation; lists, maps, sets, lambdas and objects by reference.
// Values are safe for concurrent reading once frozen (see Freeze).
type Value struct {
	_    [0]func() // no ==: use Equal or Same
	ptr  unsafe.Pointer
	num  uint64 // the scalar, the length of the string; of a list see viewed, of a map isRow
	kind Kind   // with a field more the compiler would keep no Value in registers
}

// Null is the null value.
var Null = Value{}

// Bool makes a bool.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, num: 1}
	}
	return Value{kind: KindBool}
}

// Int makes a 32-bit integer.
func Int(i int32) Value { return Value{kind: KindInt, num: uint64(int64(i))} }

// Long makes a 64-bit integer.
func Long(i int64) Value { return Value{kind: KindLong, num: uint64(i)} }

// Integer makes an int when i fits 32 bits and a long otherwise.
func Integer(i int64) Value {
	if int64(int32(i)) == i {
		return Value{kind: KindInt, num: uint64(i)}
	}
	return Value{kind: KindLong, num: uint64(i)}
}

// Float makes a 32-bit floating-point number.
func Float(f float32) Value {
	return Value{kind: KindFloat, num: uint64(math.Float32bits(f))}
}

// Double makes a 64-bit floating-point number.
func Double(f float64) Value { return Value{kind: KindDouble, num: math.Float64bits(f)} }

// BigInt makes an integer of any size. A number that fits 64 bits becomes an
// int or a long. BigInt takes ownership of i, which must not change afterwards.
func BigInt(i *big.Int) Value {
	if i.IsInt64() {
		return Integer(i.Int64())
	}
	return Value{kind: KindBigInt, ptr: unsafe.Pointer(i)}
}

// String makes a string. The text should be valid UTF-8.
func String(s string) Value {
	return Value{kind: KindString, ptr: unsafe.Pointer(unsafe.StringData(s)), num: uint64(len(s))}
}

// FromList makes a list value of l; a nil l becomes null.
func FromList(l *List) Value {
	if l == nil {
		return Null
	}
	return Value{kind: KindList, ptr: unsafe.Pointer(l)}
}

// ListOf makes a list of the items, whose slice it takes ownership of.
func ListOf(items ...Value) Value { return FromList(NewList(items)) }

// FromMap makes a map value of m; a nil m becomes null.
func FromMap(m *Map) Value {
	if m == nil {
		return Null
	}
	return Value{kind: KindMap, ptr: unsafe.Pointer(m)}
}

// FromSet makes a set value of s; a nil s becomes null.
func FromSet(s *Set) Value {
	if s == nil {
		return Null
	}
	return Value{kind: KindSet, ptr: unsafe.Pointer(s)}
}

// Lambda is a function written in an expression. Arguments bind by position:
// missing ones are null, surplus ones are ignored. Functions of the library
// call it through fn.Call.Apply, which counts steps and carries the context.
type Lambda interface {
	// Params returns the names of the parameters.
	Params() []string
}

// FromLambda makes a lambda value.
func FromLambda(l Lambda) Value {
	return Value{kind: KindLambda, ptr: unsafe.Pointer(&box[Lambda]{content: l})}
}

// Object wraps a Go value that only some functions understand. One that
// functions change in place should implement Accumulator. Otherwise its method
// String, if there is one, is its text form; if it implements Freezer, Freeze
// reaches it; if it implements Equaler, that decides equality, which is identity
// if not. A nil object becomes null.
func Object(o any) Value {
	if o == nil {
		return Null
	}
	return Value{kind: KindObject, ptr: unsafe.Pointer(&box[any]{content: o})}
}

// Equaler is an object that is compared by content.
type Equaler interface{ Equal(other any) bool }

// Kind returns what v is.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == KindNull }

// IsNumber reports whether v is an int, long, float, double or bigint.
func (v Value) IsNumber() bool { return v.kind >= KindInt && v.kind <= KindBigInt }

// IsIntegral reports whether v is an int, long or bigint.
func (v Value) IsIntegral() bool {
	return v.kind == KindInt || v.kind == KindLong || v.kind == KindBigInt
}

// IsContainer reports whether v is a list, map or set.
func (v Value) IsContainer() bool { return v.kind >= KindList && v.kind <= KindSet }

// The accessors below return the content of a value of their kind. On a value of
// another kind they return the zero value of their result: check Kind first.

// Bool returns the content of a bool.
func (v Value) Bool() bool { return v.kind == KindBool && v.num != 0 }

// Int64 returns the content of an int or long.
func (v Value) Int64() int64 {
	if v.kind == KindInt || v.kind == KindLong {
		return int64(v.num)
	}
	return 0
}

// Float64 returns the content of a double, or of a float widened to 64 bits.
func (v Value) Float64() float64 {
	switch v.kind {
	case KindDouble:
		return math.Float64frombits(v.num)
	case KindFloat:
		return float64(math.Float32frombits(uint32(v.num)))
	}
	return 0
}

// Float32 returns the content of a float.
func (v Value) Float32() float32 {
	if v.kind == KindFloat {
		return math.Float32frombits(uint32(v.num))
	}
	return 0
}

// BigInt returns the content of a bigint. It must not be changed.
func (v Value) BigInt() *big.Int {
	if v.kind == KindBigInt {
		return (*big.Int)(v.ptr)
	}
	return nil
}

// Str returns the content of a string. String, the method, returns the text form
// of any value.
func (v Value) Str() string {
	if v.kind == KindString {
		return unsafe.String((*byte)(v.ptr), v.num)
	}
	return ""
}

// List returns the content of a list.
func (v Value) List() *List {
	switch {
	case v.kind != KindList:
		return nil
	case v.isView():
		return viewOf(v.viewed(), v.viewDepth()-1)
	}
	return (*List)(v.ptr)
}

// A list that is a view of a []any has no List before one is asked for: ptr
// points to the items, and num holds their number and, above viewLengthBits, 1
// more than there are containers of Go data above them.
const viewLengthBits = 48

// listView makes a view of Go data at a depth.
func listView(source []any, depth uint16) Value {
	return Value{kind: KindList, ptr: unsafe.Pointer(unsafe.SliceData(source)),
		num: uint64(depth+1)<<viewLengthBits | uint64(len(source))}
}

// isView reports whether v is a list of that form.
func (v Value) isView() bool { return v.kind == KindList && v.num != 0 }

func (v Value) viewDepth() uint16 { return uint16(v.num >> viewLengthBits) }

func (v Value) viewLen() int { return int(v.num & (1<<viewLengthBits - 1)) }

// viewed returns the Go data of a view.
func (v Value) viewed() []any { return unsafe.Slice((*any)(v.ptr), v.viewLen()) }

// Item returns the item at i of a list, which must be at least 0 and less than
// Len. For a list made of Go data it costs less than List.
func (v Value) Item(i int) Value {
	if !v.isView() {
		return (*List)(v.ptr).At(i)
	}
	x := v.viewed()[i]
	if n, ok := x.(int); ok { // the commonest two, without a call
		return Integer(int64(n))
	}
	if text, ok := x.(string); ok {
		return String(text)
	}
	return fromGo(x, v.viewDepth(), nil)
}

// Map returns the content of a map.
func (v Value) Map() *Map {
	if v.kind == KindMap {
		if v.num != 0 {
			return v.rowMap()
		}
		return (*Map)(v.ptr)
	}
	return nil
}

// Set returns the content of a set.
func (v Value) Set() *Set {
	if v.kind == KindSet {
		return (*Set)(v.ptr)
	}
	return nil
}

// Lambda returns the content of a lambda.
func (v Value) Lambda() Lambda {
	if v.kind == KindLambda {
		return v.lambda().content
	}
	return nil
}

// Object returns the Go value that an object wraps.
func (v Value) Object() any {
	if v.kind == KindObject {
		return v.object().content
	}
	return nil
}

// Len returns the number of items of a list, map or set, and of UTF-16 code
// units of a string; 0 for everything else.
func (v Value) Len() int {
	switch v.kind {
	case KindString:
		return UTF16Len(v.Str())
	case KindList:
		if v.isView() {
			return v.viewLen()
		}
		return len((*List)(v.ptr).items)
	case KindMap:
		return v.Map().Len()
	case KindSet:
		return v.Set().Len()
	}
	return 0
}
