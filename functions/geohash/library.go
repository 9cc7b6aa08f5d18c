// Package geohash has the functions of geohashes: places on earth written as texts of
// which the first characters name the surroundings.
package geohash

import "github.com/stellarlang/stellar/stellar/fn"

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "geohash",
		Doc:       "places on earth as geohashes, and the distances between them",
		Functions: geohashFunctions,
	}
}
