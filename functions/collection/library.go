// Package collection has the functions of lists, maps, sets and multisets, and
// those that apply a lambda to the items of one.
package collection

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name: "collection",
		Doc:  "lists, maps, sets and multisets, and lambdas applied to their items",
		Functions: slices.Concat(
			sizeFunctions, listFunctions, orderFunctions, searchFunctions, mapFunctions, keyFunctions, shapeFunctions, setFunctions, multisetFunctions, lambdaFunctions,
		),
	}
}
