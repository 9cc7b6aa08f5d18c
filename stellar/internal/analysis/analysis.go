// Package analysis finds out, once and in one pass over a tree, what is known of
// each node before any evaluation: the kinds that it may have, its value if that
// is constant, how pure it is, and whether it reads fields. Checking, compiling
// and explaining share the answers.
package analysis

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// MayBeNull is added to the kinds of what may be null.
const MayBeNull fn.Kinds = 1 << value.KindNull

// Facts are what is known of a node.
type Facts struct {
	// Kinds are the kinds that the node may have, MayBeNull among them.
	Kinds fn.Kinds
	// Type is the type that the node has if it is an object, nil if that is not
	// known.
	Type *fn.Type
	// Constant is the value of a node that has the same in every evaluation, nil
	// for others. It is frozen. Lambdas are never constant: see Closed.
	Constant *value.Value
	// Function is the function that a call calls, nil if there is none.
	Function *fn.Func
	// Purity is that of the least pure function called in the node.
	Purity fn.Purity
	// Stateful reports whether a function is called in the node that changes an
	// argument.
	Stateful bool
	// ReadsFields reports whether the node reads a field of the message.
	ReadsFields bool
	// Local reports whether a variable is a parameter of a lambda.
	Local bool

	uses lambdas // whose parameters the node uses, without lambdas within it
}

// lambdas is a set of lambdas around a node, by their depth. Those deeper than 62
// share the last place, which only makes the answer cautious.
type lambdas uint64

func lambdaAt(depth int) lambdas { return 1 << min(depth, 63) }

// Closed reports whether the node depends on nothing around it: neither fields
// nor parameters of lambdas around it.
func (f *Facts) Closed() bool { return !f.ReadsFields && f.uses == 0 }

// Input is what an analysis looks at.
type Input struct {
	Tree      syntax.Tree
	Functions map[string]*fn.Func
	Elements  int64 // the largest weight of a constant collection

	// Constants are names that stand for values, whatever fields there are. The values
	// are frozen.
	Constants map[string]value.Value

	// Schema names the fields there are and their kinds; nil means that any
	// field may be anything.
	Schema map[string]fn.Kinds

	// Call computes a pure call of constants, and lambdas that are closed. It
	// returns ok false for a call that fails, or costs too much to be computed
	// beforehand.
	Call func(n *syntax.Call, a *Analysis) (v value.Value, ok bool)
}

// Analysis is what is known of a tree.
type Analysis struct {
	Input
	facts []Facts
	names []string // of the fields read, in the order of the text
	err   error    // why it is incomplete

	ctx      context.Context
	seen     map[string]bool  // the names, if they are many
	params   map[string][]int // the depths of the lambdas around that have the parameter
	depth    int              // lambdas around
	analysed int              // nodes
}

// nodesBetweenChecks is how many nodes pass between two looks at the context.
const nodesBetweenChecks = 256

// Analyse looks at a tree. It fails only when the context ends.
func Analyse(ctx context.Context, input Input) (*Analysis, error) {
	a := &Analysis{Input: input, facts: make([]Facts, input.Tree.Nodes), ctx: ctx}
	a.node(input.Tree.Root)
	return a, a.err
}

// Of returns what is known of a node.
func (a *Analysis) Of(n syntax.Node) *Facts { return &a.facts[n.Index()] }

// Constant returns the value of a node, and whether it is known.
func (a *Analysis) Constant(n syntax.Node) (value.Value, bool) {
	if c := a.Of(n).Constant; c != nil {
		return *c, true
	}
	return value.Null, false
}

// Names returns the fields that the tree may read, each once and in the order of
// the text, with _ if it reads all.
func (a *Analysis) Names() []string { return a.names }

