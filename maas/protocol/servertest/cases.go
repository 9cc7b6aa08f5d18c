package servertest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// Case is what a model answers to calls, by any protocol that sends tensors.
type Case struct {
	Name  string
	Model protocol.Model
	Path  string
	Args  []string // JSON objects, one for each call; several go as one
	Want  []string // the answers in their text form
	Error string   // a part of it, if there is one
}

// callTime bounds a call.
const callTime = 20 * time.Second

// Run makes the calls at a server.
func (c Case) Run(t *testing.T, p protocol.Protocol, url string) {
	base, err := protocol.ParseURL(url)
	require.NoError(t, err)
	var args []*value.Map
	for _, text := range c.Args {
		v, err := value.ParseJSONWith([]byte(text), value.JSONOptions{Lenient: true, Frozen: true})
		require.NoError(t, err)
		args = append(args, v.Map())
	}
	ctx, cancel := context.WithTimeout(t.Context(), callTime)
	defer cancel()
	call := &protocol.Call{Base: base, Path: c.Path, Args: args[0], Model: &c.Model}
	var answers []value.Value
	if len(args) == 1 {
		var answer value.Value
		answer, err = p.Do(ctx, call)
		answers = []value.Value{answer}
	} else {
		answers, err = p.(protocol.Batcher).DoBatch(ctx, call, args)
	}
	if c.Error != "" {
		require.ErrorContains(t, err, c.Error)
		return
	}
	require.NoError(t, err)
	require.Positive(t, call.Sent)
	require.Positive(t, call.Received)
	var texts []string
	for _, a := range answers {
		require.True(t, a.Frozen())
		texts = append(texts, a.String())
	}
	require.Equal(t, c.Want, texts)
}

// tensor declares an input or output.
func tensor(name, datatype string, shape ...int64) protocol.Tensor {
	return protocol.Tensor{Name: name, Datatype: datatype, Shape: shape}
}

func inputs(of string, tensors ...protocol.Tensor) protocol.Model {
	return protocol.Model{Name: of, Inputs: tensors}
}

// Inference has what MLServer's models answer.
var Inference = []Case{
	{
		Name: "text and number", Model: inputs("dga", tensor("host", "BYTES", -1, 1)),
		Args: []string{`{"host": "kq3v9z7x1m2b"}`}, Want: []string{"{is_malicious=dga, score=0.6}"},
	},
	{
		Name: "batch", Model: inputs("dga", tensor("host", "BYTES", -1, 1)),
		Args: []string{`{"host": "kq3v9z7x1m2b"}`, `{"host": "mail"}`},
		Want: []string{"{is_malicious=dga, score=0.6}", "{is_malicious=legit, score=0.2}"},
	},
	{
		Name: "declared outputs", Model: protocol.Model{
			Name: "dga", Version: "1", Inputs: []protocol.Tensor{tensor("host", "BYTES", -1, 1)}, Outputs: []protocol.Tensor{tensor("score", "FP32", -1)},
		},
		Args: []string{`{"host": "mail"}`}, Want: []string{"{score=0.2}"},
	},
	{
		Name: "every datatype", Model: inputs("echo",
			tensor("b", "BOOL", -1, 1), tensor("u8", "UINT8", -1, 1), tensor("u16", "UINT16", -1, 1), tensor("u32", "UINT32", -1, 1), tensor("u64", "UINT64", -1, 1),
			tensor("i8", "INT8", -1, 1), tensor("i16", "INT16", -1, 1), tensor("i32", "INT32", -1, 1), tensor("i64", "INT64", -1, 1),
			tensor("f32", "FP32", -1, 1), tensor("f64", "FP64", -1, 1), tensor("s", "BYTES", -1, 1)),
		Args: []string{
			`{"b": true, "u8": 255, "u16": 65535, "u32": 4294967295, "u64": 18446744073709551615, "i8": -128, "i16": -32768, "i32": -2147483648, "i64": -9223372036854775808, "f32": 0.5, "f64": 0.1, "s": "ü \"\\\n"}`,
			`{"b": false, "u8": 0, "u16": 1.0, "u32": 2, "u64": 3, "i8": 127, "i16": 32767, "i32": 2147483647, "i64": 9223372036854775807, "f32": 7, "f64": -1e300, "s": ""}`,
		},
		Want: []string{
			"{b=true, u8=255, u16=65535, u32=4294967295, u64=18446744073709551615, i8=-128, i16=-32768, i32=-2147483648, i64=-9223372036854775808, f32=0.5, f64=0.1, s=ü \"\\\n}",
			"{b=false, u8=0, u16=1, u32=2, u64=3, i8=127, i16=32767, i32=2147483647, i64=9223372036854775807, f32=7.0, f64=-1.0E300, s=}",
		},
	},
	{
		Name: "shapes", Model: inputs("echo", tensor("row", "FP64", -1, 3), tensor("matrix", "INT32", -1, 2, 2), tensor("one", "INT64", -1, 1, 1)),
		Args: []string{`{"row": [1, 2, 3], "matrix": [[1, 2], [3, 4]], "one": 5}`, `{"row": [4, 5, 6], "matrix": [[5, 6], [7, 8]], "one": [[6]]}`},
		Want: []string{"{row=[1.0, 2.0, 3.0], matrix=[[1, 2], [3, 4]], one=5}", "{row=[4.0, 5.0, 6.0], matrix=[[5, 6], [7, 8]], one=6}"},
	},
	{
		// MLServer answers with the shape [3,1].
		Name: "no batch", Model: protocol.Model{
			Name: "echo", Inputs: []protocol.Tensor{tensor("row", "FP64", 3), tensor("one", "INT64")}, Outputs: []protocol.Tensor{tensor("row", "FP64", 3), tensor("one", "INT64")},
		},
		Args: []string{`{"row": [1, 2, 3], "one": 5}`}, Want: []string{"{row=[1.0, 2.0, 3.0], one=5}"},
	},
	{
		Name: "unknown model", Model: inputs("nope", tensor("host", "BYTES", -1, 1)),
		Args: []string{`{"host": "mail"}`}, Error: "status 404 Not Found: Model nope",
	},
	{
		Name: "unknown version", Model: protocol.Model{Name: "dga", Version: "7", Inputs: []protocol.Tensor{tensor("host", "BYTES", -1, 1)}},
		Args: []string{`{"host": "mail"}`}, Error: "status 404 Not Found: Model dga with version 7 not found",
	},
	{
		Name: "failure that quotes the argument", Model: inputs("broken", tensor("host", "INT64", -1, 1)),
		Args: []string{`{"host": 123456}`}, Error: "cannot work with […]",
	},
}

