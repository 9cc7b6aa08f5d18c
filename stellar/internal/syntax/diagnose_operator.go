package syntax

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/names"
)

// The mistakes after a complete value, where an operator, a separator or a
// bracket that closes has to stand.

// colonTrap explains a colon that became part of a name.
func (p *place) colonTrap() *diag.Diagnostic {
	c := p.innermost()
	missing := c.kind == questionBranch || c.kind == mapKey
	if !missing || isType(p.next(grammar.StellarLexerCOLON, grammar.StellarLexerCOMMA), grammar.StellarLexerCOLON) {
		return nil
	}
	for _, t := range p.part(c) {
		if before, after, found := strings.Cut(t.GetText(), ":"); found && isType(t, grammar.StellarLexerIDENTIFIER) {
			return p.errorAt(t, "%s is one name, because names may hold colons: write blanks around the colon, %s : %s",
				show(t), short(before), short(after))
		}
	}
	return nil
}

// strayKeyword explains then, else and default in a wrong place.
func (p *place) strayKeyword() *diag.Diagnostic {
	kind := p.innermost().kind
	word := show(p.at)
	switch {
	case isType(p.at, grammar.StellarLexerTHEN):
		switch {
		case kind == thenBranch:
			return p.errorAt(p.at, "this %s is the second of its if: an else belongs between", word)
		case p.inside(ifCondition):
			return p.errorAt(p.at, "this %s stands in other brackets than its if", word)
		}
		return p.errorAt(p.at, "this %s has no if before it", word)
	case isType(p.at, grammar.StellarLexerELSE) && kind != ifCondition && kind != questionBranch:
		if p.inside(thenBranch, ifCondition) {
			return p.errorAt(p.at, "this %s stands in other brackets than its if", word)
		}
		return p.errorAt(p.at, "this %s has no if before it that still needs one", word)
	case isType(p.at, grammar.StellarLexerDEFAULT) && kind == matchAction:
		return p.errorAt(p.at, "a comma is missing before %s", word)
	case isType(p.at, grammar.StellarLexerDEFAULT) && kind != matchCheck && kind != matchDefault:
		return p.usedAsName(p.at)
	}
	return nil
}

// unfinishedConditional explains a conditional without then, else or colon.
func (p *place) unfinishedConditional() *diag.Diagnostic {
	c := p.innermost()
	var missing string
	var separator int
	switch c.kind {
	case ifCondition:
		missing, separator = "then", grammar.StellarLexerTHEN
	case thenBranch:
		missing, separator = "else", grammar.StellarLexerELSE
	case questionBranch:
		missing, separator = ":", grammar.StellarLexerCOLON
	default:
		return nil
	}
	if beginsValue(p.at) {
		following := p.next(grammar.StellarLexerTHEN, grammar.StellarLexerELSE, grammar.StellarLexerCOLON, grammar.StellarLexerCOMMA)
		switch {
		case isType(following, separator):
			return nil // the conditional is complete
		case c.kind == ifCondition && isType(following, grammar.StellarLexerELSE):
			return p.errorAt(p.at, "then is missing between %s and %s", show(p.before), show(p.at))
		}
	}
	first := p.tokens[c.first]
	if c.kind != questionBranch && isType(p.at, grammar.StellarLexerCOLON) {
		return p.errorAt(p.at, "an %s goes on with %s, not with :", show(first), missing)
	}
	if c.kind == questionBranch {
		return p.errorAt(first, "this ? has no : after it: write condition ? value : other")
	}
	return p.errorAt(first, "this %s has no %s: write if condition then value else other", show(first), missing)
}

// matchClause explains mistakes in the clauses of a match.
func (p *place) matchClause() *diag.Diagnostic {
	c := p.innermost()
	continues := isType(p.next(grammar.StellarLexerBECOMES, grammar.StellarLexerCOMMA), grammar.StellarLexerBECOMES)
	switch c.kind {
	case matchCheck:
		arrow := p.at
		for _, t := range p.part(c) {
			if isType(t, grammar.StellarLexerARROW) {
				arrow = t
			}
		}
		switch {
		case isType(arrow, grammar.StellarLexerARROW):
			return p.errorAt(arrow, "=> stands between a check and its action; -> makes a lambda")
		case isType(p.at, grammar.StellarLexerCOLON):
			return p.errorAt(p.at, "=> stands between a check and its action, not :")
		case beginsValue(p.at) && !continues:
			return p.errorAt(p.at, "=> is missing between the check and %s", show(p.at))
		case !beginsValue(p.at):
			return p.errorFrom(p.tokens[c.part+1], p.before, "this clause of the match has no action: write check => action")
		}
	case matchAction:
		switch {
		case isType(p.at, grammar.StellarLexerRBRACE):
			return p.withoutDefault(c)
		case isType(p.at, grammar.StellarLexerBECOMES):
			return p.errorAt(p.at, "this is the second => of the clause: a comma is missing between two clauses")
		case beginsValue(p.at) && continues:
			return p.errorAt(p.at, "a comma is missing between two clauses, before %s", show(p.at))
		}
	case matchDefault:
		switch {
		case isType(p.at, grammar.StellarLexerCOMMA) && isCloser(p.after):
			return p.errorAt(p.at, "no comma follows the last clause of a match")
		case isType(p.at, grammar.StellarLexerCOMMA, grammar.StellarLexerDEFAULT) || beginsValue(p.at) && continues:
			return p.errorAt(p.tokens[c.part], "default must be the last clause of a match")
		}
	}
	return nil
}

