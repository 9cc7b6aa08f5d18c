// Package number has the functions of mathematics, and those that tell whether
// something is a number.
package number

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "number",
		Doc:       "mathematics, and what is a number",
		Functions: slices.Concat(mathFunctions, moduloFunctions, integerFunctions),
	}
}
