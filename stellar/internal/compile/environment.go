package compile

import (
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Environment is what programs are compiled against and evaluated in.
type Environment struct {
	Functions map[string]*fn.Func
	Limits    fn.Limits // without zero fields
	Observer  func(fn.Event)
	Now       func() time.Time
	Location  *time.Location
}

// Parse reads an expression within the limits. Its mistakes are explained by functions
// that there are.
func (e *Environment) Parse(expression string) (syntax.Tree, *diag.Diagnostic) {
	has := func(function string) bool { return e.Functions[function] != nil }
	return syntax.ParseFor(has, expression, syntax.Limits{Length: e.Limits.SourceLength, Depth: e.Limits.Depth})
}

// Resolver holds the variables that are not in a plain map. Lookup returns null
// for a missing variable; Names lists the variables there are, for _. If it has a
// method Assigned(name string) bool, that reports whether a variable was set,
// though it may be null; then its path is not read.
type Resolver interface {
	Lookup(name string) value.Value
	Names() []string
}
