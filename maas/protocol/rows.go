package protocol

import (
	"fmt"

	"github.com/stellarlang/stellar/stellar/value"
)

// predictions is the name of an output that has none.
const predictions = "predictions"

// rows returns what a model answers to calls that went as one, by protocols whose answers
// are rows of JSON: for each call a frozen map. The answer to several is a list of as many
// rows, or an object of such lists. A row that is no object is that of the only output
// that is declared, or else of "predictions". Errors wrap ErrResponse.
func (m *Model) rows(answer value.Value, calls int) ([]value.Value, error) {
	answers := make([]value.Value, calls)
	for i := range answers {
		row, err := rowOf(answer, i, calls)
		if err == nil {
			answers[i], err = m.row(row)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrResponse, err)
		}
	}
	return answers, nil
}

// rowOf returns what an answer says to one of the calls.
func rowOf(answer value.Value, i, calls int) (value.Value, error) {
	switch answer.Kind() {
	case value.KindList:
		if answer.Len() == calls {
			return answer.Item(i), nil
		}
		if calls > 1 {
			return value.Null, fmt.Errorf("%d rows for %d calls", answer.Len(), calls)
		}
	case value.KindMap:
		row := value.NewMap(answer.Len())
		for name, column := range answer.Map().All() {
			if column.Kind() == value.KindList && column.Len() == calls {
				column = column.Item(i)
			} else if calls > 1 {
				return value.Null, fmt.Errorf("the output %.100q has not %d rows, as many as there were calls", name.String(), calls)
			}
			row.Put(name, column)
		}
		return value.FromMap(row), nil
	default:
		if calls > 1 {
			return value.Null, fmt.Errorf("a %s for %d calls", answer.Kind(), calls)
		}
	}
	return answer, nil
}

// row returns the map that a row stands for, frozen.
func (m *Model) row(row value.Value) (value.Value, error) {
	if row.Kind() != value.KindMap {
		name := predictions
		if len(m.Outputs) == 1 {
			name = m.Outputs[0].Name
		}
		row = value.FromMap(value.NewMap(1).Put(value.String(name), row))
	}
	if len(m.Outputs) == 0 {
		answer := value.NewMap(row.Len())
		for name, v := range row.Map().All() {
			answer.Put(name, unwrap(v))
		}
		return value.FromMap(answer).Freeze(), nil
	}
	answer := value.NewMap(len(m.Outputs))
	for _, t := range m.Outputs {
		v, ok := row.Map().Get(value.String(t.Name))
		if !ok {
			return value.Null, fmt.Errorf("the output %q is missing; it is declared as %s", t.Name, t.form())
		}
		items, err := t.answered(v)
		if err != nil {
			return value.Null, fmt.Errorf("the output %q is %w; it is declared as %s", t.Name, err, t.form())
		}
		answer.Put(value.String(t.Name), nest(items, t.own()))
	}
	return value.FromMap(answer).Freeze(), nil
}

// answered returns the elements that an output has for one call, where there may be more
// dimensions of 1 than are declared.
func (t Tensor) answered(v value.Value) ([]value.Value, error) {
	d, err := datatypeOf(t.Datatype)
	if err != nil {
		return nil, err
	}
	return appendElements(nil, v, t.own(), func(v value.Value) (value.Value, error) { return d.answered(unwrap(v)) })
}

// unwrap returns the only element of lists in lists, or what is more than one.
func unwrap(v value.Value) value.Value {
	for v.Kind() == value.KindList && v.Len() == 1 {
		v = v.Item(0)
	}
	return v
}
