package protocol

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// Data is a tensor with its elements.
type Data struct {
	Name     string
	Datatype string
	Shape    []int64
	// Items are the elements in row-major order: bools, strings, integers or doubles, as
	// the datatype says. Null stands for NaN.
	Items []value.Value
}

// part returns what a tensor has for one of the calls.
func (d Data) part(n, calls int) Data {
	each := len(d.Items) / calls
	d.Items = d.Items[n*each : (n+1)*each]
	return d
}

// Bind lays the arguments of calls out as the tensors that are declared as inputs. Those
// of several calls go along the dimension of the batch, which all inputs and outputs must
// have then. An argument is one value, or lists nested as the shape says, where dimensions
// of 1 may be left out. Errors wrap ErrRequest.
func (m *Model) Bind(calls []*value.Map) ([]Data, error) {
	if len(m.Inputs) == 0 {
		return nil, fmt.Errorf("%w: this protocol needs the inputs of the model to be declared in the registry: %s", ErrRequest, suggestion(calls))
	}
	if len(calls) > 1 && !m.canBatch() {
		return nil, fmt.Errorf("%w: calls cannot go together, as not all inputs and outputs are declared with a batch, a first dimension of -1", ErrRequest)
	}
	for _, args := range calls {
		if err := m.checkNames(args); err != nil {
			return nil, err
		}
	}
	all := make([]Data, len(m.Inputs))
	for n, input := range m.Inputs {
		if err := input.check(); err != nil {
			return nil, fmt.Errorf("%w: the declared input %q has %w", ErrRequest, input.Name, err)
		}
		data := Data{Name: input.Name, Datatype: input.Datatype, Shape: slices.Clone(input.Shape)}
		if len(data.Shape) == 0 {
			data.Shape = []int64{1}
		}
		if input.hasBatch() {
			data.Shape[0] = int64(len(calls))
		}
		for _, args := range calls {
			given, _ := args.Get(value.String(input.Name))
			var err error
			if data.Items, err = input.appendItems(data.Items, given); err != nil {
				return nil, fmt.Errorf("%w: the input %q: %w; it is declared as %s", ErrRequest, input.Name, err, input.form())
			}
		}
		all[n] = data
	}
	return all, nil
}

// canBatch reports whether several calls can go as one.
func (m *Model) canBatch() bool {
	return allHaveBatch(m.Inputs) && allHaveBatch(m.Outputs)
}

func allHaveBatch(tensors []Tensor) bool {
	return !slices.ContainsFunc(tensors, func(t Tensor) bool { return !t.hasBatch() })
}

// checkNames reports whether arguments are those that are declared.
func (m *Model) checkNames(args *value.Map) error {
	args = orEmpty(args)
	missing := -1
	for n, input := range m.Inputs {
		if _, ok := args.Get(value.String(input.Name)); !ok {
			missing = n
			break
		}
	}
	if missing < 0 && args.Len() == len(m.Inputs) {
		return nil
	}
	for k := range args.All() { // a wrong name is often the reason why another is missing
		if err := checkName(k); err != nil {
			return err
		}
		if !slices.ContainsFunc(m.Inputs, func(t Tensor) bool { return t.Name == k.Str() }) {
			return fmt.Errorf("%w: the argument %q is no input of the model; %s", ErrRequest, k.Str(), m.inputNames())
		}
	}
	if missing < 0 {
		return fmt.Errorf("%w: an input of the model is declared twice", ErrRequest)
	}
	return fmt.Errorf("%w: the input %q is missing; it is declared as %s", ErrRequest, m.Inputs[missing].Name, m.Inputs[missing].form())
}

// inputNames lists some of the inputs.
func (m *Model) inputNames() string {
	const most = 10
	var names []string
	for _, input := range m.Inputs[:min(most, len(m.Inputs))] {
		names = append(names, fmt.Sprintf("%q", input.Name))
	}
	if len(m.Inputs) > most {
		names = append(names, "…")
	}
	return "declared are " + strings.Join(names, ", ")
}

// appendItems appends the elements that v has for one call.
func (t Tensor) appendItems(items []value.Value, v value.Value) ([]value.Value, error) {
	d, err := datatypeOf(t.Datatype)
	if err != nil {
		return nil, err
	}
	return appendElements(items, v, t.own(), d.element)
}

// Fits reports whether v can be an argument for the tensor.
func (t Tensor) Fits(v value.Value) bool {
	var few [8]value.Value
	_, err := t.appendItems(few[:0], v)
	return err == nil
}

// appendElements appends the elements of v, which must have the shape.
func appendElements(items []value.Value, v value.Value, shape []int64, element func(value.Value) (value.Value, error)) ([]value.Value, error) {
	isList := v.Kind() == value.KindList
	switch {
	case len(shape) == 0:
		e, err := element(v)
		return append(items, e), err
	case isList && int64(v.Len()) == shape[0]:
		for i := range v.Len() {
			var err error
			if items, err = appendElements(items, v.Item(i), shape[1:], element); err != nil {
				return nil, err
			}
		}
		return items, nil
	case shape[0] == 1:
		return appendElements(items, v, shape[1:], element)
	case isList:
		return nil, fmt.Errorf("a list of %d where there must be one of %d", v.Len(), shape[0])
	}
	return nil, fmt.Errorf("a %s where there must be a list of %d", v.Kind(), shape[0])
}

// suggestion returns a declaration that fits the arguments of a call.
func suggestion(calls []*value.Map) string {
	const most = 5
	var inputs []string
	for _, args := range calls[:min(1, len(calls))] {
		for k, v := range orEmpty(args).All() {
			if len(inputs) == most {
				inputs = append(inputs, "…")
				break
			}
			d := "FP64"
			switch {
			case v.Kind() == value.KindBool:
				d = "BOOL"
			case v.Kind() == value.KindString:
				d = "BYTES"
			case v.IsIntegral():
				d = "INT64"
			}
			inputs = append(inputs, fmt.Sprintf(`{"name":%q,"datatype":"%s","shape":[-1,1]}`, k.String(), d))
		}
	}
	if inputs == nil {
		inputs = []string{`{"name":"x","datatype":"FP64","shape":[-1,1]}`}
	}
	return `"inputs":[` + strings.Join(inputs, ",") + "], for example"
}
