package rules

import (
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Listener is told what a set does with messages, in the goroutine that applies it. What is
// nil is not called.
type Listener struct {
	// Hit is called for each rule of a Triage that is true for a message.
	Hit func(Hit)
	// Evaluated is called for each expression that is evaluated for a message. It makes
	// evaluations much slower: it is for people, not for streams. No rule is then left
	// out because it cannot be true.
	Evaluated func(Evaluated)
	// Timed is called for each expression that is evaluated for a message, if Evaluated is
	// nil, with the time that took. Reading the clock takes longer than short expressions.
	Timed func(Timed)
}

// Timed is an expression that was evaluated for a message, and the time that took.
type Timed struct {
	Part Part
	// Rule and Name are those of Evaluated.
	Rule, Name string
	// Expression is as it was compiled.
	Expression *Expression
	Took       time.Duration
}

// Hit is a rule of a Triage that is true for a message.
type Hit struct {
	Rule   *TriageRule // as it was compiled
	Score  float64
	Reason string
	// Exception is the one that holds, and keeps the rule from counting. It is nil if
	// none does.
	Exception *Exception
}

// Evaluated is an expression that was evaluated for a message.
type Evaluated struct {
	Part Part
	// Rule is the name of the rule or step of which the expression is.
	Rule string
	// Name is what is assigned, "" for other parts.
	Name string
	Expression
	// Value is null if the evaluation failed with Err, a *diag.Diagnostic with its place
	// in the source.
	Value value.Value
	Err   error
	// Explanation says what each sub-expression did.
	Explanation *stellar.Explanation
}

// Part is what an expression does in a rule or step.
type Part uint8

// The parts.
const (
	ConditionPart  Part = iota // of a rule
	AssignmentPart             // the value of a name
	FilterPart                 // of messages for which it is true
	DropPart                   // of messages for which it is false
	RequirePart                // it is an error if it is false
	EditPart                   // whether fields are removed and renamed
	TriagePart                 // whether a message is scored
	ScorePart
	ReasonPart
	ExceptionPart
	VerdictPart // a score and a reason in one
)

// part returns the part of the condition of a filter.
func (e Effect) part() Part {
	switch e {
	case DropTrue:
		return DropPart
	case Require:
		return RequirePart
	}
	return FilterPart
}

// test evaluates a condition.
func (e *expression) test(s *scope, part Part) (bool, error) {
	if !s.set.options.Listener.followsEvaluation() {
		return s.session.Test(e.program)
	}
	if s.set.options.Listener.Evaluated == nil {
		defer e.time(s, part, time.Now())
		return s.session.Test(e.program)
	}
	return e.program.AsBool(e.evaluate(s, part, func(v value.Value, err error) error {
		_, err = e.program.AsBool(v, err)
		return err
	}))
}

// value evaluates an expression.
func (e *expression) value(s *scope, part Part) (value.Value, error) {
	if !s.set.options.Listener.followsEvaluation() {
		return s.session.Value(e.program)
	}
	if s.set.options.Listener.Evaluated == nil {
		defer e.time(s, part, time.Now())
		return s.session.Value(e.program)
	}
	return e.evaluate(s, part, func(_ value.Value, err error) error { return err })
}

// followsEvaluation reports whether the listener is told of expressions.
func (l *Listener) followsEvaluation() bool { return l.Evaluated != nil || l.Timed != nil }

// time tells that an evaluation has ended, which began at a time.
func (e *expression) time(s *scope, part Part, began time.Time) {
	s.set.options.Listener.Timed(Timed{Part: part, Rule: e.rule, Name: e.assigns, Expression: &e.Expression, Took: time.Since(began)})
}

// evaluate evaluates an expression and tells what it did, of which fails says whether it
// has failed.
func (e *expression) evaluate(s *scope, part Part, fails func(value.Value, error) error) (value.Value, error) {
	tree, err := e.tree(s.set)
	if err != nil {
		return value.Null, err
	}
	trace, err := compile.Explain(s.session.Context(), tree, s.set.environment, nil, s)
	told := Evaluated{Part: part, Rule: e.rule, Name: e.assigns, Expression: e.Expression}
	var v value.Value
	if trace != nil {
		v = trace.Value
		told.Explanation = stellar.ExplanationOf(e.Text, tree, trace, s)
	}
	if failed := fails(v, err); failed != nil {
		told.Err = e.failure(failed, s)
	} else {
		told.Value = v
	}
	s.set.options.Listener.Evaluated(told)
	return v, err
}

// tree returns the tree of the expression, which is read once for a set.
func (e *expression) tree(set *Set) (syntax.Tree, error) {
	if tree, ok := set.explained.Load(e.program); ok {
		return tree.(syntax.Tree), nil
	}
	tree, mistake := set.environment.Parse(e.Text)
	if mistake != nil {
		return tree, mistake // which compiling excludes
	}
	set.explained.Store(e.program, tree)
	return tree, nil
}

// tell tells that the rule is true, unless the exception holds; -1 is none.
func (h *hit) tell(s *scope, exception int) {
	if s.set.options.Listener.Hit == nil {
		return
	}
	told := Hit{Rule: h.rule.source, Score: h.score}
	told.Reason, _ = value.ToText(h.reason)
	if exception >= 0 {
		told.Exception = &h.rule.source.Except[exception]
	}
	s.set.options.Listener.Hit(told)
}
