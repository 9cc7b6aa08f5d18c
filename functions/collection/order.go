package collection

import (
	"slices"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/order"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var orderFunctions = []fn.Func{
	{
		Name: "SORT",
		Params: []fn.Param{
			{Name: "items", Kinds: fn.Iterable, Null: fn.NullYieldsNull, Doc: "a list or set: of numbers, of strings, or of bools"},
			{Name: "key", Kinds: fn.Lambda, Optional: true, Doc: "a lambda of one item, by whose results the items are put in order"},
		},
		Result: fn.List, ResultDoc: "a new list; nulls stand at its end",
		Doc: "Puts items in ascending order: numbers by value, strings character by character, false before true. Equal items keep their order. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "SORT([3, 1, 2.5])", Want: "[1, 2.5, 3]"},
			{Expr: "SORT(['bb', 'c', 'a'], s -> LENGTH(s))", Want: "['c', 'a', 'bb']"},
			{Expr: "SORT([2, 1], x -> -x)", Want: "[2, 1]"},
			{Expr: "SORT(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: sortItems,
	},
	{
		Name:   "REVERSE",
		Params: []fn.Param{{Name: "list", Kinds: fn.List, Null: fn.NullYieldsNull, Doc: "the list"}},
		Result: fn.List, ResultDoc: "a new list",
		Doc: "Makes a list of the items of another, the last one first. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "REVERSE([1, 2, 3])", Want: "[3, 2, 1]"},
			{Expr: "REVERSE(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return partOf(c, c.Args[0].Len(), func(i int) int { return c.Args[0].Len() - 1 - i })
		},
	},
	{
		Name:   "UNIQUE",
		Params: []fn.Param{{Name: "items", Kinds: fn.Iterable, Null: fn.NullYieldsNull, Doc: "a list or set"}},
		Result: fn.List, ResultDoc: "a new list",
		Doc: "Makes a list of the items of another in which equal ones are once, where the first of them was. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "UNIQUE(['a', 'b', 'a'])", Want: "['a', 'b']"},
			{Expr: "UNIQUE([1, 1.0, null])", Want: "[1, null]"},
			{Expr: "UNIQUE(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: unique,
	},
	{
		Name: "SLICE",
		Params: []fn.Param{
			{Name: "list", Kinds: fn.List, Null: fn.NullYieldsNull, Doc: "the list"},
			{Name: "start", Kinds: fn.Int | fn.Long, Doc: "where the part begins, counted from 0, or from the end if it is negative"},
			{Name: "end", Kinds: fn.Int | fn.Long, Null: fn.NullAccepted, Optional: true, Doc: "the place after the part, counted in the same way; null stands for the end of the list"},
		},
		Result: fn.List, ResultDoc: "a new list",
		Doc: "Takes a part out of a list. What lies outside the list is left out. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "SLICE(['a', 'b', 'c', 'd'], 1, 3)", Want: "['b', 'c']"},
			{Expr: "SLICE(['a', 'b', 'c'], -2)", Want: "['b', 'c']"},
			{Expr: "SLICE(null, 0)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			start, end := place(c.Args[1], c.Args[0].Len()), c.Args[0].Len()
			if !c.Arg(2).IsNull() {
				end = place(c.Arg(2), end)
			}
			return partOf(c, end-start, func(i int) int { return start + i })
		},
	},
}

// place returns an index of a list of so many items, from 0 to length.
func place(v value.Value, length int) int {
	i := v.Int64()
	if i < 0 {
		i += int64(length)
	}
	return int(min(max(i, 0), int64(length)))
}

// partOf makes a list of so many items of the list that is the first argument.
func partOf(c *fn.Call, length int, index func(i int) int) (value.Value, error) {
	length = max(length, 0)
	if err := c.Allocate(bytesPerList + bytesPerItem*int64(length)); err != nil {
		return value.Null, err
	}
	part := c.NewList(length)
	for i := range length {
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		part.Append(c.Args[0].Item(index(i)))
	}
	return value.FromList(part), nil
}

func unique(c *fn.Call) (value.Value, error) {
	seen := value.NewSet()
	list := value.NewListSize(0)
	grows := growth{call: c}
	for item := range iterate.Items(c.Args[0]) {
		if err := grows.next(item, value.FromSet(seen)); err != nil {
			return value.Null, err
		}
		if before := seen.Len(); seen.Add(item).Len() > before {
			list.Append(item)
		}
	}
	return value.FromList(list), grows.charge()
}

// sortedItem is an item and what it is put in order by.
type sortedItem struct{ item, key value.Value }

func sortItems(c *fn.Call) (value.Value, error) {
	n := c.Args[0].Len()
	if err := c.Allocate(4 * bytesPerItem * int64(n)); err != nil {
		return value.Null, err
	}
	items, nulls := make([]sortedItem, 0, n), []value.Value{}
	for item := range iterate.Items(c.Args[0]) {
		key := item
		if lambda := c.Arg(1).Lambda(); lambda != nil {
			var err error
			if key, err = c.Apply(lambda, item, value.Null); err != nil {
				return value.Null, err
			}
		} else if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		switch {
		case key.IsNull():
			nulls = append(nulls, item)
			continue
		case !key.IsNumber() && key.Kind() != value.KindString && key.Kind() != value.KindBool:
			return value.Null, fn.Typef(0, "items of kind %s have no order; numbers, strings and bools have", key.Kind())
		case len(items) > 0:
			if _, ok := order.Compare(items[0].key, key); !ok {
				return value.Null, fn.Typef(0, "items of the kinds %s and %s cannot be compared", items[0].key.Kind(), key.Kind())
			}
		}
		items = append(items, sortedItem{item, key})
	}
	items, err := sorted(c, items)
	if err != nil {
		return value.Null, err
	}
	list := c.NewList(n)
	for i := range items {
		list.Append(items[i].item)
	}
	for _, item := range nulls {
		list.Append(item)
	}
	return value.FromList(list), nil
}

// runLength is how many items are put in order without a look at the budget.
const runLength = 1024

// sorted puts items in order: runs of them, which are merged then. It can be called off.
func sorted(c *fn.Call, items []sortedItem) ([]sortedItem, error) {
	compare := func(a, b sortedItem) int {
		outcome, _ := order.Compare(a.key, b.key)
		return outcome
	}
	for run := range slices.Chunk(items, runLength) {
		if err := spendOnSorting(c, run, 10); err != nil {
			return nil, err
		}
		slices.SortStableFunc(run, compare)
	}
	merged := make([]sortedItem, len(items))
	for length := runLength; length < len(items); length *= 2 {
		for start := 0; start < len(items); start += 2 * length {
			middle, end := min(start+length, len(items)), min(start+2*length, len(items))
			left, right := items[start:middle], items[middle:end]
			for at := start; at < end; at++ {
				if (at-start)%runLength == 0 {
					if err := spendOnSorting(c, items[at:min(at+runLength, end)], 1); err != nil {
						return nil, err
					}
				}
				if len(right) == 0 || len(left) > 0 && compare(left[0], right[0]) <= 0 {
					merged[at], left = left[0], left[1:]
				} else {
					merged[at], right = right[0], right[1:]
				}
			}
		}
		items, merged = merged, items
	}
	return items, nil
}

// spendOnSorting charges so many comparisons of each of some items.
func spendOnSorting(c *fn.Call, items []sortedItem, times int64) error {
	var steps int64
	for i := range items {
		steps += 1 + stepsOn(items[i].key)
	}
	return c.Spend(steps * times)
}
