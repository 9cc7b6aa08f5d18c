package regex

import (
	"context"
	"regexp"
	"slices"
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
	// begins or ends in .*, which need not be run then. It is nil otherwise.
	infix *regexp.Regexp

	size         int  // about the number of instructions
	asciiOnly    bool // not exact for other characters
	noFinalBreak bool // not exact for text that ends in a line break

	// exactGroups: it gives the same groups and, when searching, the same
	// extent of a match as Java, not only whether there is a match.
	exactGroups bool
}

// maxSize bounds linear programs, in instructions.
const maxSize = 50_000

// newLinearProgram gives nil if the pattern needs backtracking or would make
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
	pattern := printed(tree, false)
	if len(pattern) > maxPrinted {
		return nil
	}
	var err error
	if s == wholeText {
		program.expression, err = regexp.Compile(`\A(?:` + pattern + `)\z`)
		if infix, ok := infixOf(tree); ok && err == nil {
			program.infix, err = regexp.Compile(infix)
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
	return opening + printed(items, false) + closing, len(items) < len(all)
}

// isDotStar tells whether n matches any text without line breaks.
func isDotStar(n node) bool {
	r, ok := n.(repeat)
	if !ok || r.least != 0 || r.most != unlimited {
		return false
	}
	dot, ok := r.body.(set)
	return ok && len(dot.union(lineBreaks).negate()) == 0
}

// matchesWhole is for programs for whole texts.
func (p *linearProgram) matchesWhole(text string) bool {
	if p.infix != nil && !mayHaveBreak(text) {
		return p.infix.MatchString(text)
	}
	return p.expression.MatchString(text)
}

// mayHaveBreak tells whether text has a line break or a first byte of one.
func mayHaveBreak(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '\n', '\r', 0xC2, 0xE2:
			return true
		}
	}
	return false
}

// suits tells whether the program is exact for text.
func (p *linearProgram) suits(text string) bool {
	switch {
	case p == nil,
		p.asciiOnly && !ascii.Only(text),
		p.noFinalBreak && endsInBreak(text):
		return false
	}
	return true
}

func endsInBreak(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return text != "" && lineBreaks.has(last)
}

// instructionsAtOnce is how many instructions of a program the engine has in
// hand at a character of usual text, divided by their number. Were all of them
// in hand, a character would cost this many times more than we charge.
const instructionsAtOnce = 16

// afford is an error if a run over text could be too much work.
func (p *linearProgram) afford(text string, limits Limits) error {
	if len(text) > limits.Work/(1+p.size/instructionsAtOnce) {
		return errTooMuchWork
	}
	return nil
}

func (p *linearProgram) search(ctx context.Context, limits Limits, text string, found func(*Match) bool) error {
	if err := p.afford(text, limits); err != nil {
		return err
	}
	watch := startStopwatch(ctx, limits)
	for start := 0; start <= len(text); {
		if _, err := watch.left(); err != nil {
			return err
		}
		offsets := p.find(text, start)
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

// find gives the offsets of the first match in text that begins at start or
// later.
func (p *linearProgram) find(text string, start int) []int {
	if start == 0 {
		return p.expression.FindStringSubmatchIndex(text)
	}
	var offsets []int
	if p.resumed == nil {
		offsets = p.expression.FindStringSubmatchIndex(text[start:])
	} else {
		_, width := utf8.DecodeLastRuneInString(text[:start])
		start -= width
		offsets = p.resumed.FindStringSubmatchIndex(text[start:])
		offsets = slices.Delete(offsets, 0, min(2, len(offsets)))
	}
	for i := range offsets {
		if offsets[i] >= 0 {
			offsets[i] += start
		}
	}
	return offsets
}
