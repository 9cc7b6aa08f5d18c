package stellar

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Node is an expression within a program, for tools that look at programs:
//
//	Kind         Names                  Children
//	literal                             none; see Value
//	variable     the variable           none
//	exists       the variable           none
//	call         the function           its arguments
//	not                                 the operand
//	negation                            the operand
//	operation    the operator           left, right
//	logical      the operators between  the operands of a chain of and and or
//	conditional                         condition, then, else
//	match                               check, action, check, action, …, default
//	list                                the items
//	map                                 key, value, key, value, …
//	lambda       the parameters         the body
//
// Operators are named as Program.String writes them. A chain of and and or
// groups to the right: a or b and c is a or (b and c).
type Node struct {
	Kind  string
	Names []string

	// Value is the value of a literal, null for all other kinds. A minus sign
	// before a number belongs to the literal.
	Value value.Value

	// Start and End say where the node stands in Program.Source, in bytes,
	// without parentheses around it.
	Start, End int

	Children []Node
}

// Root returns the tree of the program. It is a copy made for each call.
func (p *Program) Root() Node { return nodeOf(p.tree.Root) }

func nodeOf(n syntax.Node) Node {
	r := n.Span()
	node := Node{Start: r.Start, End: r.End}
	switch n := n.(type) {
	case *syntax.Literal:
		node.Kind, node.Value = "literal", n.Value
	case *syntax.Variable:
		node.Kind, node.Names = "variable", []string{n.Name}
	case *syntax.Exists:
		node.Kind, node.Names = "exists", []string{n.Name}
	case *syntax.Call:
		node.Kind, node.Names = "call", []string{n.Name}
	case *syntax.Not:
		node.Kind = "not"
	case *syntax.Negate:
		node.Kind = "negation"
	case *syntax.Binary:
		node.Kind, node.Names = "operation", []string{n.Op.String()}
	case *syntax.Logical:
		node.Kind = "logical"
		for _, op := range n.Ops {
			node.Names = append(node.Names, op.String())
		}
	case *syntax.Conditional:
		node.Kind = "conditional"
	case *syntax.Match:
		node.Kind = "match"
	case *syntax.List:
		node.Kind = "list"
	case *syntax.Map:
		node.Kind = "map"
	case *syntax.Lambda:
		node.Kind, node.Names = "lambda", slices.Clone(n.Params)
	}
	for _, child := range syntax.Children(n) {
		node.Children = append(node.Children, nodeOf(child))
	}
	return node
}
