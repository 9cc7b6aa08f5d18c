package analysis

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
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
			c.warn(arg, "surplus-argument", "%s ignores this argument: %s%s", f.Name, f.Signature(), inList(f))
		case i == exchanged:
		case kinds == MayBeNull && p.Null == fn.NullRefused:
			right = false
			c.report(arg, diag.ErrArgument, "%s: %s must not be null", f.Name, p.Name)
		case kinds&^MayBeNull != 0 && kinds&p.Kinds == 0 || c.isOtherType(arg, p):
			right = false
			hint := KindHint(f, i, kinds)
			if j := Exchange(f, i, len(n.Args), c.argumentKinds(n)); j >= 0 {
				exchanged, hint = j, "; "+c.otherOrder(n, i, j)
			}
			c.report(arg, diag.ErrType, "%s: %s must be %s, and this is %s%s", f.Name, p.Name, p.Wanted(), c.given(arg), hint)
		case p.Meant != 0 && kinds&^MayBeNull != 0 && kinds&p.Meant == 0:
			if j := Exchange(f, i, len(n.Args), c.argumentKinds(n)); j >= 0 {
				c.warn(n, "doubtful-argument", "%s: %s should be %s, and is %s; %s", f.Name, p.Name, p.Meant.Indefinite(), kindsText(kinds), c.otherOrder(n, i, j))
			} else {
				c.warn(arg, "doubtful-argument", "%s: %s should be %s, and is %s: %s%s", f.Name, p.Name, p.Meant.Indefinite(), kindsText(kinds), f.Signature(), KindHint(f, i, kinds))
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

// argumentKinds returns what is known of the kinds of the arguments of a call.
func (c *checker) argumentKinds(n *syntax.Call) func(i int) fn.Kinds {
	return func(i int) fn.Kinds { return c.kinds(n.Args[i]) }
}

// Exchange returns an argument that argument i of a call would fit in the place of,
// and the other way round, -1 if there is none. The arguments have the kinds.
func Exchange(f *fn.Func, i, arguments int, kinds func(i int) fn.Kinds) int {
	for j := range min(arguments, mostExchanged) {
		if j != i && fits(kinds(i), f.Param(j)) && fits(kinds(j), f.Param(i)) {
			return j
		}
	}
	return -1
}

// OtherOrder is what is said of arguments that stand in each other's places.
const OtherOrder = "the arguments stand in the other order: "

// KindHint says what to write for argument i, of kinds that its parameter does not
// take: an example of a lambda, or a list of what stands alone.
func KindHint(f *fn.Func, i int, kinds fn.Kinds) string {
	switch p := f.Param(i); {
	case (p.Kinds == fn.Lambda || p.Meant == fn.Lambda) && len(f.Examples) > 0:
		return "; for example " + exampleOfLambda(f)
	case i == 0 && kinds&(fn.Lambda|fn.Object) == 0:
		return inList(f)
	}
	return ""
}

// exampleOfLambda returns the first example of a function that has a lambda, or the
// first one at all.
func exampleOfLambda(f *fn.Func) string {
	for _, example := range f.Examples {
		if strings.Contains(example.Expr, "->") {
			return example.Expr
		}
	}
	return f.Examples[0].Expr
}

// inList says that values stand in a list, if the function takes nothing else than
// one; "" for any other.
func inList(f *fn.Func) string {
	if len(f.Params) == 1 && !f.Variadic() && f.Params[0].Kinds.Has(value.KindList) && f.Params[0].Kinds&(fn.Number|fn.String) == 0 {
		return "; values stand in a list, " + f.Name + "([a, b])"
	}
	return ""
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
	return OtherOrder + call
}
