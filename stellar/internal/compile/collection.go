package compile

import (
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

func (c *compiler) list(n *syntax.List) code {
	items := evaluators(c.compileAll(n.Items))
	at, limit := &site{n, c.frame}, c.env.Limits.Elements
	return plain(func(s scope) (value.Value, error) {
		if err := at.spendOnItems(s, len(items)); err != nil {
			return value.Null, err
		}
		values := make([]value.Value, len(items))
		var weight int64
		for i, item := range items {
			v, err := item(s)
			if err != nil {
				return value.Null, err
			}
			values[i] = v
			if weight += v.Weight(); weight > limit {
				break
			}
		}
		return at.bounded(s, value.ListOf(values...), limit)
	})
}

// mapLiteral: of a repeated key the first value holds, and the others are
// evaluated all the same.
func (c *compiler) mapLiteral(n *syntax.Map) code {
	compiled := make([]code, len(n.Entries))
	keys, values := make([]evaluator, len(n.Entries)), make([]evaluator, len(n.Entries))
	for i, e := range n.Entries {
		compiled[i] = c.compile(e.Key)
		keys[i], values[i] = compiled[i].evaluator(), c.compile(e.Value).evaluator()
	}
	at, limit := &site{n, c.frame}, c.env.Limits.Elements
	if known := distinctConstants(compiled); known != nil {
		return mapOfKeys{mapWithKeys(at, limit, known, values)}
	}
	return plain(func(s scope) (value.Value, error) {
		if err := at.spendOnItems(s, 2*len(keys)); err != nil {
			return value.Null, err
		}
		m := value.NewMap(len(keys))
		for i := range keys {
			k, err := keys[i](s)
			if err != nil {
				return value.Null, err
			}
			v, err := values[i](s)
			if err != nil {
				return value.Null, err
			}
			analysis.PutFirst(m, k, v)
			if value.FromMap(m).Weight() > limit {
				break
			}
		}
		return at.bounded(s, value.FromMap(m), limit)
	})
}

// mapOfKeys is a map literal with constant keys, whose map is taken from the memory that
// the evaluation has at hand.
type mapOfKeys struct{ evaluate evaluator }

func (m mapOfKeys) evaluator() evaluator { return m.evaluate }

// distinctConstants returns the keys of a map literal if all are constants and none is
// repeated, else nil.
func distinctConstants(keys []code) []value.Value {
	distinct := value.NewMap(len(keys))
	known := make([]value.Value, len(keys))
	for i, key := range keys {
		key, ok := key.(constant)
		if !ok {
			return nil
		}
		known[i] = key.value.Freeze()
		distinct.Put(known[i], value.Null)
	}
	if distinct.Len() < len(keys) {
		return nil
	}
	return known
}

// mapWithKeys is mapLiteral for keys that are known to be different.
func mapWithKeys(at *site, limit int64, keys []value.Value, values []evaluator) evaluator {
	return func(s scope) (value.Value, error) {
		if err := at.spendOnItems(s, 2*len(keys)); err != nil {
			return value.Null, err
		}
		m := s.newMap(len(keys))
		for i, item := range values {
			v, err := item(s)
			if err != nil {
				return value.Null, err
			}
			m.PutNew(keys[i], v)
			if value.FromMap(m).Weight() > limit {
				return value.Null, at.tooLarge(s, "this map", value.FromMap(m), limit)
			}
		}
		return value.FromMap(m), nil
	}
}

// bytesPerItem is about the memory of a value in a collection, beside what it
// holds.
const bytesPerItem = 32

// spendOnItems charges the items of a literal, for the work and for the memory.
func (at *site) spendOnItems(s scope, items int) error {
	err := s.spend(int64(items))
	if err == nil {
		err = s.allocate(int64(items) * bytesPerItem)
	}
	if err != nil {
		return at.budgetFault(s, err)
	}
	return nil
}

// bounded returns v unless it is larger than a collection may be.
func (at *site) bounded(s scope, v value.Value, limit int64) (value.Value, error) {
	if v.Weight() > limit {
		return value.Null, at.tooLarge(s, "this "+v.Kind().String(), v, limit)
	}
	return v, nil
}

// tooLarge is the fault of a collection, named by what, that exceeds the limit
// of elements or that of levels.
func (at *site) tooLarge(s scope, what string, v value.Value, limit int64) *fault {
	if v.Levels() > value.MaxLevels {
		return at.fault(s, diag.ErrLimit, "%s is nested deeper than the limit of %d levels", what, value.MaxLevels)
	}
	return at.fault(s, diag.ErrLimit, "%s has more elements than the limit of %d", what, limit)
}
