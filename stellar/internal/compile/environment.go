package compile

import (
	"slices"
	"sync"
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
	Constants map[string]value.Value // frozen, by names that stand for them; see analysis.Input
	Lists     *Lists                 // among Constants; nil without any
}

// sharedFrom is how many items a list has of which programs share the test.
const sharedFrom = 1000

// Diagnose is Diagnose without the names that are constants among the variables.
func (e *Environment) Diagnose(err error, source string, variables Resolver) *diag.Diagnostic {
	d := Diagnose(err, source, variables)
	if len(e.Constants) > 0 {
		d.Variables = slices.DeleteFunc(d.Variables, func(v diag.Variable) bool {
			_, constant := e.Constants[v.Name]
			return constant
		})
	}
	return d
}

// Lists are lists that several programs may look things up in, which they do together.
type Lists struct{ members sync.Map }

// memberOf returns the test for the items of a list.
func (e *Environment) memberOf(list *value.List) func(value.Value) bool {
	if e.Lists == nil || list.Len() < sharedFrom {
		return memberOf(list)
	}
	made, known := e.Lists.members.Load(list)
	if !known {
		made, _ = e.Lists.members.LoadOrStore(list, memberOf(list))
	}
	return made.(func(value.Value) bool)
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
