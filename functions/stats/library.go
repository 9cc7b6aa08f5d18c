// Package stats has the functions that describe series of numbers: statistics
// objects, which take numbers in one by one, and the extremes of collections.
package stats

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func { return slices.Concat(statisticsFunctions, extremeFunctions) }
