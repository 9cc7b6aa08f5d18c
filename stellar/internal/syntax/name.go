package syntax

import (
	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
)

// nameOf returns the name that a token stands for.
func nameOf(t antlr.Token) string {
	text := t.GetText()
	if isType(t, grammar.StellarLexerQUOTED_NAME) {
		return text[1 : len(text)-1]
	}
	return text
}

func isName(t antlr.Token) bool {
	return isType(t, grammar.StellarLexerIDENTIFIER, grammar.StellarLexerQUOTED_NAME)
}
