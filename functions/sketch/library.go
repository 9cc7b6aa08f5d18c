// Package sketch has the functions that describe streams too long to keep: how many
// different items there were, whether an item was there, a random sample, how far a
// number is from the usual ones, and how evenly items are distributed.
package sketch

import (
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "sketch",
		Doc:       "summaries of long streams in little memory",
		Functions: slices.Concat(distinctFunctions, bloomFunctions, sampleFunctions, outlierFunctions, entropyFunctions),
	}
}

// bytesPerWeight is what a unit of an accumulator's weight stands for.
const bytesPerWeight = 24

// allocate charges memory of an object, which must stay within Elements, too. arg is
// the argument at fault.
func allocate(budget fn.Budget, arg int, what string, now, more int64) error {
	if most := budget.Limits().Elements; (now+more)/bytesPerWeight > most {
		return fn.Limitf(arg, "%s of %d bytes, where Elements allows %d", what, now+more, most*bytesPerWeight)
	}
	return budget.Allocate(more)
}

// writable returns the object of an argument to change, or a copy if it is frozen, which is charged.
func writable(c *fn.Call, object value.Value) (value.Value, error) {
	if !object.Frozen() {
		return object, nil
	}
	size := object.Size()
	if err := c.Spend(fn.Cost(0).Steps(size)); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(size); err != nil {
		return value.Null, err
	}
	return object.Writable(), nil
}

// member returns the object of type T in item i of a list that is argument 0.
func member[T any](i int, item value.Value, t *fn.Type) (T, error) {
	object, ok := item.Object().(T)
	switch {
	case ok:
		return object, nil
	case item.IsNull():
		return object, fn.Argumentf(0, "item %d is null where %s is needed", i+1, t.Indefinite())
	}
	return object, fn.Typef(0, "item %d is a %s where %s is needed", i+1, kindOf(item), t.Indefinite())
}

// kindOf names what a value is, the type of an object included.
func kindOf(v value.Value) string {
	if v.Kind() == value.KindObject {
		return fn.TypeOf(v).String()
	}
	return v.Kind().String()
}
