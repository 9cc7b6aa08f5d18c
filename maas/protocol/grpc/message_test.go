package grpc

import (
	"encoding/hex"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/stellarlang/stellar/maas/protocol"
)

// memory is what an answer may take here.
const memory = 1 << 20

// response is a ModelInferResponse in the making.
type response []byte

func (r response) output(name, datatype string, shape []byte, contents ...[]byte) response {
	tensor := appendString(appendString(nil, tensorName, name), tensorDatatype, datatype)
	tensor = appendBytes(tensor, tensorShape, shape)
	for _, c := range contents {
		tensor = appendBytes(tensor, tensorContents, c)
	}
	return appendBytes(r, responseOutputs, tensor)
}

func (r response) raw(contents string) response { return appendBytes(r, responseRaw, []byte(contents)) }

func packed(field protowire.Number, bytes ...byte) []byte { return appendBytes(nil, field, bytes) }

func unhex(text string) []byte {
	data, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		panic(err)
	}
	return data
}

var ones = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01} // -1, or the largest unsigned

// messages are responses, and what they say or the error.
var messages = map[string]struct {
	message response
	want    string
}{
	"empty":                 {nil, "{}"},
	"other fields":          {unhex("0a016d 12 0131 1a00 2200 3d 01020304 41 0102030405060708 4801"), "{}"},
	"bools":                 {response{}.output("y", "BOOL", []byte{1, 2}, packed(1, 1, 0)), "{y=[true, false]}"},
	"ints":                  {response{}.output("y", "INT32", []byte{1}, packed(2, ones...)), "{y=-1}"},
	"longs, in two parts":   {response{}.output("y", "INT64", []byte{1, 2}, packed(3, 5), packed(3, 6)), "{y=[5, 6]}"},
	"not packed":            {response{}.output("y", "INT64", []byte{1, 2}, unhex("1805 1806")), "{y=[5, 6]}"},
	"unsigned":              {response{}.output("y", "UINT64", []byte{1}, packed(5, ones...)), "{y=18446744073709551615}"},
	"floats":                {response{}.output("y", "FP32", []byte{1}, packed(6, unhex("0000c03f")...)), "{y=1.5}"},
	"doubles, not packed":   {response{}.output("y", "FP64", []byte{1}, unhex("39 000000000000f83f")), "{y=1.5}"},
	"strings":               {response{}.output("y", "BYTES", []byte{1, 2}, packed(8, 'a'), packed(8, 0xff)), "{y=[a, \ufffd]}"},
	"raw":                   {response{}.output("y", "INT16", []byte{1, 2}).raw("\xff\xff\x01\x00"), "{y=[-1, 1]}"},
	"raw unsigned":          {response{}.output("y", "UINT16", []byte{1, 1}).raw("\xff\xff"), "{y=65535}"},
	"raw NaN":               {response{}.output("y", "FP16", []byte{1}).raw("\x00\x7e"), "{y=NaN}"},
	"raw strings":           {response{}.output("y", "BYTES", []byte{2}).raw("\x01\x00\x00\x00a\x00\x00\x00\x00"), "{y=[a, ]}"},
	"raw before contents":   {response{}.raw("").output("y", "INT8", []byte{1}, packed(2, 7)), "{y=7}"},
	"shape not packed":      {appendBytes(nil, 5, append(unhex("0a0179 1204 494e5438 1801 1802 2a00"), packed(5, packed(2, 7, 8)...)...)), "{y=[7, 8]}"},
	"raw too short":         {response{}.output("y", "INT32", []byte{1}).raw("\x01"), `the contents of the output "y": 1 bytes are no multiple of 4, the size of INT32`},
	"raw string too long":   {response{}.output("y", "BYTES", []byte{1}).raw("\xff\xff\xff\xff"), `the contents of the output "y": a string is longer than what is left`},
	"raw of others":         {response{}.output("y", "INT32", []byte{1}).raw("").raw(""), "it has 1 outputs, but the contents of 2"},
	"unknown datatype":      {response{}.output("y", "BF16", []byte{1}).raw("\x01\x02"), `the contents of the output "y": they are of the unknown datatype "BF16"`},
	"nothing in it":         {response{}.output("y", "INT32", []byte{1}), `unusable response: the output "y" has 0 elements where the shape [1] wants 1`},
	"too little":            {response{}.output("y", "INT32", []byte{1, 3}, packed(2, 7)), `unusable response: the output "y" has 1 elements where the shape [1,3] wants 3`},
	"another kind":          {response{}.output("y", "INT32", []byte{1}, packed(8, 'a')), `unusable response: the output "y" has a string where there must be a whole number`},
	"cut off":               {response{}.output("y", "INT32", []byte{1}, packed(2, 7))[:5], "it is no ModelInferResponse"},
	"a tag only":            {unhex("2a"), "it is no ModelInferResponse"},
	"contents cut off":      {response{}.output("y", "FP32", []byte{1}, packed(6, 1, 2)), "it is no ModelInferResponse"},
	"end of no group":       {unhex("2c"), "it is no ModelInferResponse"},
	"no protobuf":           {response("<html>"), "it is no ModelInferResponse"},
	"outputs without end":   {response(strings.Repeat("\x2a\x00", memory/outputMemory+1)), "it takes too much memory"},
	"elements without end":  {response{}.output("y", "BOOL", []byte{1}, packed(1, make([]byte, memory/itemMemory+1)...)), "it takes too much memory"},
	"raw without end":       {response{}.output("y", "BOOL", []byte{1}).raw(strings.Repeat("\x00", memory/itemMemory+1)), `the contents of the output "y": it takes too much memory`},
	"dimensions, no end":    {response{}.output("y", "BOOL", make([]byte, memory)), "it takes too much memory"},
	"more than many rows":   {response{}.output("y", "BOOL", unhex("ffffffffffffffff7f 00")), `unusable response: the output "y" has the shape [9223372036854775807,0], which takes too much memory`},
	"negative, as a length": {response{}.output("y", "BOOL", ones), `unusable response: the output "y" has the shape [-1]`},
}

