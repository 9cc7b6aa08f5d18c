// Package syntax turns the text of an expression into its tree, and back. It
// alone knows the generated parser; none of ANTLR's types leave it.
package syntax

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

// Range is a part of an expression's text.
type Range = diag.Range

// Node is a node of the tree. Nodes are never changed once Parse returned them.
type Node interface {
	// Span returns the part of the text that the node was made of, without
	// parentheses around it.
	Span() Range
}

type (
	// Literal is a number, string, true, false, null or NaN. A minus sign before
	// a number belongs to it.
	Literal struct {
		Range
		Value value.Value
	}

	// Variable is a name.
	Variable struct {
		Range
		Name string
	}

	// Exists is exists(name).
	Exists struct {
		Range
		Name string
	}

	// Call is the call of a function.
	Call struct {
		Range
		Name string
		Args []Node
	}

	// Not is not(operand).
	Not struct {
		Range
		Operand Node
	}

	// Negate is the minus sign before anything but a number.
	Negate struct {
		Range
		Operand Node
	}

	// Binary is arithmetic, a comparison, in or not in.
	Binary struct {
		Range
		Op          Op
		Left, Right Node
	}

	// Logical is a chain of and and or, which share one level and group to the
	// right: Operands[0] Ops[0] (Operands[1] Ops[1] (…)).
	Logical struct {
		Range
		Operands []Node
		Ops      []Op // And or Or, one fewer than operands
	}

	// Conditional is if … then … else … as well as … ? … : ….
	Conditional struct {
		Range
		Condition, Then, Else Node
	}

	// Match is match { check => action, …, default => action }.
	Match struct {
		Range
		Clauses []Clause
		Default Node
	}

	// List is [item, …].
	List struct {
		Range
		Items []Node
	}

	// Map is { key : value, … }.
	Map struct {
		Range
		Entries []Entry
	}

	// Lambda is (parameter, …) -> body.
	Lambda struct {
		Range
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

// String gives the operator as it is written.
func (o Op) String() string { return opNames[o] }

// IsArithmetic tells whether o is *, /, + or -.
func (o Op) IsArithmetic() bool { return o <= Sub }

// IsComparison tells whether o is ==, !=, <, <=, > or >=.
func (o Op) IsComparison() bool { return o >= Equal && o <= GreaterOrEqual }

// Children gives the nodes directly below n, in the order of the text.
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
		var nodes []Node
		for _, c := range n.Clauses {
			nodes = append(nodes, c.Check, c.Action)
		}
		return append(nodes, n.Default)
	case *List:
		return n.Items
	case *Map:
		var nodes []Node
		for _, e := range n.Entries {
			nodes = append(nodes, e.Key, e.Value)
		}
		return nodes
	case *Lambda:
		return []Node{n.Body}
	}
	return nil
}

// FreeNames gives the names that n mentions as variables or in exists, each once
// and in the order of the text, without the parameters of lambdas within n.
func FreeNames(n Node) []string {
	var names []string
	collectNames(n, nil, &names)
	return names
}

func collectNames(n Node, params []string, names *[]string) {
	add := func(name string) {
		if !slices.Contains(params, name) && !slices.Contains(*names, name) {
			*names = append(*names, name)
		}
	}
	switch n := n.(type) {
	case *Variable:
		add(n.Name)
	case *Exists:
		add(n.Name)
	case *Lambda:
		params = append(slices.Clip(params), n.Params...)
	}
	for _, child := range Children(n) {
		collectNames(child, params, names)
	}
}
