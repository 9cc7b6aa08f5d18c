package profiler

import (
	"context"
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// message is a message as profiles see it: whole numbers are longs, as sums of them are
// to have 64 bits.
type message struct{ stellar.Resolver }

// Lookup implements stellar.Resolver.
func (m message) Lookup(name string) value.Value { return withLongs(m.Resolver.Lookup(name)) }

// withLongs returns v with longs for the ints in it.
func withLongs(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindInt:
		return value.Long(v.Int64())
	case value.KindList:
		items := make([]value.Value, 0, v.Len())
		for item := range v.List().All() {
			items = append(items, withLongs(item))
		}
		return value.ListOf(items...).Freeze()
	case value.KindMap:
		m := value.NewMap(v.Len())
		for key, entry := range v.Map().All() {
			m.PutNew(key, withLongs(entry))
		}
		return value.FromMap(m).Freeze()
	}
	return v
}

// timeOf returns the time of a message by the configuration's field, in milliseconds: a
// number, or a text such as 2026-11-26T12:00:00Z. ok is false if it has none.
func (s *Set) timeOf(m stellar.Resolver) (milliseconds int64, ok bool) {
	v := m.Lookup(s.timestamp)
	if milliseconds, ok = value.ToLong(v); ok || v.Kind() != value.KindString {
		return milliseconds, ok
	}
	t, err := time.Parse(time.RFC3339, v.Str())
	return t.UnixMilli(), err == nil
}

// route is where messages go: the profile and the entity that a state is of.
type route struct {
	definition *definition
	entity     string
}

// entity returns whose profile a message belongs to. ok is false if the profile does not
// apply to it.
func (p *definition) entity(ctx context.Context, m stellar.Resolver) (entity string, ok bool, err error) {
	applies, err := p.onlyIf.value(ctx, m)
	if err != nil {
		return "", false, err
	}
	if yes, _ := value.ToBool(applies); !yes {
		return "", false, nil
	}
	of, err := p.foreach.value(ctx, m)
	if err != nil {
		return "", false, err
	}
	entity, ok = value.ToText(of)
	return entity, ok && entity != "", nil
}
