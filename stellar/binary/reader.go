package binary

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var (
	// ErrMalformed says that bytes are no binary form of a value.
	ErrMalformed = errors.New("the bytes are damaged, or were not written by Stellar")
	// ErrNewer says that a newer version wrote the bytes.
	ErrNewer = errors.New("a newer version of Stellar wrote this; read it with that")
	// ErrUnknownType says that there is an object of a type which the reader does not
	// know.
	ErrUnknownType = errors.New("the functions of its objects are not here")
)

// Decode reads what Append wrote. Objects may be of the types of d. The value is not
// frozen; it takes at most some 64 times as much memory as the bytes. Errors are
// ErrMalformed, ErrNewer, ErrUnknownType, or of the budget.
func Decode(data []byte, d fn.Decoding) (value.Value, error) {
	r := NewReader(data, d)
	r.Version(version)
	v := r.Value()
	if err := r.End(); err != nil {
		return value.Null, err
	}
	return v, nil
}

// Reader reads the parts of a binary form one after the other. After a failure all its
// methods return zero values, and End that failure, so that only loops need ask Failed.
type Reader struct {
	data     []byte
	decoding fn.Decoding
	err      error
}

// NewReader returns a reader of data, which must not change while it is used.
func NewReader(data []byte, d fn.Decoding) *Reader { return &Reader{data: data, decoding: d} }

// Fail ends the reading with ErrMalformed, and a reason.
func (r *Reader) Fail(format string, values ...any) {
	r.fail(fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, values...)...))
}

func (r *Reader) fail(err error) {
	if r.err == nil {
		r.err, r.data = err, nil
	}
}

// Failed reports whether the reading has ended.
func (r *Reader) Failed() bool { return r.err != nil }

// Left returns how many bytes are left.
func (r *Reader) Left() int { return len(r.data) }

// End returns the failure, or one if bytes are left.
func (r *Reader) End() error {
	if len(r.data) > 0 {
		r.Fail("%d bytes follow its end", len(r.data))
	}
	return r.err
}

// Version reads the version of a form, a byte from 1 to newest.
func (r *Reader) Version(newest byte) byte {
	v := r.Byte()
	switch {
	case v == 0:
		r.Fail("version 0")
	case v > newest:
		r.fail(fmt.Errorf("%w (version %d of the form, known are those to %d)", ErrNewer, v, newest))
	}
	return v
}

// Charge charges work and memory to the budget, if there is one. Its error ends the
// reading.
func (r *Reader) Charge(steps, bytes int64) {
	budget := r.decoding.Budget
	if budget == nil || r.err != nil {
		return
	}
	err := budget.Spend(steps)
	if err == nil {
		err = budget.Allocate(bytes)
	}
	if err != nil {
		r.fail(err)
	}
}

// Byte reads a byte.
func (r *Reader) Byte() byte {
	b := r.take(1)
	if b == nil {
		return 0
	}
	return b[0]
}

// Uvarint reads an unsigned number.
func (r *Reader) Uvarint() uint64 {
	i, n := binary.Uvarint(r.data)
	r.passNumber(n)
	return i
}

// Varint reads a signed number.
func (r *Reader) Varint() int64 {
	i, n := binary.Varint(r.data)
	r.passNumber(n)
	return i
}

// passNumber passes over a number of n bytes. If n is not positive there is none, and the
// number is 0.
func (r *Reader) passNumber(n int) {
	if n <= 0 {
		r.Fail("a number is cut or too long")
		return
	}
	r.data = r.data[n:]
}

// Double reads what AppendDouble wrote.
func (r *Reader) Double() float64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// Bytes reads what AppendBytes wrote. They are part of the data.
func (r *Reader) Bytes() []byte { return r.take(r.Count(1)) }

