package syntax

import (
	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
)

// The mistakes at a place where a value, or what makes part of one, has to
// stand.

// keywordForm explains a keyword without what must follow it.
func (p *place) keywordForm() *diag.Diagnostic {
	if p.before == nil {
		return nil
	}
	word := show(p.before)
	meantAsName := !beginsValue(p.at) && !isType(p.at, grammar.StellarLexerMINUS, antlr.TokenEOF)
	switch p.before.GetTokenType() {
	case grammar.StellarLexerDEFAULT:
		return p.errorAt(p.before, "=> is missing after %s: write %s => action", word, word)
	case grammar.StellarLexerIF, grammar.StellarLexerNOT, grammar.StellarLexerEXISTS, grammar.StellarLexerMATCH:
		if meantAsName && !isType(p.at, grammar.StellarLexerTHEN) {
			return p.usedAsName(p.before)
		}
	}
	switch p.before.GetTokenType() {
	case grammar.StellarLexerNOT:
		if isType(p.next(grammar.StellarLexerIN, grammar.StellarLexerAND, grammar.StellarLexerOR), grammar.StellarLexerIN) {
			return p.errorAt(p.before, "%s needs parentheses, %s( … ), or stands before in: x not in list", word, word)
		}
		return p.errorAt(p.before, "%s needs parentheses: write %s( … )", word, word)
	case grammar.StellarLexerEXISTS:
		return p.errorAt(p.before, "%s needs parentheses: write %s(name)", word, word)
	case grammar.StellarLexerMATCH:
		return p.errorAt(p.before, "%s takes no value to compare with: write %s { check => action, default => action }", word, word)
	}
	return nil
}

func (p *place) usedAsName(word antlr.Token) *diag.Diagnostic {
	return p.errorAt(word, "%s is a keyword: a field of this name is written in backquotes, `%s`", show(word), show(word))
}

func (p *place) usedAsParameter(word antlr.Token) *diag.Diagnostic {
	return p.errorAt(word, "%s is a keyword and cannot be the name of a parameter", show(word))
}

// keywordAsName explains a keyword with nothing around it that would fit it.
func (p *place) keywordAsName() *diag.Diagnostic {
	switch {
	case !isWord(p.at) || isType(p.at, grammar.StellarLexerDEFAULT) && p.innermost().kind == matchCheck:
		return nil
	case isType(p.at, grammar.StellarLexerTHEN) && p.innermost().kind == ifCondition,
		isType(p.at, grammar.StellarLexerELSE) && p.innermost().kind == thenBranch:
		return nil
	case isType(p.after, grammar.StellarLexerARROW):
		return p.usedAsParameter(p.at)
	case isType(p.at, grammar.StellarLexerDEFAULT) || !beginsValue(p.after):
		return p.usedAsName(p.at)
	}
	return nil
}

// blockComment explains /* … */.
func (p *place) blockComment() *diag.Diagnostic {
	const hint = "there are no /* … */ comments: a comment begins with // and ends with the line"
	if isType(p.before, grammar.StellarLexerDIVIDE) && isType(p.at, grammar.StellarLexerTIMES) && adjacent(p.before, p.at) {
		return p.errorFrom(p.before, p.at, hint)
	}
	if isType(p.at, grammar.StellarLexerDIVIDE) && isType(p.after, grammar.StellarLexerTIMES) && adjacent(p.at, p.after) {
		return p.errorFrom(p.at, p.after, hint)
	}
	return nil
}

// existsForm explains anything but a name in exists( … ).
func (p *place) existsForm() *diag.Diagnostic {
	c := p.innermost()
	if c.kind != existsName {
		return nil
	}
	word, inside, last := p.tokens[c.first-1].GetText(), p.tokens[c.first+1], p.tokens[p.matching(c.first)-1]
	switch {
	case isCloser(p.at):
		return p.errorFrom(p.tokens[c.first-1], p.at, "the name of a variable is missing: write %s(name)", word)
	case isType(inside, grammar.StellarLexerSTRING):
		if name := unquote(inside.GetText()); !names.IsPlain(name) && inside == last {
			return p.errorAt(inside, "%s takes the name of a variable in backquotes, not in quotes: %s(`%s`)", word, word, short(name))
		}
		return p.errorAt(inside, "%s takes the name of a variable without quotes: %s(name)", word, word)
	case isWord(inside) && inside == last:
		return p.usedAsName(inside)
	case isHyphenated(p.tokens[c.first+1 : p.matching(c.first)]):
		return p.errorFrom(inside, last, "a name with - in it stands in backquotes: %s(`%s`)", word, p.textOf(inside, last))
	}
	return p.errorFrom(inside, last,
		"%s takes the bare name of a variable, not an expression; compare a value with null instead: value != null", word)
}

