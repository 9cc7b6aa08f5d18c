// Package text has the functions of strings: their ends, their parts, formats
// and regular expressions.
package text

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Functions returns the declarations of the family.
func Functions() []fn.Func {
	return slices.Concat(stringFunctions, regexpFunctions(), affixFunctions, formatFunctions)
}
