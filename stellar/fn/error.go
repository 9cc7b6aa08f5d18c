package fn

import (
	"fmt"

	"github.com/stellarlang/stellar/stellar/diag"
)

// The kinds of a body's failures.
const (
	ErrArity      = diag.ErrArity
	ErrType       = diag.ErrType
	ErrArithmetic = diag.ErrArithmetic
	ErrArgument   = diag.ErrArgument
	ErrLimit      = diag.ErrLimit
	ErrExternal   = diag.ErrExternal
)

// Error is a failure of a function's body. The message should read on from the
// function's name: "IN_SUBNET: …". The evaluation adds where it happened.
type Error struct {
	Kind  diag.Kind
	Arg   int // index of the argument at fault, NoArg for none
	Msg   string
	Cause error
	// Always says, of an error of Prepare, that each call fails, whatever its other
	// arguments are: expressions that always make it do not compile.
	Always bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// Unwrap returns the cause, nil for most.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is the error's kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(diag.Kind)
	return ok && k == e.Kind
}

// NoArg stands for the index of an argument where none is at fault.
const NoArg = -1

// Argumentf says that argument arg is of the right kind, but not acceptable.
func Argumentf(arg int, format string, values ...any) error {
	return newError(ErrArgument, arg, format, values)
}

// Unknownf says that argument arg names something that there is not, so that each call
// with it fails.
func Unknownf(arg int, format string, values ...any) error {
	e := newError(ErrArgument, arg, format, values).(*Error)
	e.Always = true
	return e
}

// Typef says that argument arg, or something in it, is of a wrong kind.
func Typef(arg int, format string, values ...any) error {
	return newError(ErrType, arg, format, values)
}

// Limitf says that a limit is exceeded; the message should name the limit.
func Limitf(arg int, format string, values ...any) error {
	return newError(ErrLimit, arg, format, values)
}

// Externalf says that the outside failed.
func Externalf(arg int, format string, values ...any) error {
	return newError(ErrExternal, arg, format, values)
}

// newError makes the last value the cause if it is an error.
func newError(kind diag.Kind, arg int, format string, values []any) error {
	e := &Error{Kind: kind, Arg: arg, Msg: fmt.Sprintf(format, values...)}
	if n := len(values); n > 0 {
		e.Cause, _ = values[n-1].(error)
	}
	return e
}
