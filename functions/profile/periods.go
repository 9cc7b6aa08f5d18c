package profile

import (
	"errors"
	"math"
	"time"

	"github.com/stellarlang/stellar/functions/profile/internal/selector"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var settingsParam = fn.Param{
	Name: "settings", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true,
	Doc: "a map of settings that win over the global configuration: profiler.client.period.duration and profiler.client.period.duration.units",
}

func (h Host) periodFunctions() []fn.Func {
	return []fn.Func{
		{
			Name: "PROFILE_FIXED",
			Params: []fn.Param{
				{Name: "amount", Kinds: fn.Any, Doc: "how many units of time to look back, converted to a long"},
				{Name: "unit", Kinds: fn.Any, Doc: "a unit of time: SECONDS, MINUTES, HOURS, DAYS, MILLISECONDS, MICROSECONDS or NANOSECONDS"},
				settingsParam,
			},
			Result: fn.List, ResultDoc: "the periods, the oldest first",
			Doc: "Returns the periods of a profile from some time ago until now, for PROFILE_GET. A period lasts 15 minutes " +
				"unless settings say otherwise. The oldest is the one that the time ago is in.",
			Examples: []fn.Example{
				{Expr: "LENGTH(PROFILE_FIXED(1, 'HOURS'))", Want: "5"},
				{Expr: "LENGTH(PROFILE_FIXED(1, 'DAYS', {'profiler.client.period.duration' : 1, 'profiler.client.period.duration.units' : 'HOURS'}))", Want: "25"},
			},
			Purity: fn.Impure, Cost: fn.OwnCost,
			Body: h.fixed,
		},
		{
			Name: "PROFILE_WINDOW",
			Params: []fn.Param{
				{Name: "window", Kinds: fn.Any, Doc: "which times to look at, such as '1 hour' or '30 minutes every 1 day from 14 days ago excluding weekends'"},
				{Name: "now", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "when now is, in milliseconds since 1970 or as a text such as 2026-11-26T12:00:00Z; the clock's time if it is neither; a map in this place is the settings"},
				settingsParam,
			},
			Result: fn.List, ResultDoc: "the periods, the oldest first",
			Doc: "Returns the periods of a profile that start in windows of time, for PROFILE_GET. " +
				"'1 hour' is the last hour; 'from 2 hours ago to 1 hour ago' a time before now; " +
				"'1 hour every 1 day from 7 days ago' the hour after this time of the day, on each of the last seven days. " +
				"The first and the last form may end with including or excluding and a list of days: mondays, weekdays, weekends, " +
				"this day of the week, date:2026/12/24 (another form may follow: date:24.12.2026:dd.MM.yyyy), holidays:us, holidays:de:by. " +
				"Times are whole numbers of seconds, minutes, hours or days. Days are those of the environment's time zone.",
			Examples: []fn.Example{
				{Expr: "LENGTH(PROFILE_WINDOW('1 hour', 1511740800000L))", Want: "5"},
				{Expr: "PROFILE_WINDOW('1 hour', '2017-11-27T00:00:00Z') == PROFILE_WINDOW('1 hour', 1511740800000L)", Want: "true"},
				{Expr: "LENGTH(PROFILE_WINDOW('from 2 hours ago until 1 hour ago', 1511740800000L))", Want: "5"},
				{Expr: "LENGTH(PROFILE_WINDOW('1 hour every 1 day from 14 days ago including weekends', 1511740800000L))", Want: "20"},
			},
			Purity: fn.Impure, Cost: fn.OwnCost,
			Body:    h.window,
			Prepare: h.prepareWindow,
		},
	}
}

func (h Host) fixed(c *fn.Call) (value.Value, error) {
	s, err := h.settings(c, 2)
	if err != nil {
		return value.Null, err
	}
	length, err := s.period(2)
	if err != nil {
		return value.Null, err
	}
	amount, ok := value.ToLong(c.Args[0])
	if !ok {
		return value.Null, fn.Argumentf(0, "%s is no whole number", shown(c.Args[0]))
	}
	unit, ok := value.ToText(c.Args[1])
	if !ok {
		return value.Null, fn.Argumentf(1, "%s is no unit of time", shown(c.Args[1]))
	}
	back, err := inMilliseconds(amount, unit)
	if err != nil {
		return value.Null, fn.Argumentf(1, "%v", err)
	}
	now := c.Now().UnixMilli()
	if (now-back)/length.Milliseconds() < 0 {
		return value.Null, fn.Argumentf(0, "%d %s ago is before 1970, from which periods are counted", amount, unit)
	}
	periods := periodList{c: c, length: length.Milliseconds(), list: c.NewList(0)}
	for n := PeriodAt(now-back, length).ID; n*periods.length <= now; n++ {
		if err := periods.add(n); err != nil {
			return value.Null, err
		}
	}
	return value.FromList(periods.list), nil
}

// periodList is a list of periods that grows.
type periodList struct {
	c      *fn.Call
	length int64 // of each, in milliseconds
	list   *value.List
}

// bytesOfPeriod is the memory of a period in a list.
const bytesOfPeriod = 96

func (l *periodList) add(n int64) error {
	if most := l.c.Limits().Elements; int64(l.list.Len()) >= most {
		return fn.Limitf(fn.NoArg, "more than %d periods, which is what Elements allows; choose longer periods or a shorter time", most)
	}
	if err := l.c.Spend(1); err != nil {
		return err
	}
	if err := l.c.Allocate(bytesOfPeriod); err != nil {
		return err
	}
	l.list.Append(Period{ID: n, Length: l.length}.Value())
	return nil
}

// prepareWindow reads the window once, and finds its mistakes.
func (h Host) prepareWindow(constants fn.Constants) (fn.Prepared, error) {
	text, known := constants.Get(0)
	if !known || text.IsNull() {
		return fn.Prepared{}, nil
	}
	s, err := selectorOf(text)
	if err != nil {
		return fn.Prepared{}, err
	}
	return fn.Prepared{Body: func(c *fn.Call) (value.Value, error) { return h.windowOf(c, s) }}, nil
}

func (h Host) window(c *fn.Call) (value.Value, error) {
	s, err := selectorOf(c.Args[0])
	if err != nil {
		return value.Null, err
	}
	return h.windowOf(c, s)
}

func selectorOf(v value.Value) (*selector.Selector, error) {
	text, ok := value.ToText(v)
	if !ok {
		return nil, fn.Argumentf(0, "%s is no window, such as '1 hour'", shown(v))
	}
	s, err := selector.Parse(text)
	if err != nil {
		return nil, fn.Argumentf(0, "%v", err)
	}
	return s, nil
}

func (h Host) windowOf(c *fn.Call, window *selector.Selector) (value.Value, error) {
	given, now := 2, c.Now()
	switch v := c.Arg(1); {
	case v.IsNumber():
		if milliseconds, ok := value.ToLong(v); ok {
			now = time.UnixMilli(min(max(milliseconds, math.MinInt64/4), math.MaxInt64/4))
		}
	case v.Kind() == value.KindString:
		if written, err := time.Parse(time.RFC3339, v.Str()); err == nil {
			now = written
		}
	case v.Kind() == value.KindMap && len(c.Args) == 2:
		given = 1
	}
	s, err := h.settings(c, given)
	if err != nil {
		return value.Null, err
	}
	length, err := s.period(given)
	if err != nil {
		return value.Null, err
	}
	periods := periodList{c: c, length: length.Milliseconds(), list: c.NewList(0)}
	if err := window.Periods(now.In(c.Location()), periods.length, c.Spend, periods.add); err != nil {
		return value.Null, outside(err)
	}
	return value.FromList(periods.list), nil
}

// outside makes errors of a window errors of its argument; those of the budget stay.
func outside(err error) error {
	if errors.Is(err, selector.ErrBefore1970) {
		return fn.Argumentf(0, "%v", err)
	}
	return err
}
