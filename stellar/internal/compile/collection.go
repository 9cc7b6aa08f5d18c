package compile

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// constants gives the values of codes that are all constant.
func constants(codes []code) ([]value.Value, bool) {
	values := make([]value.Value, len(codes))
	for i, item := range codes {
		if item.constant == nil {
			return nil, false
		}
		values[i] = *item.constant
	}
	return values, true
}

func (c *compiler) list(n *syntax.List) code {
	items := c.compileAll(n.Items)
	at, limit := &site{n, c.frame}, c.env.Limits.Elements
	if values, ok := constants(items); ok && !c.changesCollections {
		if v := value.ListOf(values...); v.Weight() <= limit {
			return c.constant(v)
		}
	}
	return valueCode(func(s scope) (value.Value, error) {
		values := make([]value.Value, len(items))
		var weight int64
		for i := range items {
			v, err := items[i].value(s)
			if err != nil {
				return value.Null, err
			}
			values[i] = v
			if weight += v.Weight(); weight > limit {
				return at.bounded(s, value.ListOf(values...), limit)
			}
		}
		return at.bounded(s, value.ListOf(values...), limit)
	})
}

// mapLiteral: of a repeated key the first value holds, and the others are
// evaluated all the same.
func (c *compiler) mapLiteral(n *syntax.Map) code {
	keys, values := make([]code, len(n.Entries)), make([]code, len(n.Entries))
	for i, e := range n.Entries {
		keys[i], values[i] = c.compile(e.Key), c.compile(e.Value)
	}
	at, limit := &site{n, c.frame}, c.env.Limits.Elements
	constantKeys, ok := constants(keys)
	constantValues, ok2 := constants(values)
	if ok && ok2 && !c.changesCollections {
		m := value.NewMap(len(keys))
		for i, k := range constantKeys {
			putFirst(m, k, constantValues[i])
		}
		if v := value.FromMap(m); v.Weight() <= limit {
			return c.constant(v)
		}
	}
	return valueCode(func(s scope) (value.Value, error) {
		m := value.NewMap(len(keys))
		for i := range keys {
			k, err := keys[i].value(s)
			if err != nil {
				return value.Null, err
			}
			v, err := values[i].value(s)
			if err != nil {
				return value.Null, err
			}
			putFirst(m, k, v)
			if value.FromMap(m).Weight() > limit {
				break
			}
		}
		return at.bounded(s, value.FromMap(m), limit)
	})
}

func putFirst(m *value.Map, k, v value.Value) {
	if _, exists := m.Get(k); !exists {
		m.Put(k, v)
	}
}

// bounded gives v unless it is larger than a collection may be.
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
		return at.fault(s, fn.ErrLimit, "%s is nested deeper than the limit of %d levels", what, value.MaxLevels)
	}
	return at.fault(s, fn.ErrLimit, "%s has more elements than the limit of %d", what, limit)
}
