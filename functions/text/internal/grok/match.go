package grok

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Cell is what a column has of a line.
type Cell struct {
	Text    string
	Set     bool // false if the group of the column took no part
	Integer bool // the text is that of an integer of 32 bits
}

// Match returns the cells of the first match in a line, one for each column; ok is
// false if there is none. A blank line has none.
func (e *Expression) Match(budget fn.Budget, line string) (cells []Cell, ok bool, err error) {
	if blank, err := isBlank(budget, line); blank || err != nil {
		return nil, false, err
	}
	match, err := e.pattern.First(budget, line)
	if match == nil || err != nil {
		return nil, false, err
	}
	cells = make([]Cell, len(e.columns))
	for i, c := range e.columns {
		held, set := match.Group(c.group)
		text, integer := cleaned(held)
		cells[i] = Cell{Text: text, Set: set, Integer: integer}
	}
	return cells, true, nil
}

// isBlank reports whether a line has nothing but white space as Java has it, to which
// the no-break spaces do not belong.
func isBlank(budget fn.Budget, line string) (bool, error) {
	for rest := line; rest != ""; {
		piece, err := pieces.First(budget, rest)
		if err != nil || strings.ContainsFunc(piece, isNotSpace) {
			return false, err
		}
		rest = rest[len(piece):]
	}
	return true, nil
}

func isNotSpace(r rune) bool {
	switch {
	case r == ' ' || '\t' <= r && r <= '\r' || 0x1c <= r && r < ' ':
		return false
	case r < 0x1680 || r == 0x2007 || r == 0x202f:
		return true
	}
	return !unicode.In(r, unicode.Z)
}

// cleaned returns an integer of 32 bits in its usual form, and other text without the
// quotes around it.
func cleaned(text string) (_ string, integer bool) {
	if digits := strings.TrimLeft(text, "+-"); digits != "" && ascii.IsDigit(digits[0]) {
		if i, err := strconv.ParseInt(text, 10, 32); err == nil {
			return strconv.FormatInt(i, 10), true
		}
		return text, false
	}
	if last := len(text) - 1; last > 0 && text[0] == text[last] && (text[0] == '"' || text[0] == '\'') {
		return text[1:last], false
	}
	return text, false
}