// isHyphenated reports whether tokens are names and numbers joined by minus signs
// without blanks.
func isHyphenated(tokens []antlr.Token) bool {
	hyphens := 0
	for i, t := range tokens {
		switch {
		case i > 0 && !adjacent(tokens[i-1], t):
			return false
		case isType(t, grammar.StellarLexerMINUS):
			hyphens++
		case !isType(t, grammar.StellarLexerIDENTIFIER) && !isNumber(t):
			return false
		}
	}
	return hyphens > 0
}

// parameterForm explains parentheses with a comma in them that are no
// parameters of a lambda.
func (p *place) parameterForm() *diag.Diagnostic {
	first, found := p.parameters()
	if !found {
		return nil
	}
	last := p.matching(first)
	switch {
	case first > 0 && isType(p.tokens[first-1], grammar.StellarLexerIF) && (last == first+1 || p.hasComma(first)) && !p.isLambda(first):
		return p.ifCall(first, last)
	case last == first+1:
		return p.errorFrom(p.tokens[first], p.tokens[last], "there is nothing in these parentheses")
	case p.isLambda(first) && isWord(p.at):
		return p.usedAsParameter(p.at)
	case p.isLambda(first) && isType(p.before, p.at.GetTokenType()) && isType(p.at, grammar.StellarLexerIDENTIFIER):
		return p.errorAt(p.at, "a comma is missing between the parameters %s and %s", show(p.before), show(p.at))
	case p.isLambda(first) && isType(p.at, grammar.StellarLexerRPAREN, grammar.StellarLexerCOMMA) && isType(p.before, grammar.StellarLexerCOMMA):
		return p.errorAt(p.before, "the name of a parameter is missing after this comma")
	case p.isLambda(first):
		return p.errorAt(p.at, "the parameters of a lambda are names only, and %s is none", show(p.at))
	case first > 0 && isType(p.tokens[first-1], grammar.StellarLexerIN, grammar.StellarLexerNOT_IN):
		return p.errorFrom(p.tokens[first], p.tokens[last], "a list stands in square brackets: %s [ … ]", show(p.tokens[first-1]))
	}
	return p.errorFrom(p.tokens[first], p.tokens[last],
		"parentheses with a comma in them are neither a list, which is [ … ], nor arguments, which follow the name of a function")
}

// ifCall explains an if that is written as a function; its arguments stand between
// two tokens.
func (p *place) ifCall(first, last int) *diag.Diagnostic {
	word := p.tokens[first-1]
	separators := []int{first}
	for i := first + 1; i < last; i++ {
		switch {
		case isOpener(p.tokens[i]):
			i = p.matching(i)
		case isType(p.tokens[i], grammar.StellarLexerCOMMA):
			separators = append(separators, i)
		}
	}
	separators = append(separators, last)
	parts := []string{"condition", "value", "other"}
	for i := range min(len(separators)-1, len(parts)) {
		if separators[i]+1 < separators[i+1] {
			parts[i] = p.textOf(p.tokens[separators[i]+1], p.tokens[separators[i+1]-1])
		}
	}
	then, otherwise := "then", "else"
	if word.GetText() == "IF" {
		then, otherwise = "THEN", "ELSE"
	}
	return p.errorFrom(word, p.tokens[last], "%s is no function: write %s %s %s %s %s %s, or %s ? %s : %s", show(word),
		show(word), parts[0], then, parts[1], otherwise, parts[2], parts[0], parts[1], parts[2])
}

// parameters finds the parenthesis that opens what can be a lambda's parameters
// only: around the place, or closed right before it.
func (p *place) parameters() (first int, found bool) {
	c := p.innermost()
	if c.kind == parentheses {
		hasComma := p.inNames() || isType(p.at, grammar.StellarLexerCOMMA)
		hasTwoNames := isType(p.before, grammar.StellarLexerIDENTIFIER) && isType(p.at, grammar.StellarLexerIDENTIFIER)
		if hasComma || hasTwoNames && p.isLambda(c.first) {
			return c.first, true
		}
	}
	if !isType(p.before, grammar.StellarLexerRPAREN) || isType(p.at, grammar.StellarLexerARROW) {
		return 0, false
	}
	first = p.matching(p.index - 1)
	return first, p.bracketKind(first) == parentheses && (first == p.index-2 || p.hasComma(first))
}