var anyModel = &protocol.Model{Inputs: []protocol.Tensor{{Name: "x", Datatype: "FP64", Shape: []int64{-1}}}}

func answer(message []byte) (string, error) {
	outputs, err := parseResponse(message, memory)
	if err != nil {
		return "", err
	}
	answers, err := anyModel.Answers(outputs, 1, memory)
	if err != nil {
		return "", err
	}
	return answers[0].String(), nil
}

func TestMessages(t *testing.T) {
	for name, test := range messages {
		got, err := answer(test.message)
		if err != nil {
			got = err.Error()
		}
		require.Equal(t, test.want, got, name)
	}
}

// FuzzResponse: no message makes the reader panic, or take much more memory than is
// allowed.
func FuzzResponse(f *testing.F) {
	for _, m := range messages {
		if len(m.message) < 1000 {
			f.Add([]byte(m.message))
		}
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = answer(message)
		runtime.ReadMemStats(&after)
		// Other goroutines of the fuzzer allocate meanwhile.
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*memory))
	})
}

func TestHalves(t *testing.T) {
	for bits := range 1 << 16 { // all that there are
		f := half(uint16(bits))
		if math.IsNaN(f) {
			require.True(t, math.IsNaN(half(halfBits(f))))
			continue
		}
		require.Equal(t, uint16(bits), halfBits(f), f)
	}
	for f, want := range map[float64]float64{ // with all but the last of bits
		0.1: 0.0999755859375, 1 + 0x1p-11: 1, 1 + 3*0x1p-11: 1 + 0x1p-9, 65519: 65504, 65520: math.Inf(1), 0x1p-25: 0, 3 * 0x1p-26: 0x1p-24,
		0x1p-14 - 0x1p-26: 0x1p-14, 2 - 0x1p-12: 2,
	} {
		require.Equal(t, want, half(halfBits(f)), f)
	}
}
