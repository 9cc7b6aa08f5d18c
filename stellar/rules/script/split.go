package script

import (
	"regexp"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

// statement is one assignment of a source text.
type statement struct {
	name   string // without backquotes
	quoted bool   // it stands in backquotes
	nameAt int    // offset of the name, or its backquote, in the source
	offset int    // of the expression in the source
	text   string // the expression, with # comments blanked, which the language does not have
}

// statementStart finds a name, which may stand in backquotes, and := at the
// beginning of a line; or a lone =, which is not an operator.
var statementStart = regexp.MustCompile("^[ \\t]*(?:([A-Za-z_$](?:[A-Za-z0-9_.:]*[A-Za-z0-9_.])?)|`([^`\r\n]+)`)[ \\t]*(?::=|=(?:[^=>~<!]|$))")

// startOf returns the statement that a line begins, with the offset of its
// expression; nil if it begins none. It begins one for sure if it has a :=.
func startOf(line string) (started *statement, sure bool) {
	m := statementStart.FindStringSubmatchIndex(line)
	if m == nil {
		return nil, false
	}
	nameEnd := max(m[3], m[5]+len("`"))
	equals := nameEnd + strings.IndexByte(line[nameEnd:], '=')
	started = &statement{offset: equals + 1}
	if m[2] >= 0 {
		started.name, started.nameAt = line[m[2]:m[3]], m[2]
	} else {
		started.name, started.nameAt, started.quoted = line[m[4]:m[5]], m[4]-len("`"), true
	}
	return started, line[equals-1] == ':'
}

// splitter cuts a source text into statements. As := is no part of an
// expression, a line that begins with a name and := starts a statement even
// where a bracket is still open: the bracket is then reported alone.
type splitter struct {
	source     *rules.Source
	blanked    []byte // source with # comments blanked
	statements []statement
	errs       diag.List

	current     *statement // nil before the first, and while text is ignored
	ignoring    bool       // what follows was reported already
	start, end  int        // of what is not blank or comment in the current statement
	depth       int        // of brackets that are open there
	endAtLine   int        // end, when the line began
	lineStarted int        // offset of the line
	failedLine  int        // offset of the last line with a misplaced :=
}

// split finds the statements of a source text, and all mistakes in its form.
func split(from *rules.Source) ([]statement, diag.List) {
	source := from.Text
	if mistake := from.NotUTF8(); mistake != nil {
		return nil, diag.List{mistake}
	}
	s := &splitter{source: from, blanked: []byte(source), failedLine: -1}
	at := 0
	if strings.HasPrefix(source, "\ufeff") {
		at = len("\ufeff")
	}
	for lineStart := true; at < len(source); {
		if lineStart {
			s.lineStarted, s.endAtLine = at, s.end
			lineStart = false
			started, sure := startOf(source[at:])
			switch {
			case sure:
				s.finish(s.end)
				s.begin(started, at)
				at = s.current.offset
				continue
			case started != nil && s.isComplete():
				s.finish(s.end)
				s.loneEquals(started, at)
				at += started.offset
				continue
			}
		}
		length, what := nextPiece(source[at:])
		if i := loneReturn(source[at:], length); what != quoted && what != openString && i >= 0 {
			s.fail(at+i, "a carriage return does not end a line by itself: save the file with line ends of Unix or Windows")
			return s.statements, s.errs
		}
		switch what {
		case blank:
			lineStart = source[at] == '\n'
		case hash:
			blankOut(s.blanked[at : at+length])
		case comment:
		default:
			s.content(at, length)
		}
		at += length
	}
	s.finish(s.end)
	return s.statements, s.errs
}

// loneReturn returns where in the first bytes of a text, as many as length, a carriage
// return stands with something else than a line end after it; -1 if none does.
func loneReturn(text string, length int) int {
	for i := range length {
		if text[i] == '\r' && i+1 < len(text) && text[i+1] != '\r' && text[i+1] != '\n' {
			return i
		}
	}
	return -1
}

// begin begins a statement that was found in the line at an offset.
func (s *splitter) begin(started *statement, line int) {
	started.nameAt += line
	started.offset += line
	s.current, s.ignoring = started, false
	s.start, s.end, s.endAtLine, s.depth = -1, started.offset, started.offset, 0
}

// isComplete reports whether nothing must follow the current statement.
func (s *splitter) isComplete() bool {
	return s.current == nil || s.start >= 0 && s.depth <= 0 && !mustGoOn(s.source.Text[s.start:s.end])
}

// loneEquals reports an assignment, in the line at an offset, that was written
// with = alone.
func (s *splitter) loneEquals(started *statement, line int) {
	s.fail(line+started.offset-1, "= does not assign: an assignment is written with :=, and == compares")
	s.current, s.ignoring = nil, true
}

// content takes a piece that is neither blank nor comment.
func (s *splitter) content(at, length int) {
	switch {
	case strings.HasPrefix(s.source.Text[at:], ":="):
		s.misplacedAssignment(at)
		return
	case s.ignoring:
		return
	case s.current == nil:
		if !IsAssignment(s.source.Text[at : at+lineLength(s.source.Text[at:])]) {
			s.fail(at, "a rule file begins with an assignment: "+assignmentForm)
		}
		s.ignoring = true
		return
	}
	if s.start < 0 {
		s.start = at
	}
	switch s.source.Text[at] {
	case '(', '[', '{':
		s.depth++
	case ')', ']', '}':
		s.depth--
	}
	s.end = at + length
}

// misplacedAssignment reports a := with something other than a name before it,
// the first of a line.
func (s *splitter) misplacedAssignment(at int) {
	switch {
	case s.current != nil && s.current.nameAt >= s.lineStarted:
		s.fail(at, "an assignment has one :=, and the next one begins on a line of its own")
	case s.failedLine != s.lineStarted:
		s.finish(s.endAtLine)
		line := strings.TrimLeft(s.source.Text[s.lineStarted:at+len(":=")], " \t")
		s.fail(at+len(":=")-len(line), wrongLeft(line))
	}
	s.current, s.ignoring, s.failedLine = nil, true, s.lineStarted
}

const assignmentForm = "name := expression; a name has ASCII letters, digits, _ . and :, and begins with a letter, _ or $; any other stands in backquotes"

// oddName is what was probably meant as one name.
var oddName = regexp.MustCompile("^[^\\s`'\"()\\[\\]{},]+$")

// wrongLeft says what is wrong with the left side of the first := of a text.
func wrongLeft(text string) string {
	left, _, _ := strings.Cut(text, ":=")
	if left = strings.TrimSpace(left); !oddName.MatchString(left) {
		return "an assignment is " + assignmentForm
	}
	return diag.ShortText(left, 30) + " is not a name as it stands: write it in backquotes, `" + diag.ShortText(left, 30) + "` := expression"
}

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
	s.errs = append(s.errs, s.source.Mistake(at, message))
}
