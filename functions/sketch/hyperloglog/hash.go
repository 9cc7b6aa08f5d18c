package hyperloglog

import (
	"github.com/stellarlang/stellar/functions/sketch/internal/xxhash"
	"github.com/stellarlang/stellar/stellar/value"
)

// HashText returns the hash of an item that is a text: its XXH64 with seed 0. It stays
// as it is, as stored sketches depend on it.
func HashText(text string) uint64 { return xxhash.Sum(text, 0) }

// Hash returns the hash of an item: that of its text form, so that 1 and '1' are one
// item. Work and memory are charged to the budget; a text form beyond limit bytes
// counts with its beginning.
func Hash(item value.Value, budget value.Budget, limit int) (uint64, error) {
	switch item.Kind() {
	case value.KindString:
		return HashText(item.Str()), nil
	case value.KindNull, value.KindBool, value.KindInt, value.KindLong, value.KindFloat, value.KindDouble:
		var short [32]byte
		return HashText(string(item.AppendText(short[:0]))), nil
	}
	text, err := item.TextWithin(budget, limit)
	return HashText(text), err
}
