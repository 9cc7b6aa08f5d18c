package analysis

import (
	"math"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Witness is what must hold of fields, and of parts of the condition, for it to be true.
// If each part of Uses was evaluated without failure, in fn.TestedSteps at most, the
// value of each subject of Guards is of the kinds there, and none of the atoms holds,
// then evaluating the condition does not fail, has false or null as its result, calls no
// function that keeps state, charges no memory but that of Uses, and takes at most so
// many steps.
type Witness struct {
	Atoms  []Atom
	Guards []Guard // each subject once
	Uses   []Use   // each part once
	Steps  int64
}

// Subject is what an atom or a guard is about: a field, or a part of the condition that
// the engine knows by a number above 0.
type Subject struct {
	Field string
	Part  int32
	// Charged says of a part that its evaluation may be charged memory, as it makes
	// more than numbers.
	Charged bool
}

// Use says that a condition evaluates a part: exactly once if it is Certain, else once,
// several times or not at all.
type Use struct {
	Subject
	Certain bool
}

// Atom is a test of a subject.
type Atom struct {
	Subject
	Kind  AtomKind
	Op    syntax.Op   // of Ordered: Less, LessOrEqual, Greater or GreaterOrEqual
	Value value.Value // of Same and Ordered: a bool, a string, or a number that is no bigint and not NaN
	Test  fn.Test     // of Tested
	// Converts is that of fn.Witness, for Tested.
	Converts bool
}

// AtomKind is what an Atom says of its subject.
type AtomKind uint8

const (
	// Same: the subject is the same as Value.
	Same AtomKind = iota
	// Ordered: comparing the subject with Value by Op holds.
	Ordered
	// Tested: Test holds of the subject.
	Tested
	// Present: the subject is not null.
	Present
	// Missing: the subject is null.
	Missing
)

// Guard is a subject, and the kinds of it, MayBeNull among them, for which a Witness
// promises something. Strings count only if they have at most fn.TestedText bytes.
type Guard struct {
	Subject
	Kinds fn.Kinds
}

// The kinds for which guarded operators neither fail nor take many steps.
const (
	smallNumbers = fn.Int | fn.Long | fn.Float | fn.Double
	small        = smallNumbers | fn.Bool | fn.String | MayBeNull
	anything     = fn.Any | MayBeNull
	converted    = smallNumbers | fn.Bool | fn.Iterable
)

// Witness returns a witness of a condition, the one among all that most likely fails
// to hold. ok is false if there is none. The number of a part whose value the engine
// looks up is returned by part, and 0 for others. Common, which may be nil, returns how
// much an atom is to be avoided, compared with 1 for the equality with a string.
func (a *Analysis) Witness(condition syntax.Node, part func(syntax.Node) int32, common func(*Atom) float64) (w Witness, ok bool) {
	if a.Of(condition).Stateful {
		return Witness{}, false
	}
	f := witnessFinder{Analysis: a, part: part, common: common, visits: visitsPerNode * (a.Tree.Nodes + 16)}
	w, ok = f.witness(condition)
	return w, ok && f.visits >= 0
}

// visitsPerNode bounds the work of finding a witness.
const visitsPerNode = 32

type witnessFinder struct {
	*Analysis
	part   func(syntax.Node) int32
	common func(*Atom) float64 // nil for none
	visits int                 // that are left
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
	case *syntax.Exists:
		return atom(Atom{Subject: Subject{Field: n.Name}, Kind: Present}), true
	case *syntax.Not:
		if e, isExists := n.Operand.(*syntax.Exists); isExists && e.Name != names.AllFields {
			return atom(Atom{Subject: Subject{Field: e.Name}, Kind: Missing}), true
		}
	case *syntax.Binary:
		w, ok = f.binaryWitness(n)
	case *syntax.Call:
		w, _, ok = f.callWitness(n)
	case *syntax.Logical:
		w, ok = f.logicalWitness(n)
	case *syntax.Conditional:
		w, ok = f.conditionalWitness(n)
	}
	if subject, isSubject := f.subject(n); !ok && isSubject {
		w = atom(Atom{Subject: subject, Kind: Same, Value: value.Bool(true)})
		return w.guarded(subject, fn.Bool|MayBeNull), true
	}
	return w, ok
}

