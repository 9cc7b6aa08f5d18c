// Package conversion has the functions that make values of one kind of those of
// another: numbers, and what a JSON text describes.
package conversion

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "conversion",
		Doc:       "values of one kind made of those of another: numbers, and what JSON describes",
		Functions: slices.Concat(numberFunctions, jsonFunctions),
	}
}
