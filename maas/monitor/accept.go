package monitor

import (
	"fmt"
	"iter"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// Accept makes the reference of a version of answers that were found right, of at most
// 10,000 of them. It fails with ErrReference if there is no output with 500 numbers or
// texts.
func Accept(model, version string, answers iter.Seq[*value.Map]) (Reference, error) {
	type output struct {
		Field
		samples map[Kind][]sampled // of which the larger one counts
	}
	var outputs []*output
	find := func(name string) *output {
		for _, o := range outputs {
			if o.Name == name {
				return o
			}
		}
		if len(outputs) == maxOutputs || !isName(name) {
			return nil
		}
		outputs = append(outputs, &output{Field: Field{Name: strings.Clone(name), Accepted: true}, samples: make(map[Kind][]sampled)})
		return outputs[len(outputs)-1]
	}
	count := uint64(0)
	for answer := range answers {
		if count == maxReference {
			break
		}
		count++
		for name, of := range answer.All() {
			if name.Kind() != value.KindString {
				continue
			}
			o := find(name.Str())
			if o == nil {
				continue
			}
			o.Seen++
			kind, number, text := distributed(of)
			switch {
			case kind == null:
				o.Nulls++
				continue
			case kind == "":
				o.Other++
				continue
			case len(text) > maxText:
				text = "" // the bin of all others
			}
			o.samples[kind] = append(o.samples[kind], sampled{number: number, text: strings.Clone(text)})
		}
	}
	r := Reference{Model: model, Version: version}
	most := 0
	for _, o := range outputs {
		kind, other := Number, Text
		if len(o.samples[Text]) > len(o.samples[Number]) {
			kind, other = Text, Number
		}
		most = max(most, len(o.samples[kind]))
		if len(o.samples[kind]) < minValues {
			continue
		}
		o.Missing = count - o.Seen
		o.Other += uint64(len(o.samples[other]))
		o.fill(kind, o.samples[kind])
		r.Outputs = append(r.Outputs, o.Field)
	}
	if len(r.Outputs) == 0 {
		return r, fmt.Errorf("%w: %d answers have no output with %d numbers or texts, but at most %d", ErrReference, count, minValues, most)
	}
	return r, r.Check()
}
