package match

import (
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// layouts are the forms of times as texts. Those without a zone are in UTC.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", time.DateOnly,
}

// maxTime is how long the text of a time may be.
const maxTime = 64

// timeOf returns the time in UTC that a value says.
func timeOf(v value.Value) (at time.Time, ok bool) {
	if v.Kind() != value.KindString {
		ms, ok := value.ToLong(v)
		if v.Kind() == value.KindBool || !ok {
			return at, false
		}
		return time.UnixMilli(ms).UTC(), true
	}
	text := strings.TrimSpace(v.Str())
	if len(text) > maxTime {
		return at, false
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return at, false
}

// parts are the parts of a time by their names.
var parts = map[string]func(time.Time) int{
	"minute": time.Time.Minute,
	"hour":   time.Time.Hour,
	"day":    time.Time.Day,
	"week":   func(t time.Time) int { _, week := t.ISOWeek(); return week },
	"month":  func(t time.Time) int { return int(t.Month()) },
	"year":   time.Time.Year,
}

const partNames = "'minute', 'hour', 'day', 'week', 'month' or 'year'"

var timeParts = fn.Func{
	Name: "TIME_PARTS",
	Params: []fn.Param{valueParam,
		{Name: "part", Kinds: fn.String, Doc: partNames + "; a day is that of the month, a week that of ISO 8601"},
	},
	Result: fn.List, ResultDoc: "the part of each time in the field, as an int",
	Doc: "Lists the minute, hour, day, week, month or year of the times that a field says, in UTC: texts such as 2026-01-31T18:00:00Z or 2026-01-31 18:00:00.123, " +
		"or numbers of milliseconds since 1970. What is no time is left out. " + anyMember + "Not in Metron.",
	Examples: []fn.Example{
		{Expr: "TIME_PARTS('2026-01-31 18:05:59.123', 'hour')", Want: "[18]"},
		{Expr: "TIME_PARTS([0, 'never', '2021-01-03T00:30:00+01:00'], 'year')", Want: "[1970, 2021]"},
		{Expr: "TIME_PARTS(null, 'day')", Want: "[]"},
	},
	Exact: true, Cost: fn.OwnCost,
	Body: func(c *fn.Call) (value.Value, error) {
		of, err := partOf(c.Args[1])
		if err != nil {
			return value.Null, err
		}
		all := c.NewList(1)
		_, err = anyLeaf(c.Args[0], c, func(leaf value.Value) (bool, error) {
			if err := c.Spend(stepsOfTime); err != nil {
				return false, err
			}
			if at, ok := timeOf(leaf); ok {
				all.Append(value.Int(int32(of(at))))
				return false, c.Allocate(bytesOfItem)
			}
			return false, nil
		})
		return value.FromList(all), err
	},
	Prepare: func(constants fn.Constants) (fn.Prepared, error) {
		if part, ok := constants.Get(1); ok && part.Kind() == value.KindString {
			_, err := partOf(part)
			return fn.Prepared{}, err
		}
		return fn.Prepared{}, nil
	},
}

// What reading a time takes, and the memory of an item of a list.
const (
	stepsOfTime = 16
	bytesOfItem = 48
)

func partOf(name value.Value) (func(time.Time) int, error) {
	if of := parts[name.Str()]; of != nil {
		return of, nil
	}
	return nil, fn.Argumentf(1, "times have no part '%.20s', only %s", name.Str(), partNames)
}
