// Package diag holds what the author of an expression is told: one Diagnostic,
// whether the lexer, the compiler, an evaluation or a check found it, with its
// form in one line, as a marked line of the text, and in JSON.
package diag

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// Severity is how bad a diagnostic is.
type Severity uint8

// The severities.
const (
	Error   Severity = iota // it is wrong
	Warning                 // it is allowed, and probably not meant so
)

var severityNames = [...]string{Error: "error", Warning: "warning"}

// String returns "error" or "warning".
func (s Severity) String() string { return severityNames[s] }

// Range is a part of a text, in bytes: Start is the offset of its first byte,
// End the offset after its last.
type Range struct{ Start, End int }

// Span returns r. It makes everything that embeds a Range something with a
// place.
func (r Range) Span() Range { return r }

// Empty reports whether r holds no byte.
func (r Range) Empty() bool { return r.Start >= r.End }

// Diagnostic is a mistake in an expression, found when it was read, compiled,
// checked or evaluated. Diagnostics that were handed out are never changed.
type Diagnostic struct {
	Kind     Kind // 0 for warnings
	Severity Severity
	Message  string // what is wrong and what to do

	// Check names the check that found it, such as "precedence", for tools that sort
	// or silence findings. It is "" for what CheckName says of Kind.
	Check string

	// Suggestion is what probably was meant in the place of Range, such as the
	// name of a function, "" if that is unknown. Message mentions it too.
	Suggestion string

	// File is where Source came from, "" if it is no file.
	File string
	// Rule is the name of the rule that the expression is a part of, "" if it is of none
	// or the file is one.
	Rule string
	// Source is the text that the ranges refer to.
	Source string
	// Range is the part that failed. It may be empty, at the end of the text.
	Range Range
	// Argument is the argument or operand at fault, empty if none is.
	Argument Range

	// Function is the function that failed, "" if none did.
	Function string
	// Variables are the variables that the failing part mentions.
	Variables []Variable
	// Cause is the error that led to this one, nil for most.
	Cause error
}

// UnknownField is the Check of fields that messages do not have.
const UnknownField = "unknown-field"

// CheckName returns the name of the check that found it, in lower case with hyphens:
// Check, or else what Kind is, and "doubtful" for other warnings.
func (d *Diagnostic) CheckName() string {
	switch {
	case d.Check != "":
		return d.Check
	case d.Kind != 0:
		return strings.ReplaceAll(d.Kind.Error(), " ", "-")
	}
	return "doubtful"
}

// Variable is a variable or a parameter of a lambda, with its value at the time
// of an error.
type Variable struct {
	Name  string
	Value value.Value
}

// shownName is how many characters of the name of a variable Error shows.
const shownName = 60

// namedVariables is how many variables Error names.
const namedVariables = 8

// Error returns one line: file, line and column, kind, message, and the
// variables involved, the first eight of them, long values shortened.
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if d.File != "" {
		b.WriteString(d.File + ":")
	}
	line, column := d.Position()
	fmt.Fprintf(&b, "%d:%d: ", line, column)
	if d.Severity == Error {
		b.WriteString(d.Kind.Error() + " ")
	}
	b.WriteString(d.Severity.String() + ": " + strings.ReplaceAll(d.Message, "\n", " "))
	if len(d.Variables) == 0 {
		return b.String()
	}
	for i, v := range d.Variables[:min(len(d.Variables), namedVariables)] {
		if i == 0 {
			b.WriteString(" (with ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(ShortText(v.Name, shownName) + " = " + ShortValue(v.Value))
	}
	if more := len(d.Variables) - namedVariables; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	b.WriteString(")")
	return b.String()
}

// Unwrap returns the cause.
func (d *Diagnostic) Unwrap() error { return d.Cause }

// Is reports whether target is the kind of d.
func (d *Diagnostic) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == d.Kind
}

// Position returns the line and column of the argument at fault, or else of the
// part that failed. Both count from 1; a column counts characters, without a byte
// order mark.
func (d *Diagnostic) Position() (line, column int) {
	before := strings.TrimPrefix(d.Source[:min(d.place().Start, len(d.Source))], "\ufeff")
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[lineStart:]) + 1
}

// place is what Position and Snippet point at.
func (d *Diagnostic) place() Range {
	if d.Argument.Empty() {
		return d.Range
	}
	return d.Argument
}