// subject returns n as a subject, if it is one.
func (f *witnessFinder) subject(n syntax.Node) (subject Subject, ok bool) {
	if variable, isVariable := n.(*syntax.Variable); isVariable {
		return Subject{Field: variable.Name}, variable.Name != names.AllFields
	}
	if _, known := f.Constant(n); known || f.part == nil {
		return Subject{}, false
	}
	if subject.Part = f.part(n); subject.Part > 0 {
		subject.Charged = f.makesMore(n)
	}
	return subject, subject.Part > 0
}

// makesMore reports whether a part of n makes something else than numbers and bools.
func (f *witnessFinder) makesMore(n syntax.Node) bool {
	f.visits--
	switch n.(type) {
	case *syntax.Literal, *syntax.Variable:
		return false
	}
	if f.Of(n).Kinds&^(smallNumbers|fn.Bool|MayBeNull) != 0 && f.Of(n).Constant == nil {
		if b, ok := n.(*syntax.Binary); !ok || !b.Op.IsArithmetic() {
			return true
		}
	}
	return slices.ContainsFunc(syntax.Children(n), f.makesMore)
}

// atom returns the witness of one atom.
func atom(a Atom) Witness {
	w := Witness{Atoms: []Atom{a}}
	w.use(a.Subject, true)
	return w
}

// subjectAndConstant returns the operands of an operator if they are those, in either
// order.
func (f *witnessFinder) subjectAndConstant(n *syntax.Binary) (subject Subject, v value.Value, exchanged, ok bool) {
	left, right := n.Left, n.Right
	if _, known := f.Constant(left); known {
		left, right, exchanged = right, left, true
	}
	subject, ok = f.subject(left)
	v, known := f.Constant(right)
	return subject, v, exchanged, ok && known
}

func (f *witnessFinder) binaryWitness(n *syntax.Binary) (w Witness, ok bool) {
	subject, v, exchanged, ok := f.subjectAndConstant(n)
	if !ok {
		return w, false
	}
	switch n.Op {
	case syntax.Equal:
		if isNaN(v) {
			w.use(subject, true)
			return w.guarded(subject, anything), true
		}
		return same(subject, v)
	case syntax.NotEqual:
		return atom(Atom{Subject: subject, Kind: Present}), v.IsNull()
	case syntax.Less, syntax.LessOrEqual, syntax.Greater, syntax.GreaterOrEqual:
		return orderWitness(subject, n.Op, v, exchanged)
	case syntax.In:
		if exchanged {
			return partWitness(subject, v)
		}
		return membershipWitness(subject, v)
	}
	return w, false
}

