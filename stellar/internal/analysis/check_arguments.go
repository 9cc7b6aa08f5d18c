package analysis

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// checkArguments reports whether no argument is of a wrong kind.
func (c *checker) checkArguments(n *syntax.Call, f *fn.Func) bool {
	right := true
	exchanged := -1 // the partner of an argument that was reported
	for i, arg := range n.Args {
		p := f.Param(i)
		kinds := c.kinds(arg)
		switch {
		case p == nil:
			c.warn(arg, "%s ignores this argument: %s", f.Name, f.Signature())
		case i == exchanged:
		case kinds == MayBeNull && p.Null == fn.NullRefused:
			right = false
			c.report(arg, diag.ErrArgument, "%s: %s must not be null", f.Name, p.Name)
		case kinds&^MayBeNull != 0 && kinds&p.Kinds == 0 || c.isOtherType(arg, p):
			right = false
			hint := ""
			if j := c.exchange(n, f, i); j >= 0 {
				exchanged, hint = j, "; "+c.otherOrder(n, i, j)
			}
			c.report(arg, diag.ErrType, "%s: %s must be %s, and this is %s%s", f.Name, p.Name, p.Wanted(), c.given(arg), hint)
		case p.Meant != 0 && kinds&^MayBeNull != 0 && kinds&p.Meant == 0:
			if j := c.exchange(n, f, i); j >= 0 && c.kinds(n.Args[j])&^(p.Meant|MayBeNull) == 0 {
				c.warn(n, "%s: %s should be %s, and is %s; %s", f.Name, p.Name, p.Meant.Indefinite(), kindsText(kinds), c.otherOrder(n, i, j))
			}
		}
	}
	return right
}

// isOtherType reports whether an argument is an object of a type that the
// parameter does not take.
func (c *checker) isOtherType(arg syntax.Node, p *fn.Param) bool {
	facts := c.Of(arg)
	return facts.Kinds&^MayBeNull == fn.Object && facts.Type != nil && p.Type != nil && facts.Type != p.Type
}

// given says what an argument is: its kinds, or the type of an object.
func (c *checker) given(arg syntax.Node) string {
	if facts := c.Of(arg); facts.Kinds&^MayBeNull == fn.Object && facts.Type != nil {
		return facts.Type.Indefinite()
	}
	return kindsText(c.kinds(arg))
}

// mostExchanged is how many arguments a call may have for which another order is
// looked for.
const mostExchanged = 8

// exchange returns an argument that argument i would fit in the place of, and the
// other way round, -1 if there is none.
func (c *checker) exchange(n *syntax.Call, f *fn.Func, i int) int {
	for j := range min(len(n.Args), mostExchanged) {
		if j != i && fits(c.kinds(n.Args[i]), f.Param(j)) && fits(c.kinds(n.Args[j]), f.Param(i)) {
			return j
		}
	}
	return -1
}

// fits reports whether a value of some kinds, which is not just null, may be what
// a parameter is meant for.
func fits(kinds fn.Kinds, p *fn.Param) bool {
	if p == nil {
		return false
	}
	meant := p.Meant
	if meant == 0 {
		meant = p.Kinds
	}
	return kinds&meant != 0
}

// longestCall is how long a call may be that is written in a message, in bytes.
const longestCall = 60

// otherOrder says that two arguments should change places, and shows how.
func (c *checker) otherOrder(n *syntax.Call, i, j int) string {
	texts := make([]string, len(n.Args))
	for k, arg := range n.Args {
		texts[k] = c.source[arg.Span().Start:arg.Span().End]
	}
	texts[i], texts[j] = texts[j], texts[i]
	call := n.Name + "(" + strings.Join(texts, ", ") + ")"
	f := c.Of(n).Function
	more := len(n.Args) > 2 && f.Param(j).Kinds == fn.Any // the order may be another one yet
	if more || len(call) > longestCall || strings.ContainsAny(call, "\n\r") {
		call = f.Signature()
	}
	return "the arguments stand in the other order: " + call
}
