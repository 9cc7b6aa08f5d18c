// Package syntax turns the text of an expression into its tree, and back. It
// alone knows the generated parser; none of ANTLR's types leave it.
package syntax

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// Range is a part of an expression's text.
type Range = diag.Range

// Tree is an expression.
type Tree struct {
	Root  Node
	Nodes int // how many there are
}

// Node is a node of a tree. Nodes never change once Parse has returned them.
type Node interface {
	// Span returns the part of the text that the node was made of, without
	// parentheses around it.
	Span() Range
	// Index returns the number of the node, which is below Tree.Nodes and which
	// no other node of the tree has. What is known of nodes is kept in slices by
	// this number.
	Index() int
}

// Place is where a node stands in the text, and its number in the tree.
type Place struct {
	Range
	index int32
}

// Span implements Node.
func (p Place) Span() Range { return p.Range }

// Index implements Node.
func (p Place) Index() int { return int(p.index) }

type (
	// Literal is a number, string, true, false, null or NaN. A minus sign before
	// a number belongs to it.
	Literal struct {
		Place
		Value value.Value
	}

	// Variable is a name. It has no backquotes, in which it may have been written.
	Variable struct {
		Place
		Name string
	}

	// Exists is exists(name).
	Exists struct {
		Place
		Name string
	}

	// Call is the call of a function.
	Call struct {
		Place
		Name string
		Args []Node
	}

	// Not is not(operand).
	Not struct {
		Place
		Operand Node
	}

	// Negate is the minus sign before anything but a number.
	Negate struct {
		Place
		Operand Node
	}

	// Binary is arithmetic, a comparison, in or not in.
	Binary struct {
		Place
		Op          Op
		Left, Right Node
	}

	// Logical is a chain of and and or, which share one level and group to the
	// right: Operands[0] Ops[0] (Operands[1] Ops[1] (…)).
	Logical struct {
		Place
		Operands []Node
		Ops      []Op // And or Or, one fewer than operands
	}

	// Conditional is if … then … else … as well as … ? … : ….
	Conditional struct {
		Place
		Condition, Then, Else Node
	}

	// Match is match { check => action, …, default => action }.
	Match struct {
		Place
		Clauses []Clause
		Default Node
	}

	// List is [item, …].
	List struct {
		Place
		Items []Node
	}

	// Map is { key : value, … }.
	Map struct {
		Place
		Entries []Entry
	}

	// Lambda is (parameter, …) -> body.
	Lambda struct {
		Place
		Params []string
		Body   Node
	}
)

// Clause is a check of a match and the action for when it is true.
type Clause struct{ Check, Action Node }

// Entry is a key of a map and its value.
type Entry struct{ Key, Value Node }

// Op is an operator.
type Op uint8

// The operators.
const (
	Mul Op = iota
	Div
	Add
	Sub
	Equal
	NotEqual
	Less
	LessOrEqual
	Greater
	GreaterOrEqual
	In
	NotIn
	And
	Or
)

var opNames = [...]string{"*", "/", "+", "-", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"}

// String returns the operator as it is written.
func (o Op) String() string { return opNames[o] }

// IsArithmetic reports whether o is *, /, + or -.
func (o Op) IsArithmetic() bool { return o <= Sub }

// IsComparison reports whether o is ==, !=, <, <=, > or >=.
func (o Op) IsComparison() bool { return o >= Equal && o <= GreaterOrEqual }

// Children returns the nodes directly below n, in the order of the text.
func Children(n Node) []Node {
	switch n := n.(type) {
	case *Call:
		return n.Args
	case *Not:
		return []Node{n.Operand}
	case *Negate:
		return []Node{n.Operand}
	case *Binary:
		return []Node{n.Left, n.Right}
	case *Logical:
		return n.Operands
	case *Conditional:
		return []Node{n.Condition, n.Then, n.Else}
	case *Match:
		nodes := make([]Node, 0, 2*len(n.Clauses)+1)
		for _, c := range n.Clauses {
			nodes = append(nodes, c.Check, c.Action)
		}
		return append(nodes, n.Default)
	case *List:
		return n.Items
	case *Map:
		nodes := make([]Node, 0, 2*len(n.Entries))
		for _, e := range n.Entries {
			nodes = append(nodes, e.Key, e.Value)
		}
		return nodes
	case *Lambda:
		return []Node{n.Body}
	}
	return nil
}

// FreeNames returns the names that n mentions as variables or in exists, each
// once and in the order of the text, without the parameters of lambdas within n.
func FreeNames(n Node) []string {
	c := nameCollector{seen: map[string]bool{}, params: map[string]int{}}
	c.collect(n)
	return c.names
}

type nameCollector struct {
	names  []string
	seen   map[string]bool
	params map[string]int // how many of the lambdas around have the parameter
}

func (c *nameCollector) add(name string) {
	if c.params[name] == 0 && !c.seen[name] {
		c.seen[name] = true
		c.names = append(c.names, name)
	}
}

func (c *nameCollector) collect(n Node) {
	switch n := n.(type) {
	case *Variable:
		c.add(n.Name)
	case *Exists:
		c.add(n.Name)
	case *Lambda:
		for _, p := range n.Params {
			c.params[p]++
			defer func() { c.params[p]-- }()
		}
	}
	for _, child := range Children(n) {
		c.collect(child)
	}
}
