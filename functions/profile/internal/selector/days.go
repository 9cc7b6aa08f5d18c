package selector

import (
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/internal/datepattern"
)

// days are those that a word stands for: they report whether a window that starts at a
// time is of these days. Both times are of the same zone; now is when the window is asked
// for.
type days func(start, now time.Time) bool

// newDays returns the days of a word. Arguments that it does not take are ignored.
func newDays(name token, arguments []string) (days, *Error) {
	switch word := name.text; {
	case strings.Contains(word, " "): // this day of the week
		return func(start, now time.Time) bool { return start.Weekday() == now.Weekday() }, nil
	case strings.HasPrefix(word, "weekday"):
		return func(start, _ time.Time) bool { return !isWeekend(start) }, nil
	case strings.HasPrefix(word, "weekend"):
		return func(start, _ time.Time) bool { return isWeekend(start) }, nil
	case strings.HasPrefix(word, "holiday"):
		return newHolidays(name, arguments)
	case word == "date":
		return newDate(name, arguments)
	default:
		return newWeekday(strings.TrimSuffix(word, "s")), nil
	}
}

func isWeekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

func newWeekday(name string) days {
	weekday := time.Sunday
	for strings.ToLower(weekday.String()) != name {
		weekday++
	}
	return func(start, _ time.Time) bool { return start.Weekday() == weekday }
}

// usualPattern is that of a date without one.
const usualPattern = "yyyy/MM/dd"

// newDate returns the day of a date, whose pattern may follow it.
func newDate(name token, arguments []string) (days, *Error) {
	if len(arguments) == 0 {
		return nil, errorAt(name.at, "after date must follow a colon and the date, such as date:2026/12/24")
	}
	written, text := arguments[0], usualPattern
	if len(arguments) > 1 {
		text = arguments[1]
	}
	pattern, err := datepattern.Parse(text)
	if err != nil {
		return nil, errorAt(name.at, "date: %v", err)
	}
	// A date of the pattern is one in every zone, at most an hour off.
	if _, ok := pattern.Read(written, datepattern.Reading{Location: time.UTC, Clock: clock{}}); !ok {
		return nil, errorAt(name.at, "the date %q is not of the form %s", written, text)
	}
	return func(start, now time.Time) bool {
		date, ok := pattern.Read(written, datepattern.Reading{Location: start.Location(), Clock: clock(now)})
		return ok && sameDay(time.UnixMilli(date).In(start.Location()), start)
	}, nil
}

// clock is a clock that stands.
type clock time.Time

// Now returns its time.
func (c clock) Now() time.Time { return time.Time(c) }

func sameDay(a, b time.Time) bool {
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}
