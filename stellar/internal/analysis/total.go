package analysis

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// isTotal reports whether n does not fail, keeps no state and charges no memory if the
// guards hold that it adds to w, with its steps and uses. Those are certain if n is
// certain to be evaluated.
func (f *witnessFinder) isTotal(n syntax.Node, certain bool, w *Witness) bool {
	if f.visits--; f.visits < 0 {
		return false
	}
	if _, known := f.Constant(n); known {
		return true
	}
	subject, isSubject := f.subject(n)
	if isSubject && subject.Part == 0 {
		return true
	}
	before := Witness{Guards: slices.Clone(w.Guards), Uses: slices.Clone(w.Uses), Steps: w.Steps}
	if f.isTotalByParts(n, certain, w) {
		return true
	}
	if isSubject {
		w.Guards, w.Uses, w.Steps = before.Guards, before.Uses, before.Steps
		w.use(subject, certain)
		*w = w.guarded(subject, anything)
	}
	return isSubject
}

// isTotalByParts is isTotal for what is not known otherwise.
func (f *witnessFinder) isTotalByParts(n syntax.Node, certain bool, w *Witness) bool {
	switch n := n.(type) {
	case *syntax.Exists:
		return true
	case *syntax.Not:
		return f.isTotal(n.Operand, certain, w)
	case *syntax.Logical:
		for i, operand := range n.Operands {
			if !f.isTotal(operand, certain && i == 0, w) {
				return false
			}
		}
		return true
	case *syntax.Conditional:
		return f.Of(n.Condition).Kinds == fn.Bool &&
			f.isTotal(n.Condition, certain, w) && f.isTotal(n.Then, false, w) && f.isTotal(n.Else, false, w)
	case *syntax.Call:
		call, total, ok := f.callWitness(n)
		if ok && total {
			if !certain {
				call.makeUncertain()
			}
			w.add(call)
		}
		return ok && total
	case *syntax.Binary:
		return f.isTotalBinary(n, certain, w)
	}
	return false
}

func (f *witnessFinder) isTotalBinary(n *syntax.Binary, certain bool, w *Witness) bool {
	switch n.Op {
	case syntax.Equal, syntax.NotEqual, syntax.In, syntax.NotIn:
		w.Steps += fn.TestedSteps
		return f.isSmall(n.Left, certain, w) && f.isSmall(n.Right, certain, w)
	case syntax.Less, syntax.LessOrEqual, syntax.Greater, syntax.GreaterOrEqual:
		return f.isNumber(n.Left, certain, w) && f.isNumber(n.Right, certain, w)
	}
	return f.isNumber(n, certain, w)
}

// isSmall is isTotal for an operand that is looked at as a whole: it is small.
func (f *witnessFinder) isSmall(n syntax.Node, certain bool, w *Witness) bool {
	if v, known := f.Constant(n); known {
		return v.Size() <= maxTestedConstant
	}
	if subject, ok := f.subject(n); ok {
		w.use(subject, certain)
		*w = w.guarded(subject, small)
		return true
	}
	kinds := f.Of(n).Kinds
	return kinds&^small == 0 && kinds&fn.String == 0 && f.isTotal(n, certain, w)
}

// maxTestedConstant bounds constants, in bytes, so that comparing with one or looking
// for something in it takes no more than fn.TestedSteps.
const maxTestedConstant = 1 << 20

// isNumber is isTotal for an operand of arithmetic or of an order: it is a number, or
// null. Dividing may fail.
func (f *witnessFinder) isNumber(n syntax.Node, certain bool, w *Witness) bool {
	if f.visits--; f.visits < 0 {
		return false
	}
	if v, known := f.Constant(n); known {
		return fn.Kinds(smallNumbers | MayBeNull).Has(v.Kind())
	}
	if subject, ok := f.subject(n); ok {
		w.use(subject, certain)
		*w = w.guarded(subject, smallNumbers|MayBeNull)
		return true
	}
	if n, ok := n.(*syntax.Binary); ok && n.Op.IsArithmetic() && n.Op != syntax.Div {
		return f.isNumber(n.Left, certain, w) && f.isNumber(n.Right, certain, w)
	}
	return false
}
