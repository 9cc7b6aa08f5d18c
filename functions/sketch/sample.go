package sketch

import (
	"slices"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/functions/sketch/internal/reservoir"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var sampleFunctions = []fn.Func{
	{
		Name: "SAMPLE_INIT",
		Params: []fn.Param{{
			Name: "size", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
			Doc: "how many items the sample has at most, by default and for null 1024",
		}},
		Result: fn.Object, ResultType: reservoir.Sample, ResultDoc: "a new sampler",
		Doc: "Makes a sampler, to which SAMPLE_ADD adds the items of a stream. Of these it keeps a random sample, in which all have the same chance to be, " +
			"however many they are. The same stream yields the same sample.",
		Examples: []fn.Example{
			{Expr: "SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(2), [1, 2, 3, 4, 5, 6, 7, 8]))", Want: "[3, 2]"},
			{Expr: "LENGTH(SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(), ['a', 'b'])))", Want: "2"},
		},
		Cost: fn.OwnCost,
		Body: initSample,
	},
	{
		Name: "SAMPLE_ADD",
		Params: []fn.Param{
			{Name: "sampler", Kinds: fn.Object, Type: reservoir.Sample, Null: fn.NullAccepted, Optional: true, Doc: "the sampler to change; null makes a new one, as SAMPLE_INIT does"},
			{Name: "item", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "an item, or a list or set of items; null is skipped"},
		},
		Result: fn.Object, ResultType: reservoir.Sample, ResultDoc: "the sampler; null without arguments",
		Doc: "Adds an item, or those of a list or set, to a sampler and returns that sampler. The sampler itself is changed, unless it is a field of the message " +
			"or a constant: of these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "SAMPLE_GET(SAMPLE_ADD(null, ['a', null, 'b']))", Want: "['a', 'b']"},
			{Expr: "SAMPLE_GET(SAMPLE_ADD(SAMPLE_ADD(null, 'a'), {'k' : 1}))", Want: "['a', {'k' : 1}]"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   addToSample,
	},
	{
		Name: "SAMPLE_GET",
		Params: []fn.Param{{
			Name: "sampler", Kinds: fn.Object, Type: reservoir.Sample, Null: fn.NullYieldsNull, Optional: true, Doc: "a sampler",
		}},
		Result: fn.List, ResultDoc: "the items of the sample",
		Doc: "Returns the sample that a sampler has taken. As long as no more items were added than it has room for, it is all of them in their order. " +
			"The list does not change with the sampler.",
		Examples: []fn.Example{
			{Expr: "SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(3), ['a', 'b']))", Want: "['a', 'b']"},
			{Expr: "SAMPLE_GET(SAMPLE_INIT())", Want: "[]"},
		},
		Cost: fn.OwnCost,
		Body: getSample,
	},
	{
		Name: "SAMPLE_MERGE",
		Params: []fn.Param{
			{Name: "samplers", Kinds: fn.Iterable, Null: fn.NullYieldsNull, Optional: true, Doc: "a list of samplers"},
			{Name: "base", Kinds: fn.Object, Type: reservoir.Sample, Null: fn.NullAccepted, Optional: true, Doc: "the sampler to change; if there is none, a new one of the first one's size"},
		},
		Result: fn.Object, ResultType: reservoir.Sample, ResultDoc: "the base, or the new sampler; null if there is none to merge",
		Doc: "Makes one sample of those of several streams. Each stream has a part in it that is about its share in the items of all. The base is changed, unless it is a " +
			"field of the message or a constant: of these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "SAMPLE_GET(SAMPLE_MERGE([SAMPLE_ADD(null, ['a', 'b']), SAMPLE_ADD(null, 'c')]))", Want: "['a', 'b', 'c']"},
			{Expr: "SAMPLE_MERGE([])", Want: "null"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   mergeSamples,
	},
}

func initSample(c *fn.Call) (value.Value, error) {
	if err := spendOnTexts(c); err != nil {
		return value.Null, err
	}
	size := int32(reservoir.DefaultSize)
	if asked := c.Arg(0); !asked.IsNull() {
		var ok bool
		if size, ok = value.ToInt(asked); !ok {
			return value.Null, needed(0, "a number of items", asked)
		}
	}
	switch most := c.Limits().Elements; {
	case size < 1:
		return value.Null, fn.Argumentf(0, "a sample of %d items, where 1 or more are possible", size)
	case int64(size) > most:
		return value.Null, fn.Limitf(0, "a sample of %d items, where Elements allows %d", size, most)
	}
	return newSample(c, int(size))
}

// newSample returns a new sampler, and charges its memory.
func newSample(c *fn.Call, size int) (value.Value, error) {
	s := value.Object(reservoir.New(size))
	return s, c.Allocate(s.Size())
}

func addToSample(c *fn.Call) (value.Value, error) {
	switch len(c.Args) {
	case 0:
		return value.Null, nil
	case 1:
		return value.Null, &fn.Error{Kind: fn.ErrArity, Arg: fn.NoArg, Msg: "there is a sampler, and no item to add"}
	}
	// The items are frozen before the sampler is looked at, which may be one of them.
	var few [4]value.Value // keeps the usual call from allocating
	items, err := appendItems(c, few[:0], c.Arg(1))
	if err != nil {
		return value.Null, err
	}
	sampler, err := sampleToChange(c, c.Arg(0))
	if err != nil {
		return value.Null, err
	}
	s := sampler.Object().(*reservoir.Sampler)
	if err := c.Allocate(int64(min(len(items), s.Size())) * value.WeightSize); err != nil {
		return value.Null, err
	}
	return sampler, addItems(c, s, items)
}

const (
	stepsPerItem = 2 // that is added to a sample
	itemsAtOnce  = 1000
)

// addItems adds all items or, if there is an error, none. Many are added to a copy
// first, as the evaluation may end meanwhile.
func addItems(c *fn.Call, s *reservoir.Sampler, items []value.Value) error {
	changed := s
	if len(items) > itemsAtOnce {
		if err := c.Allocate(int64(len(s.Items())) * value.WeightSize); err != nil {
			return err
		}
		changed = s.Clone()
	}
	changed.Grow(len(items))
	for len(items) > 0 {
		some := items[:min(itemsAtOnce, len(items))]
		items = items[len(some):]
		if err := c.Spend(int64(len(some)) * stepsPerItem); err != nil {
			return err
		}
		for _, item := range some {
			changed.Add(item)
		}
	}
	if changed != s {
		*s = *changed
	}
	return withinElements(c, s)
}

// withinElements fails if a sampler has become heavier than the limit.
func withinElements(c *fn.Call, s *reservoir.Sampler) error {
	if most := c.Limits().Elements; s.Weight() > most {
		return fn.Limitf(0, "the items of the sample have %d elements, where Elements allows %d", s.Weight(), most)
	}
	return nil
}

// sampleToChange returns a sampler that may be changed: a new one for null.
func sampleToChange(c *fn.Call, sampler value.Value) (value.Value, error) {
	if sampler.IsNull() {
		return newSample(c, reservoir.DefaultSize)
	}
	return writable(c, sampler)
}

// appendItems appends what is added for an argument, ready to be kept.
func appendItems(c *fn.Call, items []value.Value, added value.Value) ([]value.Value, error) {
	if kind := added.Kind(); kind != value.KindList && kind != value.KindSet {
		return appendKept(c, items, added)
	}
	if err := c.Allocate(int64(added.Len()) * value.WeightSize); err != nil {
		return nil, err
	}
	items = slices.Grow(items, added.Len())
	var err error
	for item := range iterate.Items(added) {
		if items, err = appendKept(c, items, item); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func appendKept(c *fn.Call, items []value.Value, item value.Value) ([]value.Value, error) {
	if err := c.Spend(item.Weight()); err != nil || item.IsNull() {
		return items, err
	}
	switch {
	case item.Borrows():
		d := value.NewDetachment(c)
		if item = d.Of(item); d.Err() != nil {
			return nil, d.Err()
		}
	case item.Kind() == value.KindString:
		if err := c.Allocate(int64(len(item.Str()))); err != nil {
			return nil, err
		}
	}
	if depth := reservoir.Depth(item); depth > reservoir.MaxDepth {
		return nil, fn.Argumentf(1, "%v: %d levels", reservoir.ErrDepth, depth)
	}
	return append(items, item.Freeze()), nil
}

func getSample(c *fn.Call) (value.Value, error) {
	s, ok := c.Arg(0).Object().(*reservoir.Sampler)
	if !ok {
		return value.Null, nil
	}
	items := s.Items()
	if err := c.Spend(int64(len(items))); err != nil {
		return value.Null, err
	}
	if err := c.Allocate(int64(len(items)) * value.WeightSize); err != nil {
		return value.Null, err
	}
	list := c.NewList(len(items))
	for _, item := range items {
		list.Append(item)
	}
	return value.FromList(list), nil
}

func mergeSamples(c *fn.Call) (value.Value, error) {
	samplers := c.Arg(0)
	if samplers.Len() == 0 {
		return value.Null, nil
	}
	merged := value.Null
	if base := c.Arg(1); !base.IsNull() {
		var err error
		if merged, err = writable(c, base); err != nil {
			return value.Null, err
		}
	}
	i := 0
	for item := range iterate.Items(samplers) {
		s, err := member[*reservoir.Sampler](i, item, reservoir.Sample)
		if err != nil {
			return value.Null, err
		}
		if merged.IsNull() {
			if merged, err = newSample(c, s.Size()); err != nil {
				return value.Null, err
			}
		}
		into := merged.Object().(*reservoir.Sampler)
		if err := c.Spend(mergeSteps * int64(len(s.Items())+len(into.Items()))); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(2 * int64(len(s.Items())+len(into.Items())) * value.WeightSize); err != nil {
			return value.Null, err
		}
		into.Merge(s)
		if err := withinElements(c, into); err != nil {
			return value.Null, err
		}
		i++
	}
	return merged, nil
}