// Count reads a number of parts that take at least so many bytes each, so that their
// memory can be made at once.
func (r *Reader) Count(bytesEach int) int {
	n := r.Uvarint()
	if n > uint64(len(r.data)/bytesEach) {
		r.Fail("%d parts where %d bytes are left", n, len(r.data))
		return 0
	}
	return int(n)
}

// take takes n bytes off the data; none if there are not so many.
func (r *Reader) take(n int) []byte {
	if n > len(r.data) {
		r.Fail("it is cut")
		return nil
	}
	b := r.data[:n:n]
	r.data = r.data[n:]
	return b
}

// Value reads what AppendPart wrote.
func (r *Reader) Value() value.Value {
	if r.decoding.Depth > maxDepth {
		r.Fail("values are nested more than %d deep", maxDepth)
		return value.Null
	}
	if budget := r.decoding.Budget; budget != nil && r.err == nil {
		if err := budget.Spend(1); err != nil {
			r.fail(err)
		}
	}
	switch kind := r.Byte(); kind {
	case kindNull:
		return value.Null
	case kindFalse, kindTrue:
		return value.Bool(kind == kindTrue)
	case kindInt:
		i := r.Varint()
		if i != int64(int32(i)) {
			r.Fail("the int %d has more than 32 bits", i)
		}
		return value.Int(int32(i))
	case kindLong:
		return value.Long(r.Varint())
	case kindFloat:
		if b := r.take(4); b != nil {
			return value.Float(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		}
	case kindDouble:
		return value.Double(r.Double())
	case kindBigInt:
		return r.bigInt()
	case kindString:
		return value.String(string(r.Bytes()))
	case kindBytes:
		return value.Object(append([]byte{}, r.Bytes()...))
	case kindList, kindMap, kindSet:
		r.decoding.Depth++
		defer func() { r.decoding.Depth-- }()
		switch kind {
		case kindList:
			return r.list()
		case kindMap:
			return r.mapping()
		}
		return r.set()
	case kindObject:
		return r.object()
	default:
		r.Fail("there is no kind %d of values", kind)
	}
	return value.Null
}

func (r *Reader) bigInt() value.Value {
	negative := r.Byte()
	i := new(big.Int).SetBytes(r.Bytes())
	if negative == 1 {
		i.Neg(i)
	}
	if negative > 1 || i.IsInt64() && !r.Failed() {
		r.Fail("a bigint is not as it is written")
	}
	return value.BigInt(i)
}

func (r *Reader) list() value.Value {
	n := r.Count(1)
	items := make([]value.Value, 0, n)
	for range n {
		if items = append(items, r.Value()); r.Failed() {
			return value.Null
		}
	}
	return value.ListOf(items...)
}

func (r *Reader) set() value.Value {
	s := value.NewSet()
	for range r.Count(1) {
		item := r.Value()
		if s.Has(item) {
			r.Fail("an item of a set is repeated")
		}
		if r.Failed() {
			return value.Null
		}
		s.Add(item)
	}
	return value.FromSet(s)
}

func (r *Reader) mapping() value.Value {
	n := r.Count(2)
	m := value.NewMap(n)
	for range n {
		key := r.Value()
		v := r.Value()
		if _, repeated := m.Get(key); repeated {
			r.Fail("a key of a map is repeated")
		}
		if r.Failed() {
			return value.Null
		}
		m.PutNew(key, v)
	}
	return value.FromMap(m)
}

func (r *Reader) object() value.Value {
	name, own := r.Bytes(), r.Bytes()
	if r.Failed() {
		return value.Null
	}
	for _, t := range r.decoding.Types {
		if t.Name != string(name) || t.Decode == nil {
			continue
		}
		below := r.decoding
		below.Depth++
		object, err := t.Decode(own, below)
		if err != nil {
			r.fail(fmt.Errorf("%s: %w", t.Indefinite(), err))
			return value.Null
		}
		return value.Object(object)
	}
	r.fail(fmt.Errorf("%w: type %.40q", ErrUnknownType, name))
	return value.Null
}
