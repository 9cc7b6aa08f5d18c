package grpc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// sizes are those of the elements in raw contents, in bytes. Elements of BYTES are
// preceded by their lengths.
var sizes = map[string]int{
	"BOOL": 1, "UINT8": 1, "UINT16": 2, "UINT32": 4, "UINT64": 8,
	"INT8": 1, "INT16": 2, "INT32": 4, "INT64": 8,
	"FP16": 2, "FP32": 4, "FP64": 8,
}

// appendElements appends the raw contents of a tensor: its elements one after the other,
// the least significant byte first.
func appendElements(dst []byte, d protocol.Data) []byte {
	for _, item := range d.Items {
		var bits uint64
		switch d.Datatype {
		case "BYTES":
			dst = binary.LittleEndian.AppendUint32(dst, uint32(len(item.Str())))
			dst = append(dst, item.Str()...)
			continue
		case "BOOL":
			if item.Bool() {
				bits = 1
			}
		case "FP16":
			bits = uint64(halfBits(item.Float64()))
		case "FP32":
			bits = uint64(math.Float32bits(float32(item.Float64())))
		case "FP64":
			bits = math.Float64bits(item.Float64())
		default:
			bits = uint64(item.Int64())
			if item.Kind() == value.KindBigInt {
				bits = item.BigInt().Uint64()
			}
		}
		size := sizes[d.Datatype]
		dst = binary.LittleEndian.AppendUint64(dst, bits)
		dst = dst[:len(dst)-8+size]
	}
	return dst
}

// elements returns the elements that raw contents hold.
func (r *reader) elements(datatype string, raw []byte) ([]value.Value, error) {
	if datatype == "BYTES" {
		return r.strings(raw)
	}
	size := sizes[datatype]
	switch {
	case size == 0:
		return nil, fmt.Errorf("they are of the unknown datatype %.20q", datatype)
	case len(raw)%size != 0:
		return nil, fmt.Errorf("%d bytes are no multiple of %d, the size of %s", len(raw), size, datatype)
	}
	if err := r.take(len(raw) / size * itemMemory); err != nil {
		return nil, err
	}
	items := make([]value.Value, 0, len(raw)/size)
	for ; len(raw) > 0; raw = raw[size:] {
		var padded [8]byte
		copy(padded[:], raw[:size])
		items = append(items, element(datatype, size, binary.LittleEndian.Uint64(padded[:])))
	}
	return items, nil
}

func element(datatype string, size int, bits uint64) value.Value {
	switch datatype {
	case "BOOL":
		return value.Bool(bits != 0)
	case "FP16":
		return value.Double(half(uint16(bits)))
	case "FP32":
		return value.Double(float64(math.Float32frombits(uint32(bits))))
	case "FP64":
		return value.Double(math.Float64frombits(bits))
	case "INT8", "INT16", "INT32", "INT64":
		unused := 64 - 8*size
		return value.Integer(int64(bits) << unused >> unused)
	}
	return unsigned(bits)
}

// strings returns the elements of BYTES.
func (r *reader) strings(raw []byte) ([]value.Value, error) {
	var items []value.Value
	for len(raw) > 0 {
		if len(raw) < 4 || uint64(len(raw)-4) < uint64(binary.LittleEndian.Uint32(raw)) {
			return nil, errors.New("a string is longer than what is left")
		}
		end := 4 + int(binary.LittleEndian.Uint32(raw))
		text, err := r.text(raw[4:end])
		if err = errors.Join(err, r.take(itemMemory)); err != nil {
			return nil, err
		}
		items = append(items, value.String(text))
		raw = raw[end:]
	}
	return items, nil
}

// A number of FP16 has a sign, 5 bits of exponent and 10 of fraction.
const (
	halfSign     = 0x8000
	halfInfinity = 0x7c00
	halfNaN      = 0x7e00
)

// halfBits returns the FP16 that is nearest to f, of two the even one.
func halfBits(f float64) uint16 {
	var sign uint16
	if math.Signbit(f) {
		sign = halfSign
	}
	f = math.Abs(f)
	switch {
	case math.IsNaN(f):
		return sign | halfNaN
	case f >= 65520: // nearer to what would be the next number
		return sign | halfInfinity
	case f < 0x1p-14: // subnormal, or rounded up to the first that is not
		return sign | uint16(math.RoundToEven(f*0x1p24))
	}
	fraction, exponent := math.Frexp(f)
	// A fraction that is rounded up to 2 carries into the exponent.
	return sign | uint16((exponent+14)<<10+int(math.RoundToEven(fraction*2048))-1024)
}

// half returns the number that is written as FP16.
func half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	var f float64
	switch {
	case exponent == 0x1f && fraction != 0:
		f = math.NaN()
	case exponent == 0x1f:
		f = math.Inf(1)
	case exponent == 0:
		f = fraction * 0x1p-24
	default:
		f = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits&halfSign != 0 {
		f = -f
	}
	return f
}
