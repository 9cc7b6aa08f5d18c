package fn

import (
	"context"
	"time"

	"github.com/stellarlang/stellar/stellar/value"
)

// Budget is what a call may use up.
type Budget interface {
	// Limits bound the size of results. Results are checked after the call as
	// well; a body must look before it builds something large.
	Limits() *Limits
	// Spend charges work that is about to be done: one step for a short piece of
	// it, such as an item or 64 bytes of text looked at. It fails when the steps
	// are used up or the context has ended; a body returns that error. Bodies that
	// cost more than their Cost says must call it, and so must those that may
	// take more than some milliseconds, or nothing could call them off: each time
	// 1024 steps are charged, the context is looked at.
	Spend(steps int64) error
	// Allocate charges memory in bytes, which what is made need not give back. It
	// fails when there is no more. The engine charges results, so that bodies need
	// it only for what they make besides, or with OwnCost.
	Allocate(bytes int64) error
}

// Evaluation is what surrounds a call.
type Evaluation interface {
	Budget
	// Context ends when the evaluation is no longer wanted. A body that waits
	// or loops for long must heed it.
	Context() context.Context
	// Now is the time of the environment's clock.
	Now() time.Time
	// Location is the environment's time zone.
	Location() *time.Location
	// NewList returns an empty list with room for so many items, to be the result
	// of a call.
	NewList(room int) *value.List
	// Use notes what was made for the evaluation, or is kept for all, such as a compiled
	// pattern, after it was charged for. The owner, a pointer, tells its keys from those
	// of others. Each evaluation is charged for what it uses, once, so that none
	// succeeds only because another has paid.
	Use(owner any, key string, made any)
	// Used returns what Use was given; nil if it was not, or the evaluation has used
	// much since.
	Used(owner any, key string) any
	// Apply calls a lambda with two arguments. As surplus ones are ignored and
	// missing ones null, pass null for what there is not. It fails when the
	// lambda fails, at the end of the context, and when the steps are used up.
	Apply(l value.Lambda, x, y value.Value) (value.Value, error)
	// ApplyToEach calls a lambda with each item of a list, as Apply does, and appends
	// what it returns to results. It fails also when these weigh more than
	// Limits.Elements.
	ApplyToEach(l value.Lambda, items value.Value, results *value.List) error
	// Observe reports a failure that the expression sees as null, or another result, only.
	Observe(Event)
}

// Event is something that an expression hides and its host may want to know.
type Event struct {
	Function string        // the function that met it
	Subject  string        // whom it concerns: a model, a URL
	Gives    string        // what the function returns, in words; "" stands for null
	Err      error         // what failed
	Duration time.Duration // how long it took, if that matters
}

// The memory of an item of a list, and of an entry of a set or map, beside what they
// hold. Both kinds grow by doubling.
const (
	bytesPerPart  = 48
	bytesPerEntry = 128
)

// Changeable charges a change of a collection that adds some parts, or takes some
// away, and returns the collection to change: itself, or a copy if it is frozen, which
// is charged too. It returns null as it is.
func (c *Call) Changeable(collection value.Value, parts int) (value.Value, error) {
	if err := c.Spend(int64(parts)); err != nil {
		return value.Null, err
	}
	if collection.Frozen() {
		parts += collection.Len()
	}
	size := int64(bytesPerEntry)
	if collection.Kind() == value.KindList {
		size = bytesPerPart
	}
	if err := c.Allocate(int64(parts) * size); err != nil {
		return value.Null, err
	}
	return collection.Changeable(c)
}
