package stellar

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Program is a compiled expression. It does not change and is safe for
// concurrent use.
type Program struct {
	source   string
	tree     syntax.Tree
	compiled *compile.Program
	names    []string // of the variables, in the order of the text
	env      *Env
}

// Source returns the text that the program was compiled from.
func (p *Program) Source() string { return p.source }

// String returns the program's canonical text: one line without comments, keywords
// in lower case, conditionals as if … then … else …, parentheses where they are
// needed or help. It compiles to the same program, unless it is over a limit of
// source length or depth that the original was close to.
func (p *Program) String() string { return syntax.Format(p.tree.Root) }

// Eval evaluates the program and returns the result as a Go value, in the forms
// of package value's table: 5 becomes an int, 5L an int64, {'k' : 1} a
// map[string]any. A nil Resolver has no variables. It fails with an *Error.
func (p *Program) Eval(ctx context.Context, variables Resolver) (any, error) {
	vars, resolver := split(variables)
	x, err := p.compiled.Go(ctx, vars, resolver)
	if err != nil {
		return nil, p.env.compile.Diagnose(err, p.source, orNone(variables))
	}
	return x, nil
}

// Value evaluates the program like Eval and returns the result as it is, without
// the allocations of a Go value. It may be used as a variable of another
// evaluation, and by several goroutines at once: it is frozen, and does not depend
// on the Go data of the variables.
func (p *Program) Value(ctx context.Context, variables Resolver) (value.Value, error) {
	vars, resolver := split(variables)
	v, err := p.compiled.Value(ctx, vars, resolver)
	if err != nil {
		return value.Null, p.env.compile.Diagnose(err, p.source, orNone(variables))
	}
	return v, nil
}

// Own evaluates the program like Value for an engine that keeps the result as a variable
// which it alone hands to evaluations, one at a time, such as a profiler: the result is
// not frozen, so that functions change a list, map, set or accumulator in place instead
// of a copy. What has to be kept as it is, or shared, is frozen first; see value.Freeze.
func (p *Program) Own(ctx context.Context, variables Resolver) (value.Value, error) {
	v, err := p.compiled.Own(ctx, orNone(variables))
	if err != nil {
		return value.Null, p.env.compile.Diagnose(err, p.source, orNone(variables))
	}
	return v, nil
}

// Test evaluates the program as a predicate. Null, for example a missing variable,
// counts as false; a result that is neither null nor a bool is an error of kind
// ErrType.
func (p *Program) Test(ctx context.Context, variables Resolver) (bool, error) {
	if vars, ok := variables.(Vars); ok { // the commonest, with the fewest calls
		if d := p.compiled.Decision(); d != nil {
			if b, err := d.Decide(vars); err == nil {
				return b, nil
			}
		} else if p.compiled.IsGuarded() {
			b, err := p.compiled.TestGuarded(vars)
			if compile.NeedsState(err) {
				b, err = p.compiled.TestWithState(ctx, vars, nil)
			}
			if err != nil {
				return false, p.env.compile.Diagnose(err, p.source, vars)
			}
			return b, nil
		}
	}
	return p.test(ctx, variables)
}

// test is the long way of Test.
func (p *Program) test(ctx context.Context, variables Resolver) (bool, error) {
	vars, resolver := split(variables)
	b, err := p.compiled.Test(ctx, vars, resolver)
	if err != nil {
		return false, p.env.compile.Diagnose(err, p.source, orNone(variables))
	}
	return b, nil
}

// Variables lists the names of the variables that the program may read, sorted
// and each once: without the parameters of lambdas, and with _ if it reads all.
//
// A dotted name that is missing is read as a path (see Resolver), from a variable
// that is not listed: a host that fetches the listed variables alone should fetch
// those of the prefixes too, a and a.b for a.b.c.
func (p *Program) Variables() []string {
	return slices.Sorted(slices.Values(p.names))
}
