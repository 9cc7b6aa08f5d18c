package compile

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// A Decision is the compiled form of tests joined by and, or and not: a list of
// steps, each with the step to go to when its test is true and when it is
// false. Rules are mostly made of such tests, and running a list costs one
// indirect call for the whole of it instead of one for each operator; the
// commonest tests are part of the step and cost none.
type Decision []step

// step is one test of a decision.
type step struct {
	kind      stepKind
	operator  order // of numberStep
	equal     bool  // of textStep and textsStep: rather than unequal
	integral  bool  // of numberStep: the constant is an integer
	sameField bool  // every step that leads here has just read the same field

	onTrue, onFalse int32 // index of the next step, or one of the outcomes below

	field   string
	text    string                    // of textStep
	test    func(scope) (bool, error) // any step's slow way, testStep's only one
	integer int64                     // of numberStep
	double  float64                   // of numberStep
	texts   []string                  // of textsStep
	call    *invocation               // of callStep
}

// The outcomes of a decision stand in place of an index. A decision between the
// branches of a conditional has further ones, counting down.
const (
	decidedTrue  = -1
	decidedFalse = -2
)

type stepKind uint8

const (
	testStep   stepKind = iota // any test
	textStep                   // a field is, or is not, a constant string
	textsStep                  // a field is one of a few constant strings
	existsStep                 // a field is not null
	callStep                   // a function of a field that gives a bool
	numberStep                 // a field compared with a constant number
)

// order is a set of outcomes of comparing two numbers.
type order uint8

const (
	before order = 1 << iota
	same
	after
	unordered // NaN
)

var orders = [...]order{
	syntax.Equal: same, syntax.NotEqual: before | after | unordered,
	syntax.Less: before, syntax.LessOrEqual: before | same,
	syntax.Greater: after, syntax.GreaterOrEqual: after | same,
}

func (o order) holdsFor(outcome order) bool { return o&outcome != 0 }

func compareIntegers(a, b int64) order {
	switch {
	case a < b:
		return before
	case a > b:
		return after
	}
	return same
}

func compareDoubles(a, b float64) order {
	switch {
	case a < b:
		return before
	case a > b:
		return after
	case a == b:
		return same
	}
	return unordered
}

// run goes through the steps and tells whether the outcome is decidedTrue.
func (d Decision) run(s scope) (bool, error) {
	outcome, err := d.outcome(s)
	return outcome == decidedTrue, err
}

// Test is the test of a whole program, which calls nothing, on variables in a
// map. It allocates nothing. Most rules compare texts and integers alone; for
// these there is a loop that has nothing else to keep, and where it meets
// something else the usual way begins anew.
func (d Decision) Test(vars map[string]any) (bool, error) {
	for i := int32(0); ; {
		st := &d[i]
		var b bool
		switch st.kind {
		case textStep:
			text, ok := vars[st.field].(string)
			if !ok {
				return d.run(scope{vars: vars})
			}
			b = (text == st.text) == st.equal
		case numberStep:
			integer, ok := vars[st.field].(int)
			if !ok || !st.integral {
				return d.run(scope{vars: vars})
			}
			b = st.operator.holdsFor(compareIntegers(int64(integer), st.integer))
		default:
			return d.run(scope{vars: vars})
		}
		if b {
			i = st.onTrue
		} else {
			i = st.onFalse
		}
		if i < 0 {
			return i == decidedTrue, nil
		}
	}
}

// outcome goes through the steps.
func (d Decision) outcome(s scope) (int32, error) {
	if s.run != nil && s.run.resolver != nil {
		return d.outcomeByTests(s)
	}
	var x any // the field read last
	i := int32(0)
	for {
		st := &d[i]
		if st.kind != testStep && !st.sameField {
			x = s.vars[st.field]
		}
		var b bool
		var err error
		switch st.kind {
		case textStep:
			if text, ok := x.(string); ok {
				b = (text == st.text) == st.equal
			} else {
				b, err = st.test(s)
			}
		case numberStep:
			if i, ok := x.(int); ok && st.integral {
				b = st.operator.holdsFor(compareIntegers(int64(i), st.integer))
			} else if f, ok := x.(float64); ok {
				b = st.operator.holdsFor(compareDoubles(f, st.double))
			} else {
				b, err = st.test(s)
			}
		case textsStep:
			if text, ok := x.(string); ok {
				b = slices.Contains(st.texts, text) == st.equal
			} else {
				b, err = st.test(s)
			}
		case existsStep:
			switch x.(type) {
			case nil:
			case string, bool, int, float64:
				b = true
			default:
				b, err = st.test(s)
			}
		case callStep:
			var v value.Value
			v, err = st.call.unaryOn(s, value.FromGo(x))
			b = v.Bool()
		default:
			b, err = st.test(s)
		}
		if err != nil {
			return decidedFalse, err
		}
		if b {
			i = st.onTrue
		} else {
			i = st.onFalse
		}
		if i < 0 {
			return i, nil
		}
	}
}

