package number

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/internal/predicate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var integerFunctions = []fn.Func{
	{
		Name: "IS_INTEGER", Params: predicate.Params,
		Result: fn.Bool, ResultDoc: "whether all arguments are integers",
		Doc: "Reports whether every argument is an integer of at most 64 bits, or the text of one: an optional minus and digits, " +
			"with commas anywhere but at the end. Blanks around it are ignored. 5.0 is none, nor is null.",
		Examples: []fn.Example{
			{Expr: "IS_INTEGER('1,000,000', -5)", Want: "true"},
			{Expr: "IS_INTEGER('5.0')", Want: "false"},
		},
		Cost: 8,
		Body: predicate.All(isInteger),
	},
}

// isInteger reports whether s is an integer of at most 64 bits: an optional minus,
// then decimal digits of any script, and commas wherever but at the end. Blanks
// around it are ignored. Where commons-validator 1.6, which rules written for
// Metron rely on, takes longer integers, this refuses them.
func isInteger(s string) bool {
	s = ascii.TrimBlanks(s)
	if strings.HasPrefix(s, "+") || strings.HasSuffix(s, ",") || strings.LastIndexByte(s, '-') > 0 {
		return false
	}
	_, ok := value.ParseInteger(s, ',')
	return ok
}
