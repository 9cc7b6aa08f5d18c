package compile

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// A decision is the compiled form of tests joined by and, or, not and
// conditionals: steps, each with the step to go to when its test is true and when
// it is false. Rules are mostly made of such tests, and running the steps costs
// one indirect call for all of them instead of one for each operator; the
// commonest tests are part of the step and cost none. A decision is its first
// step.
type decision = *step

// Decision is a decision of others to run.
type Decision = step

// step is one test of a decision.
type step struct {
	kind     stepKind
	operator order // of numberStep
	equal    bool  // of textStep and textsStep: rather than unequal
	integral bool  // of numberStep: the constant is an integer of at most 64 bits
	exact    bool  // of numberStep: the constant is double, exactly
	reads    bool  // the field must be read; else the step before has just done so

	// Where to go on.
	onTrue, onFalse *step

	field   field  // none for testStep
	text    string // of textStep
	integer int64  // of numberStep; of outcomeStep its number
	double  float64
	texts   []string    // of textsStep
	call    *invocation // of callStep

	// test is the test of a testStep, and of a numberStep for values of rare
	// kinds. It is given the field's value.
	test func(scope, value.Value) (bool, error)
}

// The outcomes of a condition.
const (
	whenTrue  = 0
	whenFalse = 1
)

type stepKind uint8

const (
	testStep    stepKind = iota // any test
	outcomeStep                 // none: the decision is made
	textStep                    // a field is, or is not, a constant string
	textsStep                   // a field is one of a few constant strings
	existsStep                  // a field is not null
	callStep                    // a function of a field whose result is a bool
	numberStep                  // a field compared with a constant number
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

// decide goes through the steps of a condition.
func (st *step) decide(s scope) (bool, error) {
	i, err := st.outcome(s)
	return i == whenTrue, err
}

// Decide goes through the steps with the variables of a plain map. If it fails, the
// program has to be tested.
func (st *step) Decide(vars map[string]any) (bool, error) {
	i, err := st.outcome(scope{vars: vars})
	return i == whenTrue, err
}

// outcome goes through the steps and returns the number of the outcome. What is
// commonest stands here: reading a text or an int from a plain map, and comparing it
// with a constant.
func (st *step) outcome(s scope) (int, error) {
	var x any         // what the field read last is in a plain map
	var v value.Value // of the field read last, if x is neither a text nor an int
	for st.kind != outcomeStep {
		if s.state == nil {
			if st.reads {
				x = s.vars[st.field.name]
			}
			if text, ok := x.(string); ok {
				if st.kind == textStep {
					st = st.next((text == st.text) == st.equal)
					continue
				}
				v = value.String(text)
			} else if n, ok := x.(int); ok {
				if st.kind == numberStep && st.integral {
					st = st.next(st.operator.holdsFor(compareIntegers(int64(n), st.integer)))
					continue
				}
				v = value.Integer(int64(n))
			} else if st.reads {
				if v = value.FromGo(x); v.IsNull() {
					v = s.follow(&st.field)
				}
			}
		} else if st.reads {
			v = s.load(&st.field)
		}
		switch kind := v.Kind(); {
		case st.kind == textStep:
			st = st.next((kind == value.KindString && v.Str() == st.text) == st.equal)
		case st.kind == numberStep && st.integral && (kind == value.KindInt || kind == value.KindLong):
			st = st.next(st.operator.holdsFor(compareIntegers(v.Int64(), st.integer)))
		case st.kind == existsStep:
			st = st.next(!v.IsNull())
		case st.kind == callStep:
			result, err := st.call.unaryOn(s, v)
			if err != nil {
				return whenFalse, err
			}
			st = st.next(result.Bool())
		default:
			b, err := st.holds(s, v)
			if err != nil {
				return whenFalse, err
			}
			st = st.next(b)
		}
	}
	return int(st.integer), nil
}

// next returns the step to go to.
func (st *step) next(holds bool) *step {
	if holds {
		return st.onTrue
	}
	return st.onFalse
}

// holds is the test of a step on the value of its field.
func (st *step) holds(s scope, v value.Value) (bool, error) {
	switch st.kind {
	case numberStep:
		if st.integral && (v.Kind() == value.KindInt || v.Kind() == value.KindLong) {
			return st.operator.holdsFor(compareIntegers(v.Int64(), st.integer)), nil
		}
		if st.exact && v.Kind() == value.KindDouble {
			return st.operator.holdsFor(compareDoubles(v.Float64(), st.double)), nil
		}
	case textsStep:
		return (v.Kind() == value.KindString && slices.Contains(st.texts, v.Str())) == st.equal, nil
	case existsStep:
		return !v.IsNull(), nil
	case callStep:
		result, err := st.call.unaryOn(s, v)
		return result.Bool(), err
	}
	return st.test(s, v)
}

// decideFields is decide for a condition of which each step is a test of a field, on
// the variables of a resolver. If it fails, the condition has to be evaluated with a
// state.
func (st *step) decideFields(variables Resolver) (bool, error) {
	var v value.Value // of the field read last
	for st.kind != outcomeStep {
		if st.reads {
			if v = variables.Lookup(st.field.name); v.IsNull() && st.field.path != nil {
				return false, errNeedsState
			}
		}
		if st.kind == textStep {
			st = st.next((v.Kind() == value.KindString && v.Str() == st.text) == st.equal)
			continue
		}
		b, err := st.holds(scope{}, v)
		if err != nil {
			return false, err
		}
		st = st.next(b)
	}
	return st.integer == whenTrue, nil
}
