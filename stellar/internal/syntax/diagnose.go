package syntax

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// place is where the parser stopped: the tokens before it begin an expression,
// and together with the token at it they do not. Everything that is said about
// the mistake is found from the tokens, without the parser.
type place struct {
	*source
	index         int         // of at
	before        antlr.Token // nil at the start
	at            antlr.Token
	after         antlr.Token // the end of the text if at is that
	open          []construct // what was begun and not finished, outermost first
	betweenValues bool        // before ends a value, so that at cannot begin one
}

// construct is a part of an expression that stands open.
type construct struct {
	kind  constructKind
	first int // token: its bracket, its if or its ?
	part  int // token: the last separator in it, or first
}

type constructKind int

const (
	noConstruct    constructKind = iota
	parentheses                  // ( of a value, or of a lambda's parameters
	arguments                    // name(
	notOperand                   // not(
	existsName                   // exists(
	items                        // [
	mapKey                       // { or , in a map
	mapValue                     // : in a map
	matchCheck                   // match { or , in a match
	matchAction                  // => in a match
	matchDefault                 // default in a match
	ifCondition                  // if
	thenBranch                   // then
	questionBranch               // ?
)

func (s *source) placeOf(index int) *place {
	p := &place{source: s, index: index, at: s.tokens[index], after: s.tokens[min(index+1, len(s.tokens)-1)]}
	if index > 0 {
		p.before = s.tokens[index-1]
	}
	for i := range index {
		p.advance(i)
	}
	p.betweenValues = endsValue(p.before)
	return p
}

// beginsNames reports whether the parser gave up at a ( that fits. It looks at
// "( name" and the token after it, before it decides whether a value or a lambda's
// parameters begin; if neither goes on like that, the token after it is wrong.
func (p *place) beginsNames() bool {
	return isType(p.at, grammar.StellarLexerLPAREN) && isType(p.after, grammar.StellarLexerIDENTIFIER) &&
		!p.betweenValues && !isType(p.before, grammar.StellarLexerMATCH, grammar.StellarLexerDEFAULT) &&
		p.innermost().kind != existsName && !p.inNames()
}

// inNames reports whether the place is after a comma in parentheses, where only
// parameters of a lambda can be.
func (p *place) inNames() bool {
	c := p.innermost()
	return c.kind == parentheses && c.part > c.first
}

// advance follows token i into and out of constructs.
func (p *place) advance(i int) {
	switch t := p.tokens[i]; t.GetTokenType() {
	case grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE:
		p.open = append(p.open, construct{kind: p.bracketKind(i), first: i, part: i})
	case grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE:
		p.closeBranches()
		p.open = p.open[:len(p.open)-1]
	case grammar.StellarLexerCOMMA:
		p.closeBranches()
		p.turn(mapValue, mapKey, i)
		p.turn(matchAction, matchCheck, i)
		p.turn(parentheses, parentheses, i)
	case grammar.StellarLexerIF:
		p.open = append(p.open, construct{kind: ifCondition, first: i, part: i})
	case grammar.StellarLexerTHEN:
		p.turn(ifCondition, thenBranch, i)
	case grammar.StellarLexerQUESTION:
		p.open = append(p.open, construct{kind: questionBranch, first: i, part: i})
	case grammar.StellarLexerELSE:
		p.leave(thenBranch)
	case grammar.StellarLexerCOLON:
		if !p.leave(questionBranch) {
			p.turn(mapKey, mapValue, i)
		}
	case grammar.StellarLexerDEFAULT:
		p.turn(matchCheck, matchDefault, i)
	case grammar.StellarLexerBECOMES:
		p.turn(matchCheck, matchAction, i)
	}
}

func (p *place) bracketKind(i int) constructKind {
	var before antlr.Token
	if i > 0 {
		before = p.tokens[i-1]
	}
	switch p.tokens[i].GetTokenType() {
	case grammar.StellarLexerLBRACKET:
		return items
	case grammar.StellarLexerLBRACE:
		if isType(before, grammar.StellarLexerMATCH) {
			return matchCheck
		}
		return mapKey
	}
	switch {
	case isType(before, grammar.StellarLexerIDENTIFIER):
		return arguments
	case isType(before, grammar.StellarLexerNOT):
		return notOperand
	case isType(before, grammar.StellarLexerEXISTS):
		return existsName
	}
	return parentheses
}

func (p *place) closeBranches() {
	for p.innermost().kind >= ifCondition {
		p.open = p.open[:len(p.open)-1]
	}
}

// leave ends the innermost construct if it is of the kind.
func (p *place) leave(kind constructKind) bool {
	if p.innermost().kind != kind {
		return false
	}
	p.open = p.open[:len(p.open)-1]
	return true
}

// turn makes the innermost construct one of another kind, if it is of the
// first; token i separates the two.
func (p *place) turn(from, to constructKind, i int) {
	if p.innermost().kind == from && from != noConstruct {
		p.open[len(p.open)-1] = construct{kind: to, first: p.innermost().first, part: i}
	}
}

// innermost returns the construct in which the place is.
func (p *place) innermost() construct {
	if len(p.open) == 0 {
		return construct{}
	}
	return p.open[len(p.open)-1]
}