// outcomeByTests is outcome for variables that are not in a map.
func (d Decision) outcomeByTests(s scope) (int32, error) {
	i := int32(0)
	for {
		b, err := d[i].test(s)
		if err != nil {
			return decidedFalse, err
		}
		if b {
			i = d[i].onTrue
		} else {
			i = d[i].onFalse
		}
		if i < 0 {
			return i, nil
		}
	}
}

// testOf gives the shortest code for a decision.
func (d Decision) testOf() func(scope) (bool, error) {
	if len(d) == 1 && d[0].kind == testStep && d[0].onTrue == decidedTrue {
		return d[0].test
	}
	return d.run
}

// steps gives the decision of a code with a test: its own, or one step.
func (c code) steps() Decision {
	if c.decision != nil {
		return c.decision
	}
	return oneStep(step{test: c.test})
}

// decided makes the code of a decision.
func decided(d Decision) code {
	d.shareReads()
	c := testCode(d.testOf())
	c.decision = d
	return c
}

// shareReads marks the steps that need not read their field again. A decision
// that becomes a part of another one is marked anew there.
func (d Decision) shareReads() {
	for i := range d {
		d[i].sameField = i > 0 && d[i].kind != testStep
	}
	for _, st := range d {
		for _, next := range []int32{st.onTrue, st.onFalse} {
			if next >= 0 && d[next].field != st.field {
				d[next].sameField = false
			}
		}
	}
}

// oneStep makes a decision of a step.
func oneStep(st step) Decision {
	st.onTrue, st.onFalse = decidedTrue, decidedFalse
	return Decision{st}
}

// single makes the code of a decision of one step.
func single(st step) code { return decided(oneStep(st)) }

// then gives the decision that goes on with the steps of next at one of d's
// outcomes, and keeps d's other outcomes.
func (d Decision) then(outcome int32, next Decision) Decision {
	all := slices.Clone(d)
	for i := range all {
		all[i].redirect(outcome, int32(len(d)))
	}
	for _, st := range next {
		st.move(int32(len(d)))
		all = append(all, st)
	}
	return all
}

// joined puts the steps of a chain of and and or, which groups to the right,
// into one decision.
func joined(ops []syntax.Op, operands []code) Decision {
	var all Decision
	for i := range operands {
		d := operands[i].steps()
		var onTrue, onFalse int32 = decidedTrue, decidedFalse
		if next := int32(len(all) + len(d)); i < len(ops) && ops[i] == syntax.And {
			onTrue = next
		} else if i < len(ops) {
			onFalse = next
		}
		all = all.follow(d, onTrue, onFalse)
	}
	return all
}

// follow adds the steps of next behind those of d, which is given away. The
// outcomes of next lead to the steps or outcomes onTrue and onFalse.
func (d Decision) follow(next Decision, onTrue, onFalse int32) Decision {
	start := int32(len(d))
	target := func(t int32) int32 {
		switch t {
		case decidedTrue:
			return onTrue
		case decidedFalse:
			return onFalse
		}
		return t + start
	}
	for _, st := range next {
		st.onTrue, st.onFalse = target(st.onTrue), target(st.onFalse)
		d = append(d, st)
	}
	return d
}

// negated gives the decision with its results exchanged.
func (d Decision) negated() Decision {
	out := slices.Clone(d)
	for i := range out {
		out[i].onTrue, out[i].onFalse = exchange(out[i].onTrue), exchange(out[i].onFalse)
	}
	return out
}

func exchange(target int32) int32 {
	switch target {
	case decidedTrue:
		return decidedFalse
	case decidedFalse:
		return decidedTrue
	}
	return target
}

// move adjusts the step to stand some places later.
func (st *step) move(by int32) {
	if st.onTrue >= 0 {
		st.onTrue += by
	}
	if st.onFalse >= 0 {
		st.onFalse += by
	}
}

// redirect makes an outcome of the step go on at a further step.
func (st *step) redirect(outcome, to int32) {
	if st.onTrue == outcome {
		st.onTrue = to
	}
	if st.onFalse == outcome {
		st.onFalse = to
	}
}