// node analyses the nodes below n, and then n.
func (a *Analysis) node(n syntax.Node) *Facts {
	facts := a.Of(n)
	if a.analysed++; a.analysed%nodesBetweenChecks == 0 && a.err == nil {
		a.err = a.ctx.Err()
	}
	if a.err != nil {
		return facts
	}
	switch n := n.(type) {
	case *syntax.Literal:
		facts.Kinds = fn.Of(n.Value.Kind())
		facts.Constant = &n.Value
	case *syntax.Variable:
		a.variable(n.Name, facts)
	case *syntax.Exists:
		a.exists(n.Name, facts)
	case *syntax.Call:
		a.call(n, facts)
	case *syntax.Not:
		a.not(n, facts)
	case *syntax.Negate:
		a.negate(n, facts)
	case *syntax.Binary:
		a.binary(n, facts)
	case *syntax.Logical:
		a.logical(n, facts)
	case *syntax.Conditional:
		a.conditional(n, facts)
	case *syntax.Match:
		a.match(n, facts)
	case *syntax.List:
		a.list(n, facts)
	case *syntax.Map:
		a.mapLiteral(n, facts)
	case *syntax.Lambda:
		a.lambda(n, facts)
	}
	return facts
}

// part analyses a node below another one, which has its effects too.
func (a *Analysis) part(n syntax.Node, whole *Facts) *Facts {
	part := a.node(n)
	whole.Purity = max(whole.Purity, part.Purity)
	whole.Stateful = whole.Stateful || part.Stateful
	whole.ReadsFields = whole.ReadsFields || part.ReadsFields
	whole.uses |= part.uses
	return part
}

func (f *Facts) setConstant(v value.Value) {
	v.Freeze()
	f.Constant = &v
}

func (a *Analysis) variable(name string, facts *Facts) {
	if v, ok := a.Constants[name]; ok && len(a.params[name]) == 0 {
		facts.Kinds, facts.Constant = fn.Of(v.Kind()), &v
		return
	}
	facts.Kinds = a.fieldKinds(name)
	a.read(name, facts)
}

func (a *Analysis) exists(name string, facts *Facts) {
	facts.Kinds = fn.Bool
	a.read(name, facts)
	if name == names.AllFields && !facts.Local {
		facts.setConstant(value.Bool(true))
	}
}

// read notes that a parameter or a field is read. A dotted name may be read as a
// path, also of a parameter.
func (a *Analysis) read(name string, facts *Facts) {
	if depths := a.params[name]; len(depths) > 0 {
		facts.Local = true
		facts.uses = lambdaAt(depths[len(depths)-1])
		return
	}
	if a.depth > 0 {
		for _, prefix := range names.Prefixes(name) {
			if depths := a.params[prefix]; len(depths) > 0 {
				facts.uses |= lambdaAt(depths[len(depths)-1])
			}
		}
	}
	facts.ReadsFields = true
	if a.isKnown(name) {
		return
	}
	a.names = append(a.names, name)
	switch {
	case a.seen != nil:
		a.seen[name] = true
	case len(a.names) > fewNames:
		a.seen = map[string]bool{}
		for _, known := range a.names {
			a.seen[known] = true
		}
	}
}

// fewNames is the number of names up to which comparing one by one is faster
// than hashing.
const fewNames = 8

// isKnown reports whether a field has been read before.
func (a *Analysis) isKnown(name string) bool {
	if a.seen != nil {
		return a.seen[name]
	}
	return slices.Contains(a.names, name)
}

func (a *Analysis) fieldKinds(name string) fn.Kinds {
	switch {
	case len(a.params[name]) > 0:
	case name == names.AllFields:
		return fn.Map
	case a.Schema != nil:
		if kinds, known := a.Schema[name]; known {
			return kinds | MayBeNull
		}
	}
	return fn.Any | MayBeNull
}

func (a *Analysis) call(n *syntax.Call, facts *Facts) {
	known := true
	for _, arg := range n.Args {
		part := a.part(arg, facts)
		if _, isLambda := arg.(*syntax.Lambda); part.Constant == nil && !(isLambda && part.Closed() && part.Purity == fn.Pure) {
			known = false
		}
	}
	facts.Kinds = fn.Any | MayBeNull
	f, ok := a.Functions[n.Name]
	if !ok {
		return
	}
	facts.Function = f
	facts.Kinds, facts.Type = f.Result|MayBeNull, f.ResultType
	facts.Purity = max(facts.Purity, f.Purity)
	facts.Stateful = facts.Stateful || f.Purity == fn.Stateful
	if known && f.Purity == fn.Pure && len(n.Args) >= f.MinArgs() && a.Call != nil {
		if v, ok := a.Call(n, a); ok {
			facts.setConstant(v)
		}
	}
}

