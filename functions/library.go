// Package functions is the built-in library of the language, one file per
// family. Algorithms of some size live in packages below internal.
package functions

//go:generate go run ./internal/reference

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library gives all built-in functions that hosts need not enable. Each call
// gives fresh declarations.
func Library() []fn.Func {
	return slices.Concat(
		stringFunctions,
		regexpFunctions(),
		affixFunctions,
		formatFunctions,
		jsonFunctions,
		conversionFunctions,
		collectionFunctions,
		listFunctions,
		mapFunctions,
		setFunctions,
		multisetFunctions,
		functionalFunctions,
		mathFunctions,
		statisticsFunctions,
		subnetFunctions,
		urlFunctions,
		domainFunctions,
		typosquatFunctions,
		validationFunctions,
		protocolFunctions,
	)
}
