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

// allocate charges memory of an object, which must stay within Elements, too. arg is
// the argument at fault, advice what takes less.
func allocate(budget fn.Budget, arg int, what string, now, more int64, advice string) error {
	if most := budget.Limits().Elements; (now+more)/value.WeightSize > most {
		return fn.Limitf(arg, "%s takes %d bytes, where the limit Elements allows %d: %s", what, now+more, most*value.WeightSize, advice)
	}
	return budget.Allocate(more)
}

// readingSteps is what reading 64 digits of a number takes.
const readingSteps = 8

// spendOnTexts charges texts that are read as numbers.
func spendOnTexts(c *fn.Call) error {
	for _, arg := range c.Args {
		if steps := fn.Cost(readingSteps).Steps(fn.TextCost.Size(arg)); steps > 0 {
			if err := c.Spend(steps); err != nil {
				return err
			}
		}
	}
	return nil
}

// needed says that an argument cannot be converted to what is needed.
func needed(arg int, what string, v value.Value) error {
	switch v.Kind() {
	case value.KindNull:
		return fn.Argumentf(arg, "%s is needed, not null", what)
	case value.KindString:
		return fn.Argumentf(arg, "%s is needed, not the text %.40q", what, v.Str())
	}
	return fn.Argumentf(arg, "%s is needed, not the %s %s", what, v.Kind(), short(v))
}

// short returns the beginning of a text form.
func short(v value.Value) []byte {
	const most = 40
	if text := v.AppendTextUpTo(nil, most); len(text) <= most {
		return text
	}
	return append(v.AppendTextUpTo(nil, most)[:most:most], "…"...)
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
	return object, fn.Typef(0, "item %d is %s where %s is needed", i+1, indefinite(item), t.Indefinite())
}

// indefinite names what a value is: "an int", "a BLOOM object".
func indefinite(v value.Value) string {
	kind := fn.Param{Kinds: fn.Of(v.Kind()), Type: fn.TypeOf(v)}
	return kind.Wanted()
}
