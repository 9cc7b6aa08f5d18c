package protocol

import (
	"context"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/value"
)

// MLflow asks the scoring server of MLflow, at its path /invocations, which Call.Path may
// name instead of DefaultFunction. A server has one model, so that name and version are
// not sent.
//
// Each call is a row of a data frame, whose columns are the inputs that are declared, in
// this order, or else the arguments in theirs; an argument may be null then. If an input is
// declared with more than one element a call, the request has tensors as inputs instead
// of a data frame.
type MLflow struct{ HTTP }

const invocations = "invocations"

// Do sends one call.
func (p MLflow) Do(ctx context.Context, c *Call) (value.Value, error) { return single(ctx, p, c) }

// DoBatch sends calls as one.
func (p MLflow) DoBatch(ctx context.Context, c *Call, args []*value.Map) ([]value.Value, error) {
	if err := checkFunction(NameMLflow, c.Path, invocations); err != nil {
		return nil, err
	}
	target, err := target(c.Base, invocations, nil)
	if err != nil {
		return nil, err
	}
	body, err := appendFrame(nil, c.Model, args)
	if err != nil {
		return nil, err
	}
	answer, err := p.post(ctx, c, target, body, args, "message")
	if err != nil {
		return nil, err
	}
	result, ok := answer.Map().Get(value.String(predictions))
	if !ok {
		result = answer // of a model that makes the whole answer
	}
	return c.rows(result, len(args))
}

// appendFrame appends a request.
func appendFrame(dst []byte, m *Model, args []*value.Map) ([]byte, error) {
	if len(m.Inputs) == 0 {
		return appendRows(dst, args)
	}
	inputs, err := m.Bind(args)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(m.Inputs, func(t Tensor) bool { return len(large(t.own())) > 0 }) {
		dst, err = appendColumns(append(dst, '{'), inputs, refuseInfinity)
		return append(dst, '}'), err
	}
	for n, input := range inputs {
		dst = append(dst, separator(n, `{"dataframe_split":{"columns":[`)...)
		dst = value.String(input.Name).AppendJSON(dst)
	}
	for row := range args {
		dst = append(dst, separator(row, `],"data":[`)...)
		for n, input := range inputs {
			dst = append(dst, separator(n, "[")...)
			if dst, err = appendNumber(dst, input, input.Items[row], refuseInfinity); err != nil {
				return nil, err
			}
		}
		dst = append(dst, ']')
	}
	return append(dst, "]}}"...), nil
}

// appendRows appends a request whose columns are the names of the first arguments.
func appendRows(dst []byte, args []*value.Map) ([]byte, error) {
	var columns []value.Value
	for k := range orEmpty(args[0]).All() {
		if err := checkName(k); err != nil {
			return nil, err
		}
		columns = append(columns, k)
	}
	dst = value.ListOf(columns...).AppendJSON(append(dst, `{"dataframe_split":{"columns":`...))
	for n, a := range args {
		dst = append(dst, separator(n, `,"data":[`)...)
		dst = append(dst, '[')
		for i, name := range columns {
			v, ok := orEmpty(a).Get(name)
			if !ok || orEmpty(a).Len() != len(columns) {
				return nil, fmt.Errorf("%w: calls cannot go together, as their arguments have different names", ErrRequest)
			}
			if err := checkJSON(name.Str(), v); err != nil {
				return nil, err
			}
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = v.AppendJSON(dst)
		}
		dst = append(dst, ']')
	}
	return append(dst, "]}}"...), nil
}

// orEmpty returns an empty map for nil.
func orEmpty(args *value.Map) *value.Map {
	if args == nil {
		return value.NewMap(0)
	}
	return args
}
