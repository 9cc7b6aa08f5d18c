package stellar

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// Schema tells the fields of the messages and the kinds that each may have,
// besides null.
type Schema map[string]fn.Kinds

// Check looks for mistakes in an expression without evaluating it. In contrast
// to Compile it looks into parts that need not be evaluated too, and at kinds:
// unknown functions, wrong numbers and kinds of arguments, conditions that are
// no conditions. With a schema it finds unknown fields, and wrong kinds through
// them; nil means that any field may be anything.
//
// What is allowed but probably not meant comes as a warning: conditions that never
// change, comparisons of different kinds, and operators that group in
// another way than in most languages. The findings are in the order of the text;
// if the text is not an expression there is one.
func (e *Env) Check(expression string, schema Schema) diag.List {
	root, err := e.parse(expression)
	if err != nil {
		return diag.List{err}
	}
	return compile.Check(root, expression, &e.compile, schema)
}

// parse reads an expression within the limits.
func (e *Env) parse(expression string) (syntax.Node, *Error) {
	return syntax.Parse(expression, syntax.Limits{Length: e.compile.Limits.SourceLength, Depth: e.compile.Limits.Depth})
}
