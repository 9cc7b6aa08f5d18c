package compile

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// A decision is the compiled form of tests joined by and, or, not and
// conditionals: a row of steps, each with the step to go to when its test is
// true and when it is false. Rules are mostly made of such tests, and running a
// row costs one indirect call for the whole of it instead of one for each
// operator; the commonest tests are part of the step and cost none.
type decision []step

// step is one test of a decision.
type step struct {
	kind     stepKind
	operator order // of numberStep
	equal    bool  // of textStep and textsStep: rather than unequal
	integral bool  // of numberStep: the constant is an integer of at most 64 bits
	exact    bool  // of numberStep: the constant is double, exactly
	reads    bool  // the field must be read; else the step before has just done so

	// Where to go: the index of a step, or -1 - i for outcome i.
	onTrue, onFalse int32

	field   string // none for testStep
	text    string // of textStep
	integer int64  // of numberStep
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
	testStep   stepKind = iota // any test
	textStep                   // a field is, or is not, a constant string
	textsStep                  // a field is one of a few constant strings
	existsStep                 // a field is not null
	callStep                   // a function of a field whose result is a bool
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

// run goes through the steps of a condition.
func (d decision) run(s scope) (bool, error) {
	i, err := d.outcome(s)
	return i == whenTrue, err
}

// outcome goes through the steps and returns the number of the outcome.
func (d decision) outcome(s scope) (int, error) {
	var v value.Value // of the field read last
	for i := int32(0); ; {
		st := &d[i]
		if st.reads {
			v = s.load(st.field)
		}
		var b bool
		var err error
		switch st.kind {
		case textStep:
			b = (v.Kind() == value.KindString && v.Str() == st.text) == st.equal
		case numberStep:
			switch kind := v.Kind(); {
			case st.integral && (kind == value.KindInt || kind == value.KindLong):
				b = st.operator.holdsFor(compareIntegers(v.Int64(), st.integer))
			case st.exact && kind == value.KindDouble:
				b = st.operator.holdsFor(compareDoubles(v.Float64(), st.double))
			default:
				b, err = st.test(s, v)
			}
		case textsStep:
			b = (v.Kind() == value.KindString && slices.Contains(st.texts, v.Str())) == st.equal
		case existsStep:
			b = !v.IsNull()
		case callStep:
			var result value.Value
			result, err = st.call.unaryOn(s, v)
			b = result.Bool()
		default:
			b, err = st.test(s, v)
		}
		if err != nil {
			return whenFalse, err
		}
		if b {
			i = st.onTrue
		} else {
			i = st.onFalse
		}
		if i < 0 {
			return int(-1 - i), nil
		}
	}
}
