package table

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// bytesPerStep is how much of a drawn table is charged as a step.
const bytesPerStep = 8

// Draw charges the text of the table to the budget of a call, and returns it. The error
// of a table that is too large is about an argument.
func (t *Table) Draw(budget fn.Budget, arg int) (value.Value, error) {
	size := t.Size()
	if limit := int64(budget.Limits().StringLength); size > limit {
		return value.Null, fn.Limitf(arg, "the table would take %d bytes, more than the limit of %d", size, limit)
	}
	if err := budget.Allocate(size); err != nil {
		return value.Null, err
	}
	if err := budget.Spend(size / bytesPerStep); err != nil {
		return value.Null, err
	}
	return value.String(t.String()), nil
}