// isLambda reports whether -> follows the parenthesis that closes token i.
func (s *source) isLambda(i int) bool {
	return isType(s.tokens[s.matching(i)+1], grammar.StellarLexerARROW)
}

// hasComma reports whether a comma stands directly in the brackets that token i
// opens.
func (s *source) hasComma(i int) bool {
	inside := place{source: s, index: i + 1}
	return inside.next(grammar.StellarLexerCOMMA) != nil
}

// matchWithoutClause explains match { default => … } and match { }.
func (p *place) matchWithoutClause() *diag.Diagnostic {
	c := p.innermost()
	if c.kind != matchCheck {
		return nil
	}
	switch {
	case isType(p.at, grammar.StellarLexerDEFAULT) && c.part == c.first:
		return p.errorAt(p.at, "a match needs a clause before its %s: write check => action", show(p.at))
	case isType(p.at, grammar.StellarLexerRBRACE) && c.part == c.first:
		return p.errorFrom(p.tokens[c.first-1], p.at, "this match is empty: write %s { check => action, default => action }",
			show(p.tokens[c.first-1]))
	case isType(p.at, grammar.StellarLexerRBRACE):
		return p.withoutDefault(c)
	}
	return nil
}

func (p *place) withoutDefault(c construct) *diag.Diagnostic {
	return p.errorAt(p.tokens[c.first-1], "this match has no default: end it with , default => action")
}

func (p *place) strangeOperator() *diag.Diagnostic {
	if p.before == nil {
		return nil
	}
	operator := p.before.GetText() + p.at.GetText()
	if e, ok := strangeOperators[operator]; ok && adjacent(p.before, p.at) {
		return p.errorFrom(p.before, p.at, "%s %s%s", operator, e.fault, p.advice(": ", e.advice))
	}
	return nil
}

// missingValue explains an operator, a separator or a bracket with nothing
// where a value has to be.
func (p *place) missingValue() *diag.Diagnostic {
	switch {
	case isType(p.at, grammar.StellarLexerPLUS) && beginsValue(p.after):
		return p.errorAt(p.at, "+ stands between two values and is no sign: leave it out before %s", show(p.after))
	case isType(p.at, grammar.StellarLexerARROW):
		return p.errorAt(p.at, "the parameters are missing before ->: write x -> …, (x, y) -> … or () -> …")
	case isType(p.at, grammar.StellarLexerAND, grammar.StellarLexerOR, grammar.StellarLexerIN) && isType(p.after, grammar.StellarLexerLPAREN):
		return p.errorAt(p.at, "%s is no function: write a %s b", show(p.at), show(p.at))
	case isType(p.at, grammar.StellarLexerTIMES) && isType(p.before, grammar.StellarLexerLPAREN) && isCloser(p.after):
		return p.errorAt(p.at, "* only multiplies; _ is the map of all fields")
	case isType(p.at, grammar.StellarLexerNOT_IN) && isType(p.after, grammar.StellarLexerIDENTIFIER) && adjacent(p.at, p.after):
		not := p.at.GetText()[:3] // such as not internal: the lexer has taken not in of it
		return p.errorAt(p.at, "%s needs parentheses: write %s(%s … )", not, not, p.at.GetText()[4:]+p.after.GetText())
	case p.before == nil:
		return p.errorAt(p.at, "a value is missing before %s", show(p.at))
	case isType(p.before, grammar.StellarLexerCOMMA) && isCloser(p.at):
		return p.errorAt(p.before, "a value is missing after this comma, or the comma is one too many")
	case isOpener(p.before) && isCloser(p.at):
		if p.innermost().kind == notOperand {
			not := p.tokens[p.index-2]
			return p.errorFrom(not, p.at, "a condition is missing: write %s(condition)", show(not))
		}
		return p.errorFrom(p.before, p.at, "there is nothing in these parentheses")
	case isOpener(p.before) || isType(p.before, grammar.StellarLexerCOMMA):
		return p.errorAt(p.at, "a value is missing before %s", show(p.at))
	case isCloser(p.at) || isType(p.at, antlr.TokenEOF, grammar.StellarLexerCOMMA):
		return p.errorAt(p.before, "a value is missing after %s", show(p.before))
	}
	return p.errorFrom(p.before, p.at, "a value is missing between %s and %s", show(p.before), show(p.at))
}
