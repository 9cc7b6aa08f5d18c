package compile

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Trace is what an evaluation did at one node of the tree.
type Trace struct {
	Node  syntax.Node
	Count int         // how often the node was evaluated; above 1 in lambdas only
	Value value.Value // what it gave, the last time
	Err   error       // why it, or a node below it, failed the last time

	// Decided reports whether the node had a part in the result of the whole.
	Decided  bool
	Children []*Trace

	inLambda bool
	constant bool // known beforehand in the usual program, or part of what is
	underway int  // evaluations begun and not ended
}

// Explain evaluates a tree once and records what happened at each node, also if
// the evaluation fails. A tree that cannot be compiled yields an error alone.
//
// The tree is compiled anew, into a program in which every node has code of its
// own: nothing is computed in advance and nothing is fused, so that there is a
// value for each.
func Explain(ctx context.Context, tree syntax.Tree, env *Environment, vars map[string]any, resolver Resolver) (*Trace, error) {
	c := newCompiler(env)
	facts, err := c.analyse(ctx, tree, nil)
	if err != nil {
		return nil, err
	}
	c.facts = facts
	r := &recorder{
		facts: facts, stateful: facts.Of(tree.Root).Stateful,
		traces: make([]Trace, tree.Nodes), children: make([]*Trace, 0, tree.Nodes),
	}
	c.recorder = r
	trace := r.prepare(tree.Root, &Trace{})
	program, err := c.compileProgram(tree.Root)
	if err != nil {
		return nil, err
	}
	program.needsState = true // or a large value could make the evaluation begin anew
	v, err := program.Value(ctx, vars, resolver)
	r.finish(err)
	trace.Value = v
	trace.decide()
	return trace, err
}

// recorder collects the traces of one evaluation.
type recorder struct {
	facts    *analysis.Analysis
	stateful bool     // functions change their arguments
	traces   []Trace  // by the index of their node
	children []*Trace // those of one trace after those of another
	copied   int64    // weight of the values copied so far
	// finished is set after the evaluation: lambdas of its result may live on,
	// and be called by others at the same time.
	finished bool
}

// prepare makes the traces of a node and those below it.
func (r *recorder) prepare(n syntax.Node, parent *Trace) *Trace {
	t := &r.traces[n.Index()]
	t.Node, t.inLambda, t.constant = n, parent.inLambda, parent.constant
	if _, ok := parent.Node.(*syntax.Lambda); ok {
		t.inLambda = true
	}
	if v, ok := r.facts.Constant(n); ok && !(r.stateful && v.IsContainer()) {
		t.constant = true
	}
	nodes := syntax.Children(n)
	start := len(r.children)
	end := start + len(nodes)
	r.children = slices.Grow(r.children, len(nodes))[:end]
	t.Children = r.children[start:end:end]
	for i, child := range nodes {
		t.Children[i] = r.prepare(child, t)
	}
	return t
}

// record returns code of a node that also writes its trace. It is of no
// particular form, which keeps the code around it from fusing it.
func (r *recorder) record(n syntax.Node, c code) code {
	t, evaluate := &r.traces[n.Index()], c.evaluator()
	return plain(func(s scope) (value.Value, error) {
		if r.finished {
			return evaluate(s)
		}
		t.Count++
		t.underway++
		v, err := evaluate(s)
		t.underway--
		t.Value, t.Err = v, err
		if t.constant {
			v.Freeze() // as in the usual program
		}
		if !t.inLambda { // where copies, one for each call, would cost too much
			t.Value = r.copy(v)
		}
		return v, err
	})
}

// maxCopied is the weight of values that are copied while functions may change
// them. Those beyond are shown with all changes made to them later.
const maxCopied = 10_000

// copy returns v as it is now.
func (r *recorder) copy(v value.Value) value.Value {
	if !r.stateful || v.Frozen() || r.copied > maxCopied {
		return v
	}
	r.copied += v.Weight()
	return v.Copy()
}

// finish ends the recording. Nodes that were left by a panic failed with err.
func (r *recorder) finish(err error) {
	r.finished = true
	for i := range r.traces {
		if t := &r.traces[i]; t.underway > 0 {
			t.Err = err
		}
	}
}

// decide marks a node as decisive, and those below it to which it owes its
// value or its failure. Lambdas are not looked into: a body has many values.
func (t *Trace) decide() {
	t.Decided = true
	for _, child := range t.decisive() {
		if child.Count > 0 {
			child.decide()
		}
	}
}

func (t *Trace) decisive() []*Trace {
	if t.Err != nil {
		for _, child := range t.Children {
			if child.Err != nil && !child.inLambda {
				return []*Trace{child}
			}
		}
		return t.Children
	}
	switch n := t.Node.(type) {
	case *syntax.Lambda:
		return nil
	case *syntax.Logical:
		return t.decisiveOperands(n.Ops)
	case *syntax.Match:
		return t.decisiveClause()
	}
	return t.Children // of a conditional, only the chosen branch was evaluated
}

// decisiveOperands returns the operand at which a chain of and and or stopped, and
// those before it without which the result could be another: of a true result
// the ones that had to be true, of a false one those that had to be false.
func (t *Trace) decisiveOperands(ops []syntax.Op) []*Trace {
	var decisive []*Trace
	for i, operand := range t.Children {
		b, _ := analysis.Truth(operand.Value)
		if i == len(ops) || b == (ops[i] == syntax.Or) {
			return append(decisive, operand)
		}
		if t.Value.Bool() == b {
			decisive = append(decisive, operand)
		}
	}
	return decisive
}

// decisiveClause returns the check that held and its action, or all if none held.
func (t *Trace) decisiveClause() []*Trace {
	last := len(t.Children) - 1
	for i := 0; i < last; i += 2 {
		if t.Children[i+1].Count > 0 {
			return t.Children[i : i+2]
		}
	}
	return t.Children
}
