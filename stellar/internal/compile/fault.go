package compile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// fault is a failure on its way out of a program. Its diagnostic lacks what a
// program does not know, and what only somebody who sees it needs: the text, and
// the values of the variables that the failing part mentions.
type fault struct {
	*diag.Diagnostic
	at     site
	locals []value.Value // of the frame of the site, when it failed
}

// local returns the slot of a name if it is a local whose value is known.
func (f *fault) local(name string) (slot int, ok bool) {
	slot, ok = f.at.frame.find(name)
	return slot, ok && slot < len(f.locals)
}

// Error returns the message: without the text there is no place to tell.
func (f *fault) Error() string { return f.Message }

// Diagnose makes a diagnostic of an error of Compile, Explain or an evaluation.
// The source is the text of the program. Without variables the diagnostic is one
// of compilation, when they have no values.
func Diagnose(err error, source string, variables Resolver) *diag.Diagnostic {
	var f *fault
	if !errors.As(err, &f) {
		return &diag.Diagnostic{Kind: diag.ErrExternal, Message: err.Error(), Source: source, Cause: err}
	}
	d := *f.Diagnostic // which the program may use again
	d.Source = source
	if variables == nil {
		return &d
	}
	allowance := value.Allowance(maxShown)
	copies := value.NewDetachment(&allowance)
	here := scope{state: &state{resolver: variables, stack: f.locals}}
	var locals []diag.Variable
	for _, name := range syntax.FreeNames(f.at.node) {
		slot, isLocal := f.at.frame.find(name)
		switch {
		case !isLocal && name != names.AllFields:
			d.Variables = append(d.Variables, diag.Variable{Name: name, Value: copies.Of(here.load(&field{name: name, path: pathOf(name, f.local)}))})
		case isLocal && slot < len(f.locals):
			locals = append(locals, diag.Variable{Name: name, Value: copies.Of(f.locals[slot])})
		}
	}
	d.Variables = append(d.Variables, locals...)
	return &d
}

// maxShown is how many bytes of the variables of a failure are copied.
const maxShown = 1 << 20

// site is a place in a program where something can fail.
type site struct {
	node  syntax.Node
	frame *frame // of the lambda around it, nil at the top
}

// fault makes the error of a failure at a site while it is evaluated in s. A
// scope without a state leaves out the values of locals.
func (at *site) fault(s scope, kind diag.Kind, format string, values ...any) *fault {
	f := &fault{Diagnostic: &diag.Diagnostic{Kind: kind, Message: fmt.Sprintf(format, values...), Range: at.node.Span()}, at: *at}
	if at.frame != nil && s.state != nil {
		f.locals = slices.Clone(s.state.stack[s.state.base:])
	}
	return f
}

// arithmeticFault words an error of package value.
func (at *site) arithmeticFault(s scope, op syntax.Op, a, b value.Value, err error) *fault {
	switch {
	case errors.Is(err, value.ErrDivideByZero):
		return at.fault(s, diag.ErrArithmetic, "division of %s by the integer zero", diag.ShortValue(a))
	case errors.Is(err, value.ErrTooLarge):
		return at.fault(s, diag.ErrLimit, "the result of %s is an %v", op, err)
	}
	wrong, operand := a, 0
	if a.IsNumber() || a.IsNull() {
		wrong, operand = b, 1
	}
	f := at.fault(s, diag.ErrType, "%s takes numbers, and %s is %s", op, diag.ShortValue(wrong), fn.Of(wrong.Kind()).Indefinite())
	if operands := syntax.Children(at.node); operand < len(operands) {
		f.Argument = operands[operand].Span()
	}
	return f
}

// described returns a value for a message: "the int 5", and "a lambda" and "null" for
// what has no more to say.
func described(v value.Value) string {
	kind, text := v.Kind(), diag.ShortValue(v)
	if text == kind.String() {
		return fn.Of(kind).Indefinite()
	}
	return "the " + kind.String() + " " + text
}

// callFault adds the place to an error that the body of a function returned.
func (at *site) callFault(s scope, name string, args []syntax.Node, err error) *fault {
	var inner *fault
	if errors.As(err, &inner) {
		return inner // from a lambda: it has a more precise place
	}
	var limit *exceeded
	switch {
	case errors.As(err, &limit):
		out := at.fault(s, diag.ErrLimit, "%s: %v", name, limit)
		out.Function = name
		return out
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return at.interrupted(s, err)
	}
	out := at.fault(s, diag.ErrExternal, "%s: %v", name, err)
	out.Function, out.Cause = name, err
	var e *fn.Error
	if errors.As(err, &e) {
		out.Kind = e.Kind
		if e.Arg >= 0 && e.Arg < len(args) {
			out.Argument = args[e.Arg].Span()
		}
	}
	return out
}

// foreign is a failure in a lambda of another program. The failing part is none
// of the text at hand, so for that it is a failure of the function that called
// the lambda.
type foreign struct{ failure *fn.Error }

// Error returns the message.
func (f *foreign) Error() string { return f.failure.Msg }

// Unwrap returns the failure.
func (f *foreign) Unwrap() error { return f.failure }

// asForeign takes an error of a lambda of another program out of that program's
// text. One that had come from yet another program stays as it is.
func asForeign(err error) error {
	var f *fault
	if !errors.As(err, &f) {
		return err
	}
	var already *foreign
	if errors.As(f.Cause, &already) {
		return already
	}
	return &foreign{&fn.Error{Kind: f.Kind, Arg: fn.NoArg, Msg: "in a lambda of another expression: " + f.Message, Cause: f.Cause}}
}

// interrupted is the fault of an evaluation whose context has ended.
func (at *site) interrupted(s scope, err error) *fault {
	out := at.fault(s, diag.ErrExternal, "the evaluation was called off: %v", err)
	out.Cause = err
	return out
}
