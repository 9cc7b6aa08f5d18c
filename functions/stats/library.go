// Package stats has the functions that describe series of numbers: statistics
// objects, which take numbers in one by one, and the extremes of collections.
package stats

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "stats",
		Doc:       "statistics of series of numbers, bins, and the extremes of collections",
		Functions: slices.Concat(statisticsFunctions, percentileFunctions, extremeFunctions),
	}
}
