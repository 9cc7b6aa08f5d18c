package parse

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// form is what a function of the family declares.
type form struct {
	name      string // of the function, after PARSE_
	text      string // what the text is, a phrase
	result    fn.Kinds
	resultDoc string
	doc       string
	tolerated string // what 'strict' refuses, a phrase
	options   []option
	examples  []fn.Example
	parse     func(*source) (value.Value, error)
}

// notOfForm is the reason why a text is not of a form.
type notOfForm struct{ reason string }

func (e *notOfForm) Error() string { return e.reason }

// refuse returns the error that makes null of a text.
func refuse(format string, args ...any) error {
	return &notOfForm{fmt.Sprintf(format, args...)}
}

func (f form) function() fn.Func {
	f.options = append([]option{strictOption(f.tolerated)}, f.options...)
	name := "PARSE_" + f.name
	return fn.Func{
		Name: name,
		Params: []fn.Param{
			{Name: "text", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: f.text},
			{Name: "options", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: optionsDoc(f.options)},
		},
		Result:    f.result,
		ResultDoc: f.resultDoc + "; null if the text is not of the form",
		Doc:       f.doc + " Not in Metron.",
		Examples:  f.examples,
		Exact:     true,
		Cost:      fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			given := c.Arg(1)
			if err := c.Spend(int64(given.Len())); err != nil {
				return value.Null, err
			}
			chosen, err := readOptions(f.options, given)
			if err != nil {
				return value.Null, err
			}
			return f.run(name, c, chosen)
		},
		Prepare: func(constants fn.Constants) (fn.Prepared, error) {
			given, known := constants.Get(1)
			if !known && len(constants) > 1 {
				return fn.Prepared{}, nil
			}
			chosen, err := readOptions(f.options, given)
			if err != nil {
				return fn.Prepared{}, err
			}
			return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return f.run(name, c, chosen) }}, nil
		},
	}
}

// What a call makes and does in any case: the map of a form's parts.
const (
	stepsPerCall  = 20
	memoryPerCall = 4000
)

func (f *form) run(name string, c *fn.Call, chosen *options) (value.Value, error) {
	s := &source{Call: c, options: chosen, text: c.Args[0].Str()}
	if err := c.Spend(stepsPerCall); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(memoryPerCall); err != nil {
		return value.Null, err
	}
	result, err := s.parse(f)
	var reason *notOfForm
	if errors.As(err, &reason) {
		c.Observe(fn.Event{Function: name, Err: err})
		return value.Null, nil
	}
	return result, err
}

// source is a text that is read, and the call that wants it.
type source struct {
	*fn.Call
	*options
	text string
}

func (s *source) parse(f *form) (value.Value, error) {
	if err := s.spendOn(len(s.text)); err != nil {
		return value.Null, err
	}
	if isBlank(s.text) {
		return value.Null, refuse("the text is blank")
	}
	return f.parse(s)
}

// bytesPerStep is how many bytes of text are looked at in a step.
const bytesPerStep = 16

// spendOn charges some bytes of text that are looked at.
func (s *source) spendOn(length int) error { return s.Spend(int64(length / bytesPerStep)) }

const blanks = " \t\r\n"

func isBlank(text string) bool { return strings.TrimLeft(text, blanks) == "" }

// part is a part of a form, and its value.
type part struct {
	name  string
	value value.Value
}

// record returns the map of all parts in their order.
func record(parts []part) value.Value {
	m := value.NewMap(len(parts))
	for _, p := range parts {
		m = m.Put(value.String(p.name), p.value)
	}
	return value.FromMap(m)
}

// orNull returns a text as a value: null for the sign of the form for nothing.
func orNull(text, nothing string) value.Value {
	if text == nothing {
		return value.Null
	}
	return value.String(text)
}