func (a *Analysis) lambda(n *syntax.Lambda, facts *Facts) {
	if a.params == nil {
		a.params = map[string][]int{}
	}
	a.depth++
	for _, name := range n.Params {
		a.params[name] = append(a.params[name], a.depth)
	}
	a.part(n.Body, facts)
	for _, name := range n.Params {
		a.params[name] = a.params[name][:len(a.params[name])-1]
	}
	facts.uses &^= lambdaAt(a.depth)
	if a.depth >= 63 { // other lambdas around share the place
		facts.uses |= lambdaAt(a.depth)
	}
	a.depth--
	facts.Kinds = fn.Lambda
}

func (a *Analysis) conditional(n *syntax.Conditional, facts *Facts) {
	condition := a.part(n.Condition, facts)
	then, otherwise := a.part(n.Then, facts), a.part(n.Else, facts)
	facts.Kinds, facts.Type = then.Kinds|otherwise.Kinds, commonType(then, otherwise)
	if decided, b := condition.Decides(); decided && b {
		facts.Constant = then.Constant
	} else if decided {
		facts.Constant = otherwise.Constant
	}
}

// commonType returns the type of objects that either of two nodes may be.
func commonType(a, b *Facts) *fn.Type {
	switch {
	case a.Kinds&fn.Object == 0:
		return b.Type
	case b.Kinds&fn.Object == 0 || a.Type == b.Type:
		return a.Type
	}
	return nil
}

// Decides reports whether the node is constant and true or false where a
// condition is wanted.
func (f *Facts) Decides() (decided, b bool) {
	if f.Constant == nil || f.Constant.Kind() != value.KindBool && !Absent(*f.Constant) {
		return false, false
	}
	return true, f.Constant.Bool()
}

// Absent reports whether v counts as false where a condition is wanted: null, an
// empty list, set or map.
func Absent(v value.Value) bool {
	return v.IsNull() || v.IsContainer() && v.Len() == 0
}

func (a *Analysis) match(n *syntax.Match, facts *Facts) {
	for _, clause := range n.Clauses {
		a.part(clause.Check, facts)
		facts.Kinds |= a.part(clause.Action, facts).Kinds
	}
	facts.Kinds |= a.part(n.Default, facts).Kinds
	if facts.Kinds&fn.Lambda != 0 {
		facts.Kinds = fn.Any | MayBeNull // as lambdas are called
	}
}

func (a *Analysis) list(n *syntax.List, facts *Facts) {
	facts.Kinds = fn.List
	var items []value.Value
	for _, item := range n.Items {
		if part := a.part(item, facts); part.Constant != nil {
			items = append(items, *part.Constant)
		}
	}
	if len(items) < len(n.Items) {
		return
	}
	if v := value.ListOf(items...); v.Weight() <= a.Elements {
		facts.setConstant(v)
	}
}

func (a *Analysis) mapLiteral(n *syntax.Map, facts *Facts) {
	facts.Kinds = fn.Map
	m := value.NewMap(0)
	known := true
	for _, e := range n.Entries {
		key, item := a.part(e.Key, facts), a.part(e.Value, facts)
		if known = known && key.Constant != nil && item.Constant != nil; known {
			PutFirst(m, *key.Constant, *item.Constant)
		}
	}
	if v := value.FromMap(m); known && v.Weight() <= a.Elements {
		facts.setConstant(v)
	}
}

// PutFirst adds an entry of a map literal: if a key is repeated, its first value
// holds.
func PutFirst(m *value.Map, k, v value.Value) {
	if _, exists := m.Get(k); !exists {
		m.Put(k, v)
	}
}
