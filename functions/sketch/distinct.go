package sketch

import (
	"github.com/stellarlang/stellar/functions/sketch/hyperloglog"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var distinctFunctions = []fn.Func{
	{
		Name: "HLLP_INIT",
		Params: []fn.Param{
			{Name: "precision", Kinds: fn.Any, Optional: true, Doc: "from 4 to 25, by default 14: with 1 more an estimate is 1.4 times as exact and takes twice the memory"},
			{Name: "sparse_precision", Kinds: fn.Any, Optional: true, Doc: "how many bits of each hash are kept while there are few items: from the precision to 32, of which 26 are used at most, or 0 for none; 25 without arguments, 0 if only the precision is given"},
		},
		Result: fn.Object, ResultType: hyperloglog.HLLP, ResultDoc: "a new sketch",
		Doc: "Makes a sketch that counts distinct items, which HLLP_ADD adds. It estimates their number in constant memory, " +
			"of 2^precision bytes at most, with a standard error of 1.04 divided by the square root of 2^precision: 0.8 % by default. Few items, " +
			"by default some 3,000, are counted nearly exactly and in less memory, unless the sparse precision is 0. " +
			"Sketches of several hours or hosts can be merged if they have the same precision.",
		Examples: []fn.Example{
			{Expr: "HLLP_CARDINALITY(HLLP_ADD(HLLP_INIT(), ['10.0.0.1', '10.0.0.2', '10.0.0.1']))", Want: "2L"},
			{Expr: "HLLP_CARDINALITY(HLLP_ADD(HLLP_INIT(18, 25), ['a', 'b']))", Want: "2L"},
		},
		Cost: fn.OwnCost,
		Body: initDistinct,
	},
	{
		Name: "HLLP_ADD",
		Params: []fn.Param{
			{Name: "sketch", Kinds: fn.Object, Type: hyperloglog.HLLP, Null: fn.NullAccepted, Doc: "the sketch to change; null makes a new one, as HLLP_INIT does"},
			{Name: "item", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "an item, or a list of items; null is an item, too"},
		},
		Result: fn.Object, ResultType: hyperloglog.HLLP, ResultDoc: "the sketch",
		Doc: "Adds an item, or those of a list, to a sketch and returns that sketch. Items are the same if their text is, so 1 and '1' " +
			"are one item, and 1.0 is another. The sketch itself is changed, unless it is a field of the message or a constant: of " +
			"these a changed copy is returned.",
		Examples: []fn.Example{
			{Expr: "HLLP_CARDINALITY(HLLP_ADD(HLLP_ADD(null, 'a'), 'b'))", Want: "2L"},
			{Expr: "HLLP_CARDINALITY(HLLP_ADD(null, [1, '1', 1.0]))", Want: "2L"},
		},
		Purity: fn.Stateful,
		Cost:   fn.OwnCost,
		Body:   addDistinct,
	},
	{
		Name: "HLLP_CARDINALITY",
		Params: []fn.Param{
			{Name: "sketch", Kinds: fn.Any, Meant: fn.Object, Null: fn.NullAccepted, Optional: true, Doc: "a sketch; anything else yields 0"},
			{Name: "more", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true, Doc: "with a second argument the result is 0"},
		},
		Result: fn.Long, ResultDoc: "about how many distinct items there are",
		Doc: "Estimates how many distinct items were added to a sketch; HLLP_INIT says how exactly.",
		Examples: []fn.Example{
			{Expr: "HLLP_CARDINALITY(HLLP_ADD(null, ['a', 'b', 'a']))", Want: "2L"},
			{Expr: "HLLP_CARDINALITY(null)", Want: "0L"},
		},
		Cost: fn.LookUpCost,
		Body: func(c *fn.Call) (value.Value, error) {
			if s, ok := c.Arg(0).Object().(*hyperloglog.Sketch); ok && len(c.Args) == 1 {
				return value.Long(s.Cardinality()), nil
			}
			return value.Long(0), nil
		},
	},
	{
		Name: "HLLP_MERGE",
		Params: []fn.Param{{
			Name: "sketches", Kinds: fn.List | fn.Object, Type: hyperloglog.HLLP, Null: fn.NullYieldsNull,
			Doc: "a list of sketches of one precision, or one sketch",
		}},
		Result: fn.Object, ResultType: hyperloglog.HLLP, ResultDoc: "a sketch; null if there is none to merge",
		Doc: "Makes a sketch of the items of several ones, which is the same as if all had been added to one. If there is only one, " +
			"it is that sketch itself. Of different sparse precisions the lowest counts.",
		Examples: []fn.Example{
			{Expr: "HLLP_CARDINALITY(HLLP_MERGE([HLLP_ADD(null, ['a', 'b']), HLLP_ADD(null, ['b', 'c'])]))", Want: "3L"},
			{Expr: "HLLP_MERGE([])", Want: "null"},
		},
		Exact: true,
		Cost:  fn.OwnCost,
		Body:  mergeDistinct,
	},
}

func initDistinct(c *fn.Call) (value.Value, error) {
	if err := spendOnTexts(c); err != nil {
		return value.Null, err
	}
	precision, sparsePrecision := hyperloglog.DefaultPrecision, hyperloglog.DefaultSparsePrecision
	for i, arg := range c.Args[:min(len(c.Args), 2)] {
		n, ok := value.ToInt(arg)
		switch {
		case !ok:
			return value.Null, needed(i, "a number", arg)
		case i == 0:
			precision, sparsePrecision = int(n), 0
		default:
			sparsePrecision = int(n)
		}
	}
	if precision >= hyperloglog.MinPrecision && precision <= hyperloglog.MaxPrecision { // otherwise New fails
		size := hyperloglog.Size(precision, sparsePrecision)
		if err := c.Spend(fn.Cost(0).Steps(size)); err != nil {
			return value.Null, err
		}
		if err := allocate(c, 0, "a sketch", 0, size, lowerPrecision); err != nil {
			return value.Null, err
		}
	}
	s, err := hyperloglog.New(precision, sparsePrecision)
	if err != nil {
		return value.Null, fn.Argumentf(fn.NoArg, "%v", err)
	}
	return value.Object(s), nil
}

const lowerPrecision = "make it with a lower precision"

func addDistinct(c *fn.Call) (value.Value, error) {
	object, err := writable(c, c.Args[0])
	if err != nil {
		return value.Null, err
	}
	s, ok := object.Object().(*hyperloglog.Sketch)
	if !ok {
		if s, err = hyperloglog.New(hyperloglog.DefaultPrecision, hyperloglog.DefaultSparsePrecision); err != nil {
			return value.Null, err
		}
		object = value.Object(s)
		if err := c.Allocate(object.Size()); err != nil {
			return value.Null, err
		}
	}
	items := c.Args[1]
	if items.Kind() != value.KindList {
		return object, addItem(c, s, items)
	}
	for i := range items.Len() {
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		if err := addItem(c, s, items.Item(i)); err != nil {
			return value.Null, err
		}
	}
	return object, nil
}

// addItem adds an item, and charges what it takes besides a step.
func addItem(c *fn.Call, s *hyperloglog.Sketch, item value.Value) error {
	if growth := s.Growth(1); growth > 0 {
		if err := allocate(c, 0, "the sketch", s.Weight()*value.WeightSize, growth, lowerPrecision); err != nil {
			return err
		}
		if err := c.Spend(fn.Cost(0).Steps(growth)); err != nil {
			return err
		}
	}
	return s.Add(item, c)
}

func mergeDistinct(c *fn.Call) (value.Value, error) {
	sketches := c.Args[0]
	if sketches.Kind() == value.KindObject {
		return sketches, nil
	}
	switch sketches.Len() {
	case 0:
		return value.Null, nil
	case 1:
		only := sketches.Item(0)
		if only.IsNull() {
			return value.Null, nil
		}
		_, err := member[*hyperloglog.Sketch](0, only, hyperloglog.HLLP)
		return only, err
	}
	var merged *hyperloglog.Sketch
	for i := range sketches.Len() {
		item := sketches.Item(i)
		s, err := member[*hyperloglog.Sketch](i, item, hyperloglog.HLLP)
		if err != nil {
			return value.Null, err
		}
		if err := c.Spend(fn.Cost(mergeSteps).Steps(item.Size())); err != nil {
			return value.Null, err
		}
		if merged == nil {
			if err := c.Allocate(item.Size()); err != nil {
				return value.Null, err
			}
			merged = s.Clone()
			continue
		}
		if growth := merged.MergeGrowth(s); growth > 0 {
			if err := allocate(c, 0, "the sketch", merged.Weight()*value.WeightSize, growth, lowerPrecision); err != nil {
				return value.Null, err
			}
		}
		if err := merged.Merge(s); err != nil {
			return value.Null, fn.Argumentf(0, "item %d: %v", i+1, err)
		}
	}
	return value.Object(merged), nil
}

// mergeSteps is for 64 registers or 16 entries that are merged.
const mergeSteps = 4
