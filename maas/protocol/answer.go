package protocol

import (
	"fmt"
	"math"
	"slices"

	"github.com/stellarlang/stellar/stellar/value"
)

// Answers returns what a model answers to calls that went as one: for each a frozen map of
// its outputs by name, those that are declared or else all. A single element is the value
// itself, more are lists, nested as the shape says. If the inputs are declared with a
// batch, the first dimension of an output is that of the calls, unless it is declared
// without. Lists take no more memory than so many bytes. Errors wrap ErrResponse.
func (m *Model) Answers(outputs []Data, calls int, memory int64) ([]value.Value, error) {
	if len(m.Outputs) > 0 {
		var err error
		if outputs, err = m.declared(outputs); err != nil {
			return nil, err
		}
	}
	answers := make([]*value.Map, calls)
	for i := range answers {
		answers[i] = value.NewMap(len(outputs))
	}
	for _, o := range outputs {
		parts, err := m.split(o, calls, &memory)
		if err != nil {
			return nil, fmt.Errorf("%w: the output %.100q %w", ErrResponse, o.Name, err)
		}
		for i, part := range parts {
			if _, ok := answers[i].Get(value.String(o.Name)); ok {
				return nil, fmt.Errorf("%w: there are two outputs %.100q", ErrResponse, o.Name)
			}
			answers[i].Put(value.String(o.Name), part)
		}
	}
	frozen := make([]value.Value, calls)
	for i, a := range answers {
		frozen[i] = value.FromMap(a).Freeze()
	}
	return frozen, nil
}

// declared returns the outputs that are declared, in this order.
func (m *Model) declared(outputs []Data) ([]Data, error) {
	all := make([]Data, len(m.Outputs))
	for n, t := range m.Outputs {
		place := slices.IndexFunc(outputs, func(o Data) bool { return o.Name == t.Name })
		if place < 0 {
			return nil, missingOutput(t)
		}
		all[n] = outputs[place]
	}
	return all, nil
}

func missingOutput(t Tensor) error {
	return fmt.Errorf("%w: the output %q is missing; it is declared as %s", ErrResponse, t.Name, t.form())
}

// split returns what an output holds for each of the calls.
func (m *Model) split(o Data, calls int, memory *int64) ([]value.Value, error) {
	d, err := datatypeOf(o.Datatype)
	if err != nil {
		return nil, fmt.Errorf("has %w", err)
	}
	if err := checkShape(o.Shape, len(o.Items), memory); err != nil {
		return nil, err
	}
	shape, batched := o.Shape, len(m.Inputs) > 0 && allHaveBatch(m.Inputs)
	t := m.output(o.Name)
	if t != nil {
		batched = t.hasBatch()
	}
	switch {
	case batched && len(shape) > 0 && shape[0] == int64(calls):
		shape = shape[1:]
	case calls == 1 && len(shape) == 0:
	case calls > 1, batched && t != nil:
		return nil, fmt.Errorf("has the shape %s where the first dimension must be %d, as many as there were calls", shapeText(o.Shape), calls)
	}
	if t != nil {
		declared, _ := datatypeOf(t.Datatype)
		if declared.noun() != d.noun() || !slices.Equal(large(shape), large(t.own())) {
			return nil, fmt.Errorf("is %s %s, it is declared as %s", o.Datatype, shapeText(o.Shape), t.form())
		}
		shape = t.own()
	}
	for i, item := range o.Items {
		if o.Items[i], err = d.answered(item); err != nil {
			return nil, fmt.Errorf("has %w", err)
		}
	}
	parts := make([]value.Value, calls)
	for i := range parts {
		parts[i] = nest(o.part(i, calls).Items, shape)
	}
	return parts, nil
}

// answered returns the element that an answer has. Servers write null for NaN.
func (d datatype) answered(v value.Value) (value.Value, error) {
	if v.IsNull() && d.class == floating {
		return value.Double(math.NaN()), nil
	}
	return d.element(v)
}

func (m *Model) output(name string) *Tensor {
	for n := range m.Outputs {
		if m.Outputs[n].Name == name {
			return &m.Outputs[n]
		}
	}
	return nil
}

// large returns the dimensions that are not 1.
func large(shape []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(shape), func(size int64) bool { return size == 1 })
}

// listMemory is what a list takes in memory, in bytes, without its items.
const listMemory = 128

// checkShape reports whether a tensor has as many items as its shape says, and takes the
// memory of its lists from what is left.
func checkShape(shape []int64, items int, memory *int64) error {
	if len(shape) > maxRank {
		return fmt.Errorf("has %d dimensions, at most %d are allowed", len(shape), maxRank)
	}
	elements := int64(1)
	for _, size := range shape {
		*memory -= elements * listMemory
		switch {
		case size < 0:
			return fmt.Errorf("has the shape %s", shapeText(shape))
		case *memory < 0, elements > 0 && size > math.MaxInt32/elements:
			return fmt.Errorf("has the shape %s, which takes too much memory", shapeText(shape))
		}
		elements *= size
	}
	if *memory -= elements * listMemory / 4; *memory < 0 {
		return fmt.Errorf("has the shape %s, which takes too much memory", shapeText(shape))
	}
	if elements != int64(items) {
		return fmt.Errorf("has %d elements where the shape %s wants %d", items, shapeText(shape), elements)
	}
	return nil
}

// nest returns items as lists that are nested as the shape says; one is itself.
func nest(items []value.Value, shape []int64) value.Value {
	if len(items) == 1 {
		return items[0]
	}
	return nestAll(items, shape)
}

func nestAll(items []value.Value, shape []int64) value.Value {
	if len(shape) < 2 {
		return value.FromList(value.NewList(items[:len(items):len(items)]))
	}
	lists := make([]value.Value, shape[0])
	for i := range lists {
		each := len(items) / len(lists)
		lists[i] = nestAll(items[i*each:(i+1)*each], shape[1:])
	}
	return value.FromList(value.NewList(lists))
}
