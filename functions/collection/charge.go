package collection

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// spendOnKey charges a look-up, which only long keys make worth it.
func spendOnKey(c *fn.Call, key value.Value) error {
	if steps := stepsOn(key); steps > 0 {
		return c.Spend(steps)
	}
	return nil
}

// growth charges the items that a new set or map is made of, in pieces as it grows,
// and ends what grows beyond the limit of elements.
type growth struct {
	call          *fn.Call
	steps, memory int64 // not charged yet
}

const (
	stepsPerEntry  = 3 // to find an entry, or put it in
	bytesPerEntry  = 128
	stepsPerCharge = 1000
)

// stepsOn returns the steps that looking at all of a value takes.
func stepsOn(v value.Value) int64 { return fn.Cost(0).Steps(v.Size()) }

// next charges an item that is about to be put into what has been made so far.
func (g *growth) next(item, soFar value.Value) error {
	g.steps += stepsPerEntry + stepsOn(item)
	g.memory += bytesPerEntry
	if g.steps < stepsPerCharge {
		return nil
	}
	if most := g.call.Limits().Elements; soFar.Weight() > most {
		return fn.Limitf(fn.NoArg, "the result has more elements than the limit of %d", most)
	}
	return g.charge()
}

// charge charges what is left.
func (g *growth) charge() error {
	steps, memory := g.steps, g.memory
	g.steps, g.memory = 0, 0
	if err := g.call.Spend(steps); err != nil {
		return err
	}
	return g.call.Allocate(memory)
}

// changeable charges a change of the set or map that argument i is by some items, and
// returns it to be changed, or null.
func changeable(c *fn.Call, i int, items ...value.Value) (value.Value, error) {
	steps := stepsPerEntry * int64(len(items))
	for _, item := range items {
		steps += stepsOn(item)
	}
	if err := c.Spend(steps); err != nil {
		return value.Null, err
	}
	return c.Changeable(c.Args[i], len(items))
}
