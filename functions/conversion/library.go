// Package conversion has the functions that find out the kind of a value, make one of
// another kind of it, and take another where there is none.
package conversion

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "conversion",
		Doc:       "kinds of values, conversions between them, and what to take where there is none",
		Functions: slices.Concat(kindFunctions, numberFunctions, jsonFunctions, choiceFunctions),
	}
}
