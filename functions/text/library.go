// Package text has the functions of strings: their ends, their parts, formats,
// regular expressions and grok expressions.
package text

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name: "text",
		Doc:  "strings: their parts and ends, formats, regular and grok expressions",
		Functions: slices.Concat(
			stringFunctions, regexpFunctions(), grokFunctions(), affixFunctions, formatFunctions, fuzzyFunctions,
			searchFunctions, base64Functions, redactFunctions,
		),
	}
}
