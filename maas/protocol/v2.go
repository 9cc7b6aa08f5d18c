package protocol

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// V2 asks by the REST form of the Open Inference Protocol, which KServe, MLServer, Triton
// and others speak. The inputs of the model must be declared. Calls go to the path of the
// model's name and version; Call.Path may be only DefaultFunction, empty, or that path.
//
// Numbers are written as JSON has them, NaN as null. There is no agreed form for FP16.
type V2 struct{ HTTP }

// Do sends one call.
func (p V2) Do(ctx context.Context, c *Call) (value.Value, error) { return single(ctx, p, c) }

// single sends a call as a batch of one.
func single(ctx context.Context, p Batcher, c *Call) (value.Value, error) {
	answers, err := p.DoBatch(ctx, c, []*value.Map{c.Args})
	if err != nil {
		return value.Null, err
	}
	return answers[0], nil
}

// DoBatch sends calls as one.
func (p V2) DoBatch(ctx context.Context, c *Call, args []*value.Map) ([]value.Value, error) {
	path := versioned("v2/models/", c.Model, "/versions/") + "/infer"
	if err := checkFunction(NameV2, c.Path, path); err != nil {
		return nil, err
	}
	target, err := target(c.Base, path, nil)
	if err != nil {
		return nil, err
	}
	inputs, err := c.Bind(args)
	if err != nil {
		return nil, err
	}
	body, err := appendInfer(nil, inputs, c.Outputs)
	if err != nil {
		return nil, err
	}
	answer, err := p.post(ctx, c, target, body, args, "error")
	if err != nil {
		return nil, err
	}
	outputs, err := outputsOf(answer)
	if err != nil {
		return nil, err
	}
	return c.Answers(outputs, len(args), MemoryFor(p.ResponseSize))
}

// versioned returns the path of a model, with its version if there is one.
func versioned(prefix string, m *Model, versions string) string {
	path := prefix + url.PathEscape(m.Name)
	if m.Version != "" {
		path += versions + url.PathEscape(m.Version)
	}
	return path
}

// checkFunction refuses the functions that a protocol does not have.
func checkFunction(protocol, function, path string) error {
	switch strings.Trim(function, "/") {
	case "", DefaultFunction, path:
		return nil
	}
	return fmt.Errorf("%w: %q is no function of the model, by the protocol %s it has only %s", ErrRequest, withoutQuery(function), protocol, DefaultFunction)
}

// appendInfer appends the request for outputs, for all if there are none.
func appendInfer(dst []byte, inputs []Data, outputs []Tensor) ([]byte, error) {
	dst = append(dst, `{"inputs":[`...)
	for n, input := range inputs {
		if input.Datatype == "FP16" {
			return nil, fmt.Errorf("%w: the input %q is of FP16, which has no form in JSON; use the protocol %s", ErrRequest, input.Name, NameV2GRPC)
		}
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"name":`...)
		dst = value.String(input.Name).AppendJSON(dst)
		dst = fmt.Appendf(dst, `,"shape":%s,"datatype":"%s","data":`, shapeText(input.Shape), input.Datatype)
		var err error
		if dst, err = appendItems(dst, input, []int64{int64(len(input.Items))}, refuseInfinity); err != nil {
			return nil, err
		}
		dst = append(dst, '}')
	}
	dst = append(dst, ']')
	for n, output := range outputs {
		dst = append(dst, separator(n, `,"outputs":[`)...)
		dst = append(value.String(output.Name).AppendJSON(append(dst, `{"name":`...)), '}')
	}
	if len(outputs) > 0 {
		dst = append(dst, ']')
	}
	return append(dst, '}'), nil
}

// separator returns what stands before item n of a list that opens with a text.
func separator(n int, open string) string {
	if n == 0 {
		return open
	}
	return ","
}

// infinity says what a protocol writes for numbers that JSON does not have.
type infinity bool

const (
	refuseInfinity infinity = false // and null for NaN
	writeInfinity  infinity = true  // and NaN, as words
)

// appendItems appends the elements of a tensor as JSON, nested as the shape says.
func appendItems(dst []byte, d Data, shape []int64, form infinity) ([]byte, error) {
	if len(shape) == 0 {
		return appendNumber(dst, d, d.Items[0], form)
	}
	dst = append(dst, '[')
	each := len(d.Items) / int(shape[0])
	for i := range int(shape[0]) {
		if i > 0 {
			dst = append(dst, ',')
		}
		part := Data{Name: d.Name, Items: d.Items[i*each : (i+1)*each]}
		var err error
		if dst, err = appendItems(dst, part, shape[1:], form); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func appendNumber(dst []byte, d Data, v value.Value, form infinity) ([]byte, error) {
	switch {
	case v.IsFinite():
		return v.AppendJSON(dst), nil
	case form == writeInfinity:
		return v.AppendText(dst), nil // NaN, Infinity or -Infinity
	case math.IsInf(v.Float64(), 0):
		return nil, fmt.Errorf("%w: the input %q is infinite, which JSON does not have; use the protocol %s", ErrRequest, d.Name, NameV2GRPC)
	}
	return append(dst, "null"...), nil
}

// outputsOf returns the tensors of an answer.
func outputsOf(answer value.Value) ([]Data, error) {
	list := member(answer, "outputs")
	if list.Kind() != value.KindList {
		return nil, fmt.Errorf("%w: it has no list of outputs", ErrResponse)
	}
	outputs := make([]Data, list.Len())
	for n := range outputs {
		item := list.Item(n)
		name, datatype := member(item, "name"), member(item, "datatype")
		shape, data := member(item, "shape"), member(item, "data")
		o := Data{Name: name.Str(), Datatype: datatype.Str()}
		if name.Kind() != value.KindString || datatype.Kind() != value.KindString || shape.Kind() != value.KindList || data.Kind() != value.KindList {
			return nil, fmt.Errorf("%w: the output %d must have name, datatype, shape and data", ErrResponse, n+1)
		}
		for i := range min(shape.Len(), maxRank+1) {
			size := shape.Item(i)
			if !size.IsIntegral() {
				return nil, fmt.Errorf("%w: the output %.100q has no numbers as its shape", ErrResponse, o.Name)
			}
			o.Shape = append(o.Shape, size.Int64())
		}
		o.Items = flatten(nil, data, maxRank)
		outputs[n] = o
	}
	return outputs, nil
}

// flatten appends what stands in lists; data may be flat or nested.
func flatten(items []value.Value, v value.Value, levels int) []value.Value {
	if v.Kind() != value.KindList || levels == 0 {
		return append(items, v)
	}
	for i := range v.Len() {
		items = flatten(items, v.Item(i), levels-1)
	}
	return items
}

// member returns a member of an object, null if there is none.
func member(object value.Value, name string) value.Value {
	if object.Kind() != value.KindMap {
		return value.Null
	}
	v, _ := object.Map().Get(value.String(name))
	return v
}
