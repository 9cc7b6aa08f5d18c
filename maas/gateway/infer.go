package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// inference is a request of the Open Inference Protocol, as far as it is needed here.
type inference struct {
	ID     string   `json:"id,omitempty"`
	Inputs []tensor `json:"inputs"`
}

// tensor has items of one kind, in the order of the last dimension first.
type tensor struct {
	Name     string          `json:"name"`
	Shape    []int64         `json:"shape"`
	Datatype string          `json:"datatype"`
	Data     json.RawMessage `json:"data"`
}

// inferred is an answer.
type inferred struct {
	Model   string   `json:"model_name"`
	Version string   `json:"model_version,omitempty"`
	ID      string   `json:"id,omitempty"`
	Outputs []tensor `json:"outputs"`
}

func (g *gateway) ready(w http.ResponseWriter, r *http.Request) {
	if _, ok := g.client.Pick(r.PathValue("model"), r.PathValue("version")); !ok {
		refuse(w, http.StatusNotFound, "no instance of this model and version is there")
		return
	}
	answer(w, http.StatusOK, map[string]any{"name": r.PathValue("model"), "ready": true})
}

// infer asks a model once: each input is an argument, a tensor of one item that item.
func (g *gateway) infer(w http.ResponseWriter, r *http.Request) {
	body, ok := read(w, r)
	if !ok {
		return
	}
	var asked inference
	if err := json.Unmarshal(body, &asked); err != nil {
		refuse(w, http.StatusBadRequest, "the body is no inference request in JSON; binary tensors are not understood")
		return
	}
	args := value.NewMap(len(asked.Inputs))
	for _, t := range asked.Inputs {
		of, err := t.argument()
		if err != nil {
			refuse(w, http.StatusBadRequest, err.Error())
			return
		}
		args.Put(value.String(t.Name), of)
	}
	result, err := g.ask(r.Context(), maas.Request{Model: r.PathValue("model"), Version: r.PathValue("version"), Function: maas.DefaultFunction, Args: args})
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, http.StatusOK, inferred{
		Model: r.PathValue("model"), Version: r.PathValue("version"), ID: asked.ID, Outputs: outputs(result),
	})
}

// maxTensor is the most items of a tensor.
const maxTensor = 1 << 20

// argument returns the only item of a tensor, or a list of all.
func (t *tensor) argument() (value.Value, error) {
	count := int64(1)
	for _, n := range t.Shape {
		if n < 0 || n > maxTensor || count*n > maxTensor {
			return value.Null, fmt.Errorf("the shape of the input %.60q is not possible", t.Name)
		}
		count *= n
	}
	data, err := value.ParseJSONWith(t.Data, value.JSONOptions{Lenient: true, MaxSize: 64 * maxBody})
	if err != nil || data.Kind() != value.KindList {
		return value.Null, fmt.Errorf("the input %.60q has no data in a list", t.Name)
	}
	items := flat(nil, data)
	if int64(len(items)) != count {
		return value.Null, fmt.Errorf("the input %.60q has %d items, and its shape says %d", t.Name, len(items), count)
	}
	if count == 1 {
		return items[0], nil
	}
	return value.ListOf(items...), nil
}

// flat appends the items of nested lists.
func flat(all []value.Value, v value.Value) []value.Value {
	if v.Kind() != value.KindList {
		return append(all, v)
	}
	for item := range v.List().All() {
		all = flat(all, item)
	}
	return all
}

// outputs returns the members of a result as tensors, by name. What is neither a number,
// text or bool nor a list of such is its text in JSON.
func outputs(result value.Value) []tensor {
	all := []tensor{}
	m := result.Map()
	if m == nil {
		return append(all, output("output", result))
	}
	for key, v := range m.All() {
		all = append(all, output(key.String(), v))
	}
	slices.SortFunc(all, func(a, b tensor) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func output(name string, v value.Value) tensor {
	items := []value.Value{v}
	if v.Kind() == value.KindList {
		items = items[:0]
		for item := range v.List().All() {
			items = append(items, item)
		}
	}
	datatype := datatypeOf(items)
	for i, item := range items {
		if datatype == "BYTES" && item.Kind() != value.KindString {
			items[i] = value.String(string(item.AppendJSON(nil)))
		}
	}
	return tensor{Name: name, Shape: []int64{int64(len(items))}, Datatype: datatype, Data: value.ListOf(items...).AppendJSON(nil)}
}

// datatypeOf returns the type that holds all items.
func datatypeOf(items []value.Value) string {
	integers, numbers, bools := true, true, true
	for _, item := range items {
		integers = integers && item.IsIntegral() && item.Kind() != value.KindBigInt
		numbers = numbers && item.IsNumber()
		bools = bools && item.Kind() == value.KindBool
	}
	switch {
	case len(items) == 0:
		return "BYTES"
	case integers:
		return "INT64"
	case numbers:
		return "FP64"
	case bools:
		return "BOOL"
	}
	return "BYTES"
}
