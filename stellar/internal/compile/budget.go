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
// A program that needs no run has none to charge to. There a piece of work that
// is small is free, as the length of the source bounds how many there are. At the
// first large one the evaluation begins anew with a run: all that it has done was
// pure.

// freeSteps is the work that is not counted without a run.
const freeSteps = 64

// errNeedsRun says that an evaluation without a run met what must be charged.
var errNeedsRun = errors.New("the evaluation needs a run")

// budget is what an evaluation has used up.
type budget struct {
	steps  int64
	memory int64
	due    int64 // the number of steps at which to look at limit and context
}

// stepsBetweenChecks is how much work passes between two looks at the context.
const stepsBetweenChecks = 1024

// exceeded is the error of a budget that is used up.
type exceeded struct {
	limit int64
	unit  string
}

// Error says which one.
func (e *exceeded) Error() string {
	return fmt.Sprintf("the evaluation takes more than the limit of %d %s", e.limit, e.unit)
}

// Spend implements fn.Evaluation.
func (r *run) Spend(steps int64) error {
	if r.steps += steps; r.steps < r.due {
		return nil
	}
	return r.check()
}

// check looks at the limit of steps and the context, and says when to do so next.
func (r *run) check() error {
	limit := r.env.Limits.Steps
	if r.steps > limit || r.steps < 0 {
		return &exceeded{limit, "steps"}
	}
	r.due = min(r.steps+stepsBetweenChecks, limit+1)
	return r.ctx.Err()
}

// Allocate implements fn.Evaluation.
func (r *run) Allocate(bytes int64) error {
	if r.memory += bytes; r.memory > r.env.Limits.Memory || r.memory < 0 {
		return &exceeded{r.env.Limits.Memory, "bytes of memory"}
	}
	return nil
}

// spend charges work to the run, if there is one.
func (s scope) spend(steps int64) error {
	switch {
	case s.run != nil:
		return s.run.Spend(steps)
	case steps > freeSteps:
		return errNeedsRun
	}
	return nil
}

// allocate charges memory to the run, if there is one.
func (s scope) allocate(bytes int64) error {
	switch {
	case s.run != nil:
		return s.run.Allocate(bytes)
	case bytes > freeSteps*bytesPerStep:
		return errNeedsRun
	}
	return nil
}

// bytesPerStep is how much text a step looks at.
const bytesPerStep = 64

// isFree reports whether work on v costs nothing, as there is no run and v is
// small.
func (s scope) isFree(v value.Value) bool {
	if s.run != nil {
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

// budgetFault gives an error of spend or allocate its place.
func (at *site) budgetFault(s scope, err error) error {
	if err == errNeedsRun {
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

// allocateResult charges the result of a call, unless it is an argument.
func (call *invocation) allocateResult(s scope, result value.Value, args ...value.Value) error {
	if !isSized(result) || !call.cost.ChargesResult() {
		return nil
	}
	for _, arg := range args {
		if result.IsIdentical(arg) {
			return nil
		}
	}
	if err := s.allocate(result.Size()); err != nil {
		return call.at.budgetFault(s, err)
	}
	return nil
}

var _ fn.Evaluation = (*run)(nil)
