package assist

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// cursor is a place in a text, between two bytes.
type cursor struct {
	text   string
	offset int
	tokens []syntax.Token
	next   int // the first token that ends after the place, or there as a name or string that may go on

	// open are the brackets around the place, the outermost first.
	open []bracket
}

// bracket is an open one before the place.
type bracket struct {
	function string // that is called; "" if the bracket is of no call
	name     diag.Range
	first    int // token after the bracket
	argument int // commas since
}

// at returns the cursor at an offset, which is moved into the text.
func at(text string, offset int) *cursor {
	c := &cursor{text: text, offset: min(max(offset, 0), len(text)), tokens: syntax.Tokens(text)}
	for c.next < len(c.tokens) && !c.isBeyond(c.tokens[c.next]) {
		c.pass(c.next)
		c.next++
	}
	return c
}

// isBeyond reports whether a token is not wholly before the cursor.
func (c *cursor) isBeyond(t syntax.Token) bool {
	switch t.Class {
	case syntax.Name, syntax.Keyword, syntax.Constant, syntax.Comment, syntax.Number:
		return t.End >= c.offset
	case syntax.Bad:
		return t.End >= c.offset && (t.End > c.offset || t.End > t.Start+1 || c.isQuote(t.Start))
	}
	return t.End > c.offset
}

func (c *cursor) isQuote(at int) bool { return strings.IndexByte("'\"`", c.text[at]) >= 0 }

// pass takes note of a token before the cursor.
func (c *cursor) pass(i int) {
	t := c.tokens[i]
	switch t.Class {
	case syntax.Open:
		b := bracket{first: i + 1}
		if i > 0 && isCall(c.text, c.tokens, i-1) {
			b.name = c.tokens[i-1].Range
			b.function = c.textOf(c.tokens[i-1])
		}
		c.open = append(c.open, b)
	case syntax.Close:
		if len(c.open) > 0 {
			c.open = c.open[:len(c.open)-1]
		}
	case syntax.Separator:
		if len(c.open) > 0 {
			c.open[len(c.open)-1].argument++
		}
	case syntax.Operator:
		if c.text[t.Start:t.End] == ":=" {
			c.open = nil // whatever was left open, an assignment begins
		}
	}
}

// current returns the token in which the cursor is, or at whose end, if it can go on.
func (c *cursor) current() (syntax.Token, bool) {
	if c.next < len(c.tokens) && c.tokens[c.next].Start < c.offset {
		return c.tokens[c.next], true
	}
	return syntax.Token{}, false
}

// before returns token number n before the cursor and the current token; 1 is the last.
func (c *cursor) before(n int) (syntax.Token, bool) {
	i := c.next - n
	for j := c.next - 1; j >= 0 && j >= i; j-- {
		if c.tokens[j].Class == syntax.Comment {
			i--
		}
	}
	if i < 0 {
		return syntax.Token{}, false
	}
	return c.tokens[i], true
}

// textOf returns the text of a token.
func (c *cursor) textOf(t syntax.Token) string { return c.text[t.Start:t.End] }

// call returns the innermost call around the cursor of a function that the scope knows,
// and the function.
func (c *cursor) call(scope Scope) (*bracket, *fn.Func) {
	functions := scope.Env.Functions()
	for i := len(c.open) - 1; i >= 0; i-- {
		if f := functions[c.open[i].function]; f != nil {
			return &c.open[i], f
		}
	}
	return nil, nil
}

// afterValue reports whether a value ends before the cursor, so that an operator comes.
func (c *cursor) afterValue() bool {
	t, ok := c.before(1)
	if !ok {
		return false
	}
	switch t.Class {
	case syntax.Constant, syntax.Name, syntax.QuotedName, syntax.Number, syntax.String, syntax.Close:
		return true
	}
	return false
}

// parameters lists the names of parameters of lambdas before the cursor, which may be
// those around it.
func (c *cursor) parameters() []string {
	var names []string
	for i := 1; i < c.next; i++ {
		if c.tokens[i].Class != syntax.Operator || c.textOf(c.tokens[i]) != "->" {
			continue
		}
		j := i - 1
		if c.tokens[j].Class != syntax.Close {
			names = c.appendName(names, j)
			continue
		}
		for j--; j >= 0 && c.tokens[j].Class != syntax.Open; j-- {
			names = c.appendName(names, j)
		}
	}
	return names
}

func (c *cursor) appendName(names []string, i int) []string {
	if c.tokens[i].Class != syntax.Name {
		return names
	}
	return append(names, c.textOf(c.tokens[i]))
}
