package match

import (
	"context"
	"errors"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var errSpent = errors.New("the steps are used up")

// spent is an evaluation of 1024 steps.
type spent struct {
	unmetered
	steps int64
}

func (s *spent) Spend(steps int64) error {
	if s.steps += steps; s.steps > 1024 {
		return errSpent
	}
	return nil
}

func (*spent) Context() context.Context     { return context.Background() }
func (*spent) Now() time.Time               { return time.Time{} }
func (*spent) Location() *time.Location     { return time.UTC }
func (*spent) NewList(room int) *value.List { return value.NewListSize(room) }
func (*spent) Observe(fn.Event)             {}
func (*spent) Use(any, string, any)         {}
func (*spent) Used(any, string) any         { return nil }
func (*spent) Apply(value.Lambda, value.Value, value.Value) (value.Value, error) {
	return value.Null, nil
}
func (*spent) ApplyToEach(value.Lambda, value.Value, *value.List) error { return nil }
