// Package grok has grok expressions: regular expressions in which %{NAME} stands for
// a pattern of a library, and makes a column of what it matches.
//
// Names are resolved as by the library that Metron uses, since the columns depend on
// it: the first reference is replaced by its definition in a group, wherever it stands
// in the same words, and so on until there is none. Of groups with the same words the
// first has the value, and of columns with the same name the last.
package grok

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/text/internal/regex"
)

// Limits of an expression: the references in it and in what they stand for, and its
// bytes once they are replaced.
const (
	maxReferences = 1000
	maxLength     = 64 << 10
)

// ErrBlank is the error of an expression without anything in its first line.
var ErrBlank = errors.New("the expression is blank")

// Error is a mistake in an expression. It says what is wrong.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }

func errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Budget is what compiling is charged to.
type Budget = regex.Budget

// Unlimited is a budget without an end.
var Unlimited Budget = unlimited{}

type unlimited struct{}

func (unlimited) Spend(int64) error    { return nil }
func (unlimited) Allocate(int64) error { return nil }

// Expression is a compiled expression. It is safe for concurrent use.
type Expression struct {
	pattern *regex.Pattern
	columns []column // sorted by name
	unknown []string // names that no pattern has, sorted
}

// column is where the value of a column is found.
type column struct {
	name  string
	group int
}

// hidden are the names of columns that are not shown.
var hidden = []string{"UNWANTED", "pattern"}

// Columns returns the names of the columns, sorted.
func (e *Expression) Columns() []string {
	names := make([]string, len(e.columns))
	for i, c := range e.columns {
		names[i] = c.name
	}
	return names
}

// Unknown returns the names in the expression for which there is no pattern, sorted.
// They match nothing.
func (e *Expression) Unknown() []string { return e.unknown }

const (
	stepsPerByte = 100 // to compile a pattern of the library
	bytesPerStep = 64  // of text that is copied
)

// Compile reads an expression. Its first line is what has to match. Lines after it
// define further patterns, or others in place of those of the library: a name, blanks
// and a definition. The lines that are blank or begin with # mean nothing.
func Compile(budget Budget, text string) (*Expression, error) {
	if len(text) > maxLength {
		return nil, errorf("the expression has more than %d bytes", maxLength)
	}
	if err := budget.Spend(int64(len(text))); err != nil {
		return nil, err
	}
	first, definitions, err := readLines(text)
	if err != nil {
		return nil, err
	}
	if numberedGroup.MatchString(text) {
		return nil, errorf("the name of a group begins with a digit")
	}
	x := expansion{definitions: definitions, budget: budget, foreign: len(first)}
	if err := x.refuseCycles(first); err != nil {
		return nil, err
	}
	expanded, err := x.expand(first)
	if err != nil {
		return nil, err
	}
	if err := budget.Spend(regex.CompileSteps(x.foreign) + stepsPerByte*int64(len(expanded))); err != nil {
		return nil, err
	}
	pattern, err := regex.CompileFreely(expanded)
	if err != nil {
		return nil, malformed(expanded, err)
	}
	slices.Sort(x.unknown)
	return &Expression{pattern: pattern, columns: columnsOf(pattern, x.names), unknown: slices.Compact(x.unknown)}, nil
}

// numberedGroup finds groups that would be taken for those of references, which have
// numbers as names.
var numberedGroup = regexp.MustCompile(`\(\?<[0-9]`)

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// readLines returns the first line, and the definitions in the others.
func readLines(text string) (first string, definitions map[string]string, err error) {
	for n, line := range strings.Split(lineBreaks.Replace(text), "\n") {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		if n == 0 {
			first = line
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		end := strings.IndexFunc(line, unicode.IsSpace)
		if end < 0 || strings.TrimSpace(line[end:]) == "" || strings.ContainsFunc(line[:end], func(r rune) bool { return !isNameCharacter(r) }) {
			return "", nil, errorf("line %d is no definition: it must be a name, a blank and a pattern", n+1)
		}
		if definitions == nil {
			definitions = map[string]string{}
		}
		definitions[line[:end]] = strings.TrimLeftFunc(line[end:], unicode.IsSpace)
	}
	if strings.TrimSpace(first) == "" {
		return "", nil, ErrBlank
	}
	return first, definitions, nil
}

// malformed explains why an expanded expression is no regular expression: a
// reference that is none is the likeliest mistake.
func malformed(expanded string, err error) error {
	if start := strings.Index(expanded, "%{"); start >= 0 {
		words := expanded[start:]
		if end := strings.IndexByte(words, '}'); end >= 0 {
			words = words[:end+1]
		}
		const shown = 40
		return errorf("%.*s is no reference: names and aliases have letters, digits, _ and :, as in %%{INT:port}", shown, words)
	}
	return errorf("%v", err)
}

func columnsOf(pattern *regex.Pattern, aliases []string) []column {
	groups := map[string]int{}
	names, numbers := pattern.Names()
	for i, name := range names {
		if ascii.IsDigit(name[0]) {
			reference := 0
			for _, digit := range name {
				reference = reference*10 + int(digit-'0')
			}
			name = aliases[reference]
		}
		groups[name] = numbers[i]
	}
	var columns []column
	for name, group := range groups {
		if !slices.Contains(hidden, name) {
			columns = append(columns, column{name, group})
		}
	}
	slices.SortFunc(columns, func(a, b column) int { return strings.Compare(a.name, b.name) })
	return columns
}
