package regex

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// linearProgram is a pattern as a program of package regexp, and the texts for
// which it is exact. A nil program is exact for none.
type linearProgram struct {
	expression *regexp.Regexp

	// resumed finds a match after the first character of a text, which stands
	// there to be looked back at; the match is its group 1. It is nil if the
	// pattern does not look back.
	resumed *regexp.Regexp

	// infix decides on the whole of a text without line breaks when the pattern
	// begins or ends in .*, which need not be run then. It is nil otherwise. If a
	// text has to contain no more than a literal, that is infixLiteral.
	infix        *regexp.Regexp
	infixLiteral string

	// first holds the characters with which a match begins; nil if it may be empty.
	first *characters

	work         work
	size         int  // about the number of instructions
	asciiOnly    bool // not exact for other characters
	noFinalBreak bool // not exact for text that ends in a line break

	// exactGroups: it finds the same groups and, when searching, the same
	// extent of a match as Java, not only whether there is a match.
	exactGroups bool
}

// maxSize bounds linear programs, in instructions.
const maxSize = 50_000

// newLinearProgram returns nil if the pattern needs backtracking or would make
// too large a program.
func newLinearProgram(tree node, s scope) *linearProgram {
	if s == wholeText {
		tree = withoutPossessives(withoutFinalAnchor(tree), set{})
	} else {
		tree = withoutPossessives(tree, anyCharacter)
	}
	program := &linearProgram{size: size(tree), exactGroups: !repeatsEmpty(tree)}
	if needsBacktracking(tree) || program.size > maxSize {
		return nil
	}
	looksBack := false
	contains(tree, func(n node) bool {
		switch n {
		case textStart:
			looksBack = true
		case textEndBreak, textEndNewline:
			program.noFinalBreak = true
		case wordBoundary, notWordBoundary, unicodeBoundary, notUnicodeBoundary:
			looksBack, program.asciiOnly = true, true
		}
		return false
	})
	program.work = workOf(tree, program.size)
	if s == partOfText && !matchesEmpty(tree) {
		program.first = newCharacters(firstCharacters(tree))
	}
	pattern := printed(tree)
	if len(pattern) > maxPrinted {
		return nil
	}
	var err error
	if s == wholeText {
		program.expression, err = regexp.Compile(`\A(?:` + pattern + `)\z`)
		if infix, ok := infixOf(tree); ok && err == nil {
			program.infix, program.infixLiteral, err = compileInfix(infix)
		}
	} else {
		program.expression, err = regexp.Compile(pattern)
		if looksBack && err == nil {
			program.resumed, err = regexp.Compile(`\A(?s:.)(?s:.*?)(` + pattern + `)`)
		}
	}
	if err != nil { // counts above 1000
		return nil
	}
	return program
}

func compileInfix(pattern string) (infix *regexp.Regexp, literal string, err error) {
	if infix, err = regexp.Compile(pattern); err == nil {
		if prefix, complete := infix.LiteralPrefix(); complete {
			literal = prefix
		}
	}
	return infix, literal, err
}

// infixOf leaves out .* at the beginning and the end of a pattern for whole
// texts.
func infixOf(tree node) (pattern string, ok bool) {
	all, _ := tree.(sequence)
	items := all
	opening, closing := `\A(?:`, `)\z`
	if len(items) > 0 && isDotStar(items[0]) {
		opening, items = `(?:`, items[1:]
	}
	if last := len(items) - 1; last >= 0 && isDotStar(items[last]) {
		closing, items = `)`, items[:last]
	}
	return opening + printed(items) + closing, len(items) < len(all)
}

// isDotStar reports whether n matches any text without line breaks.
func isDotStar(n node) bool {
	r, ok := n.(repeat)
	if !ok || r.least != 0 || r.most != unlimited {
		return false
	}
	dot, ok := r.body.(set)
	return ok && len(dot.union(lineBreaks).negate()) == 0
}

