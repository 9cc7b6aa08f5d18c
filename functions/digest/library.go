// Package digest has the functions that make short values of texts: cryptographic
// digests, hashes that are alike for texts that are alike, and identifiers.
package digest

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "digest",
		Doc:       "digests, hashes of similarity, and identifiers",
		Functions: slices.Concat(hashFunctions, distanceFunctions, identityFunctions),
	}
}
