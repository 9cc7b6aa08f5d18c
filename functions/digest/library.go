// Package digest has the functions that make short values of texts: cryptographic
// digests, and hashes that are alike for texts that are alike.
package digest

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "digest",
		Doc:       "cryptographic digests, and hashes of similarity",
		Functions: slices.Concat(hashFunctions, distanceFunctions),
	}
}
