// Package conversion has the functions that make values of one kind of those of
// another: numbers, and what a JSON text describes.
package conversion

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func { return slices.Concat(numberFunctions, jsonFunctions) }