// matchesWhole is for programs for whole texts.
func (p *linearProgram) matchesWhole(budget Budget, text string) (bool, error) {
	expression := p.expression
	if p.infix != nil && !mayHaveBreak(text) {
		expression = p.infix
		if p.infixLiteral != "" {
			return strings.Contains(text, p.infixLiteral), budget.Spend(int64(2 * len(text) / bytesPerStep))
		}
	}
	if steps := p.work.on(text, stepsAtOnce); steps <= stepsAtOnce {
		if err := budget.Spend(steps); err != nil {
			return false, err
		}
		return expression.MatchString(text), nil
	}
	reader := chargedReader{text: text, work: &p.work, budget: budget}
	matches := expression.MatchReader(&reader)
	return matches, reader.finish()
}

// mayHaveBreak reports whether text has a line break or a first byte of one.
func mayHaveBreak(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '\n', '\r', 0xC2, 0xE2:
			return true
		}
	}
	return false
}

// suits reports whether the program is exact for text.
func (p *linearProgram) suits(text string) bool {
	switch {
	case p == nil,
		p.asciiOnly && !ascii.Only(text),
		p.noFinalBreak && endsInBreak(text):
		return false
	}
	return true
}

// spendOnLook charges the look at all of the text that suits may take.
func (p *linearProgram) spendOnLook(budget Budget, text string) error {
	if p == nil || !p.asciiOnly {
		return nil
	}
	return budget.Spend(int64(len(text) / bytesPerStep))
}

func endsInBreak(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && lineBreaks.has(last)
}

func (p *linearProgram) search(budget Budget, text string, found func(*Match) bool) error {
	for start := 0; start <= len(text); {
		if p.first != nil {
			next, err := p.skip(budget, text, start)
			if err != nil || next == len(text) {
				return err
			}
			start = next
		}
		offsets, err := p.find(budget, text, start)
		if err != nil {
			return err
		}
		if offsets == nil || !found(&Match{text: text, offsets: offsets}) {
			return nil
		}
		start = offsets[1]
		if offsets[0] == offsets[1] {
			_, width := utf8.DecodeRuneInString(text[start:])
			start += max(1, width)
		}
	}
	return nil
}

// skip returns where the next character is with which a match may begin.
func (p *linearProgram) skip(budget Budget, text string, start int) (int, error) {
	for at := start; ; {
		from := at
		for end := min(at+skippedAtOnce, len(text)); at < end; {
			r, width := rune(text[at]), 1
			if r >= utf8.RuneSelf {
				r, width = utf8.DecodeRuneInString(text[at:])
			}
			if p.first.has(r) {
				return at, budget.Spend(int64((at - from) / skippedPerStep))
			}
			at += width
		}
		if err := budget.Spend(int64((at - from) / skippedPerStep)); err != nil || at >= len(text) {
			return len(text), err
		}
	}
}

const (
	skippedPerStep = 16 // bytes
	skippedAtOnce  = 1 << 14
)

// find returns the offsets of the first match in text that begins at start or
// later, nil if there is none.
func (p *linearProgram) find(budget Budget, text string, start int) ([]int, error) {
	expression := p.expression
	if start > 0 && p.resumed != nil {
		expression = p.resumed
		_, width := utf8.DecodeLastRuneInString(text[:start])
		start -= width
	}
	offsets, err := p.submatches(budget, expression, text[start:])
	if expression == p.resumed {
		offsets = slices.Delete(offsets, 0, min(2, len(offsets)))
	}
	for i := range offsets {
		if offsets[i] >= 0 {
			offsets[i] += start
		}
	}
	return offsets, err
}

func (p *linearProgram) submatches(budget Budget, expression *regexp.Regexp, text string) ([]int, error) {
	if steps := p.work.on(text, stepsOfSearchAtOnce); steps <= stepsOfSearchAtOnce {
		if err := budget.Spend(steps); err != nil {
			return nil, err
		}
		return expression.FindStringSubmatchIndex(text), nil
	}
	reader := chargedReader{text: text, work: &p.work, budget: budget}
	offsets := expression.FindReaderSubmatchIndex(&reader)
	return offsets, reader.finish()
}
