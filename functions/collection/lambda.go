package collection

import (
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var lambdaFunctions = []fn.Func{
	{
		Name: "MAP",
		Params: []fn.Param{
			iterableParam,
			{Name: "function", Kinds: fn.Lambda, Null: fn.NullAccepted, Doc: "a lambda of one item, which returns the new item"},
		},
		Result: fn.Iterable, ResultDoc: "a list of the results, in the order of the items",
		Doc: "Calls a lambda for each item and makes a list of its results. If items or lambda are null, the " +
			"items are returned as they are, those of a string as a list.",
		Examples: []fn.Example{
			{Expr: "MAP([1, 2, 3], x -> x * x)", Want: "[1, 4, 9]"},
			{Expr: "MAP(['foo', 'bar'], s -> TO_UPPER(s))", Want: "['FOO', 'BAR']"},
			{Expr: "MAP('abc', c -> c == 'b')", Want: "[false, true, false]"},
		},
		Cost: fn.OwnCost,
		Body: mapItems,
	},
	{
		Name: "FILTER",
		Params: []fn.Param{
			iterableParam,
			{Name: "predicate", Kinds: fn.Lambda, Null: fn.NullAccepted, Doc: "a lambda of one item, which returns true to keep it"},
		},
		Result: fn.Iterable, ResultDoc: "a list of the items kept",
		Doc: "Calls a lambda for each item and makes a list of those for which it returns true; " +
			"nothing else counts as true. If items or lambda are null, the items are returned as they are, those of a " +
			"string as a list.",
		Examples: []fn.Example{
			{Expr: "FILTER([1, 2, 3], x -> x > 1)", Want: "[2, 3]"},
			{Expr: "FILTER(['a', null], x -> x != null)", Want: "['a']"},
		},
		Cost: fn.OwnCost,
		Body: filterItems,
	},
	{
		Name: "REDUCE",
		Params: []fn.Param{
			iterableParam,
			{Name: "function", Kinds: fn.Any, Meant: fn.Lambda, Null: fn.NullAccepted, Optional: true, Doc: "a lambda of the running result and an item, which returns the next running result"},
			{Name: "initial", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "the running result at the start"},
		},
		Result: fn.Any, ResultDoc: "the last running result; null if one of the arguments is null or missing",
		Doc: "Combines all items into one value: a lambda is called with the running result and each item in " +
			"turn and returns the new running result.",
		Examples: []fn.Example{
			{Expr: "REDUCE([1, 2, 3], (sum, x) -> sum + x, 0)", Want: "6"},
			{Expr: "REDUCE([], (sum, x) -> sum + x, 5)", Want: "5"},
			{Expr: "REDUCE(['x', 'y'], (m, x) -> MAP_PUT(x, LENGTH(m), m), {})", Want: "{'x' : 0, 'y' : 1}"},
		},
		Cost: fn.OwnCost,
		Body: reduceItems,
		Prepare: func(constants fn.Constants) (fn.Prepared, error) {
			if len(constants) < 3 {
				return fn.Prepared{Warnings: []fn.Warning{{Arg: 0,
					Message: "this is always null without three arguments; for example REDUCE([1, 2, 3], (sum, x) -> sum + x, 0)"}}}, nil
			}
			return fn.Prepared{}, nil
		},
	},
	{
		Name:   "ZIP",
		Params: zipParams,
		Result: fn.List, ResultDoc: "a list of lists",
		Doc: "Makes a list of lists: the first items of all arguments, the second items, and so on to the end of " +
			"the shortest list. Arguments that are not lists are left out.",
		Examples: []fn.Example{
			{Expr: "ZIP(['a', 'b'], [1, 2, 3])", Want: "[['a', 1], ['b', 2]]"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return zip(c, func(a, b int) int { return min(a, b) })
		},
	},
	{
		Name:   "ZIP_LONGEST",
		Params: zipParams,
		Result: fn.List, ResultDoc: "a list of lists",
		Doc: "Makes a list of lists: the first items of all arguments, the second items, and so on to the end of " +
			"the longest list, with null for missing items. Arguments that are not lists are left out.",
		Examples: []fn.Example{
			{Expr: "ZIP_LONGEST(['a', 'b'], [1])", Want: "[['a', 1], ['b', null]]"},
		},
		Cost: fn.OwnCost,
		Body: func(c *fn.Call) (value.Value, error) {
			return zip(c, func(a, b int) int { return max(a, b) })
		},
	},
}

var iterableParam = fn.Param{
	Name: "items", Kinds: fn.Iterable | fn.String, Null: fn.NullAccepted,
	Doc: "a list or set, or a string, whose items are its characters as strings",
}

var zipParams = []fn.Param{{
	Name: "lists", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "the lists",
}}

func mapItems(c *fn.Call) (value.Value, error) {
	items, lambda := c.Args[0], c.Args[1].Lambda()
	if items.IsNull() || lambda == nil {
		return unprocessed(c)
	}
	n, err := itemCount(c)
	if err != nil {
		return value.Null, err
	}
	results := c.NewList(n)
	if items.Kind() == value.KindList {
		if err := c.ApplyToEach(lambda, items, results); err != nil {
			return value.Null, err
		}
		return value.FromList(results), nil
	}
	limit := c.Limits().Elements
	for item := range iterate.Items(items) {
		result, err := c.Apply(lambda, item, value.Null)
		if err != nil {
			return value.Null, err
		}
		results.Append(result)
		if results.Weight() > limit {
			return value.Null, fn.Limitf(fn.NoArg, "the results have more elements than the limit of %d", limit)
		}
	}
	return value.FromList(results), nil
}

func filterItems(c *fn.Call) (value.Value, error) {
	items, lambda := c.Args[0], c.Args[1].Lambda()
	if items.IsNull() || lambda == nil {
		return unprocessed(c)
	}
	n, err := itemCount(c)
	if err != nil {
		return value.Null, err
	}
	kept := c.NewList(n)
	for item := range iterate.Items(items) {
		keep, err := c.Apply(lambda, item, value.Null)
		if err != nil {
			return value.Null, err
		}
		if keep.Bool() {
			kept.Append(item)
		}
	}
	return value.FromList(kept), nil
}

func reduceItems(c *fn.Call) (value.Value, error) {
	items, running := c.Args[0], c.Arg(2)
	if len(c.Args) < 3 || items.IsNull() {
		return value.Null, nil
	}
	if k := c.Args[1].Kind(); k != value.KindLambda && k != value.KindNull {
		return value.Null, fn.Typef(1, "function must be a lambda, and this is %s; for example (sum, x) -> sum + x", fn.Of(k).Indefinite())
	}
	lambda := c.Args[1].Lambda()
	if lambda == nil || running.IsNull() {
		return value.Null, nil
	}
	for item := range iterate.Items(items) {
		var err error
		if running, err = c.Apply(lambda, running, item); err != nil {
			return value.Null, err
		}
	}
	return running, nil
}

// itemCount returns the number of items of the first argument, and charges the
// memory of a list of as many. That of a string has to be looked at, as a string
// may be longer than any list.
func itemCount(c *fn.Call) (int, error) {
	items := c.Args[0]
	n := items.Len()
	if items.Kind() == value.KindString {
		if err := c.Spend(stepsOn(items)); err != nil {
			return 0, err
		}
		n = 0
		for rest := items.Str(); rest != ""; {
			piece, err := pieces.First(c, rest)
			if err != nil {
				return 0, err
			}
			n += utf8.RuneCountInString(piece)
			rest = rest[len(piece):]
		}
		if most := c.Limits().Elements; int64(n) > most {
			return 0, fn.Limitf(0, "a string of %d characters, where Elements allows %d items", n, most)
		}
	}
	return n, c.Allocate(bytesPerList + bytesPerItem*int64(n))
}

// stepsPerRow is the work on a row of ZIP besides its items.
const stepsPerRow = 2

// The memory of a list, and of an item in it.
const (
	bytesPerList = 100
	bytesPerItem = 24
)

// unprocessed returns the first argument as it is, a string as a list of its
// letters.
func unprocessed(c *fn.Call) (value.Value, error) {
	items := c.Args[0]
	if items.Kind() != value.KindString {
		return items, nil
	}
	n, err := itemCount(c)
	if err != nil {
		return value.Null, err
	}
	if err := c.Spend(int64(n)); err != nil {
		return value.Null, err
	}
	letters := make([]value.Value, 0, n)
	for letter := range iterate.Items(items) {
		letters = append(letters, letter)
	}
	return value.ListOf(letters...), nil
}

// zip makes the rows of ZIP; length chooses between the lengths of two lists.
// There is one allocation for all rows' items.
func zip(c *fn.Call, length func(a, b int) int) (value.Value, error) {
	lists := make([]*value.List, 0, len(c.Args))
	rows := 0
	for _, arg := range c.Args {
		list := arg.List()
		switch {
		case list == nil:
			continue
		case len(lists) == 0:
			rows = list.Len()
		default:
			rows = length(rows, list.Len())
		}
		lists = append(lists, list)
	}
	width := len(lists)
	if total, most := int64(rows)*int64(width+1), c.Limits().Elements; total > most {
		return value.Null, fn.Limitf(fn.NoArg, "the result would have %d items, where Elements allows %d", total, most)
	}
	if err := c.Allocate(int64(rows) * (bytesPerList + bytesPerItem*int64(width+1))); err != nil {
		return value.Null, err
	}
	items := make([]value.Value, rows*width)
	result := make([]value.Value, rows)
	for i := range result {
		if err := c.Spend(stepsPerRow + int64(width)/2); err != nil {
			return value.Null, err
		}
		row := items[i*width : (i+1)*width : (i+1)*width]
		for j, list := range lists {
			if i < list.Len() {
				row[j] = list.At(i)
			}
		}
		result[i] = value.ListOf(row...)
	}
	return value.ListOf(result...), nil
}
