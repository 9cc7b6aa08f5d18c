// Package assist answers what editors ask about a text while it is typed: how its words
// are coloured, what can stand at the cursor, which argument is being written, what a
// word means. A text need not be an expression yet.
//
// Texts are those of the shell and of rule files: expressions, and assignments with :=;
// // and # begin comments. Places are in bytes.
package assist

import (
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// Scope is what a text can mention.
type Scope struct {
	// Env has the functions.
	Env *stellar.Env
	// Variables are offered with what they hold, and the entries of maps among them. Nil
	// has none.
	Variables stellar.Resolver
	// Schema names more fields, of which no values are known.
	Schema stellar.Schema
}

// Token is a word or sign of a text.
type Token struct {
	diag.Range
	Kind TokenKind
}

// TokenKind is what a token is coloured by.
type TokenKind uint8

// The kinds of tokens.
const (
	Keyword TokenKind = iota + 1
	Constant
	Function
	Variable
	Number
	String
	Operator
	Bracket
	Separator
	Comment
	Invalid
)

var tokenKindNames = [...]string{
	Keyword: "keyword", Constant: "constant", Function: "function", Variable: "variable", Number: "number", String: "string",
	Operator: "operator", Bracket: "bracket", Separator: "separator", Comment: "comment", Invalid: "invalid",
}

// String returns the name, such as "keyword".
func (k TokenKind) String() string { return tokenKindNames[k] }

var tokenKinds = [...]TokenKind{
	syntax.Keyword: Keyword, syntax.Constant: Constant, syntax.Name: Variable, syntax.QuotedName: Variable,
	syntax.Number: Number, syntax.String: String, syntax.Operator: Operator, syntax.Open: Bracket, syntax.Close: Bracket,
	syntax.Separator: Separator, syntax.Comment: Comment, syntax.Bad: Invalid,
}

// Tokens returns the tokens of a text in order. Blanks belong to none. Its cost grows
// with the length of the text.
func Tokens(text string) []Token {
	words := syntax.Tokens(text)
	tokens := make([]Token, len(words))
	for i, w := range words {
		tokens[i] = Token{w.Range, tokenKinds[w.Class]}
		if isCall(text, words, i) {
			tokens[i].Kind = Function
		}
		if w.Class == syntax.Bad && strings.ContainsRune(`'"`, rune(text[w.Start])) {
			tokens[i].Kind = String // that is still being typed
		}
	}
	return tokens
}

// isCall reports whether token i is the name of a function that is called.
func isCall(text string, tokens []syntax.Token, i int) bool {
	return tokens[i].Class == syntax.Name && i+1 < len(tokens) && text[tokens[i+1].Start] == '('
}
