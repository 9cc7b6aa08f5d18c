package date

import (
	"github.com/stellarlang/stellar/functions/internal/calendar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var fieldFunctions = []fn.Func{
	{
		Name:      "NOW",
		Result:    fn.Long,
		ResultDoc: "milliseconds since 1 January 1970 UTC",
		Doc:       "Returns the time of the clock.",
		Examples: []fn.Example{
			{Expr: "NOW() > 1700000000000L", Want: "true"},
			{Expr: "IS_NAN(NOW())", Want: "false"},
		},
		Purity: fn.Impure,
		Body:   func(c *fn.Call) (value.Value, error) { return value.Long(c.Now().UnixMilli()), nil },
	},
	fieldFunction("DAY_OF_WEEK", "the day of the week, from 1 for Sunday to 7 for Saturday", "Returns the day of the week of a time.",
		"2", func(f *calendar.Fields) int { return int(f.Weekday) + 1 }),
	fieldFunction("DAY_OF_MONTH", "the day of the month, from 1", "Returns the day of the month of a time.",
		"4", func(f *calendar.Fields) int { return f.Day }),
	fieldFunction("DAY_OF_YEAR", "the day of the year, from 1", "Returns the day of the year of a time.",
		"186", func(f *calendar.Fields) int { return f.YearDay }),
	fieldFunction("WEEK_OF_MONTH", "the number of the week, from 1", "Returns the week of the month of a time. Weeks begin on Sunday, and the first week is that of the first day.",
		"2", (*calendar.Fields).WeekOfMonth),
	fieldFunction("WEEK_OF_YEAR", "the number of the week, from 1", "Returns the week of the year of a time. Weeks begin on Sunday, and the first week is that of 1 January, "+
		"so that the last days of December may be in the first week of the next year.",
		"28", (*calendar.Fields).WeekOfYear),
	fieldFunction("MONTH", "the month, from 0 for January to 11 for December", "Returns the month of a time. January is 0, as in Java.",
		"6", func(f *calendar.Fields) int { return int(f.Month) - 1 }),
	fieldFunction("YEAR", "the year", "Returns the year of a time. Of a time before Christ it is the year of that era.",
		"2016", (*calendar.Fields).YearOfEra),
}

// fieldFunction declares a function that returns a field of the calendar; want is its
// result for 4 July 2016.
func fieldFunction(name, resultDoc, doc, want string, field func(*calendar.Fields) int) fn.Func {
	return fn.Func{
		Name: name,
		Params: []fn.Param{{
			Name: "time", Kinds: fn.Any, Meant: fn.Number, Null: fn.NullAccepted, Optional: true,
			Doc: "milliseconds since 1 January 1970 UTC, or their text; now if it is left out",
		}},
		Result:    fn.Int,
		ResultDoc: resultDoc + "; null if the time is null or no number",
		Doc:       doc,
		Examples:  []fn.Example{{Expr: name + "(1467657279123L)", Want: want}, {Expr: name + "(null)", Want: "null"}},
		Purity:    fn.Impure, // the time may be left out
		Body: func(c *fn.Call) (value.Value, error) {
			milliseconds := c.Now().UnixMilli()
			if len(c.Args) > 0 {
				var ok bool
				if milliseconds, ok = value.ToLong(c.Args[0]); !ok {
					return value.Null, nil
				}
			}
			fields := calendar.At(milliseconds, c.Location())
			return value.Int(int32(field(&fields))), nil
		},
	}
}
