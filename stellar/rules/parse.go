package rules

import (
	"regexp"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
)

// statement is one assignment of a source text.
type statement struct {
	name   string
	nameAt int    // offset of the name in the source
	offset int    // of the expression in the source
	text   string // the expression, with # comments blanked, which the language does not have
}

// statementStart finds a name and := at the beginning of a line.
var statementStart = regexp.MustCompile(`^[ \t]*([A-Za-z_$](?:[A-Za-z0-9_.:]*[A-Za-z0-9_.])?)[ \t]*:=`)

// IsAssignment reports whether text begins with a name and :=, as a statement
// does.
func IsAssignment(text string) bool { return statementStart.MatchString(text) }

// Unfinished reports whether text ends inside brackets or inside a string, so that
// a reader of lines should add another one.
func Unfinished(text string) bool {
	depth := 0
	for i := 0; i < len(text); {
		length, what := nextPiece(text[i:])
		if what == openString {
			return true
		}
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		i += length
	}
	return depth > 0
}

// piece is a part of a source text that is skipped as a whole.
type piece uint8

const (
	character  piece = iota // anything but the following
	blank                   // one blank or line end
	comment                 // // and what follows in the line
	hash                    // # and what follows in the line
	quoted                  // a string
	openString              // a string without an end
)

// nextPiece tells what text begins with and how many bytes it has.
func nextPiece(text string) (length int, what piece) {
	switch c := text[0]; {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f':
		return 1, blank
	case c == '#':
		return lineLength(text), hash
	case strings.HasPrefix(text, "//"):
		return lineLength(text), comment
	case c == '\'' || c == '"':
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case c:
				return i + 1, quoted
			case '\\':
				i++
			}
		}
		return len(text), openString
	}
	return 1, character
}

func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// splitter cuts a source text into statements. As := is no part of an
// expression, a line that begins with a name and := starts a statement even
// where a bracket is still open: the bracket is then reported alone.
type splitter struct {
	file, source string
	blanked      []byte // source with # comments blanked
	statements   []statement
	errs         diag.List

	current     *statement // nil before the first, and while text is ignored
	ignoring    bool       // what follows was reported already
	start, end  int        // of what is not blank or comment in the current statement
	endAtLine   int        // end, when the line began
	lineStarted int        // offset of the line
}

// split finds the statements of a source text, and all mistakes in its form.
func split(file, source string) ([]statement, diag.List) {
	s := &splitter{file: file, source: source, blanked: []byte(source)}
	at := 0
	if strings.HasPrefix(source, "\ufeff") {
		at = len("\ufeff")
	}
	for lineStart := true; at < len(source); {
		if lineStart {
			s.lineStarted, s.endAtLine = at, s.end
			lineStart = false
			if m := statementStart.FindStringSubmatchIndex(source[at:]); m != nil {
				s.finish(s.end)
				s.begin(source[at+m[2]:at+m[3]], at+m[2], at+m[1])
				at += m[1]
				continue
			}
		}
		length, what := nextPiece(source[at:])
		switch what {
		case blank:
			lineStart = source[at] == '\n'
		case hash:
			for i := range length {
				s.blanked[at+i] = ' '
			}
		case comment:
		default:
			s.content(at, length)
		}
		at += length
	}
	s.finish(s.end)
	return s.statements, s.errs
}

func (s *splitter) begin(name string, nameAt, expressionAt int) {
	s.current = &statement{name: name, nameAt: nameAt, offset: expressionAt}
	s.ignoring = false
	s.start, s.end, s.endAtLine = -1, expressionAt, expressionAt
}

// content takes a piece that is neither blank nor comment.
func (s *splitter) content(at, length int) {
	switch {
	case s.ignoring:
		return
	case s.current == nil:
		if strings.Contains(s.source[at:at+lineLength(s.source[at:])], ":=") {
			s.fail(at, "an assignment is "+assignmentForm)
		} else {
			s.fail(at, "a rule file begins with an assignment: "+assignmentForm)
		}
		s.ignoring = true
		return
	case strings.HasPrefix(s.source[at:], ":="):
		s.misplacedAssignment(at)
		return
	}
	if s.start < 0 {
		s.start = at
	}
	s.end = at + length
}

// misplacedAssignment reports a := with something other than a name before it.
func (s *splitter) misplacedAssignment(at int) {
	if s.current.nameAt >= s.lineStarted {
		s.fail(at, "one assignment has one :=")
	} else {
		s.finish(s.endAtLine)
		line := s.source[s.lineStarted:]
		s.fail(s.lineStarted+len(line)-len(strings.TrimLeft(line, " \t")), "an assignment is "+assignmentForm)
	}
	s.current, s.ignoring = nil, true
}

const assignmentForm = "name := expression; a name has ASCII letters, digits, _ . and :, and begins with a letter, _ or $"

// finish adds the current statement, which ends at end.
func (s *splitter) finish(end int) {
	c := s.current
	if c == nil {
		return
	}
	if s.start < 0 || s.start >= end {
		s.fail(c.offset, "there is no expression for "+c.name)
		return
	}
	c.offset, c.text = s.start, string(s.blanked[s.start:end])
	s.statements = append(s.statements, *c)
}

// fail reports a mistake at an offset.
func (s *splitter) fail(at int, message string) {
	s.errs = append(s.errs, mistake(s.file, s.source, at, message))
}

// mistake makes an error at an offset of the source.
func mistake(file, source string, at int, message string) *diag.Diagnostic {
	return &diag.Diagnostic{Kind: diag.ErrSyntax, Message: message, File: file, Source: source,
		Range: diag.Range{Start: at, End: at}}
}
