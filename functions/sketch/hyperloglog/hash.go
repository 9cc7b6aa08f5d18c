package hyperloglog

import (
	"github.com/stellarlang/stellar/functions/sketch/internal/xxhash"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// HashText returns the hash of an item that is a text: its XXH64 with seed 0. It stays
// as it is, as stored sketches depend on it.
func HashText(text string) uint64 { return xxhash.Sum(text, 0) }

// shortText is how much of a text makes a step.
const shortText = 64

// Add adds an item by its text form, so that 1 and '1' are one item. Work and memory
// are charged to the budget, but for those of short texts; a text form longer than
// strings may be counts with its beginning. If there is an error, the item is not added.
func (s *Sketch) Add(item value.Value, budget fn.Budget) error {
	if item.Kind() != value.KindString {
		return s.addForm(item, budget)
	}
	text := item.Str()
	if len(text) >= shortText {
		if err := budget.Spend(int64(len(text) / shortText)); err != nil {
			return err
		}
	}
	s.AddHash(HashText(text))
	return nil
}

// addForm adds an item that is no string.
func (s *Sketch) addForm(item value.Value, budget fn.Budget) error {
	if item.Kind() < value.KindBigInt {
		var short [32]byte
		s.AddText(string(item.AppendText(short[:0])))
		return nil
	}
	// The text form of an object may look at all of it.
	if err := budget.Spend(fn.Cost(0).Steps(item.Size())); err != nil {
		return err
	}
	text, err := item.TextWithin(budget, budget.Limits().StringLength)
	if err == nil {
		s.AddText(text)
	}
	return err
}