// NaN has what MLServer's models answer with numbers that JSON does not have. MLServer
// itself fails to write these by gRPC.
var NaN = []Case{
	{
		Name: "answer", Model: inputs("dga", tensor("host", "BYTES", -1)),
		Args: []string{`{"host": ""}`}, Want: []string{"{is_malicious=legit, score=NaN}"},
	},
	{
		Name: "argument", Model: inputs("echo", tensor("row", "FP64", -1, 3)),
		Args: []string{`{"row": [1, 2, NaN]}`}, Want: []string{"{row=[1.0, 2.0, NaN]}"},
	},
}

// Frames has what the model of MLflow answers.
var Frames = []Case{
	{
		Name: "text", Model: inputs("dga", tensor("host", "BYTES", -1)),
		Args: []string{`{"host": "kq3v9z7x1m2b"}`}, Want: []string{"{is_malicious=dga, score=0.6}"},
	},
	{
		Name: "batch", Model: inputs("dga", tensor("host", "BYTES", -1, 1)),
		Args: []string{`{"host": "kq3v9z7x1m2b"}`, `{"host": "mail"}`},
		Want: []string{"{is_malicious=dga, score=0.6}", "{is_malicious=legit, score=0.2}"},
	},
	{
		Name: "nothing declared", Args: []string{`{"len": 3, "host": "mail", "more": [1, null]}`},
		Want: []string{"{is_malicious=legit, score=0.2}"},
	},
	{
		Name: "nothing declared, batch", Args: []string{`{"len": 3, "host": "mail"}`, `{"host": "kq3v9z7x1m2b", "len": null}`},
		Want: []string{"{is_malicious=legit, score=0.2}", "{is_malicious=dga, score=0.6}"},
	},
	{
		Name: "declared outputs", Model: protocol.Model{
			Inputs: []protocol.Tensor{tensor("host", "BYTES", -1)}, Outputs: []protocol.Tensor{tensor("score", "FP32", -1)},
		},
		Args: []string{`{"host": ""}`}, Want: []string{"{score=NaN}"}, // written as null
	},
	{
		Name: "tensors", Model: inputs("", tensor("x", "FP64", -1, 3)),
		Args: []string{`{"x": [1, 2, 6]}`, `{"x": [0, 0, 1.5]}`},
		Want: []string{"{mean=3.0, twice=[2.0, 4.0, 12.0]}", "{mean=0.5, twice=[0.0, 0.0, 3.0]}"},
	},
	{
		Name: "failure", Args: []string{`{"fail": 1}`},
		Error: "status 400 Bad Request: Encountered an unexpected error while evaluating the model.",
	},
	{
		Name: "output missing", Model: protocol.Model{Outputs: []protocol.Tensor{tensor("label", "BYTES")}},
		Args: []string{`{"host": "mail"}`}, Error: `unusable response: the output "label" is missing; it is declared as BYTES [1]`,
	},
}
