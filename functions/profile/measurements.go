package profile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// ErrNoStore says that there are no measurements to be read.
var ErrNoStore = errors.New("no store of profiles was given; the stellar command takes one by --store")

func (h Host) measurementFunctions() []fn.Func {
	of := []fn.Param{
		{Name: "profile", Kinds: fn.Any, Doc: "the name of the profile"},
		{Name: "entity", Kinds: fn.Any, Doc: "whose values, such as an address; what the profile's foreach says"},
		{Name: "periods", Kinds: fn.List, Null: fn.NullAccepted, Doc: "the periods, which PROFILE_WINDOW and PROFILE_FIXED return; null for none"},
	}
	return []fn.Func{
		{
			Name: "PROFILE_GET",
			Params: append(of[:3:3],
				fn.Param{Name: "groups", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true,
					Doc: "a list of what the profile is divided by (groupBy), and a map of settings, such as profiler.default.value, the value of periods without one; or the groups one by one"}),
			Result: fn.List, ResultDoc: "the values, the oldest first; null if the store cannot be read",
			Doc: "Reads the values of a profile in some periods. Periods without a value are left out, or have the value " +
				"that the setting profiler.default.value names.",
			Examples: []fn.Example{{Expr: "PROFILE_GET('logins', user, [])", Want: "[]"}},
			Purity:   fn.External, Cost: fn.OwnCost,
			Body: h.get,
		},
		{
			Name: "PROFILE_VERBOSE",
			Params: append(of[:3:3],
				fn.Param{Name: "groups", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true,
					Doc: "a list of what the profile is divided by (groupBy), or these one by one"}),
			Result: fn.List, ResultDoc: "a list of maps, the oldest first; null if the store cannot be read",
			Doc: "Reads the values of a profile in some periods, like PROFILE_GET, with what they belong to: each map has profile, " +
				"entity, period (its number), period.start and period.end (milliseconds since 1970), value and groups.",
			Examples: []fn.Example{{Expr: "PROFILE_VERBOSE('logins', user, [])", Want: "[]"}},
			Purity:   fn.External, Cost: fn.OwnCost,
			Body: h.verbose,
		},
	}
}

func (h Host) get(c *fn.Call) (value.Value, error) {
	given := -1 // the settings
	groups := c.Args[3:]
	if len(groups) > 0 && groups[0].Kind() == value.KindList {
		if len(groups) > 1 && groups[1].Kind() == value.KindMap {
			given = 4
		}
		groups = groups[:1]
	} else if n := len(groups); n > 0 && groups[n-1].Kind() == value.KindMap {
		given, groups = 3+n-1, groups[:n-1]
	}
	s, err := h.settings(c, given)
	if err != nil {
		return value.Null, err
	}
	found, periods, _, err := h.measurements(c, groups)
	if err != nil || found == nil {
		return value.Null, err
	}
	otherwise := s.defaultValue()
	values := c.NewList(len(found))
	for _, p := range periods {
		switch {
		case len(found) > 0 && found[0].Period == p:
			values.Append(found[0].Value)
			found = found[1:]
		case !otherwise.IsNull():
			values.Append(otherwise)
		}
	}
	return value.FromList(values), nil
}

// The keys of what PROFILE_VERBOSE returns.
var (
	keyProfile = value.String("profile")
	keyEntity  = value.String("entity")
	keyPeriod  = value.String("period")
	keyStart   = value.String("period.start")
	keyEnd     = value.String("period.end")
	keyValue   = value.String("value")
	keyGroups  = value.String("groups")
)

func (h Host) verbose(c *fn.Call) (value.Value, error) {
	groups := c.Args[3:]
	found, _, series, err := h.measurements(c, groups)
	if err != nil || found == nil {
		return value.Null, err
	}
	if err := c.Allocate(int64(len(found)) * 7 * 128); err != nil {
		return value.Null, err
	}
	list := c.NewList(len(found))
	for _, m := range found {
		entry := value.NewMap(7)
		entry.PutNew(keyProfile, value.String(series.Profile))
		entry.PutNew(keyEntity, value.String(series.Entity))
		entry.PutNew(keyPeriod, value.Long(m.Period.ID))
		entry.PutNew(keyStart, value.Long(m.Period.Start()))
		entry.PutNew(keyEnd, value.Long(m.Period.End()))
		entry.PutNew(keyValue, m.Value)
		entry.PutNew(keyGroups, value.ListOf(series.Groups...))
		list.Append(value.FromMap(entry))
	}
	return value.FromList(list), nil
}

// measurements reads what the arguments of a call ask for. The measurements are nil if the
// store failed, which is observed.
func (h Host) measurements(c *fn.Call, groups []value.Value) (found []Measurement, periods []Period, s Series, err error) {
	if s, err = seriesOf(c, groups); err != nil {
		return nil, nil, s, err
	}
	if periods, err = periodsOf(c); err != nil || len(periods) == 0 {
		return []Measurement{}, nil, s, err
	}
	if h.Store == nil {
		return nil, nil, s, fn.Externalf(fn.NoArg, "%v", ErrNoStore)
	}
	found, err = h.Store.Measurements(c.Context(), s, periods)
	if err != nil {
		if c.Context().Err() != nil {
			return nil, nil, s, c.Context().Err()
		}
		c.Observe(fn.Event{Function: "PROFILE_GET", Subject: s.Profile, Err: err})
		return nil, nil, s, nil
	}
	if found == nil {
		found = []Measurement{}
	}
	size := int64(0)
	for _, m := range found {
		size += m.Value.Size()
	}
	return found, periods, s, c.Allocate(size)
}

func seriesOf(c *fn.Call, groups []value.Value) (Series, error) {
	var s Series
	for i, text := range []*string{&s.Profile, &s.Entity} {
		converted, ok := value.ToText(c.Args[i])
		if !ok {
			return s, fn.Argumentf(i, "%s is no name", shown(c.Args[i]))
		}
		*text = converted
	}
	if len(groups) > 0 && groups[0].Kind() == value.KindList {
		groups = slices.Collect(groups[0].List().All())
	}
	for _, g := range groups {
		if !g.IsNull() || len(groups) > 1 {
			g.Freeze()
			s.Groups = append(s.Groups, g)
		}
	}
	return s, c.Spend(int64(len(s.Groups)))
}

// periodsOf returns the periods of a call, in order and each once.
func periodsOf(c *fn.Call) ([]Period, error) {
	list := c.Args[2].List()
	if list == nil {
		return nil, nil
	}
	if err := c.Spend(int64(list.Len())); err != nil {
		return nil, err
	}
	periods := make([]Period, 0, list.Len())
	for item := range list.All() {
		p, ok := periodOf(item)
		if !ok {
			return nil, fn.Typef(2, "%s among the periods, which PROFILE_WINDOW and PROFILE_FIXED return", shown(item))
		}
		periods = append(periods, p)
	}
	slices.SortFunc(periods, func(a, b Period) int {
		return cmp.Or(cmp.Compare(a.Start(), b.Start()), cmp.Compare(a.Length, b.Length))
	})
	return slices.Compact(periods), nil
}

// shown writes a value into a message.
func shown(v value.Value) string {
	if v.Kind() == value.KindString {
		return fmt.Sprintf("the text %.40q", v.Str())
	}
	return fmt.Sprintf("%s %.40s", v.Kind(), v)
}
