package calendar

import "time"

// Day returns a date as a day counted from 1 January 1970. The year 0 is 1 BC. Months
// beyond December and days beyond the end of the month run on into the next ones, and
// those below 1 back. A date of October 1582 that the change of the calendar left out
// is reckoned in the Julian calendar.
func Day(year, month, day int64) int64 {
	years, inYear := floorDivide(month-1, 12)
	year += years
	// Years run from March here, so that the leap day is the last of its year.
	fromMarch := (inYear + 10) % 12
	if fromMarch >= 10 {
		year--
	}
	fourths, _ := floorDivide(year, 4)
	inJulian := 365*year + fourths + (153*fromMarch+2)/5 + day - 1
	julian := inJulian + julianOrigin
	if julian < gregorianChange {
		return julian
	}
	hundredths, _ := floorDivide(year, 100)
	fourHundredths, _ := floorDivide(year, 400)
	if gregorian := inJulian - hundredths + fourHundredths + gregorianOrigin; gregorian >= gregorianChange {
		return gregorian
	}
	return julian
}

// OnOrBefore returns the last day up to one that is of a day of the week.
func OnOrBefore(day int64, wanted time.Weekday) int64 {
	_, back := floorDivide(int64(weekday(day)-wanted), 7)
	return day - back
}

// fromEpoch returns the day counted from 1 January 1970.
func (f *Fields) fromEpoch() int64 { return newYear(f.Year) + int64(f.YearDay) - 1 }

// The weeks are those of the United States: they begin on Sunday, and the first week of
// a year or month is the one with its first day.

// WeekOfYear returns the number of the week in its year, from 1.
func (f *Fields) WeekOfYear() int {
	if f.WeekYear() > f.Year {
		return 1
	}
	return weeksSince(newYear(f.Year), f.fromEpoch())
}

// WeekYear returns the year that the week belongs to: the next one if the week has
// its first day.
func (f *Fields) WeekYear() int {
	if saturday := f.fromEpoch() + int64(time.Saturday-f.Weekday); saturday >= newYear(f.Year+1) {
		return f.Year + 1
	}
	return f.Year
}

// WeekOfMonth returns the number of the week in its month, from 1.
func (f *Fields) WeekOfMonth() int { return weeksSince(f.firstOfMonth(), f.fromEpoch()) }

// WeekdayInMonth returns which of the days of the same day of the week in its month the
// day is, from 1, by its number.
func (f *Fields) WeekdayInMonth() int { return (f.Day-1)/7 + 1 }

func (f *Fields) firstOfMonth() int64 { return Day(int64(f.Year), int64(f.Month), 1) }

// weeksSince returns the number of the week of a day, from 1 in the week of first.
func weeksSince(first, day int64) int { return int(day-OnOrBefore(first, time.Sunday))/7 + 1 }

// Instant returns the moment, in milliseconds since 1 January 1970 UTC, at which a
// clock on the wall shows a number of milliseconds since 1 January 1970. Of two such
// moments, when clocks are set back, it is the later; of none, when they are set
// forward, the one that the clock would show had it not been.
func Instant(wall int64, location *time.Location) int64 {
	if location == time.UTC {
		return wall
	}
	before := offsetAt(wall-millisecondsPerDay, location)
	after := offsetAt(wall+millisecondsPerDay, location)
	if before == after {
		return wall - before
	}
	early, late := wall-before, wall-after
	if early > late {
		early, late = late, early
	}
	for _, moment := range []int64{late, early} {
		if offsetAt(moment, location) == wall-moment {
			return moment
		}
	}
	return wall - before
}

// offsetAt returns the milliseconds that a zone is ahead of UTC at a moment.
func offsetAt(milliseconds int64, location *time.Location) int64 {
	_, offset := zone(milliseconds, location)
	return int64(offset) * 1000
}

// Standard returns the offset from UTC, in seconds, that the standard time of a zone has
// at a moment, and how many seconds summer time is ahead of it, 0 if there is none.
func Standard(milliseconds int64, location *time.Location) (offset, summer int) {
	_, offset = zone(milliseconds, location)
	year := int64(time.UnixMilli(milliseconds).UTC().Year())
	_, january := zone(Day(year, 1, 1)*millisecondsPerDay, location)
	_, july := zone(Day(year, 7, 1)*millisecondsPerDay, location)
	summer = max(january, july) - min(january, july)
	if summer != 0 && offset == max(january, july) {
		offset -= summer
	}
	return offset, summer
}