// mapEntry explains mistakes between the entries of a map, and between the key
// and the value of one.
func (p *place) mapEntry() *diag.Diagnostic {
	c := p.innermost()
	next := p.next(grammar.StellarLexerCOLON, grammar.StellarLexerCOMMA)
	switch {
	case c.kind == mapKey && isType(p.at, grammar.StellarLexerBECOMES, grammar.StellarLexerARROW):
		return p.errorAt(p.at, ": stands between a key and its value, not %s", show(p.at))
	case c.kind == mapKey && isType(p.at, grammar.StellarLexerCOMMA, grammar.StellarLexerRBRACE):
		return p.errorFrom(p.tokens[c.part+1], p.before, "this key has no value: a map is { key : value, … }, a list is [ … ]")
	case c.kind == mapKey && beginsValue(p.at) && !isType(next, grammar.StellarLexerCOLON):
		return p.errorAt(p.at, "a : is missing between the key %s and the value %s", show(p.before), show(p.at))
	case c.kind == mapValue && isType(p.at, grammar.StellarLexerCOLON):
		return p.errorAt(p.at, "this is the second : of the entry: a comma is missing between two entries")
	case c.kind == mapValue && beginsValue(p.at) && isType(next, grammar.StellarLexerCOLON):
		return p.errorAt(p.at, "a comma is missing between two entries, before %s", show(p.at))
	}
	return nil
}

// separator explains a comma, a colon or an arrow where none separates.
func (p *place) separator() *diag.Diagnostic {
	c := p.innermost()
	switch p.at.GetTokenType() {
	case grammar.StellarLexerCOMMA:
		if c.kind == notOperand {
			return p.errorAt(p.at, "%s takes one condition: join several with and, or", show(p.tokens[c.first-1]))
		}
		return p.errorAt(p.at, "this comma stands outside of all brackets: it separates arguments, items and entries")
	case grammar.StellarLexerCOLON:
		switch c.kind {
		case arguments:
			return p.errorAt(p.at, "arguments have no names, only their places; a key and its value stand in a map, { key : value }")
		case items:
			return p.errorAt(p.at, "a list has no keys; a key and its value stand in a map, { key : value }")
		}
		if c.kind == noConstruct && isType(p.before, grammar.StellarLexerIDENTIFIER) && p.index == 1 {
			return p.errorAt(p.at, "a field is compared with ==: write %s == value; a : stands in condition ? value : other, and in a map", show(p.before))
		}
		return p.errorAt(p.at, "this : has no ? before it: it separates the values of condition ? value : other, and key and value in a map")
	case grammar.StellarLexerBECOMES:
		return p.errorAt(p.at, "=> stands in a match only: greater or equal is >=, and a lambda is written with ->")
	case grammar.StellarLexerARROW:
		return p.errorAt(p.at, "left of -> stand the names of a lambda's parameters: x -> …, (x, y) -> … or () -> …")
	}
	return nil
}

// unpairedQuote explains a word right after a string.
func (p *place) unpairedQuote() *diag.Diagnostic {
	if err := p.unpairedQuotes(p.index - 1); err != nil {
		return err
	}
	return p.unpairedQuotes(p.index)
}

// texts are dates, times, URLs, addresses and paths.
var texts = regexp.MustCompile(`^(\d{4}-\d\d?-\d\d?\b.*|\d\d?:\d\d\b.*|[A-Za-z][A-Za-z0-9+.-]*://.*|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:.*|\d+(\.\d+){3}.*|/\w+.*)$`)

// withoutQuotes explains what is a text to everyone who reads it, but stands
// there without quotes.
func (p *place) withoutQuotes() *diag.Diagnostic {
	const ends = " \t\r\n\f'\"()[]{},"
	r := p.span(p.at, p.at)
	start := strings.LastIndexAny(p.text[:r.Start], ends) + 1
	text := p.text[start:]
	if end := strings.IndexAny(text, ends); end >= 0 {
		text = text[:end]
	}
	if !texts.MatchString(text) {
		return nil
	}
	return p.mistake(Range{Start: start, End: start + len(text)}, "a text stands in quotes: '%s'", short(text))
}

