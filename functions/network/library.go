// Package network has the functions of addresses, networks, protocols, domain
// names and URLs.
package network

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "network",
		Doc:       "addresses, networks, protocols, domain names and URLs",
		Functions: slices.Concat(subnetFunctions, categoryFunctions, urlFunctions, domainFunctions, typosquatFunctions, validationFunctions, protocolFunctions),
	}
}
