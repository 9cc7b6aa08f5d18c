// Package collection has the functions of lists, maps, sets and multisets, and
// those that apply a lambda to the items of one.
package collection

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func {
	return slices.Concat(sizeFunctions, listFunctions, mapFunctions, setFunctions, multisetFunctions, lambdaFunctions)
}
