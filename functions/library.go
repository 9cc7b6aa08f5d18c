// Package functions is the library of the language. It joins the families, each
// a package below it, whose functions need nothing but their arguments, the clock
// and the limits. The algorithms of a family stand below it; what several
// families need stands below internal.
package functions

//go:generate go run ./internal/reference

import (
	"github.com/stellarlang/stellar/functions/bytearray"
	"github.com/stellarlang/stellar/functions/collection"
	"github.com/stellarlang/stellar/functions/conversion"
	"github.com/stellarlang/stellar/functions/date"
	"github.com/stellarlang/stellar/functions/digest"
	"github.com/stellarlang/stellar/functions/encoding"
	"github.com/stellarlang/stellar/functions/geohash"
	"github.com/stellarlang/stellar/functions/network"
	"github.com/stellarlang/stellar/functions/number"
	"github.com/stellarlang/stellar/functions/parse"
	"github.com/stellarlang/stellar/functions/sketch"
	"github.com/stellarlang/stellar/functions/state"
	"github.com/stellarlang/stellar/functions/stats"
	"github.com/stellarlang/stellar/functions/text"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the functions of all families. None of them is of purity
// External: what talks to the outside is there only if a host adds it.
func Library() fn.Library {
	return fn.Join("stellar", "the language as it is without additions of a host", Families()...)
}

// Families returns the families, in the order in which the reference has them.
func Families() []fn.Library {
	families := []fn.Library{
		text.Library(),
		conversion.Library(),
		collection.Library(),
		number.Library(),
		stats.Library(),
		sketch.Library(),
		date.Library(),
		network.Library(),
		encoding.Library(),
		digest.Library(),
		geohash.Library(),
		parse.Library(),
		bytearray.Library(),
	}
	var types []*fn.Type
	for _, family := range families {
		types = append(types, fn.TypesOf(family.Functions)...)
	}
	return append(families, state.Library(types))
}
