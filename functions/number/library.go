// Package number has the mathematical functions.
package number

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func { return slices.Clone(mathFunctions) }
