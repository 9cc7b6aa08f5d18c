package syntax

import (
	"fmt"
	"unicode/utf8"

	"github.com/antlr4-go/antlr/v4"
	"github.com/stellarlang/stellar/grammar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// Limits bound the work of Parse.
type Limits struct {
	Length int // bytes of the text
	Depth  int // levels of nesting
}

// Parse reads an expression.
func Parse(text string, limits Limits) (Tree, *diag.Diagnostic) {
	return ParseFor(func(string) bool { return true }, text, limits)
}

// ParseFor is Parse where mistakes are explained by functions alone that has reports
// to be there.
func ParseFor(has func(function string) bool, text string, limits Limits) (Tree, *diag.Diagnostic) {
	if len(text) > limits.Length {
		return Tree{}, &diag.Diagnostic{Kind: diag.ErrLimit, Source: text, Message: fmt.Sprintf(
			"the expression has %d bytes, the limit of source length is %d", len(text), limits.Length)}
	}
	offsets := runeOffsets(text)
	lexer := grammar.NewStellarLexer(antlr.NewInputStream(text))
	lexer.RemoveErrorListeners() // every character becomes a token, so there are no errors
	stream := antlr.NewCommonTokenStream(lexer, antlr.TokenDefaultChannel)
	stream.Fill()

	source := source{has: has, text: text, offsets: offsets, tokens: stream.GetAllTokens()}
	if err := source.checkTokens(limits.Depth); err != nil {
		return Tree{}, err
	}
	tree, misfit := parseTree(stream)
	if misfit != nil {
		return Tree{}, source.diagnose(misfit)
	}
	b := builder{source: source, depthLimit: limits.Depth}
	node := b.build(tree.Expression(), 1)
	if b.err != nil {
		return Tree{}, b.err
	}
	return Tree{Root: node, Nodes: b.nodes}, nil
}

// source is a text and its tokens, the last of which is the end of the text.
type source struct {
	has     func(function string) bool
	text    string
	offsets []int32 // byte offset of each character; nil if all are ASCII
	tokens  []antlr.Token
}

// byteOffset maps the index of a character, the unit of ANTLR, to bytes.
func (s *source) byteOffset(char int) int {
	if s.offsets == nil {
		return char
	}
	return int(s.offsets[char])
}

func runeOffsets(text string) []int32 {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			var offsets []int32
			for at := range text {
				offsets = append(offsets, int32(at))
			}
			return append(offsets, int32(len(text)))
		}
	}
	return nil
}

// span returns the range from the first token to the last.
func (s *source) span(first, last antlr.Token) Range {
	if first.GetTokenType() == antlr.TokenEOF {
		return Range{Start: len(s.text), End: len(s.text)}
	}
	return Range{Start: s.byteOffset(first.GetStart()), End: s.byteOffset(last.GetStop() + 1)}
}

// parseTree runs the generated parser up to the first token that does not fit,
// which it returns instead of a tree.
func parseTree(stream *antlr.CommonTokenStream) (tree grammar.IProgramContext, misfit antlr.Token) {
	parser := grammar.NewStellarParser(stream)
	parser.RemoveErrorListeners()
	parser.GetInterpreter().SetPredictionMode(antlr.PredictionModeSLL)
	parser.SetErrorHandler(&stopAtFirstError{antlr.NewDefaultErrorStrategy()})
	defer func() {
		// The generated code has no way out but a panic.
		switch p := recover().(type) {
		case nil:
		case parseFailure:
			tree, misfit = nil, p.token
		default:
			panic(p)
		}
	}()
	return parser.Program(), nil
}

// parseFailure carries a token out of the parser.
type parseFailure struct{ token antlr.Token }

// stopAtFirstError leaves the parser with a parseFailure instead of repairing
// the input.
type stopAtFirstError struct{ *antlr.DefaultErrorStrategy }

func (stopAtFirstError) Sync(antlr.Parser) {}

func (stopAtFirstError) Recover(p antlr.Parser, e antlr.RecognitionException) {
	token := e.GetOffendingToken()
	if token == nil { // a failed predicate has none
		token = p.GetCurrentToken()
	}
	panic(parseFailure{token})
}

func (stopAtFirstError) RecoverInline(p antlr.Parser) antlr.Token {
	panic(parseFailure{p.GetCurrentToken()})
}
