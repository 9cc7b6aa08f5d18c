package sketch

import (
	"github.com/stellarlang/stellar/functions/sketch/bloom"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var bloomFunctions = []fn.Func{
	{
		Name: "BLOOM_INIT",
		Params: []fn.Param{
			{Name: "expected", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "how many different items there will be at most; 100,000 if it is left out, or null and there is no rate"},
			{Name: "rate", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "how often a new item may then be taken for a known one, between 0 and 1; by default and for null 0.01"},
		},
		Result: fn.Object, ResultType: bloom.Bloom, ResultDoc: "a new filter",
		Doc: "Makes a Bloom filter, which remembers the items that BLOOM_ADD adds in little memory: by default 10 bits for each. BLOOM_EXISTS asks whether an item was there. " +
			"It always finds those that were, and sometimes, at the rate, one that was not. Filters made with the same arguments can be merged.",
		Examples: []fn.Example{
			{Expr: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(1000, 0.001), 'evil.example'), 'evil.example')", Want: "true"},
			{Expr: "BLOOM_EXISTS(BLOOM_INIT(), 'evil.example')", Want: "false"},
		},
		Cost: fn.OwnCost,
		Body: initBloom,
	},
	{
		Name: "BLOOM_ADD",
		Params: []fn.Param{
			{Name: "filter", Kinds: fn.Object, Type: bloom.Bloom, Null: fn.NullAccepted, Doc: "the filter to change"},
			{Name: "items", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "items, each of any kind; null is skipped"},
		},
		Result: fn.Object, ResultType: bloom.Bloom, ResultDoc: "the filter; null if that is null and there is no item",
		Doc: "Adds items to a Bloom filter and returns that filter. An item is known with its kind: 1, 1L, 1.0 and '1' are four items; a list is one item, too. " +
			"The filter itself is changed, unless it is a field of the message or a constant: of these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 'a', 'b'), 'b')", Want: "true"},
			{Expr: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 1), '1')", Want: "false"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   addToBloom,
	},
	{
		Name: "BLOOM_EXISTS",
		Params: []fn.Param{
			{Name: "filter", Kinds: fn.Object, Type: bloom.Bloom, Null: fn.NullAccepted, Optional: true, Doc: "the filter to ask"},
			{Name: "item", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "an item of any kind; null yields false"},
		},
		Result: fn.Bool, ResultDoc: "whether the item is there",
		Doc: "Reports whether an item was added to a Bloom filter. If it was, the result is true. If it was not, it is false, but for a small part of the items: see BLOOM_INIT.",
		Examples: []fn.Example{
			{Expr: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 'a'), 'a')", Want: "true"},
			{Expr: "BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 'a'), 'b')", Want: "false"},
		},
		Cost: fn.OwnCost,
		Body: existsInBloom,
	},
	{
		Name: "BLOOM_MERGE",
		Params: []fn.Param{{
			Name: "filters", Kinds: fn.Any, Meant: fn.List, Null: fn.NullAccepted, Optional: true,
			Doc: "a list of filters made with the same arguments; other items are skipped, and anything but a list yields null",
		}},
		Result: fn.Object, ResultType: bloom.Bloom, ResultDoc: "the first filter; null if there is none",
		Doc: "Adds the items of several Bloom filters to the first of them and returns that filter. It is changed, unless it is a field of the message or a " +
			"constant: of these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "BLOOM_EXISTS(BLOOM_MERGE([BLOOM_ADD(BLOOM_INIT(), 'a'), BLOOM_ADD(BLOOM_INIT(), 'b')]), 'b')", Want: "true"},
			{Expr: "BLOOM_MERGE([])", Want: "null"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   mergeBlooms,
	},
}

func initBloom(c *fn.Call) (value.Value, error) {
	if err := spendOnTexts(c); err != nil {
		return value.Null, err
	}
	items, rate := bloom.DefaultItems, bloom.DefaultRate
	// Null is an error where Metron reads the argument, which depends on how many there are.
	if expected := c.Arg(0); !expected.IsNull() || len(c.Args) > 1 {
		n, ok := value.ToInt(expected)
		if !ok {
			return value.Null, needed(0, "a number of items", expected)
		}
		items = int(n)
	}
	if asked := c.Arg(1); !asked.IsNull() || len(c.Args) > 2 {
		x, ok := value.ToDouble(asked)
		if !ok {
			return value.Null, needed(1, "a rate", asked)
		}
		rate = x
	}
	size, err := bloom.Size(items, rate)
	if err != nil {
		return value.Null, fn.Argumentf(fn.NoArg, "%v", err)
	}
	if err := allocate(c, fn.NoArg, "a filter", 0, size, "make it for fewer items or a higher rate"); err != nil {
		return value.Null, err
	}
	if err := c.Spend(fn.Cost(0).Steps(size)); err != nil {
		return value.Null, err
	}
	filter, err := bloom.New(items, rate)
	if err != nil {
		return value.Null, fn.Argumentf(fn.NoArg, "%v", err)
	}
	return value.Object(filter), nil
}

func addToBloom(c *fn.Call) (value.Value, error) {
	filter := value.Null
	for _, item := range c.Args[1:] {
		if item.IsNull() {
			continue
		}
		if filter.IsNull() {
			if c.Args[0].IsNull() {
				return value.Null, fn.Argumentf(0, "null given where a filter is needed")
			}
			var err error
			if filter, err = writable(c, c.Args[0]); err != nil {
				return value.Null, err
			}
		}
		f := filter.Object().(*bloom.Filter)
		hash, err := hashForBloom(c, f, item)
		if err != nil {
			return value.Null, err
		}
		f.Add(hash)
	}
	if filter.IsNull() {
		return c.Args[0], nil
	}
	return filter, nil
}

func existsInBloom(c *fn.Call) (value.Value, error) {
	item := c.Arg(1)
	if item.IsNull() {
		return value.Bool(false), nil
	}
	f, ok := c.Args[0].Object().(*bloom.Filter)
	if !ok {
		return value.Null, fn.Argumentf(0, "null given where a filter is needed")
	}
	hash, err := hashForBloom(c, f, item)
	if err != nil {
		return value.Null, err
	}
	return value.Bool(f.Has(hash)), nil
}

// probesPerStep is how many bits of a filter are looked at in a step, each somewhere
// else in memory.
const probesPerStep = 8

// hashForBloom returns the hash of an item, and charges what asking for it takes, too.
func hashForBloom(c *fn.Call, f *bloom.Filter, item value.Value) (uint64, error) {
	if steps := int64(f.Probes()) / probesPerStep; steps > 0 {
		if err := c.Spend(steps); err != nil {
			return 0, err
		}
	}
	return bloom.Hash(item, c)
}

func mergeBlooms(c *fn.Call) (value.Value, error) {
	filters := c.Arg(0)
	if filters.Kind() != value.KindList {
		return value.Null, nil
	}
	merged := value.Null
	for i := range filters.Len() {
		item := filters.Item(i)
		f, ok := item.Object().(*bloom.Filter)
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		if !ok {
			continue
		}
		if merged.IsNull() {
			var err error
			if merged, err = writable(c, item); err != nil {
				return value.Null, err
			}
			continue
		}
		if err := c.Spend(fn.Cost(0).Steps(item.Size())); err != nil {
			return value.Null, err
		}
		if err := merged.Object().(*bloom.Filter).Merge(f); err != nil {
			return value.Null, fn.Argumentf(0, "item %d: %v", i+1, err)
		}
	}
	return merged, nil
}
