package analysis

import (
	"net/netip"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// classes joins the kinds of numbers, which compare with each other.
func classes(kinds fn.Kinds) fn.Kinds {
	if kinds&fn.Number != 0 {
		kinds |= fn.Number
	}
	return kinds
}

func (c *checker) checkEquality(n *syntax.Binary, left, right fn.Kinds) {
	if left&MayBeNull != 0 && right&MayBeNull != 0 || classes(left)&classes(right) != 0 {
		return
	}
	always := "false"
	if n.Op == syntax.NotEqual {
		always = "true"
	}
	c.warn(n, "different-kinds", "this is always %s: %s never equals %s", always, kindsText(left), kindsText(right))
}

func (c *checker) checkOrder(n *syntax.Binary, left, right fn.Kinds) {
	const orderly = fn.Number | fn.String | fn.Bool
	switch {
	case isOrder(n.Left) && n.Left.Span().Start == n.Span().Start:
		c.warn(n, "chained-comparison", "this compares the outcome of a comparison: write a %s b and b %s c", n.Left.(*syntax.Binary).Op, n.Op)
	case left == MayBeNull || right == MayBeNull:
		c.warn(n, "constant-condition", "this is always false: null comes neither before nor after anything")
	case left&orderly == 0 && left&fn.Any != 0:
		c.report(n.Left, diag.ErrType, "%s cannot order %s", n.Op, kindsText(left))
	case right&orderly == 0 && right&fn.Any != 0:
		c.report(n.Right, diag.ErrType, "%s cannot order %s", n.Op, kindsText(right))
	case classes(left)&classes(right)&orderly == 0:
		c.report(n, diag.ErrType, "%s cannot order %s and %s", n.Op, kindsText(left), kindsText(right))
	}
}

// isOrder reports whether a node is a comparison other than == and !=.
func isOrder(n syntax.Node) bool {
	return isComparison(n) && n.(*syntax.Binary).Op != syntax.Equal && n.(*syntax.Binary).Op != syntax.NotEqual
}

func (c *checker) checkIn(n *syntax.Binary, left, right fn.Kinds) {
	switch {
	case right&(fn.String|fn.List|fn.Set|fn.Map) == 0 && right != MayBeNull:
		c.warn(n.Right, "different-kinds", "%s looks into a string, list, set or map, and this is %s", n.Op, kindsText(right))
	case c.isNetwork(n.Right) && c.functions().HasAllOf("IN_SUBNET()"):
		c.warn(n, "network-as-text", "%s looks for a part of this text; IN_SUBNET(ip, %s) asks whether an address is in the network", n.Op, c.source[n.Right.Span().Start:n.Right.Span().End])
	case right&^MayBeNull == fn.String && left&fn.String == 0:
		c.warn(n, "different-kinds", "%s is never in a string", kindsText(left))
	}
}

// isNetwork reports whether a node is a literal text in CIDR notation.
func (c *checker) isNetwork(n syntax.Node) bool {
	literal, ok := n.(*syntax.Literal)
	if !ok || literal.Value.Kind() != value.KindString {
		return false
	}
	_, err := netip.ParsePrefix(literal.Value.Str())
	return err == nil
}

func isComparison(n syntax.Node) bool {
	b, ok := n.(*syntax.Binary)
	return ok && b.Op.IsComparison()
}
