// Package network has the functions of addresses, networks, protocols, domain
// names and URLs.
package network

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func {
	return slices.Concat(subnetFunctions, urlFunctions, domainFunctions, typosquatFunctions, validationFunctions, protocolFunctions)
}
