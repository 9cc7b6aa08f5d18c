// Package fn says what a function of the language is: a Func holds its name,
// parameters, result, documentation, examples, purity and body in one place.
// Checking, completion, help and the reference are made from the same data. A
// Library holds functions that hosts take together, a Type names the objects that
// some of them share.
package fn

import (
	"github.com/stellarlang/stellar/stellar/value"
)

// Func is a function of the language.
type Func struct {
	Name       string  // upper case by custom; calls are case-sensitive
	Library    string  // the name of the library it is in, which Join and NewEnv fill in
	Params     []Param // the last may be variadic; optional ones stand last
	Result     Kinds   // the kinds of results, without null
	ResultType *Type   // of a result that is an object, nil if that may be any
	ResultDoc  string  // what the result means, a phrase
	Doc        string  // what the function does, in whole sentences
	Examples   []Example
	Purity     Purity

	// Cost says how the work of a call grows. The engine charges it to the
	// evaluation before the call, and the memory of the result after it.
	Cost Cost

	// Exact refuses surplus arguments. Otherwise these are evaluated and
	// ignored, as rules in use rely on it.
	Exact bool

	// Body computes the result. Before it runs, the arguments have been
	// checked: as many as required, of the kinds of their parameters, null only
	// where the parameter accepts it.
	Body Body

	// Unary stands in for Body in functions that need nothing but their first
	// argument, which is null if it was left out. Calling it costs least.
	Unary Unary

	// Prepare, if not nil, is asked once per call in an expression, when it is
	// compiled, for a body that has the constant arguments worked in, as a
	// parsed pattern. The zero Prepared means that there is nothing to gain. An
	// error says that the constants are wrong: it is reported by checks, and
	// Body reports it again when it runs.
	Prepare func(Constants) (Prepared, error)

	// Witness, if not nil, says what must hold of one argument for a call with these
	// constants to be true. It is for pure functions whose results are bools.
	Witness func(Constants) Witness

	// Mistakes are what a constructor of the function found wrong; Validate
	// reports them.
	Mistakes []error
}

// Body is the code of a function. It must be safe for concurrent use, must not
// keep Call or its Args, and must not panic. Errors made by the constructors of
// this package say which argument is at fault; any other error counts as
// External.
type Body func(*Call) (value.Value, error)

// Unary is a Body that sees its first argument and the budget alone. The same
// rules hold.
type Unary func(value.Value, Budget) (value.Value, error)

// Prepared is a body with constant arguments worked in, in one of the two
// forms. If both are there, Unary is for arguments that are not null.
type Prepared struct {
	Body  Body
	Unary Unary
	// Arg is the index of the argument that Unary sees. All others must be known.
	Arg int

	// Cost, if not 0, takes the place of the function's.
	Cost Cost

	// Warnings say what is allowed, but probably not meant, in the constants.
	// Checks report them. They may come without a body.
	Warnings []Warning
}

// Warning is something about an argument that is probably not meant.
type Warning struct {
	Arg     int    // index of the argument
	Message string // what is wrong and what to do
}

// Constants are the arguments of a call that are known when it is compiled.
type Constants []Constant

// Constant is an argument: its value if Known.
type Constant struct {
	Value value.Value
	Known bool
}

// Get returns argument i if there is one and it is known.
func (c Constants) Get(i int) (value.Value, bool) {
	if i < len(c) && c[i].Known {
		return c[i].Value, true
	}
	return value.Null, false
}

// Param is a parameter.
type Param struct {
	Name     string
	Kinds    Kinds // the kinds accepted, without null
	Type     *Type // of the objects accepted, nil for objects of any type
	Meant    Kinds // what it is meant for, if it accepts other kinds in vain; 0 if that is Kinds
	Doc      string
	Null     NullRule
	Optional bool // may be left out
	Variadic bool // may be repeated, or left out

	// Lazy arguments are evaluated only when the body asks for them, each time anew, by
	// Call.Value, until it returns. They are of any kind, null included.
	Lazy bool
}

// NullRule says what null as an argument does.
type NullRule uint8

const (
	// NullRefused makes null an Argument error.
	NullRefused NullRule = iota
	// NullAccepted hands null to the body.
	NullAccepted
	// NullYieldsNull makes null the result, without calling the body. Arguments
	// are looked at from left to right.
	NullYieldsNull
)

// Example is an expression and its result, written as an expression too.
// Every example is run as a test.
type Example struct{ Expr, Want string }

// Purity says on what a result depends.
type Purity uint8

const (
	// Pure results depend on the arguments alone; such calls with constant
	// arguments are computed once, when the expression is compiled.
	Pure Purity = iota
	// Impure results depend on the clock or the environment too.
	Impure
	// Stateful functions change an argument: an accumulator.
	Stateful
	// External functions talk to the outside. None is in the library of the
	// language: hosts add them.
	External
)

var purityNames = [...]string{"pure", "impure", "stateful", "external"}

// String returns the purity's name.
func (p Purity) String() string { return purityNames[p] }

// MinArgs is the number of arguments that a call must have.
func (f *Func) MinArgs() int {
	n := 0
	for _, p := range f.Params {
		if !p.Optional && !p.Variadic {
			n++
		}
	}
	return n
}

// Variadic reports whether the last parameter may be repeated.
func (f *Func) Variadic() bool {
	return len(f.Params) > 0 && f.Params[len(f.Params)-1].Variadic
}

// Param returns the parameter that argument i belongs to, nil for a surplus one.
func (f *Func) Param(i int) *Param {
	if i < len(f.Params) {
		return &f.Params[i]
	}
	if f.Variadic() {
		return &f.Params[len(f.Params)-1]
	}
	return nil
}

// Signature writes the call as documentation shows it: NAME(a, [b], c...).
func (f *Func) Signature() string {
	s := f.Name + "("
	for i := range f.Params {
		if i > 0 {
			s += ", "
		}
		s += f.Params[i].Written()
	}
	return s + ")"
}

// Written returns the parameter as signatures have it: a, [b] if it may be left out,
// c... if it may be repeated.
func (p *Param) Written() string {
	switch {
	case p.Variadic:
		return p.Name + "..."
	case p.Optional:
		return "[" + p.Name + "]"
	}
	return p.Name
}

// Call is one call of a function.
type Call struct {
	Args []value.Value // at least MinArgs; bodies do not write to it
	Evaluation
}

// Value returns argument i like Arg, and evaluates it if it is lazy. That fails as the
// argument does.
func (c *Call) Value(i int) (value.Value, error) {
	v := c.Arg(i)
	if l := v.Lambda(); l != nil {
		if d, ok := l.(Deferred); ok && d.IsDeferred() {
			return c.Apply(l, value.Null, value.Null)
		}
	}
	return v, nil
}

// Deferred is a lambda that may stand for a lazy argument. It is how engines pass one;
// bodies ask for Call.Value.
type Deferred interface {
	value.Lambda
	IsDeferred() bool
}

// Arg returns argument i, null if it was left out.
func (c *Call) Arg(i int) value.Value {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return value.Null
}
