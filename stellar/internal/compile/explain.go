package compile

import (
	"context"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Trace is what an evaluation did at one node of the tree.
type Trace struct {
	Node  syntax.Node
	Count int         // how often the node was evaluated; above 1 in lambdas only
	Value value.Value // what it gave, the last time
	Err   error       // why it, or a node below it, failed the last time

	// Decided tells whether the node had a part in the result of the whole.
	Decided  bool
	Children []*Trace

	inLambda bool
	constant bool // known beforehand in the usual program, or part of what is
	underway int  // evaluations begun and not ended
}

// Explain evaluates a tree once and tells what happened at each node, also if
// the evaluation fails. A tree that cannot be compiled gives an error alone.
//
// The tree is compiled anew, into a program in which every node has code of its
// own: nothing is computed in advance and nothing is fused, so that there is a
// value for each.
func Explain(ctx context.Context, root syntax.Node, env *Environment, vars map[string]any, resolver Resolver) (*Trace, error) {
	c := &compiler{env: env}
	r := &recorder{env: env, changesCollections: c.callsStateful(root), traces: map[syntax.Node]*Trace{}}
	c.recorder = r
	trace := r.prepare(root, &Trace{})
	program, err := c.compileProgram(root)
	if err != nil {
		return nil, err
	}
	v, err := program.Value(ctx, vars, resolver)
	r.finish(err)
	trace.Value = v
	trace.decide()
	return trace, err
}

// recorder collects the traces of one evaluation.
type recorder struct {
	env                *Environment
	changesCollections bool // as in compiler
	traces             map[syntax.Node]*Trace
	// finished is set after the evaluation: lambdas of its result may live on,
	// and be called by others at the same time.
	finished bool
}

// prepare makes the traces of a node and those below it.
func (r *recorder) prepare(n syntax.Node, parent *Trace) *Trace {
	t := &Trace{Node: n, inLambda: parent.inLambda, constant: parent.constant}
	if _, ok := parent.Node.(*syntax.Lambda); ok {
		t.inLambda = true
	}
	switch n.(type) {
	case *syntax.Call, *syntax.List, *syntax.Map:
		if !t.constant {
			usual := &compiler{env: r.env, conditional: 1, changesCollections: r.changesCollections}
			t.constant = usual.compile(n).constant != nil
		}
	}
	r.traces[n] = t
	for _, child := range syntax.Children(n) {
		t.Children = append(t.Children, r.prepare(child, t))
	}
	return t
}

// record gives the code of a node that also writes its trace. It has nothing
// but a value, which keeps the code around it from folding or fusing it.
func (r *recorder) record(n syntax.Node, plain code) code {
	t := r.traces[n]
	return valueCode(func(s scope) (value.Value, error) {
		if r.finished {
			return plain.value(s)
		}
		t.Count++
		t.underway++
		v, err := plain.value(s)
		t.underway--
		t.Value, t.Err = v, err
		if t.constant {
			v.Freeze() // as in the usual program
		}
		if !t.inLambda { // where copies, one for each call, would cost too much
			t.Value = v.Copy() // as functions may change it
		}
		return v, err
	})
}

// finish ends the recording. Nodes that were left by a panic failed with err.
func (r *recorder) finish(err error) {
	r.finished = true
	for _, t := range r.traces {
		if t.underway > 0 {
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

// decisiveOperands gives the operand at which a chain of and and or stopped, and
// those before it without which the result could be another: of a true result
// the ones that had to be true, of a false one those that had to be false.
func (t *Trace) decisiveOperands(ops []syntax.Op) []*Trace {
	var decisive []*Trace
	for i, operand := range t.Children {
		b, _ := truth(operand.Value)
		if i == len(ops) || b == (ops[i] == syntax.Or) {
			return append(decisive, operand)
		}
		if t.Value.Bool() == b {
			decisive = append(decisive, operand)
		}
	}
	return decisive
}

// decisiveClause gives the check that held and its action, or all if none held.
func (t *Trace) decisiveClause() []*Trace {
	last := len(t.Children) - 1
	for i := 0; i < last; i += 2 {
		if t.Children[i+1].Count > 0 {
			return t.Children[i : i+2]
		}
	}
	return t.Children
}
