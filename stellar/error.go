package stellar

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// The kinds of errors. They are errors themselves: errors.Is(err, ErrType) asks
// whether err is, or was caused by, an error of the kind.
const (
	ErrSyntax          = fn.ErrSyntax          // the text is not an expression
	ErrUnknownFunction = fn.ErrUnknownFunction // no function has the name
	ErrArity           = fn.ErrArity           // too few or too many arguments
	ErrType            = fn.ErrType            // a value of the wrong kind
	ErrArithmetic      = fn.ErrArithmetic      // division of an integer by zero
	ErrArgument        = fn.ErrArgument        // a value that is not acceptable
	ErrLimit           = fn.ErrLimit           // a limit is exceeded
	ErrExternal        = fn.ErrExternal        // the outside failed, or the evaluation was called off
)

// Error is an error of an expression, when it is compiled or evaluated.
type Error struct {
	Kind       fn.ErrorKind
	Msg        string // what is wrong and what to do
	Expression string

	// File is where the expression stands, if it came from a file; the place of
	// the expression in it is then counted in Line and Column.
	File string
	// Line and Column say where in the expression the error is, both from 1: the
	// argument at fault, or the failing part. A column counts characters.
	Line, Column int
	// Start and End are the failing part in bytes. They may be equal, at the end
	// of the text.
	Start, End int

	// Warning says that the expression is allowed as it is, and probably not
	// meant so; Kind is 0 then. Only Check gives warnings.
	Warning bool

	// Function is the function that failed, if one did. ArgStart and ArgEnd are
	// the argument or operand at fault, in bytes; they are equal if none is.
	Function         string
	ArgStart, ArgEnd int

	// Variables are the variables that the failing part mentions.
	Variables []Variable

	cause error
}

// Variable is a variable or a parameter of a lambda, with its value at the time
// of an error.
type Variable struct {
	Name  string
	Value value.Value
}

// namedVariables is how many variables Error names.
const namedVariables = 8

// Error gives one line: file, line and column, kind, message, and the variables
// involved, the first eight of them, long values shortened.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ":")
	}
	fmt.Fprintf(&b, "%d:%d: ", e.Line, e.Column)
	if e.Warning {
		b.WriteString("warning: ")
	} else {
		fmt.Fprintf(&b, "%s error: ", e.Kind)
	}
	b.WriteString(strings.ReplaceAll(e.Msg, "\n", " "))
	if len(e.Variables) == 0 {
		return b.String()
	}
	for i, v := range e.Variables[:min(len(e.Variables), namedVariables)] {
		if i == 0 {
			b.WriteString(" (with ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(v.Name + " = " + compile.Shorten(v.Value))
	}
	if more := len(e.Variables) - namedVariables; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	b.WriteString(")")
	return b.String()
}

// Unwrap gives the cause, which is nil for most errors.
func (e *Error) Unwrap() error { return e.cause }

// Is tells whether target is the kind of e.
func (e *Error) Is(target error) bool {
	k, ok := target.(fn.ErrorKind)
	return ok && k == e.Kind
}

func syntaxError(expression string, err error) *Error {
	e := &Error{Kind: ErrSyntax, Msg: err.Error(), Expression: expression}
	var s *syntax.Error
	if errors.As(err, &s) {
		if s.Limit {
			e.Kind = ErrLimit
		}
		e.Start, e.End = s.Range.Start, s.Range.End
		e.locate()
	}
	return e
}

// faultError makes the public form of an error of package compile. Without
// variables it is one of compilation, when they have no values.
func faultError(expression string, err error, variables Resolver) error {
	var f *compile.Fault
	if !errors.As(err, &f) {
		return err
	}
	e := newError(expression, f)
	if variables == nil {
		return e
	}
	for _, name := range f.Variables {
		if name != "_" {
			e.Variables = append(e.Variables, Variable{name, variables.Lookup(name)})
		}
	}
	for _, l := range f.Locals {
		e.Variables = append(e.Variables, Variable(l))
	}
	return e
}

func newError(expression string, f *compile.Fault) *Error {
	e := &Error{Kind: f.Kind, Msg: f.Msg, Expression: expression, Function: f.Function, cause: f.Cause,
		Start: f.Range.Start, End: f.Range.End, ArgStart: f.Argument.Start, ArgEnd: f.Argument.End}
	e.locate()
	return e
}

// locate sets line and column.
func (e *Error) locate() {
	start := e.Start
	if e.ArgStart < e.ArgEnd {
		start = e.ArgStart
	}
	before := e.Expression[:start]
	e.Line = strings.Count(before, "\n") + 1
	e.Column = utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}

func notAnObject(k value.Kind) error {
	return fmt.Errorf("a JSON object is wanted, and this is a %s", k)
}

func notAStruct(s any) error {
	return fmt.Errorf("a struct or a pointer to one is wanted, and this is a %T", s)
}