// number explains digits that make no number together.
func (p *place) number() *diag.Diagnostic {
	first, last := p.index-1, p.index
	joins := func(t antlr.Token) bool { return isNumber(t) || isType(t, grammar.StellarLexerIDENTIFIER) }
	for first > 0 && joins(p.tokens[first-1]) && adjacent(p.tokens[first-1], p.tokens[first]) {
		first--
	}
	if !isNumber(p.tokens[first]) || !joins(p.before) || !joins(p.at) || !adjacent(p.before, p.at) {
		return nil
	}
	for joins(p.tokens[last+1]) && adjacent(p.tokens[last], p.tokens[last+1]) {
		last++
	}
	r := p.span(p.tokens[first], p.tokens[last])
	text := p.text[r.Start:r.End]
	hint := "a number has digits, one point, an exponent such as e5, and L, F or D at its end; a name begins with a letter, or stands in backquotes"
	switch {
	case len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9':
		hint = "no zeros stand before a number"
	case strings.Trim(text, "0123456789_") == "":
		hint = "a number has no underscores, as " + strings.ReplaceAll(text, "_", "")
	case strings.Trim(text, "0123456789.") == "":
		hint = "a number has one point; a version, as any text, stands in quotes, '" + text + "'"
	case strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X"):
		hint = "there are decimal numbers only"
	}
	return p.mistake(r, "%s is not a number: %s", short(text), hint)
}

// foreignWord explains words that mean something elsewhere, or in another case.
func (p *place) foreignWord() *diag.Diagnostic {
	if isType(p.at, grammar.StellarLexerNOT) {
		switch {
		case isType(p.after, grammar.StellarLexerIN):
			return p.errorFrom(p.at, p.after, "not in is one word, with one blank in it")
		case isType(p.after, grammar.StellarLexerIDENTIFIER) && foreignWords[strings.ToLower(p.after.GetText())] != "":
			return p.errorFrom(p.at, p.after, "%s has no meaning here%s; negate with %s( … )", p.textOf(p.at, p.after),
				p.advice(": ", foreignWords[strings.ToLower(p.after.GetText())]), show(p.at))
		}
	}
	if !beginsValue(p.at) {
		return nil
	}
	for _, t := range []antlr.Token{p.at, p.before} {
		if !isType(t, grammar.StellarLexerIDENTIFIER) {
			continue
		}
		word, hints := strings.ToLower(t.GetText()), foreignWords
		if t == p.before {
			hints = foreignBeginnings
		}
		if hint, ok := hints[word]; ok {
			return p.errorAt(t, "%s has no meaning here%s", show(t), p.advice(": ", hint))
		}
		if names.IsKeyword(word) {
			return p.errorAt(t, "%s is a name here: keywords are written %s or %s", show(t), word, strings.ToUpper(word))
		}
	}
	return nil
}

// indexing explains list[0] and ${name}.
func (p *place) indexing() *diag.Diagnostic {
	if p.before.GetText() == "$" && isType(p.at, grammar.StellarLexerLBRACE) {
		return p.errorFrom(p.before, p.at, "a variable is its bare name, without $ and braces")
	}
	if isType(p.at, grammar.StellarLexerLBRACKET) && adjacent(p.before, p.at) {
		return p.errorAt(p.at, "[ reads no item%s", p.advice(": ", "read one of a list with GET(list, index), of a map with MAP_GET(key, map)"))
	}
	return nil
}

// missingOperator explains two values side by side.
func (p *place) missingOperator() *diag.Diagnostic {
	if !beginsValue(p.at) {
		return nil
	}
	missing, hint := "an operator", ""
	name := p.before.GetText()
	switch kind := p.innermost().kind; {
	case kind == arguments || kind == items:
		missing = "a comma or an operator"
	case isType(p.at, grammar.StellarLexerIF):
		hint = "; write if condition then value else other"
	case p.hasDashes():
		hint = "; -- begins no comment: write //"
	case isType(p.before, grammar.StellarLexerIDENTIFIER) && len(name) > 1 && name == strings.ToUpper(name):
		hint = fmt.Sprintf("; the arguments of a function stand in parentheses, %s( … )", show(p.before))
	case isType(p.before, grammar.StellarLexerSTRING) || isType(p.at, grammar.StellarLexerSTRING):
		hint = p.advice("; ", joinTexts)
	case p.before.GetLine() < p.at.GetLine():
		hint = "; the end of a line does not end an expression"
	}
	return p.errorAt(p.at, "%s is missing between %s and %s%s", missing, show(p.before), show(p.at), hint)
}

// hasDashes reports whether -- stands before the place, in its line.
func (p *place) hasDashes() bool {
	for i := p.index - 1; i > 0 && p.tokens[i].GetLine() == p.at.GetLine(); i-- {
		first, second := p.tokens[i-1], p.tokens[i]
		if isType(first, grammar.StellarLexerMINUS) && isType(second, grammar.StellarLexerMINUS) && adjacent(first, second) {
			return true
		}
	}
	return false
}
