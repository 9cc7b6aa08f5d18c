package syntax

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
)

// Token is a word or sign of a text.
type Token struct {
	Range
	Class Class
}

// Class is the sort of a token.
type Class uint8

// The classes.
const (
	Keyword    Class = iota + 1 // and, or, not, in, not in, if, then, else, match, default, exists
	Constant                    // true, false, null, NaN
	Name                        // of a variable or function
	QuotedName                  // a name in backquotes
	Number
	String
	Operator
	Open      // an opening bracket
	Close     // a closing bracket
	Separator // a comma
	Comment   // from // or # to the end of the line
	Bad       // part of no expression
)

// Tokens returns the tokens of a text, in order, with its comments, whether or not it is
// an expression. As in rule files, # begins a comment, and := is an operator.
func Tokens(text string) []Token {
	input := antlr.NewInputStream(text)
	lexer := grammar.NewStellarLexer(input)
	lexer.RemoveErrorListeners() // every character becomes a token, so there are no errors
	s := &source{text: text, offsets: runeOffsets(text)}
	var tokens []Token
	end := 0 // of the token before
	for {
		t := lexer.NextToken()
		at := s.span(t, t)
		tokens = appendComments(tokens, text, end, at.Start)
		if t.GetTokenType() == antlr.TokenEOF {
			return tokens
		}
		class := classOf(t)
		switch {
		case class != Bad:
		case t.GetText() == "#":
			rest := strings.IndexByte(text[at.Start:], '\n')
			if rest < 0 {
				rest = len(text) - at.Start
			}
			class, at.End = Comment, at.Start+rest
			input.Seek(t.GetStart() + len([]rune(text[at.Start:at.End])))
		case t.GetText() == "=" && at.Start > 0 && end == at.Start && text[at.Start-1] == ':':
			tokens[len(tokens)-1].End = at.End // it is :=
			end = at.End
			continue
		}
		tokens = append(tokens, Token{at, class})
		end = at.End
	}
}

// appendComments appends the // comments between two tokens, where else there are only
// blanks.
func appendComments(tokens []Token, text string, from, to int) []Token {
	for from < to {
		begin := strings.Index(text[from:to], "//")
		if begin < 0 {
			break
		}
		from += begin
		length := strings.IndexByte(text[from:to], '\n')
		if length < 0 {
			length = to - from
		}
		tokens = append(tokens, Token{Range{Start: from, End: from + length}, Comment})
		from += length
	}
	return tokens
}

func classOf(t antlr.Token) Class {
	switch t.GetTokenType() {
	case grammar.StellarLexerNOT_IN, grammar.StellarLexerIN, grammar.StellarLexerNOT, grammar.StellarLexerIF,
		grammar.StellarLexerTHEN, grammar.StellarLexerELSE, grammar.StellarLexerMATCH, grammar.StellarLexerDEFAULT,
		grammar.StellarLexerEXISTS, grammar.StellarLexerAND, grammar.StellarLexerOR:
		return Keyword
	case grammar.StellarLexerTRUE, grammar.StellarLexerFALSE, grammar.StellarLexerNULL, grammar.StellarLexerNAN:
		return Constant
	case grammar.StellarLexerIDENTIFIER:
		return Name
	case grammar.StellarLexerQUOTED_NAME:
		return QuotedName
	case grammar.StellarLexerINT, grammar.StellarLexerLONG, grammar.StellarLexerFLOAT, grammar.StellarLexerDOUBLE:
		return Number
	case grammar.StellarLexerSTRING:
		return String
	case grammar.StellarLexerLPAREN, grammar.StellarLexerLBRACKET, grammar.StellarLexerLBRACE:
		return Open
	case grammar.StellarLexerRPAREN, grammar.StellarLexerRBRACKET, grammar.StellarLexerRBRACE:
		return Close
	case grammar.StellarLexerCOMMA:
		return Separator
	case grammar.StellarLexerBAD_CHARACTER, grammar.StellarLexerBAD_STRING, grammar.StellarLexerBAD_NAME:
		return Bad
	}
	return Operator
}
