// Package number has the functions of mathematics, and those that tell whether
// something is a number.
package number

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func { return slices.Concat(mathFunctions, integerFunctions) }
