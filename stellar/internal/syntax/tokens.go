package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// checkTokens finds the mistakes that can be named without parsing: characters
// and strings that are no tokens, and brackets that do not match. It also
// bounds the nesting of brackets before the parser has to follow it.
func (s *source) checkTokens(depthLimit int) *diag.Diagnostic {
	var open []antlr.Token
	for i, t := range s.tokens {
		switch t.GetTokenType() {
		case grammar.StellarLexerBAD_CHARACTER, grammar.StellarLexerBAD_STRING, grammar.StellarLexerBAD_NAME:
			return s.badToken(i)
		case grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE:
			if open = append(open, t); len(open) > depthLimit {
				return s.tooDeep(s.span(t, t), depthLimit)
			}
		case grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE:
			closer := t.GetText()
			if len(open) == 0 {
				return s.errorAt(t, "this %s closes nothing: there is no open %s before it", closer, openerOf[closer])
			}
			last := open[len(open)-1]
			if opener := last.GetText(); opener != openerOf[closer] {
				return s.errorAt(last, "this %s is not closed: a %s comes where its %s should", opener, closer, closerOf[opener])
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		last := open[len(open)-1]
		return s.errorAt(last, "this %s is never closed: a %s is missing", last.GetText(), closerOf[last.GetText()])
	}
	return nil
}

var (
	openerOf = map[string]string{")": "(", "]": "[", "}": "{"}
	closerOf = map[string]string{"(": ")", "[": "]", "{": "}"}
)

func (s *source) errorAt(t antlr.Token, format string, values ...any) *diag.Diagnostic {
	return s.errorFrom(t, t, format, values...)
}

func (s *source) errorFrom(first, last antlr.Token, format string, values ...any) *diag.Diagnostic {
	return s.mistake(s.span(first, last), format, values...)
}

// mistake says what is wrong with a part of the text.
func (s *source) mistake(r Range, format string, values ...any) *diag.Diagnostic {
	return &diag.Diagnostic{Kind: diag.ErrSyntax, Message: fmt.Sprintf(format, values...), Source: s.text, Range: r}
}

// badToken explains a token that is none. What stands inside of quotes and what
// outside is uncertain if an earlier string looks wrong, so that comes first,
// except before a wrong escape, which is certain.
func (s *source) badToken(i int) *diag.Diagnostic {
	isString := isType(s.tokens[i], grammar.StellarLexerBAD_STRING)
	if isString {
		if err := s.wrongEscape(s.tokens[i]); err != nil {
			return err
		}
	}
	for j := range i {
		if err := s.unpairedQuotes(j); err != nil {
			return err
		}
	}
	switch {
	case isString:
		return s.openString(s.tokens[i])
	case isType(s.tokens[i], grammar.StellarLexerBAD_NAME):
		return s.badQuotes(i)
	}
	return s.badCharacter(i)
}

// adjacent reports whether b follows a without anything between them.
func adjacent(a, b antlr.Token) bool { return a.GetStop()+1 == b.GetStart() }

// beginsLine reports whether no token precedes the one at i in its line.
func (s *source) beginsLine(i int) bool {
	return i == 0 || s.tokens[i-1].GetLine() < s.tokens[i].GetLine()
}

func (s *source) badCharacter(i int) *diag.Diagnostic {
	t := s.tokens[i]
	text := t.GetText()
	if err := s.badEquals(i); err != nil {
		return err
	}
	if text == "." && (i == 0 || !endsValue(s.tokens[i-1])) {
		return s.errorAt(t, "a . begins nothing: a name begins with a letter, _ or $, and a number has digits beside its point")
	}
	if path := s.quotedPath(i); path != nil {
		return path
	}
	if text == "." && isNumber(s.tokens[i-1]) {
		return s.errorAt(t, "a number has one point only")
	}
	if text == "=" {
		switch first := s.tokens[0]; {
		case i == 0:
			return s.errorAt(t, "an expression begins without =")
		case isName(s.tokens[i-1]) && s.beginsLine(i-1):
			return s.errorAt(t, "= is not an operator: compare with ==; to assign, in a rule file or the shell, write :=")
		case i == 2 && foreignBeginnings[strings.ToLower(first.GetText())] != "" && isName(s.tokens[1]):
			return s.errorFrom(first, t, "%s has no meaning here: to assign, in a rule file or the shell, write %s := expression",
				show(first), show(s.tokens[1]))
		}
	}
	if next := s.tokens[i+1]; text == "|" && adjacent(t, next) { // as in Sigma's field|contains
		if hint := foreignWords[strings.ToLower(next.GetText())]; hint != "" {
			return s.errorFrom(t, next, "%s has no meaning here%s", s.textOf(t, next), s.advice(": ", hint))
		}
	}
	if e, ok := characters[text]; ok {
		return s.errorAt(t, "%s %s%s", text, e.fault, s.advice(": ", e.advice))
	}
	r, _ := utf8.DecodeRuneInString(text)
	at := s.span(t, t)
	switch {
	case r == utf8.RuneError && s.text[at.Start:at.End] != text:
		return s.errorAt(t, "the text is not UTF-8 here")
	case r >= '！' && r <= '～':
		return s.errorAt(t, "%s is a wide character: write %c", text, r-'！'+'!')
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '@':
		return s.badName(at)
	case !unicode.IsGraphic(r) || unicode.IsSpace(r):
		return s.errorAt(t, "an invisible character, U+%04X, stands here: remove it or write a blank", r)
	}
	return s.errorAt(t, "%s has no meaning outside of a string", text)
}

// badEquals finds what was meant by a lone = or ! beside other characters.
func (s *source) badEquals(i int) *diag.Diagnostic {
	t, after := s.tokens[i], s.tokens[i+1] // the last token is the end of the text
	var before antlr.Token
	if i > 0 {
		before = s.tokens[i-1]
	}
	switch pair := t.GetText() + after.GetText(); {
	case pair == "==" || pair == "!=":
		return s.errorFrom(t, after, "%s is written without a blank in it", pair)
	case !adjacent(t, after):
	case pair == "=<":
		return s.errorFrom(t, after, "=< is not an operator: less or equal is <=")
	case pair == "=!":
		return s.errorFrom(t, after, "=! is not an operator: unequal is !=")
	case pair == "=~":
		return s.errorFrom(t, after, "=~ is not an operator%s", s.advice(": ", pattern))
	case pair == "!in", pair == "!IN":
		return s.errorFrom(t, after, "%s is not an operator: write not in", pair)
	}
	if t.GetText() != "=" || before == nil {
		return nil
	}
	joined := before.GetText() + "="
	switch {
	case isType(before, grammar.StellarLexerLESS, grammar.StellarLexerGREATER):
		return s.errorFrom(before, t, "%s is written without a blank in it", joined)
	case !adjacent(before, t):
	case isType(before, grammar.StellarLexerEQUAL, grammar.StellarLexerNOT_EQUAL):
		return s.errorFrom(before, t, "%s is not an operator: compare with %s", joined, before.GetText())
	case isType(before, grammar.StellarLexerCOLON):
		return s.errorFrom(before, t, ":= assigns, and no part of an expression can: assignments stand in rule files and in the shell, one name := expression each")
	case isType(before, grammar.StellarLexerPLUS, grammar.StellarLexerMINUS, grammar.StellarLexerTIMES, grammar.StellarLexerDIVIDE):
		return s.errorFrom(before, t, "%s changes a variable, and an expression cannot", joined)
	}
	return nil
}

// badName reports a name with a character that names may not have. The range
// is that character.
func (s *source) badName(r Range) *diag.Diagnostic {
	start, end := r.Start, r.End
	for start > 0 {
		before, size := utf8.DecodeLastRuneInString(s.text[:start])
		if !isNameLike(before) {
			break
		}
		start -= size
	}
	for end < len(s.text) {
		after, size := utf8.DecodeRuneInString(s.text[end:])
		if !isNameLike(after) {
			break
		}
		end += size
	}
	wrong := s.text[r.Start:r.End]
	if mark, _ := utf8.DecodeRuneInString(wrong); unicode.IsMark(mark) { // it would join what stands before it
		wrong = fmt.Sprintf("U+%04X", mark)
	}
	name := short(s.text[start:end])
	message := fmt.Sprintf("%s is no name because of its %s: names are made of ASCII letters, digits, _ . and :", name, wrong)
	if !strings.HasPrefix(s.text[end:], "(") {
		message += fmt.Sprintf("; text stands in quotes, and a field of this name in backquotes, `%s`", name)
	}
	return s.mistake(Range{Start: start, End: end}, "%s", message)
}

func isNameLike(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune("_.$@", r))
}

// wrongEscape finds an escape that does not exist in a string without end.
func (s *source) wrongEscape(t antlr.Token) *diag.Diagnostic {
	r := s.span(t, t)
	text := s.text[r.Start:r.End]
	quote := text[:1]
	for at := 1; at+1 < len(text); at++ {
		if text[at] != '\\' {
			continue
		}
		escaped, size := utf8.DecodeRuneInString(text[at+1:])
		if !strings.ContainsRune(`\nrt`+quote, escaped) {
			return s.mistake(Range{Start: r.Start + at, End: r.Start + at + 1 + size}, "%s", badEscape(string(escaped), quote))
		}
		at += size
	}
	return nil
}

// openString explains a string without end.
func (s *source) openString(t antlr.Token) *diag.Diagnostic {
	r := s.span(t, t)
	quote := s.text[r.Start : r.Start+1]
	err := s.mistake(Range{Start: r.Start, End: r.Start + 1}, "the string that begins here is never closed: a %s is missing", quote)
	if strings.Contains(s.text[r.Start:r.End], `\`+quote) {
		err.Message += fmt.Sprintf(`; \%s is a quote inside of the string, and a backslash before its end is written \\`, quote)
	}
	return err
}

func badEscape(escaped, quote string) string {
	if escaped == "'" || escaped == `"` {
		return fmt.Sprintf(`\%s is not an escape here: write %s alone, because the string stands in %s`, escaped, escaped, quote)
	}
	if !unicode.IsGraphic([]rune(escaped)[0]) {
		return fmt.Sprintf(`a backslash before %q is not an escape: a backslash itself is written \\`, escaped)
	}
	return fmt.Sprintf(`\%s is not an escape: write \\%s for a backslash and %s; the escapes are \\ \%s \n \r \t`,
		escaped, escaped, escaped, quote)
}

// unpairedQuotes explains token i if it is a string that something follows
// without even a blank: most likely a quote too many or too few made it one.
func (s *source) unpairedQuotes(i int) *diag.Diagnostic {
	t, after := s.tokens[i], s.tokens[min(i+1, len(s.tokens)-1)]
	if !isType(t, grammar.StellarLexerSTRING) || !adjacent(t, after) || !isType(after, grammar.StellarLexerIDENTIFIER, grammar.StellarLexerINT,
		grammar.StellarLexerDOUBLE, grammar.StellarLexerSTRING, grammar.StellarLexerBAD_STRING) {
		return nil
	}
	quote := t.GetText()[:1]
	return s.errorAt(t, `the quotes do not pair: this string ends right before %s; a quote is missing, or one inside of the string needs a backslash, \%s`,
		show(after), quote)
}

// show returns a token for a message.
func show(t antlr.Token) string {
	if isType(t, antlr.TokenEOF) {
		return "the end"
	}
	return short(t.GetText())
}

// textOf returns the text from one token to another, for a message.
func (s *source) textOf(first, last antlr.Token) string {
	r := s.span(first, last)
	return short(s.text[r.Start:r.End])
}

// short makes a text fit a message.
func short(text string) string { return diag.ShortText(text, 30) }

func isType(t antlr.Token, types ...int) bool {
	if t == nil {
		return false
	}
	for _, tokenType := range types {
		if t.GetTokenType() == tokenType {
			return true
		}
	}
	return false
}
