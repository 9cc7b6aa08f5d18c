package protocol

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// TensorFlow asks by the predict form of TensorFlow Serving's REST interface, which KServe
// calls its first protocol. Calls go to the path of the model's name and version; a version
// that is no number is a label. A function other than DefaultFunction is the signature to
// ask.
//
// Each call is one of the request's instances, unless an input is declared without a
// batch: then the request has whole tensors as inputs. If no inputs are declared, instances
// are the arguments as they are.
type TensorFlow struct{ HTTP }

// Do sends one call.
func (p TensorFlow) Do(ctx context.Context, c *Call) (value.Value, error) { return single(ctx, p, c) }

// DoBatch sends calls as one.
func (p TensorFlow) DoBatch(ctx context.Context, c *Call, args []*value.Map) ([]value.Value, error) {
	versions := "/versions/"
	if strings.Trim(c.Version, "0123456789") != "" {
		versions = "/labels/"
	}
	path := versioned("v1/models/", c.Model, versions) + ":predict"
	target, err := target(c.Base, path, nil)
	if err != nil {
		return nil, err
	}
	body := []byte{'{'}
	if checkFunction(NameTensorFlow, c.Path, path) != nil {
		body = value.String(c.Path).AppendJSON(append(body, `"signature_name":`...))
		body = append(body, ',')
	}
	if body, err = appendTensors(body, c.Model, args); err != nil {
		return nil, err
	}
	answer, err := p.post(ctx, c, target, append(body, '}'), args, "error")
	if err != nil {
		return nil, err
	}
	result, ok := answer.Map().Get(value.String(predictions))
	if !ok {
		if result, ok = answer.Map().Get(value.String("outputs")); !ok {
			return nil, fmt.Errorf("%w: it has neither predictions nor outputs", ErrResponse)
		}
	}
	result, _ = plain(result)
	return c.rows(result, len(args))
}

// appendTensors appends the members of a request that hold the arguments.
func appendTensors(dst []byte, m *Model, args []*value.Map) ([]byte, error) {
	if len(m.Inputs) == 0 {
		return appendInstances(dst, args)
	}
	inputs, err := m.Bind(args)
	if err != nil {
		return nil, err
	}
	if !allHaveBatch(m.Inputs) {
		return appendColumns(dst, inputs, writeInfinity)
	}
	for n := range args {
		dst = append(dst, separator(n, `"instances":[`)...)
		for k, input := range inputs {
			dst = append(dst, separator(k, "{")...)
			dst = append(value.String(input.Name).AppendJSON(dst), ':')
			if dst, err = appendItems(dst, input.part(n, len(args)), input.Shape[1:], writeInfinity); err != nil {
				return nil, err
			}
		}
		dst = append(dst, '}')
	}
	return append(dst, ']'), nil
}

// appendInstances appends arguments as they are.
func appendInstances(dst []byte, args []*value.Map) ([]byte, error) {
	for n, a := range args {
		dst = append(dst, separator(n, `"instances":[`)...)
		var err error
		if dst, err = appendObject(dst, a); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// appendColumns appends a member with whole tensors.
func appendColumns(dst []byte, inputs []Data, form infinity) ([]byte, error) {
	for n, input := range inputs {
		dst = append(dst, separator(n, `"inputs":{`)...)
		dst = append(value.String(input.Name).AppendJSON(dst), ':')
		var err error
		if dst, err = appendItems(dst, input, input.Shape, form); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// plain returns v with strings in the place of objects such as {"b64": "ZGdh"}, the form
// of outputs whose names end in _bytes, and whether there are any. What is no UTF-8 is
// replaced.
func plain(v value.Value) (result value.Value, changed bool) {
	if text, ok := base64Text(v); ok {
		return value.String(text), true
	}
	switch v.Kind() {
	case value.KindList:
		var items []value.Value // once one is changed
		for i := range v.Len() {
			item, changed := plain(v.Item(i))
			if changed && items == nil {
				items = slices.Collect(v.List().All())
			}
			if changed {
				items[i] = item
			}
		}
		if items != nil {
			return value.FromList(value.NewList(items)), true
		}
	case value.KindMap:
		var m *value.Map // once a member is changed
		for name, member := range v.Map().All() {
			member, changed := plain(member)
			if changed && m == nil {
				m = value.NewMap(v.Len())
				for name, member := range v.Map().All() {
					m.Put(name, member)
				}
			}
			if changed {
				m.Put(name, member)
			}
		}
		if m != nil {
			return value.FromMap(m), true
		}
	}
	return v, false
}

// base64Text returns the text that an object stands for; ok is false if it is another one.
func base64Text(v value.Value) (text string, ok bool) {
	encoded := member(v, "b64")
	if v.Len() != 1 || encoded.Kind() != value.KindString {
		return "", false
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded.Str())
	return strings.ToValidUTF8(string(decoded), "\ufffd"), err == nil
}
