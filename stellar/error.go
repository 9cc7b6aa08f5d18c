package stellar

import (
	"fmt"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// The kinds of errors. They are errors themselves: errors.Is(err, ErrType) asks
// whether err is, or was caused by, an error of the kind.
const (
	ErrSyntax          = diag.ErrSyntax          // the text is not an expression
	ErrUnknownFunction = diag.ErrUnknownFunction // no function has the name
	ErrArity           = diag.ErrArity           // too few or too many arguments
	ErrType            = diag.ErrType            // a value of the wrong kind
	ErrArithmetic      = diag.ErrArithmetic      // division of an integer by zero
	ErrArgument        = diag.ErrArgument        // a value that is not acceptable
	ErrLimit           = diag.ErrLimit           // a limit is exceeded
	ErrExternal        = diag.ErrExternal        // the outside failed, or the evaluation was called off
)

// Error is an error of an expression, when it is compiled or evaluated, or a
// warning of Check.
type Error = diag.Diagnostic

func notAnObject(k value.Kind) error {
	return fmt.Errorf("a JSON object is wanted, and this is a %s", k)
}

func notAStruct(s any) error {
	return fmt.Errorf("a struct or a pointer to one is wanted, and this is a %T", s)
}
