package grpc

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// The numbers of the fields that are used, by open_inference_grpc.proto.
const (
	requestModel, requestVersion, requestInputs, requestOutputs, requestRaw = 1, 2, 5, 6, 7

	tensorName, tensorDatatype, tensorShape, tensorContents = 1, 2, 3, 5

	responseOutputs, responseRaw = 5, 6

	contentsBool, contentsInt, contentsInt64, contentsUint, contentsUint64 = 1, 2, 3, 4, 5
	contentsFP32, contentsFP64, contentsBytes                              = 6, 7, 8
)

// appendRequest appends a ModelInferRequest. The elements stand in its raw contents, the
// only form that has FP16, which all servers take.
func appendRequest(dst []byte, m *protocol.Model, inputs []protocol.Data) []byte {
	dst = appendString(dst, requestModel, m.Name)
	if m.Version != "" {
		dst = appendString(dst, requestVersion, m.Version)
	}
	for _, input := range inputs {
		var shape []byte
		for _, size := range input.Shape {
			shape = protowire.AppendVarint(shape, uint64(size))
		}
		tensor := appendString(nil, tensorName, input.Name)
		tensor = appendString(tensor, tensorDatatype, input.Datatype)
		tensor = appendBytes(tensor, tensorShape, shape)
		dst = appendBytes(dst, requestInputs, tensor)
	}
	for _, output := range m.Outputs {
		dst = appendBytes(dst, requestOutputs, appendString(nil, tensorName, output.Name))
	}
	for _, input := range inputs {
		dst = appendBytes(dst, requestRaw, appendElements(nil, input))
	}
	return dst
}

func appendString(dst []byte, field protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(dst, field, protowire.BytesType), text)
}

func appendBytes(dst []byte, field protowire.Number, data []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(dst, field, protowire.BytesType), data)
}

// What parts of an answer take of memory, in bytes, beside their texts.
const (
	outputMemory = 256
	rawMemory    = 24
	itemMemory   = 48 // with what a slice has in reserve
)

var (
	errMemory  = errors.New("it takes too much memory")
	errMessage = errors.New("it is no ModelInferResponse")
)

// reader reads messages, as long as what they become fits the memory that is left.
type reader struct{ memory int64 }

func (r *reader) take(bytes int) error {
	if r.memory -= int64(bytes); r.memory < 0 {
		return errMemory
	}
	return nil
}

// parseResponse returns the outputs of a ModelInferResponse.
func parseResponse(message []byte, memory int64) ([]protocol.Data, error) {
	r := &reader{memory}
	var outputs []protocol.Data
	var raw [][]byte
	err := fields(message, func(n protowire.Number, f field) error {
		switch n {
		case responseOutputs:
			output, err := r.output(f.bytes)
			outputs = append(outputs, output)
			return err
		case responseRaw:
			raw = append(raw, f.bytes)
			return r.take(rawMemory)
		}
		return nil
	})
	if err != nil || len(raw) == 0 {
		return outputs, err
	}
	if len(raw) != len(outputs) {
		return nil, fmt.Errorf("it has %d outputs, but the contents of %d", len(outputs), len(raw))
	}
	for n := range outputs {
		if o := &outputs[n]; len(o.Items) == 0 {
			if o.Items, err = r.elements(o.Datatype, raw[n]); err != nil {
				return nil, fmt.Errorf("the contents of the output %.100q: %w", o.Name, err)
			}
		}
	}
	return outputs, nil
}

// output returns an InferOutputTensor.
func (r *reader) output(message []byte) (protocol.Data, error) {
	var o protocol.Data
	if err := r.take(outputMemory); err != nil {
		return o, err
	}
	err := fields(message, func(n protowire.Number, f field) error {
		var err error
		switch n {
		case tensorName:
			o.Name, err = r.text(f.bytes)
		case tensorDatatype:
			o.Datatype, err = r.text(f.bytes)
		case tensorShape:
			err = f.each(protowire.VarintType, func(bits uint64) error {
				o.Shape = append(o.Shape, int64(bits))
				return r.take(itemMemory)
			})
		case tensorContents:
			o.Items, err = r.contents(o.Items, f.bytes)
		}
		return err
	})
	return o, err
}

// text returns a string, with what is no UTF-8 replaced.
func (r *reader) text(data []byte) (string, error) {
	if err := r.take(3 * len(data)); err != nil { // as much as the replacement takes
		return "", err
	}
	return strings.ToValidUTF8(string(data), "\ufffd"), nil
}

// contents appends the elements of an InferTensorContents.
func (r *reader) contents(items []value.Value, message []byte) ([]value.Value, error) {
	err := fields(message, func(n protowire.Number, f field) error {
		if n == contentsBytes {
			text, err := r.text(f.bytes)
			items = append(items, value.String(text))
			return errors.Join(err, r.take(itemMemory))
		}
		wire, convert := protowire.VarintType, func(bits uint64) value.Value { return value.Integer(int64(bits)) }
		switch n {
		case contentsBool:
			convert = func(bits uint64) value.Value { return value.Bool(bits != 0) }
		case contentsInt, contentsInt64:
		case contentsUint, contentsUint64:
			convert = unsigned
		case contentsFP32:
			wire, convert = protowire.Fixed32Type, func(bits uint64) value.Value {
				return value.Double(float64(math.Float32frombits(uint32(bits))))
			}
		case contentsFP64:
			wire, convert = protowire.Fixed64Type, func(bits uint64) value.Value { return value.Double(math.Float64frombits(bits)) }
		default:
			return nil
		}
		return f.each(wire, func(bits uint64) error {
			items = append(items, convert(bits))
			return r.take(itemMemory)
		})
	})
	return items, err
}

func unsigned(bits uint64) value.Value {
	if bits > math.MaxInt64 {
		return value.BigInt(new(big.Int).SetUint64(bits))
	}
	return value.Integer(int64(bits))
}

// field is what a field of a message holds: bytes, or the bits of a number.
type field struct {
	wire  protowire.Type
	bytes []byte
	bits  uint64
}

// fields calls a function with each field of a message.
func fields(message []byte, each func(protowire.Number, field) error) error {
	for len(message) > 0 {
		number, wire, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errMessage
		}
		message = message[n:]
		f := field{wire: wire}
		switch wire {
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		case protowire.StartGroupType, protowire.EndGroupType:
			n = protowire.ConsumeFieldValue(number, wire, message)
		default:
			f.bits, n = consumeBits(wire, message)
		}
		if n < 0 {
			return errMessage
		}
		message = message[n:]
		if err := each(number, f); err != nil {
			return err
		}
	}
	return nil
}

// each calls a function with the numbers of a repeated field, packed or not.
func (f field) each(wire protowire.Type, number func(bits uint64) error) error {
	if f.wire == wire {
		return number(f.bits)
	}
	for rest := f.bytes; len(rest) > 0; {
		bits, n := consumeBits(wire, rest)
		if n < 0 {
			return errMessage
		}
		rest = rest[n:]
		if err := number(bits); err != nil {
			return err
		}
	}
	return nil
}

// consumeBits returns the bits of a number and how many bytes these take, which is
// negative if they are malformed.
func consumeBits(wire protowire.Type, data []byte) (bits uint64, n int) {
	switch wire {
	case protowire.VarintType:
		return protowire.ConsumeVarint(data)
	case protowire.Fixed32Type:
		short, n := protowire.ConsumeFixed32(data)
		return uint64(short), n
	case protowire.Fixed64Type:
		return protowire.ConsumeFixed64(data)
	}
	return 0, -1
}
