// Package functions is the library of the language. It joins the families, one
// package below it each, whose functions need nothing but their arguments, the
// clock and the limits. An algorithm stands below its family; what several
// families need stands below internal.
package functions

//go:generate go run ./internal/reference

import (
	"slices"

	"github.com/stellarlang/stellar/functions/collection"
	"github.com/stellarlang/stellar/functions/conversion"
	"github.com/stellarlang/stellar/functions/network"
	"github.com/stellarlang/stellar/functions/number"
	"github.com/stellarlang/stellar/functions/stats"
	"github.com/stellarlang/stellar/functions/text"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the functions of all families that hosts need not enable. Each
// call returns fresh declarations.
func Library() []fn.Func {
	return slices.Concat(
		text.Functions(),
		conversion.Functions(),
		collection.Functions(),
		number.Functions(),
		stats.Functions(),
		network.Functions(),
	)
}
