package syntax

import (
	"strings"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
)

// keywords are the words with a meaning of their own, in lower case. Each is one
// in upper case too, and in no other.
var keywords = map[string]bool{"in": true, "and": true, "or": true, "not": true, "if": true, "then": true,
	"else": true, "match": true, "default": true, "exists": true, "true": true, "false": true, "null": true}

// IsPlainName reports whether text is a name as it stands. All other names are
// written in backquotes.
func IsPlainName(text string) bool {
	if text == "" || isDigit(text[0]) || text[0] == '.' || text[0] == ':' || text[len(text)-1] == ':' {
		return false
	}
	for i := range len(text) {
		if c := text[i]; !isDigit(c) && !isLetter(c) && !strings.ContainsRune("_.:", rune(c)) && (c != '$' || i > 0) {
			return false
		}
	}
	lower := strings.ToLower(text)
	isKeyword := keywords[lower] && (text == lower || text == strings.ToUpper(text))
	return !isKeyword && text != "NaN"
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// FormatName returns a name as it is written: in backquotes if it needs them.
// Names that hold a backquote or a line end cannot be written.
func FormatName(name string) string {
	if IsPlainName(name) {
		return name
	}
	return "`" + name + "`"
}

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
