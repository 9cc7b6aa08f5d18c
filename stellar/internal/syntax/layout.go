package syntax

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"

	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// Indentation is what each level of a laid out text adds.
const Indentation = "    "

// Layout returns the text of an expression with blanks and keywords in their usual form.
// Comments stay, and so do line breaks, of which one empty line at most. Lines that go on
// are indented by the brackets around them, and by level where there are none. LineEnd is
// what new lines end with.
//
// Blanked is the text, or has blanks in the place of comments that the language does not
// have, which begin with #. The result parses to the same tree, and is laid out.
func Layout(text, blanked string, level int, lineEnd string, limits Limits) (string, *diag.Diagnostic) {
	before, err := Parse(blanked, limits)
	if err != nil {
		return "", err
	}
	lexer := grammar.NewStellarLexer(antlr.NewInputStream(blanked))
	lexer.RemoveErrorListeners()
	stream := antlr.NewCommonTokenStream(lexer, antlr.TokenDefaultChannel)
	stream.Fill()
	l := &layout{source: source{text: blanked, offsets: runeOffsets(blanked)}, level: level, lineEnd: lineEnd}
	all := stream.GetAllTokens()
	all = all[:len(all)-1] // without the end
	end := 0
	for i, t := range all {
		at := l.source.span(t, t)
		switch {
		case i > 0:
			l.gap(text[end:at.Start], all[i-1], t)
		case strings.Trim(text[:at.Start], blanks+"\n") != "":
			breaks, _ := LayoutBreaks("\n"+strings.TrimLeft(text[:at.Start], blanks+"\n"), level, level, lineEnd)
			l.comments(breaks[len(lineEnd)+level*len(Indentation):])
		}
		l.token(t, text[at.Start:at.End])
		end = at.End
	}
	if last := strings.TrimRight(text[end:], blanks+"\n"); last != "" {
		breaks, _ := LayoutBreaks(last+"\n", level, 0, lineEnd)
		l.comments(strings.TrimSuffix(breaks, lineEnd))
	}
	after, err := Parse(l.blanked(), limits)
	if err != nil || !EqualTrees(before.Root, after.Root) { // which no text should lead to
		return text, nil
	}
	return l.String(), nil
}

// layout writes tokens.
type layout struct {
	strings.Builder
	source  source
	level   int
	lineEnd string

	line   int // level of the line
	open   []bracket
	signed bool        // the last token is a minus sign before an operand
	hashes [][2]int    // where comments are that the language does not have
	last   antlr.Token // that was written
}

// bracket is one that is open.
type bracket struct {
	line  int  // level of the line in which it stands
	match bool // it is that of a match
}

// token writes a token.
func (l *layout) token(t antlr.Token, text string) {
	l.signed = isType(t, grammar.StellarLexerMINUS) && !endsOperand(l.last)
	switch t.GetTokenType() {
	case grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE:
		l.open = append(l.open, bracket{l.line, isType(l.last, grammar.StellarLexerMATCH)})
	case grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE:
		l.open = l.open[:len(l.open)-1]
	case grammar.StellarLexerNOT_IN, grammar.StellarLexerIN, grammar.StellarLexerAND, grammar.StellarLexerOR, grammar.StellarLexerNOT,
		grammar.StellarLexerTRUE, grammar.StellarLexerFALSE, grammar.StellarLexerIF, grammar.StellarLexerTHEN, grammar.StellarLexerELSE,
		grammar.StellarLexerNULL, grammar.StellarLexerMATCH, grammar.StellarLexerDEFAULT, grammar.StellarLexerEXISTS:
		text = strings.ToLower(text)
	}
	l.last = t
	l.WriteString(text)
}

// endsOperand reports whether a minus sign after a token subtracts.
func endsOperand(t antlr.Token) bool {
	return isType(t, grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE, grammar.StellarLexerIDENTIFIER,
		grammar.StellarLexerQUOTED_NAME, grammar.StellarLexerSTRING, grammar.StellarLexerINT, grammar.StellarLexerLONG,
		grammar.StellarLexerFLOAT, grammar.StellarLexerDOUBLE, grammar.StellarLexerTRUE, grammar.StellarLexerFALSE,
		grammar.StellarLexerNULL, grammar.StellarLexerNAN)
}

// gap writes what stands between two tokens.
func (l *layout) gap(text string, before, after antlr.Token) {
	level := l.level
	if n := len(l.open); n > 0 {
		level = l.open[n-1].line + 1
		if isType(after, grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE) {
			level--
		}
	}
	inner := level
	if n := len(l.open); n > 0 {
		inner = l.open[n-1].line + 1 // of comments before a closing bracket
	}
	breaks, ok := LayoutBreaks(text, inner, level, l.lineEnd)
	switch {
	case ok:
		l.comments(breaks)
		l.line = level
	case l.spaced(before, after):
		l.WriteString(" ")
	}
}

// comments writes what may have comments that begin with #.
func (l *layout) comments(text string) {
	from := l.Len()
	l.WriteString(text)
	l.hashes = append(l.hashes, [2]int{from, l.Len()})
}

// blanked returns what was written with blanks in the place of comments that begin with #.
func (l *layout) blanked() string {
	blanked := []byte(l.String())
	for _, breaks := range l.hashes {
		comment := false
		for i := breaks[0]; i < breaks[1]; i++ {
			switch {
			case blanked[i] == '\n':
				comment = false
			case blanked[i] == '/' && !comment: // which hides what follows
				for i+1 < breaks[1] && blanked[i+1] != '\n' {
					i++
				}
			case comment || blanked[i] == '#':
				comment = true
				blanked[i] = ' '
			}
		}
	}
	return string(blanked)
}

// spaced reports whether there is a blank between two tokens in one line.
func (l *layout) spaced(before, after antlr.Token) bool {
	match := len(l.open) > 0 && l.open[len(l.open)-1].match
	switch {
	case isType(after, grammar.StellarLexerCOMMA), l.signed:
		return false
	case isType(before, grammar.StellarLexerLBRACE), isType(after, grammar.StellarLexerRBRACE):
		return match
	case isType(before, grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET), isType(after, grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET):
		return false
	case isType(after, grammar.StellarLexerLPAREN):
		return !isType(before, grammar.StellarLexerIDENTIFIER, grammar.StellarLexerEXISTS, grammar.StellarLexerNOT)
	}
	return true
}

// LayoutBreaks lays out a text of blanks, line breaks and comments, those that begin with
// # too. Comments in lines of their own are indented by inner, what follows the text by
// level. It returns false if there is no line break.
func LayoutBreaks(text string, inner, level int, lineEnd string) (string, bool) {
	lines := strings.Split(text, "\n")
	if len(lines) == 1 {
		return "", false
	}
	var b strings.Builder
	if comment := strings.Trim(lines[0], blanks); comment != "" {
		b.WriteString(lines[0][:strings.Index(lines[0], comment)])
		if b.Len() == 0 {
			b.WriteString(" ")
		}
		b.WriteString(comment)
	}
	empty := false
	for _, line := range lines[1 : len(lines)-1] {
		comment := strings.Trim(line, blanks)
		if comment == "" {
			empty = true
			continue
		}
		if empty {
			b.WriteString(lineEnd)
			empty = false
		}
		b.WriteString(lineEnd + strings.Repeat(Indentation, inner) + comment)
	}
	if empty {
		b.WriteString(lineEnd)
	}
	b.WriteString(lineEnd + strings.Repeat(Indentation, level))
	return b.String(), true
}

// blanks are the characters between tokens besides line feeds.
const blanks = " \t\r\f"
