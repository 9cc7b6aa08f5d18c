package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Reference is the answer of reference: the functions that texts can call, by name.
type Reference struct {
	Place     string     `json:"place"` // where the engine runs
	Functions []Function `json:"functions"`
}

// Function is the documentation of a function.
type Function struct {
	Name       string      `json:"name"`
	Signature  string      `json:"signature"`
	Library    string      `json:"library"`
	Doc        string      `json:"doc"`
	Note       string      `json:"note,omitzero"` // what calls besides computing do
	Parameters []Parameter `json:"parameters"`
	Result     string      `json:"result"`
	Examples   []Example   `json:"examples"`
}

// Parameter is the documentation of a parameter.
type Parameter struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Example is an expression with its result.
type Example struct {
	Expression string `json:"expression"`
	Result     string `json:"result"`
}

// Nothing is the parameters of a method that takes none.
type Nothing struct{}

func (e *Engine) reference(context.Context, Nothing) (*Reference, error) {
	functions := e.env.Functions()
	all := &Reference{Place: e.place, Functions: make([]Function, 0, len(functions))}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		all.Functions = append(all.Functions, documentation(functions[name]))
	}
	return all, nil
}

func documentation(f *fn.Func) Function {
	d := Function{
		Name: f.Name, Signature: f.Signature(), Library: f.Library, Doc: f.Doc, Note: f.Purity.Note(),
		Parameters: []Parameter{}, Examples: []Example{},
		Result: f.ResultText() + ": " + cmp.Or(f.ResultDoc, "the result"),
	}
	for i := range f.Params {
		d.Parameters = append(d.Parameters, Parameter{f.Params[i].Name, parameterText(&f.Params[i])})
	}
	for _, example := range f.Examples {
		d.Examples = append(d.Examples, Example{example.Expr, example.Want})
	}
	return d
}

// parameterText says what a parameter takes and means.
func parameterText(p *fn.Param) string {
	text := strings.Join(append([]string{p.KindsText()}, p.Notes()...), "; ")
	if p.Doc != "" {
		text += ": " + p.Doc
	}
	return text
}

// Words are the parameters of search.
type Words struct {
	Words string `json:"words"`
}

// Found is the answer of search: names of functions, the best first.
type Found struct {
	Names []string `json:"names"`
}

// maxWords is how many bytes of words are looked at.
const maxWords = 500

func (e *Engine) search(_ context.Context, w Words) (*Found, error) {
	found := &Found{Names: []string{}}
	for _, f := range e.index().Find(shorten(w.Words, maxWords)) {
		found.Names = append(found.Names, f.Name)
	}
	return found, nil
}
