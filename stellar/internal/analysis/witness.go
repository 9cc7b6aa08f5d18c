package analysis

import (
	"math"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Witness is what must hold of fields for a condition to be true. If the value of each
// field of Guards is of the kinds there, and none of the atoms holds, then evaluating
// the condition does not fail, has false or null as its result, calls no function that
// keeps state, charges no memory, and takes at most so many steps.
type Witness struct {
	Atoms  []Atom
	Guards []Guard // each field once
	Steps  int64
}

// Atom is a test of a field.
type Atom struct {
	Field string
	Kind  AtomKind
	Op    syntax.Op   // of Ordered: Less, LessOrEqual, Greater or GreaterOrEqual
	Value value.Value // of Same and Ordered: a bool, a string, or a number that is no bigint and not NaN
	Test  fn.Test     // of Tested
	// Converts is that of fn.Witness, for Tested.
	Converts bool
}

// AtomKind is what an Atom says of its field.
type AtomKind uint8

const (
	// Same: the field is the same as Value.
	Same AtomKind = iota
	// Ordered: comparing the field with Value by Op holds.
	Ordered
	// Tested: Test holds of the field.
	Tested
	// Present: the field is not null.
	Present
	// Missing: the field is null.
	Missing
)

// Guard is a field, and the kinds of it, MayBeNull among them, for which a Witness
// promises something. Strings count only if they have at most fn.TestedText bytes.
type Guard struct {
	Field string
	Kinds fn.Kinds
}

// The kinds for which guarded operators neither fail nor take many steps.
const (
	smallNumbers = fn.Int | fn.Long | fn.Float | fn.Double
	small        = smallNumbers | fn.Bool | fn.String | MayBeNull
	converted    = smallNumbers | fn.Bool | fn.Iterable
)

// Witness returns a witness of a condition, the one among all that most likely fails
// to hold. ok is false if there is none.
func (a *Analysis) Witness(condition syntax.Node) (w Witness, ok bool) {
	if a.Of(condition).Stateful {
		return Witness{}, false
	}
	f := witnessFinder{Analysis: a, visits: visitsPerNode * (a.Tree.Nodes + 16)}
	w, ok = f.witness(condition)
	return w, ok && f.visits >= 0
}

// visitsPerNode bounds the work of finding a witness.
const visitsPerNode = 32

type witnessFinder struct {
	*Analysis
	visits int // that are left
}

// witness returns a witness of n as a condition.
func (f *witnessFinder) witness(n syntax.Node) (w Witness, ok bool) {
	if f.visits--; f.visits < 0 {
		return w, false
	}
	if v, known := f.Constant(n); known {
		return w, v.IsNull() || v.Kind() == value.KindBool && !v.Bool()
	}
	switch n := n.(type) {
	case *syntax.Variable:
		if n.Name == names.AllFields {
			return w, false
		}
		w = atom(Atom{Field: n.Name, Kind: Same, Value: value.Bool(true)})
		return w.guarded(n.Name, fn.Bool|MayBeNull), true
	case *syntax.Exists:
		return atom(Atom{Field: n.Name, Kind: Present}), true
	case *syntax.Not:
		if e, isExists := n.Operand.(*syntax.Exists); isExists && e.Name != names.AllFields {
			return atom(Atom{Field: e.Name, Kind: Missing}), true
		}
	case *syntax.Binary:
		return f.binaryWitness(n)
	case *syntax.Call:
		w, _, ok = f.callWitness(n)
		return w, ok
	case *syntax.Logical:
		return f.logicalWitness(n)
	case *syntax.Conditional:
		return f.conditionalWitness(n)
	}
	return w, false
}

func atom(a Atom) Witness { return Witness{Atoms: []Atom{a}} }

// fieldAndConstant returns the operands of an operator if they are those, in either
// order.
func (f *witnessFinder) fieldAndConstant(n *syntax.Binary) (field string, v value.Value, exchanged, ok bool) {
	left, right := n.Left, n.Right
	if _, known := f.Constant(left); known {
		left, right, exchanged = right, left, true
	}
	variable, isVariable := left.(*syntax.Variable)
	v, known := f.Constant(right)
	if !isVariable || !known || variable.Name == names.AllFields {
		return "", value.Null, false, false
	}
	return variable.Name, v, exchanged, true
}

func (f *witnessFinder) binaryWitness(n *syntax.Binary) (w Witness, ok bool) {
	field, v, exchanged, ok := f.fieldAndConstant(n)
	if !ok {
		return w, false
	}
	switch n.Op {
	case syntax.Equal:
		if isNaN(v) {
			return w, true
		}
		return same(field, v)
	case syntax.NotEqual:
		return atom(Atom{Field: field, Kind: Present}), v.IsNull()
	case syntax.Less, syntax.LessOrEqual, syntax.Greater, syntax.GreaterOrEqual:
		return orderWitness(field, n.Op, v, exchanged)
	case syntax.In:
		if exchanged {
			return partWitness(field, v)
		}
		return membershipWitness(field, v)
	}
	return w, false
}

// same is the witness of a field that is the same as v.
func same(field string, v value.Value) (w Witness, ok bool) {
	switch v.Kind() {
	case value.KindNull:
		return atom(Atom{Field: field, Kind: Missing}), true
	case value.KindBool, value.KindString, value.KindInt, value.KindLong:
		return atom(Atom{Field: field, Kind: Same, Value: v}), true
	case value.KindFloat, value.KindDouble:
		w = atom(Atom{Field: field, Kind: Same, Value: v})
		if math.Abs(v.Float64()) >= 1<<63 { // it may be the same as a bigint
			w = w.guarded(field, fn.Any&^fn.BigInt|MayBeNull)
		}
		return w, !isNaN(v)
	}
	return w, false
}

func isNaN(v value.Value) bool {
	double, ok := v.Number()
	return ok && math.IsNaN(double)
}

// converse is the operator for exchanged operands.
var converse = map[syntax.Op]syntax.Op{
	syntax.Less: syntax.Greater, syntax.LessOrEqual: syntax.GreaterOrEqual,
	syntax.Greater: syntax.Less, syntax.GreaterOrEqual: syntax.LessOrEqual,
}

func orderWitness(field string, op syntax.Op, v value.Value, exchanged bool) (w Witness, ok bool) {
	if !fn.Kinds(smallNumbers).Has(v.Kind()) || isNaN(v) {
		return w, false
	}
	if exchanged {
		op = converse[op]
	}
	w = atom(Atom{Field: field, Kind: Ordered, Op: op, Value: v})
	return w.guarded(field, smallNumbers|MayBeNull), true
}

// partWitness is the witness of a constant in a field.
func partWitness(field string, part value.Value) (w Witness, ok bool) {
	if part.Kind() != value.KindString || len(part.Str()) > fn.TestedText {
		return w, false
	}
	// A string is in no bool and in no number, and in a string that it is a part of.
	w = atom(Atom{Field: field, Kind: Tested, Test: fn.Test{Kind: fn.HasPart, Text: part.Str()}})
	w.Steps = fn.TestedSteps
	return w.guarded(field, small), true
}

// membershipWitness is the witness of a field in a constant.
func membershipWitness(field string, collection value.Value) (w Witness, ok bool) {
	add := func(item value.Value) bool {
		one, ok := same(field, item)
		w.join(one)
		return ok
	}
	switch collection.Kind() {
	case value.KindNull:
	case value.KindList:
		for item := range collection.List().All() {
			if !add(item) {
				return Witness{}, false
			}
		}
	case value.KindSet:
		for item := range collection.Set().All() {
			if !add(item) {
				return Witness{}, false
			}
		}
	case value.KindMap:
		for key := range collection.Map().All() {
			if !add(key) {
				return Witness{}, false
			}
		}
	default:
		return w, false
	}
	w.Steps = fn.TestedSteps
	return w.guarded(field, small), true
}

// callWitness returns the witness of a call that declares one, and whether such a call
// is total too.
func (f *witnessFinder) callWitness(n *syntax.Call) (w Witness, total, ok bool) {
	function := f.Of(n).Function
	if function == nil || function.Witness == nil || function.Purity != fn.Pure || WrongArity(n, function) != "" {
		return w, false, false
	}
	constants := make(fn.Constants, len(n.Args))
	for i, arg := range n.Args {
		v, known := f.Constant(arg)
		p := function.Param(i)
		if known && p != nil && (p.Lazy || v.IsNull() && p.Null != fn.NullAccepted || !v.IsNull() && !p.Accepts(v)) {
			return w, false, false
		}
		constants[i] = fn.Constant{Value: v, Known: known}
	}
	declared := function.Witness(constants)
	if !declared.Known || declared.Arg >= min(len(n.Args), len(function.Params)) {
		return w, false, false
	}
	for i := range constants {
		if constants[i].Known == (i == declared.Arg) {
			return w, false, false
		}
	}
	variable, isVariable := n.Args[declared.Arg].(*syntax.Variable)
	p := &function.Params[declared.Arg]
	if !isVariable || variable.Name == names.AllFields || p.Lazy {
		return w, false, false
	}
	for _, test := range declared.Tests {
		w.Atoms = append(w.Atoms, Atom{Field: variable.Name, Kind: Tested, Test: test, Converts: declared.Converts})
	}
	kinds := fn.String
	if declared.Converts {
		kinds |= converted
	}
	kinds &= p.Kinds
	if p.Null != fn.NullRefused {
		kinds |= MayBeNull
	}
	w.Steps = fn.TestedSteps
	return w.guarded(variable.Name, kinds), declared.Total, true
}

// logicalWitness: a chain groups to the right. For an and, it is the witness of one
// side: of the right one only if the left one, which is evaluated first, is total. For
// an or it is that of both.
func (f *witnessFinder) logicalWitness(n *syntax.Logical) (w Witness, ok bool) {
	last := len(n.Operands) - 1
	w, ok = f.witness(n.Operands[last])
	for i := last - 1; i >= 0; i-- {
		left, leftOK := f.witness(n.Operands[i])
		if n.Ops[i] == syntax.Or {
			if ok = ok && leftOK; ok {
				w.join(left)
			}
			continue
		}
		if ok {
			ok = f.isTotal(n.Operands[i], &w)
		}
		if leftOK && (!ok || left.weight() <= w.weight()) {
			w, ok = left, true
		}
	}
	return w, ok
}

// conditionalWitness: where the condition is not true, the else branch decides; else,
// if the condition is total, one of the branches does.
func (f *witnessFinder) conditionalWitness(n *syntax.Conditional) (w Witness, ok bool) {
	otherwise, ok := f.witness(n.Else)
	if !ok {
		return w, false
	}
	w, ok = f.witness(n.Condition)
	if then, thenOK := f.witness(n.Then); thenOK && f.Of(n.Condition).Kinds == fn.Bool && f.isTotal(n.Condition, &then) {
		if !ok || then.weight() < w.weight() {
			w, ok = then, true
		}
	}
	if ok {
		w.join(otherwise)
	}
	return w, ok
}

// isTotal reports whether n does not fail, keeps no state and charges no memory if the
// guards hold that it adds to w, with its steps.
func (f *witnessFinder) isTotal(n syntax.Node, w *Witness) bool {
	if f.visits--; f.visits < 0 {
		return false
	}
	if _, known := f.Constant(n); known {
		return true
	}
	switch n := n.(type) {
	case *syntax.Variable:
		return n.Name != names.AllFields
	case *syntax.Exists:
		return true
	case *syntax.Not:
		return f.isTotal(n.Operand, w)
	case *syntax.Logical:
		return !slices.ContainsFunc(n.Operands, func(operand syntax.Node) bool { return !f.isTotal(operand, w) })
	case *syntax.Conditional:
		return f.Of(n.Condition).Kinds == fn.Bool && f.isTotal(n.Condition, w) && f.isTotal(n.Then, w) && f.isTotal(n.Else, w)
	case *syntax.Call:
		call, total, ok := f.callWitness(n)
		if ok && total {
			w.guard(call)
		}
		return ok && total
	case *syntax.Binary:
		return f.isTotalBinary(n, w)
	}
	return false
}

func (f *witnessFinder) isTotalBinary(n *syntax.Binary, w *Witness) bool {
	switch n.Op {
	case syntax.Equal, syntax.NotEqual, syntax.In, syntax.NotIn:
		w.Steps += fn.TestedSteps
		return f.isSmall(n.Left, w) && f.isSmall(n.Right, w)
	case syntax.Less, syntax.LessOrEqual, syntax.Greater, syntax.GreaterOrEqual:
		return f.isNumber(n.Left, w) && f.isNumber(n.Right, w)
	}
	return f.isNumber(n, w)
}

// isSmall is isTotal for an operand that is looked at as a whole: it is small.
func (f *witnessFinder) isSmall(n syntax.Node, w *Witness) bool {
	if v, known := f.Constant(n); known {
		return v.Size() <= maxTestedConstant
	}
	if variable, isVariable := n.(*syntax.Variable); isVariable {
		*w = w.guarded(variable.Name, small)
		return variable.Name != names.AllFields
	}
	return f.Of(n).Kinds&^(small) == 0 && f.Of(n).Kinds&fn.String == 0 && f.isTotal(n, w)
}

// maxTestedConstant bounds constants, in bytes, so that comparing with one or looking
// for something in it takes no more than fn.TestedSteps.
const maxTestedConstant = 1 << 20

// isNumber is isTotal for an operand of arithmetic or of an order: it is a number, or
// null. Dividing may fail.
func (f *witnessFinder) isNumber(n syntax.Node, w *Witness) bool {
	if f.visits--; f.visits < 0 {
		return false
	}
	if v, known := f.Constant(n); known {
		return fn.Kinds(smallNumbers | MayBeNull).Has(v.Kind())
	}
	switch n := n.(type) {
	case *syntax.Variable:
		*w = w.guarded(n.Name, smallNumbers|MayBeNull)
		return n.Name != names.AllFields
	case *syntax.Binary:
		return n.Op.IsArithmetic() && n.Op != syntax.Div && f.isNumber(n.Left, w) && f.isNumber(n.Right, w)
	}
	return false
}

// guarded returns w with a guard more.
func (w Witness) guarded(field string, kinds fn.Kinds) Witness {
	for i := range w.Guards {
		if w.Guards[i].Field == field {
			w.Guards[i].Kinds &= kinds
			return w
		}
	}
	w.Guards = append(w.Guards, Guard{field, kinds})
	return w
}

// guard adds the guards and steps of another witness.
func (w *Witness) guard(other Witness) {
	for _, g := range other.Guards {
		*w = w.guarded(g.Field, g.Kinds)
	}
	w.Steps += other.Steps
}

// join makes w the witness of what is evaluated after what other is the witness of, if
// one of them is true.
func (w *Witness) join(other Witness) {
	w.Atoms = append(w.Atoms, other.Atoms...)
	w.guard(other)
}

// weight is how likely a witness holds, about: that of its likeliest atom, and a little
// for each.
func (w Witness) weight() float64 {
	most := 0.0
	for i := range w.Atoms {
		most = max(most, w.Atoms[i].weight())
	}
	return most + float64(len(w.Atoms))/1000
}

func (a *Atom) weight() float64 {
	switch a.Kind {
	case Same:
		switch a.Value.Kind() {
		case value.KindString:
			return 1
		case value.KindBool:
			return 40
		}
		return 2
	case Tested:
		switch length := len(a.Test.Text); {
		case a.Test.Kind == fn.Equals:
			return 1
		case a.Test.Kind == fn.InNetwork:
			return 5
		case length >= 4:
			return 3
		case length > 0:
			return 40 / float64(length)
		}
	case Ordered:
		return 50
	case Present, Missing:
		return 60
	}
	return 100
}
