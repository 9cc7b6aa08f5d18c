// Package pieces goes through long texts piece by piece, so that what takes long to
// look at them can be called off.
package pieces

import (
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
)

// Size is about the length of a piece, in bytes.
const Size = 64 << 10

const bytesPerStep = 64

// First returns the first piece of a text, of whole characters. All pieces but the last
// are charged to the budget, a step for each 64 bytes. A nil budget has no end.
func First(budget fn.Budget, text string) (string, error) {
	if len(text) <= Size {
		return text, nil
	}
	if budget != nil {
		if err := budget.Spend(Size / bytesPerStep); err != nil {
			return "", err
		}
	}
	for end := Size; end > Size-utf8.UTFMax; end-- {
		if utf8.RuneStart(text[end]) {
			return text[:end], nil
		}
	}
	return text[:Size], nil // no character is that long
}
