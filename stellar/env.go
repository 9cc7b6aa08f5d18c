package stellar

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// Limits bound what an expression and its evaluation may cost; see fn.Limits
// for the fields and their defaults.
type Limits = fn.Limits

// Options configure an Env. The zero Options are those of the environment that the
// functions Compile and Eval use.
type Options struct {
	// Libraries are those whose functions expressions can call, whole or in
	// part. Nil means functions.Library(), which has the whole language; an
	// empty slice means none.
	Libraries []fn.Library

	// Functions are added to those of the libraries. A name that is taken is an
	// error.
	Functions []fn.Func

	// Replace are functions that take the place of those of the same name, of
	// which there must be one.
	Replace []fn.Func

	// Limits bound each evaluation. Zero fields mean their defaults.
	Limits Limits

	// Observer is called for each failure that an expression sees as null only, such
	// as a model that does not answer. It is called from the evaluating goroutine
	// and must not block. Nil ignores them.
	Observer func(fn.Event)

	// Clock returns the time for functions that ask for it. Nil means time.Now.
	Clock func() time.Time

	// Location is the time zone of dates without one. Nil means UTC.
	Location *time.Location
}

// Env is what expressions are compiled against: functions, limits, clock and
// time zone. It does not change and is safe for concurrent use.
type Env struct{ compile compile.Environment }

// NewEnv returns an environment. It fails if functions are declared wrongly, names
// are taken or a limit is negative; the error joins all such mistakes.
func NewEnv(options Options) (*Env, error) {
	functions, mistakes := declared(&options)
	mistakes = append(mistakes, options.Limits.Validate()...)
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	e := &Env{compile.Environment{
		Functions: functions,
		Limits:    options.Limits.WithDefaults(),
		Observer:  options.Observer,
		Now:       options.Clock,
		Location:  options.Location,
	}}
	if e.compile.Now == nil {
		e.compile.Now = time.Now
	}
	if e.compile.Location == nil {
		e.compile.Location = time.UTC
	}
	return e, nil
}

// Functions returns the functions of the environment by name. The functions must
// not be changed.
func (e *Env) Functions() map[string]*fn.Func {
	return maps.Clone(e.compile.Functions)
}

// Lookup returns the function of a name. If there is none, f is nil, and
// suggestion is what was probably meant: the name of a function, or words that
// say what to write instead, which have blanks in them; "" if that is not known.
func (e *Env) Lookup(name string) (f *fn.Func, suggestion string) {
	if f := e.compile.Functions[name]; f != nil {
		return f, ""
	}
	return nil, names.IndexOf(slices.Values(slices.Sorted(maps.Keys(e.compile.Functions)))).MeantFunction(name)
}

// Environment returns e in the form that packages of this module compile with, such
// as that of rules. It must not be changed.
func (e *Env) Environment() *compile.Environment { return &e.compile }

// WithConstants returns an environment like e in which names stand for values, whatever
// variables there are. Such a value may be large, as no expression has its text. The
// values must not be changed any more.
func (e *Env) WithConstants(constants map[string]value.Value) *Env {
	with := *e
	with.compile.Constants, with.compile.Lists = make(map[string]value.Value, len(constants)), &compile.Lists{}
	for name, v := range constants {
		with.compile.Constants[name] = v.Freeze()
	}
	return &with
}

// WithFunctions returns an environment like e in which functions take the place of those
// of the same name. Those of names that e does not have are passed over.
func (e *Env) WithFunctions(functions []fn.Func) *Env {
	with := *e
	with.compile.Functions = maps.Clone(e.compile.Functions)
	for i := range functions {
		if before := with.compile.Functions[functions[i].Name]; before != nil {
			f := functions[i]
			f.Library = before.Library
			with.compile.Functions[f.Name] = &f
		}
	}
	return &with
}

// Compile returns the program of an expression. It fails with an *Error if the text
// is not an expression, or one that can only fail; a mistake in a part that need
// not be evaluated, such as an unknown function in a branch, is an error when
// that part is reached.
func (e *Env) Compile(expression string) (*Program, error) {
	return e.CompileContext(context.Background(), expression)
}

// CompileContext is Compile with a context. When that ends, it fails with an
// *Error of kind ErrExternal.
func (e *Env) CompileContext(ctx context.Context, expression string) (*Program, error) {
	tree, mistake := e.compile.Parse(expression)
	if mistake != nil {
		return nil, mistake
	}
	compiled, facts, err := compile.Compile(ctx, tree, &e.compile, nil, nil)
	if err != nil {
		return nil, compile.Diagnose(err, expression, nil)
	}
	return &Program{source: expression, tree: tree, compiled: compiled, names: facts.Names(), env: e}, nil
}

// Eval compiles and evaluates an expression once; see Program.Eval.
func (e *Env) Eval(ctx context.Context, expression string, variables Resolver) (any, error) {
	p, err := e.Compile(expression)
	if err != nil {
		return nil, err
	}
	return p.Eval(ctx, variables)
}

// defaultEnv is the environment of Compile and Eval: the library as it is.
var defaultEnv = sync.OnceValues(func() (*Env, error) { return NewEnv(Options{}) })

// Compile returns the program of an expression with the functions of the library;
// see Env.Compile.
func Compile(expression string) (*Program, error) {
	e, err := defaultEnv()
	if err != nil {
		return nil, fmt.Errorf("the function library is inconsistent: %w", err)
	}
	return e.Compile(expression)
}

// Eval compiles and evaluates an expression once with the functions of the
// library; see Program.Eval. To evaluate it again, compile it.
func Eval(ctx context.Context, expression string, variables Resolver) (any, error) {
	p, err := Compile(expression)
	if err != nil {
		return nil, err
	}
	return p.Eval(ctx, variables)
}