// inside reports whether a construct of one of the kinds stands open.
func (p *place) inside(kinds ...constructKind) bool {
	for _, c := range p.open {
		for _, kind := range kinds {
			if c.kind == kind {
				return true
			}
		}
	}
	return false
}

// part returns the tokens of a construct from its last separator to the place,
// without what stands in brackets there.
func (p *place) part(c construct) []antlr.Token {
	var tokens []antlr.Token
	for i := c.part + 1; i < p.index; i++ {
		tokens = append(tokens, p.tokens[i])
		if isOpener(p.tokens[i]) {
			i = p.matching(i)
		}
	}
	return tokens
}

// next returns the first token of the types, from the place on and outside of
// brackets that open there; nil if there is none before the place's own bracket
// closes.
func (p *place) next(types ...int) antlr.Token {
	depth := 0
	for _, t := range p.tokens[p.index:] {
		if depth == 0 && isType(t, types...) {
			return t
		}
		switch t.GetTokenType() {
		case grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE:
			depth++
		case grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE:
			if depth--; depth < 0 {
				return nil
			}
		}
	}
	return nil
}

// matching returns the index of the bracket that token i, a bracket, closes or is
// closed by.
func (s *source) matching(i int) int {
	step := 1
	if isType(s.tokens[i], grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE) {
		step = -1
	}
	depth := 0
	for ; ; i += step { // checkTokens has seen that brackets match
		switch s.tokens[i].GetTokenType() {
		case grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE:
			depth++
		case grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE:
			depth--
		}
		if depth == 0 {
			return i
		}
	}
}

// diagnose words the error at the token that does not fit, the most specific
// explanation first.
func (s *source) diagnose(at antlr.Token) *diag.Diagnostic {
	index := 0
	for s.tokens[index] != at { // at's own index counts skipped tokens
		index++
	}
	p := s.placeOf(index)
	if p.beginsNames() {
		p = s.placeOf(index + 2)
	}
	if len(s.tokens) == 1 {
		if strings.TrimSpace(s.text) != "" {
			return s.mistake(Range{}, "the expression is empty: there is a comment only")
		}
		return s.mistake(Range{}, "the expression is empty")
	}
	explanations := []func(*place) *diag.Diagnostic{
		(*place).keywordForm, (*place).blockComment, (*place).existsForm, (*place).misquoted, (*place).parameterForm,
		(*place).keywordAsName, (*place).matchWithoutClause, (*place).strangeOperator, (*place).withoutQuotes, (*place).missingValue,
	}
	if p.betweenValues {
		explanations = []func(*place) *diag.Diagnostic{
			(*place).existsForm, (*place).misquoted, (*place).parameterForm, (*place).foreignWord, (*place).colonTrap,
			(*place).strayKeyword, (*place).unfinishedConditional, (*place).matchClause, (*place).mapEntry, (*place).withoutQuotes, (*place).separator,
			(*place).unpairedQuote, (*place).number, (*place).indexing, (*place).missingOperator,
		}
	}
	for _, explain := range explanations {
		if err := explain(p); err != nil {
			return err
		}
	}
	return s.errorAt(p.at, "%s does not fit here", show(p.at))
}

// endsValue reports whether a value may end with the token. What follows one that
// does is an operator, a separator or a bracket that closes.
func endsValue(t antlr.Token) bool {
	return isName(t) || isType(t, grammar.StellarLexerINT, grammar.StellarLexerLONG,
		grammar.StellarLexerFLOAT, grammar.StellarLexerDOUBLE, grammar.StellarLexerSTRING, grammar.StellarLexerTRUE,
		grammar.StellarLexerFALSE, grammar.StellarLexerNULL, grammar.StellarLexerNAN, grammar.StellarLexerRPAREN,
		grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE)
}

// beginsValue reports whether a value may begin with the token; minus, which is
// an operator too, counts as none.
func beginsValue(t antlr.Token) bool {
	return endsValue(t) && !isCloser(t) || isOpener(t) ||
		isType(t, grammar.StellarLexerEXISTS, grammar.StellarLexerNOT, grammar.StellarLexerIF, grammar.StellarLexerMATCH)
}

func isOpener(t antlr.Token) bool {
	return isType(t, grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE)
}

func isCloser(t antlr.Token) bool {
	return isType(t, grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE)
}

func isNumber(t antlr.Token) bool {
	return isType(t, grammar.StellarLexerINT, grammar.StellarLexerLONG, grammar.StellarLexerFLOAT, grammar.StellarLexerDOUBLE)
}

// isWord reports whether the token is a keyword with a place in the syntax.
func isWord(t antlr.Token) bool {
	return isType(t, grammar.StellarLexerNOT_IN, grammar.StellarLexerIN, grammar.StellarLexerAND, grammar.StellarLexerOR,
		grammar.StellarLexerNOT, grammar.StellarLexerIF, grammar.StellarLexerTHEN, grammar.StellarLexerELSE,
		grammar.StellarLexerMATCH, grammar.StellarLexerDEFAULT, grammar.StellarLexerEXISTS) &&
		t.GetText() != "&&" && t.GetText() != "||"
}
