package diag

// Kind is the sort of mistake that an error is. The kinds are errors themselves,
// so that errors.Is(err, ErrType) reports whether err is, or was caused by, an
// error of the kind.
type Kind uint8

// The kinds of errors.
const (
	// ErrSyntax: the text is not an expression.
	ErrSyntax Kind = iota + 1
	// ErrUnknownFunction: no function has the name.
	ErrUnknownFunction
	// ErrArity: a call has too few or too many arguments.
	ErrArity
	// ErrType: a value is of a kind that the operation does not take.
	ErrType
	// ErrArithmetic: an integer division by zero.
	ErrArithmetic
	// ErrArgument: a value is of the right kind, but not acceptable.
	ErrArgument
	// ErrLimit: the expression or its evaluation exceeds a limit.
	ErrLimit
	// ErrExternal: the outside failed, or the evaluation was called off.
	ErrExternal
)

var kindNames = [...]string{
	ErrSyntax: "syntax", ErrUnknownFunction: "unknown function", ErrArity: "arity", ErrType: "type",
	ErrArithmetic: "arithmetic", ErrArgument: "argument", ErrLimit: "limit", ErrExternal: "external",
}

// Error returns the kind's name.
func (k Kind) Error() string { return kindNames[k] }
