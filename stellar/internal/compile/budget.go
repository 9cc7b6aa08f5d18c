package compile

import (
	"errors"
	"fmt"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// An evaluation has one budget of work and one of memory. They are charged where
// the work and the memory arise, before the work is done: by calls for their
// arguments, by operators for large operands, by literals for their items.
//
// A program that needs no state has nothing to charge to. There a piece of work that
// is small is free, as the length of the source bounds how many there are. At the
// first large one the evaluation begins anew with a state: all that it has done was
// pure.

// freeSteps is the work that is not counted without a state.
const freeSteps = 64

// errNeedsState says that an evaluation without a state met what must be charged.
var errNeedsState = errors.New("the evaluation needs a state")

// NeedsState reports whether an evaluation without a state has to be done with one.
func NeedsState(err error) bool { return err == errNeedsState }

// budget is what an evaluation has used up.
type budget struct {
	steps  int64
	memory int64
	before int64 // of memory, what was used up of a shared budget when it began
	due    int64 // the number of steps at which to look at limit and context
}

// Budget is a budget of memory that evaluations share, such as those of all rules
// for one message, one after the other. The zero Budget is unused.
type Budget struct{ used int64 }

// begin lets the evaluation go on with a budget. A nil budget is one of its own.
func (e *state) begin(shared *Budget) {
	if shared != nil {
		e.memory, e.before = shared.used, shared.used
	}
}

// end charges the shared budget with what the evaluation has used up; nothing if
// that was too much, as then nothing of it is kept.
func (e *state) end(shared *Budget) {
	if shared != nil && e.memory >= 0 && e.memory <= e.env.Limits.Memory {
		shared.used = e.memory
	}
}

// stepsBetweenChecks is how much work passes between two looks at the context.
const stepsBetweenChecks = 1024

// exceeded is the error of a budget that is used up.
type exceeded struct {
	limit  int64
	unit   string
	shared bool // with the rules before this one
}

// Error says which one.
func (e *exceeded) Error() string {
	if e.shared {
		return fmt.Sprintf("the rules up to this one take more than the limit of %d %s for one message", e.limit, e.unit)
	}
	return fmt.Sprintf("the evaluation takes more than the limit of %d %s", e.limit, e.unit)
}

// Spend implements fn.Evaluation.
func (e *state) Spend(steps int64) error {
	if e.steps += steps; e.steps < e.due {
		return nil
	}
	return e.check()
}

// check looks at the limit of steps and the context, and says when to do so next.
func (e *state) check() error {
	limit := e.env.Limits.Steps
	if e.steps > limit || e.steps < 0 {
		return &exceeded{limit: limit, unit: "steps"}
	}
	e.due = min(e.steps+stepsBetweenChecks, limit+1)
	return e.ctx.Err()
}

// Allocate implements fn.Evaluation.
func (e *state) Allocate(bytes int64) error {
	if e.memory += bytes; e.memory > e.env.Limits.Memory || e.memory < 0 {
		return e.env.outOfMemory(e.before > 0)
	}
	return nil
}

// outOfMemory is the error of a budget of memory that is used up, by several
// evaluations if it is shared.
func (e *Environment) outOfMemory(shared bool) error {
	return &exceeded{limit: e.Limits.Memory, unit: "bytes of memory", shared: shared}
}

// spend charges work to the state, if there is one.
func (s scope) spend(steps int64) error {
	switch {
	case s.state != nil:
		return s.state.Spend(steps)
	case steps > freeSteps:
		return errNeedsState
	}
	return nil
}

// allocate charges memory to the state, if there is one.
func (s scope) allocate(bytes int64) error {
	switch {
	case s.state != nil:
		return s.state.Allocate(bytes)
	case bytes > freeSteps*bytesPerStep:
		return errNeedsState
	}
	return nil
}

// freeBudget is that of a call without a state: what is large needs one.
type freeBudget struct{ limits *fn.Limits }

// Limits implements fn.Budget.
func (b freeBudget) Limits() *fn.Limits { return b.limits }

// Spend implements fn.Budget.
func (freeBudget) Spend(steps int64) error { return scope{}.spend(steps) }

// Allocate implements fn.Budget.
func (freeBudget) Allocate(bytes int64) error { return scope{}.allocate(bytes) }

// bytesPerStep is how much text a step looks at.
const bytesPerStep = 64

// isFree reports whether work on v costs nothing, as there is no state and v is
// small.
func (s scope) isFree(v value.Value) bool {
	if s.state != nil {
		return false
	}
	return !isSized(v) || v.Kind() == value.KindString && len(v.Str()) <= freeSteps*bytesPerStep
}

// spendOn charges what an operator looks at in two operands.
func (s scope) spendOn(at *site, a, b value.Value) error {
	if !isSized(a) || !isSized(b) {
		return nil
	}
	if err := s.spend(min(a.Size(), b.Size()) / bytesPerStep); err != nil {
		return at.budgetFault(s, err)
	}
	return nil
}

// isSized reports whether the size of a value depends on its content.
func isSized(v value.Value) bool { return v.Kind() >= value.KindBigInt }

// budgetFault puts an error of spend or allocate in its place.
func (at *site) budgetFault(s scope, err error) error {
	if err == errNeedsState {
		return err
	}
	var limit *exceeded
	if errors.As(err, &limit) {
		return at.fault(s, diag.ErrLimit, "%v", limit)
	}
	return at.interrupted(s, err)
}

// spendOnCall charges a call for its arguments.
func (call *invocation) spendOnCall(s scope, size int64) error {
	if err := s.spend(1 + call.cost.Steps(size)); err != nil {
		return call.at.budgetFault(s, err)
	}
	return nil
}

// chargeResult refuses a result that is larger than the limits allow. It charges the
// memory of others, unless they are an argument.
func (call *invocation) chargeResult(s scope, result value.Value, args ...value.Value) error {
	charges := call.cost.ChargesResult()
	if result.Kind() == value.KindObject && !charges { // its function says what it holds
		return nil
	}
	weight, size := result.Measure()
	if result.IsContainer() && weight > call.limits.Elements || result.Kind() == value.KindString && len(result.Str()) > call.limits.StringLength {
		return call.tooLarge(s, result)
	}
	if !charges {
		return nil
	}
	for _, arg := range args {
		if result.IsIdentical(arg) {
			return nil
		}
	}
	if err := s.allocate(size); err != nil {
		return call.at.budgetFault(s, err)
	}
	return nil
}

// tooLarge is the fault of a result that is larger than the limits allow.
func (call *invocation) tooLarge(s scope, result value.Value) error {
	if result.Kind() == value.KindString {
		return call.at.fault(s, diag.ErrLimit, "%s: the result is longer than the limit of %d bytes", call.f.Name, call.limits.StringLength)
	}
	return call.at.tooLarge(s, call.f.Name+": the result", result, call.limits.Elements)
}

var _ fn.Evaluation = (*state)(nil)
