package stellar

import (
	"context"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/compile"
)

// Schema names the fields of the messages and the kinds that each may have,
// besides null.
type Schema map[string]fn.Kinds

// Check looks for mistakes in an expression without evaluating it. In contrast
// to Compile it looks into parts that need not be evaluated too, and at kinds:
// unknown functions, wrong numbers and kinds of arguments, conditions that are
// no conditions. With a schema it finds unknown fields, and wrong kinds through
// them; nil means that any field may be anything.
//
// What is allowed but probably not meant comes as a warning: conditions that never
// change, comparisons of different kinds, operators that group in another way than
// in most languages, names joined by minus, which are no name, and arguments that
// have changed places. Check warns of what it knows only: it says nothing of a field
// as an operand of and and or unless the schema says that it is never true or false.
// The findings are in the order of the text; if the text is not an expression there
// is one. Severity tells errors from warnings.
func (e *Env) Check(expression string, schema Schema) diag.List {
	findings, _ := e.CheckContext(context.Background(), expression, schema)
	return findings
}

// CheckContext is Check with a context. It fails only when the context ends.
func (e *Env) CheckContext(ctx context.Context, expression string, schema Schema) (diag.List, error) {
	tree, mistake := e.compile.Parse(expression)
	if mistake != nil {
		return diag.List{mistake}, nil
	}
	facts, err := compile.Analyse(ctx, tree, &e.compile, schema)
	if err != nil {
		return nil, err
	}
	return facts.Check(ctx, expression)
}
