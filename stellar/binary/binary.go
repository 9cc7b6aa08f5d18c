// Package binary has the binary form of values, in which they are kept by stores and
// between runs. What one version writes, all later ones read.
//
// A value is a byte for its kind, which the table of kinds below lists, and what the
// kind needs. Numbers of items and lengths are unsigned varints, as encoding/binary
// writes them.
//
//	null, false, true  nothing
//	int, long          a signed varint
//	float, double      4 or 8 bytes of IEEE 754, the lowest first
//	bigint             1 if it is negative, else 0; the length of the absolute number, its bytes, the highest first
//	string, bytes      the length, the bytes
//	list, set          the number of items, the items
//	map                the number of entries, each a key and its value
//	object             the length of its type's name, the name; the length of its own form, that
//
// An object's own form begins with the version of that form, one byte. Append puts the
// version of the whole before the value. Kinds are only added with a new version.
package binary

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

const version = 1

// The kinds.
const (
	kindNull = iota
	kindFalse
	kindTrue
	kindInt
	kindLong
	kindFloat
	kindDouble
	kindBigInt
	kindString
	kindBytes
	kindList
	kindMap
	kindSet
	kindObject
)

// maxDepth is how deep values may be nested, those that objects hold included.
const maxDepth = 1000

// ErrNoForm says that a value has no binary form: it is a lambda, or an object whose
// type has none.
var ErrNoForm = errors.New("it cannot be kept")

// Append appends the binary form of v to b. If v has none, or a part of it, the error
// is ErrNoForm.
func Append(b []byte, v value.Value) ([]byte, error) {
	return AppendPart(append(b, version), v)
}

// AppendPart is Append without the version, for objects that hold values.
func AppendPart(b []byte, v value.Value) ([]byte, error) { return appendValue(b, v, 0) }

func appendValue(b []byte, v value.Value, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: values are nested more than %d deep", ErrNoForm, maxDepth)
	}
	switch v.Kind() {
	case value.KindNull:
		return append(b, kindNull), nil
	case value.KindBool:
		if v.Bool() {
			return append(b, kindTrue), nil
		}
		return append(b, kindFalse), nil
	case value.KindInt:
		return binary.AppendVarint(append(b, kindInt), v.Int64()), nil
	case value.KindLong:
		return binary.AppendVarint(append(b, kindLong), v.Int64()), nil
	case value.KindFloat:
		return binary.LittleEndian.AppendUint32(append(b, kindFloat), math.Float32bits(v.Float32())), nil
	case value.KindDouble:
		return AppendDouble(append(b, kindDouble), v.Float64()), nil
	case value.KindBigInt:
		i := v.BigInt()
		return AppendBytes(append(b, kindBigInt, byte((1-i.Sign())/2)), i.Bytes()), nil
	case value.KindString:
		return AppendBytes(append(b, kindString), v.Str()), nil
	case value.KindList:
		b = binary.AppendUvarint(append(b, kindList), uint64(v.Len()))
		return appendItems(b, v.List().All(), depth)
	case value.KindSet:
		b = binary.AppendUvarint(append(b, kindSet), uint64(v.Len()))
		return appendItems(b, v.Set().All(), depth)
	case value.KindMap:
		return appendMap(b, v.Map(), depth)
	case value.KindObject:
		return appendObject(b, v)
	}
	return nil, fmt.Errorf("%w: a %s has no lasting form", ErrNoForm, v.Kind())
}

func appendItems(b []byte, items iter.Seq[value.Value], depth int) ([]byte, error) {
	for item := range items {
		var err error
		if b, err = appendValue(b, item, depth+1); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendMap(b []byte, m *value.Map, depth int) ([]byte, error) {
	b = binary.AppendUvarint(append(b, kindMap), uint64(m.Len()))
	for key, v := range m.All() {
		var err error
		if b, err = appendValue(b, key, depth+1); err != nil {
			return nil, err
		}
		if b, err = appendValue(b, v, depth+1); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendObject(b []byte, v value.Value) ([]byte, error) {
	if bytes, ok := v.Object().([]byte); ok {
		return AppendBytes(append(b, kindBytes), bytes), nil
	}
	t := fn.TypeOf(v)
	form, ok := v.Object().(encoding.BinaryAppender)
	if t == nil || t.Decode == nil || !ok {
		return nil, fmt.Errorf("%w: %s has no lasting form", ErrNoForm, t.Indefinite())
	}
	own, err := form.AppendBinary(nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoForm, err)
	}
	return AppendBytes(AppendBytes(append(b, kindObject), t.Name), own), nil
}

// AppendBytes appends the length of a text and the text.
func AppendBytes[T string | []byte](b []byte, text T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// AppendDouble appends the bits of a number.
func AppendDouble(b []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}
