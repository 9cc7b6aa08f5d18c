// Package profile has the functions that read profiles: what was measured of an entity
// in the periods of the past. Measuring is the profiler's part, which stands above the
// language.
package profile

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is what the functions ask.
type Host struct {
	// Store has the measurements. Nil means that there are none to be read, and
	// functions that would say so.
	Store Store
	// Globals returns the global configuration, a map, or null if there is none. Nil means
	// that there is none. An error makes a call fail.
	Globals func(ctx context.Context) (value.Value, error)
}

// Store is where measurements are.
type Store interface {
	// Measurements returns what was measured in the periods, which are in order, in that
	// order. Periods without a measurement are left out. It must
	// return when ctx ends, and be safe for concurrent use.
	Measurements(ctx context.Context, s Series, periods []Period) ([]Measurement, error)
}

// Series is what measurements belong to.
type Series struct {
	Profile string
	Entity  string        // whose profile it is, such as an address
	Groups  []value.Value // what the profile is divided by, such as the day of the week
}

// Measurement is the value of a profile in a period.
type Measurement struct {
	Period Period
	Value  value.Value
}

// Library returns the family.
func Library(h Host) fn.Library {
	return fn.Library{
		Name:      "profile",
		Doc:       "profiles: what was measured of an entity in the past, period by period",
		Functions: slices.Concat(h.periodFunctions(), h.measurementFunctions()),
	}
}
