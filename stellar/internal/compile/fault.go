package compile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Fault is an error of compilation or evaluation, with its place in the
// expression.
type Fault struct {
	Kind     fn.ErrorKind
	Range    syntax.Range // the sub-expression that failed
	Argument syntax.Range // the argument at fault; empty if none is
	Function string       // the function that failed, if one did
	Msg      string
	Cause    error

	// Variables are the variables named in the sub-expression, Locals the
	// parameters of lambdas among them, with their values.
	Variables []string
	Locals    []Local
}

// Local is a parameter of a lambda with its value.
type Local struct {
	Name  string
	Value value.Value
}

// Error gives the message.
func (f *Fault) Error() string { return f.Msg }

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// fault makes the error of a failure at a site while it is evaluated in s. A
// scope without a run leaves out the values of locals.
func (at *site) fault(s scope, kind fn.ErrorKind, format string, values ...any) *Fault {
	f := &Fault{Kind: kind, Range: at.node.Span(), Msg: fmt.Sprintf(format, values...)}
	for _, name := range syntax.FreeNames(at.node) {
		slot, isLocal := at.frame.find(name)
		switch {
		case !isLocal:
			f.Variables = append(f.Variables, name)
		case s.run != nil && s.run.base+slot < len(s.run.stack):
			f.Locals = append(f.Locals, Local{name, s.run.local(slot)})
		}
	}
	return f
}

// arithmeticFault words an error of package value.
func (at *site) arithmeticFault(s scope, op syntax.Op, a, b value.Value, err error) *Fault {
	switch {
	case errors.Is(err, value.ErrDivideByZero):
		return at.fault(s, fn.ErrArithmetic, "division of %s by the integer zero", Shorten(a))
	case errors.Is(err, value.ErrTooLarge):
		return at.fault(s, fn.ErrLimit, "the result of %s is an %v", op, err)
	}
	wrong, operand := a, 0
	if a.IsNumber() || a.IsNull() {
		wrong, operand = b, 1
	}
	f := at.fault(s, fn.ErrType, "%s takes numbers, and %s is %s", op, Shorten(wrong), fn.Of(wrong.Kind()).Indefinite())
	if operands := syntax.Children(at.node); operand < len(operands) {
		f.Argument = operands[operand].Span()
	}
	return f
}

// callFault adds the place to an error that the body of a function gave.
func (at *site) callFault(s scope, name string, args []syntax.Node, err error) error {
	var inner *Fault
	if errors.As(err, &inner) {
		return err // from a lambda: it has a more precise place
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return at.interrupted(s, err)
	}
	out := at.fault(s, fn.ErrExternal, "%s: %v", name, err)
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

const elsewhere = "in a lambda of another expression: "

// foreignError takes an error of a lambda of another program out of that
// program's text: for the program at hand it is one of the function that called
// the lambda.
func foreignError(err error) error {
	var f *Fault
	if !errors.As(err, &f) {
		return err
	}
	var further *fn.Error
	if errors.As(f.Cause, &further) && strings.HasPrefix(further.Msg, elsewhere) {
		return further
	}
	return &fn.Error{Kind: f.Kind, Arg: fn.NoArg, Msg: elsewhere + f.Msg, Cause: f.Cause}
}

// interrupted is the fault of an evaluation whose context has ended.
func (at *site) interrupted(s scope, err error) error {
	out := at.fault(s, fn.ErrExternal, "the evaluation was called off: %v", err)
	out.Cause = err
	return out
}

const shortLength = 40

// escape keeps a message one line, and terminals from obeying it.
var escape = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\x1b", `\x1b`)

// Shorten gives a value for a message: in one line, strings in quotes, long
// ones cut. Its cost does not grow with the text form, which can be huge.
func Shorten(v value.Value) string {
	text := v.Str()
	if v.Kind() != value.KindString {
		text = string(v.AppendTextUpTo(nil, utf8.UTFMax*shortLength))
	}
	characters := 0
	for i := range text {
		if characters == shortLength {
			text = text[:i] + "…"
			break
		}
		characters++
	}
	text = escape.Replace(text)
	if v.Kind() == value.KindString {
		return "'" + text + "'"
	}
	return text
}
