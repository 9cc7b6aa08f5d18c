package syntax

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// The mistakes about names in backquotes.

// badQuotes explains token i, which begins with a backquote and is no name.
func (s *source) badQuotes(i int) *diag.Diagnostic {
	t := s.tokens[i]
	r := s.span(t, t)
	if r.End-r.Start == len("``") && s.text[r.End-1] == '`' {
		return s.mistake(r, "there is no name between these backquotes")
	}
	first := i
	for first > 0 && adjacent(s.tokens[first-1], s.tokens[first]) && isName(s.tokens[first-1]) {
		first--
	}
	if isType(s.tokens[first], grammar.StellarLexerQUOTED_NAME) {
		return s.backquoteInName(Range{Start: s.span(s.tokens[first], t).Start, End: r.Start + 1})
	}
	err := s.mistake(Range{Start: r.Start, End: r.Start + 1}, "the name that begins here is never closed: a ` is missing")
	if strings.Contains(s.text[r.End:], "`") {
		err.Message += "; a name stands on one line"
	}
	return err
}

// backquoteInName reports a name, with backquotes around it, that holds one.
func (s *source) backquoteInName(r Range) *diag.Diagnostic {
	return s.mistake(r, "a name in backquotes cannot hold one%s",
		s.advice(": ", "MAP_GET('"+short(s.text[r.Start+1:r.End-1])+"', _) reads a field of such a name"))
}

// quotedPath explains token i, a dot or a name beside one, if only a part of a
// dotted name stands in backquotes.
func (s *source) quotedPath(i int) *diag.Diagnostic {
	isPart := func(t antlr.Token) bool { return isName(t) || t.GetText() == "." }
	first, last := i, i
	for first > 0 && isPart(s.tokens[first-1]) && adjacent(s.tokens[first-1], s.tokens[first]) {
		first--
	}
	for isPart(s.tokens[last+1]) && adjacent(s.tokens[last], s.tokens[last+1]) {
		last++
	}
	var path strings.Builder
	quoted := false
	for j, t := range s.tokens[first : last+1] {
		name := nameOf(t)
		if j > 0 && name[0] != '.' && !strings.HasSuffix(path.String(), ".") {
			return nil // two names side by side
		}
		path.WriteString(name)
		quoted = quoted || isType(t, grammar.StellarLexerQUOTED_NAME)
	}
	if !quoted || first == last {
		return nil
	}
	return s.errorFrom(s.tokens[first], s.tokens[last], "a dotted name stands in backquotes as a whole: `%s`", short(path.String()))
}

// misquoted explains backquotes where a plain name has to stand, and within a
// dotted name.
func (p *place) misquoted() *diag.Diagnostic {
	const parameter = "the name of a parameter stands without backquotes"
	switch c := p.innermost(); {
	case isType(p.before, grammar.StellarLexerQUOTED_NAME) && isType(p.at, grammar.StellarLexerLPAREN) && adjacent(p.before, p.at):
		return p.errorAt(p.before, "the name of a function stands without backquotes")
	case isType(p.before, grammar.StellarLexerQUOTED_NAME) && isType(p.at, grammar.StellarLexerARROW):
		return p.errorAt(p.before, parameter)
	case c.kind == parentheses && p.isLambda(c.first):
		for _, t := range p.tokens[c.first:p.matching(c.first)] {
			if isType(t, grammar.StellarLexerQUOTED_NAME) {
				return p.errorAt(t, parameter)
			}
		}
	case isType(p.before, grammar.StellarLexerRPAREN) && isType(p.at, grammar.StellarLexerARROW):
		if name := p.tokens[p.index-2]; isType(name, grammar.StellarLexerQUOTED_NAME) {
			return p.errorAt(name, parameter)
		}
	}
	if isType(p.before, grammar.StellarLexerQUOTED_NAME) && isType(p.at, grammar.StellarLexerQUOTED_NAME) && adjacent(p.before, p.at) {
		return p.backquoteInName(p.span(p.before, p.at))
	}
	if isName(p.before) && isName(p.at) && adjacent(p.before, p.at) {
		return p.quotedPath(p.index)
	}
	return nil
}