// same is the witness of a field that is the same as v.
func same(subject Subject, v value.Value) (w Witness, ok bool) {
	switch v.Kind() {
	case value.KindNull:
		return atom(Atom{Subject: subject, Kind: Missing}), true
	case value.KindBool, value.KindString, value.KindInt, value.KindLong:
		return atom(Atom{Subject: subject, Kind: Same, Value: v}), true
	case value.KindFloat, value.KindDouble:
		w = atom(Atom{Subject: subject, Kind: Same, Value: v})
		if math.Abs(v.Float64()) >= 1<<63 { // it may be the same as a bigint
			w = w.guarded(subject, anything&^fn.BigInt)
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

func orderWitness(subject Subject, op syntax.Op, v value.Value, exchanged bool) (w Witness, ok bool) {
	if !fn.Kinds(smallNumbers).Has(v.Kind()) || isNaN(v) {
		return w, false
	}
	if exchanged {
		op = converse[op]
	}
	w = atom(Atom{Subject: subject, Kind: Ordered, Op: op, Value: v})
	return w.guarded(subject, smallNumbers|MayBeNull), true
}

// partWitness is the witness of a constant in a field.
func partWitness(subject Subject, part value.Value) (w Witness, ok bool) {
	if part.Kind() != value.KindString || len(part.Str()) > fn.TestedText {
		return w, false
	}
	// A string is in no bool and in no number, and in a string that it is a part of.
	w = atom(Atom{Subject: subject, Kind: Tested, Test: fn.Test{Kind: fn.HasPart, Text: part.Str()}})
	w.Steps = fn.TestedSteps
	return w.guarded(subject, small), true
}

// mostAtoms is how many items a constant may have that a witness is made of. To look
// something up in a larger one takes no longer, but an index would have all of them.
const mostAtoms = 10_000

// membershipWitness is the witness of a field in a constant.
func membershipWitness(subject Subject, collection value.Value) (w Witness, ok bool) {
	if collection.Len() > mostAtoms {
		return Witness{}, false
	}
	add := func(item value.Value) bool {
		one, ok := same(subject, item)
		w.Atoms = append(w.Atoms, one.Atoms...)
		for _, g := range one.Guards {
			w = w.guarded(g.Subject, g.Kinds)
		}
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
	w.use(subject, true)
	w.Steps = fn.TestedSteps
	return w.guarded(subject, small), true
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
	subject, isSubject := f.subject(n.Args[declared.Arg])
	p := &function.Params[declared.Arg]
	if !isSubject || p.Lazy {
		return w, false, false
	}
	w.use(subject, true)
	for _, test := range declared.Tests {
		w.Atoms = append(w.Atoms, Atom{Subject: subject, Kind: Tested, Test: test, Converts: declared.Converts})
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
	return w.guarded(subject, kinds), declared.Total, true
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
			w.makeUncertain()
			ok = f.isTotal(n.Operands[i], true, &w)
		}
		if leftOK && (!ok || f.weight(&left) <= f.weight(&w)) {
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
	if ok {
		w.join(otherwise)
	}
	then, thenOK := f.witness(n.Then)
	if !thenOK || f.Of(n.Condition).Kinds != fn.Bool || ok && f.weight(&w) <= f.weight(&then) {
		return w, ok
	}
	then.join(otherwise)
	then.makeUncertain()
	if f.isTotal(n.Condition, true, &then) {
		return then, true
	}
	return w, ok
}

// guarded returns w with a guard more.
func (w Witness) guarded(subject Subject, kinds fn.Kinds) Witness {
	for i := range w.Guards {
		if w.Guards[i].Subject == subject {
			w.Guards[i].Kinds &= kinds
			return w
		}
	}
	w.Guards = append(w.Guards, Guard{subject, kinds})
	return w
}

// use notes that a subject, if it is a part, is evaluated. What is evaluated a second
// time is not certain to be evaluated once.
func (w *Witness) use(subject Subject, certain bool) {
	if subject.Part == 0 {
		return
	}
	for i := range w.Uses {
		if w.Uses[i].Subject == subject {
			w.Uses[i].Certain = false
			return
		}
	}
	w.Uses = append(w.Uses, Use{subject, certain})
	w.Steps += fn.TestedSteps
}

// makeUncertain notes that what w says of is perhaps not evaluated.
func (w *Witness) makeUncertain() {
	for i := range w.Uses {
		w.Uses[i].Certain = false
	}
}

// add adds the guards, uses and steps of another witness, whose condition is evaluated
// too.
func (w *Witness) add(other Witness) {
	for _, g := range other.Guards {
		*w = w.guarded(g.Subject, g.Kinds)
	}
	for _, u := range other.Uses {
		w.use(u.Subject, u.Certain)
	}
	w.Steps += other.Steps
}

// join makes w the witness of two conditions that are evaluated, if neither is true.
func (w *Witness) join(other Witness) {
	w.Atoms = append(w.Atoms, other.Atoms...)
	w.add(other)
}

// weight is how likely a witness holds, about: that of its likeliest atom, and a little
// for each.
func (f *witnessFinder) weight(w *Witness) float64 {
	most := 0.0
	for i := range w.Atoms {
		weight := w.Atoms[i].weight()
		if f.common != nil {
			weight += f.common(&w.Atoms[i])
		}
		most = max(most, weight)
	}
	for _, u := range w.Uses {
		if u.Charged && !u.Certain { // where that costs memory, the witness is of no use
			most += 1000
		}
	}
	return most + float64(len(w.Atoms))/1000
}

func (a *Atom) weight() float64 {
	weight := a.weightOfTest()
	if a.Part > 0 { // which must be evaluated
		weight += 0.5
	}
	return weight
}

func (a *Atom) weightOfTest() float64 {
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
