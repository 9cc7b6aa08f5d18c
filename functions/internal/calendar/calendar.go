// Package calendar finds the date and time of day in a time zone. Its calendar
// is that of java.util.GregorianCalendar: Julian up to 4 October 1582, which 15
// October 1582 follows, Gregorian from then on.
package calendar

import (
	"fmt"
	"time"
)

// Fields are a moment as a calendar and a clock on the wall show it.
type Fields struct {
	Year                              int // 1 BC is 0, 2 BC is -1
	Month                             time.Month
	Day                               int // of the month
	YearDay                           int // from 1; 1582 has 355 days
	Weekday                           time.Weekday
	Hour, Minute, Second, Millisecond int
	Offset                            int // of the zone, in seconds east of UTC

	abbreviation string
}

// At returns the fields of a moment, in milliseconds since 1 January 1970 UTC, in
// the time zone location, which must not be nil. All moments are good.
//
// A zone has the history that the time zone database knows, except that before
// 1900 its present standard time holds, not the mean time of its place. This
// is as in Java.
func At(milliseconds int64, location *time.Location) Fields {
	day, inDay := floorDivide(milliseconds, millisecondsPerDay)
	var f Fields
	f.abbreviation, f.Offset = zone(milliseconds, location)
	days, inDay := floorDivide(inDay+int64(f.Offset)*1000, millisecondsPerDay)
	day += days

	f.Millisecond = int(inDay % 1000)
	f.Second = int(inDay / 1000 % 60)
	f.Minute = int(inDay / (60 * 1000) % 60)
	f.Hour = int(inDay / (60 * 60 * 1000))
	f.Year, f.Month, f.Day = date(day)
	f.YearDay = int(day-newYear(f.Year)) + 1
	f.Weekday = weekday(day)
	return f
}

// YearOfEra returns the year as people count it: from 1 on after Christ, and
// from 1 backwards before.
func (f *Fields) YearOfEra() int {
	if f.Year <= 0 {
		return 1 - f.Year
	}
	return f.Year
}

// ZoneName returns the usual letters of the time in force, such as EST or EDT,
// and the offset where there are none: GMT+04:00.
func (f *Fields) ZoneName() string {
	if f.abbreviation != "" && f.abbreviation[0] != '+' && f.abbreviation[0] != '-' {
		return f.abbreviation
	}
	sign, minutes := '+', f.Offset/60
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, minutes/60, minutes%60)
}

func weekday(day int64) time.Weekday {
	_, sinceThursday := floorDivide(day, 7) // 1 January 1970 was one
	return (time.Thursday + time.Weekday(sinceThursday)) % 7
}

const millisecondsPerDay = 24 * 60 * 60 * 1000

// Days of importance, counted from 1 January 1970.
const (
	gregorianChange = -141_427 // 15 October 1582
	gregorianOrigin = -719_468 // 1 March of the year 0, reckoned in the Gregorian calendar
	julianOrigin    = -719_470 // the same in the Julian calendar
)

// date returns the date of a day counted from 1 January 1970. It follows
// civil_from_days in Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms": years run from March to February, so that the leap day is the
// last of its year.
func date(day int64) (year int, month time.Month, dayOfMonth int) {
	var marchYear, inYear int64
	if day >= gregorianChange {
		cycles, inCycle := floorDivide(day-gregorianOrigin, 400*365+97)
		// Take out the leap days that went before.
		years := (inCycle - inCycle/(4*365) + inCycle/(100*365+24) - inCycle/(400*365+96)) / 365
		marchYear, inYear = 400*cycles+years, inCycle-(365*years+years/4-years/100)
	} else {
		cycles, inCycle := floorDivide(day-julianOrigin, 4*365+1)
		years := min(inCycle/365, 3)
		marchYear, inYear = 4*cycles+years, inCycle-365*years
	}
	year = int(marchYear)
	fromMarch := (5*inYear + 2) / 153 // March to July have 153 days, as have August to December
	dayOfMonth = int(inYear-(153*fromMarch+2)/5) + 1
	if fromMarch < 10 {
		return year, time.March + time.Month(fromMarch), dayOfMonth
	}
	return year + 1, time.January + time.Month(fromMarch-10), dayOfMonth
}

// newYear returns 1 January of a year as a day counted from 1 January 1970.
func newYear(year int) int64 { return Day(int64(year), 1, 1) }

func zone(milliseconds int64, location *time.Location) (abbreviation string, offset int) {
	const year1900 = -2_208_988_800_000
	if location == time.UTC {
		return "UTC", 0
	}
	if milliseconds >= year1900 {
		return time.UnixMilli(milliseconds).In(location).Zone()
	}
	return presentStandard(location)
}

// presentStandard returns the standard time of the last rules that are known for
// a zone. It is winter time on either side of the equator: some zones have it
// declared as the exception to a standard time in summer.
func presentStandard(location *time.Location) (abbreviation string, offset int) {
	const future = 2100
	abbreviation, offset = time.Date(future, time.January, 1, 0, 0, 0, 0, location).Zone()
	if inJuly, offsetInJuly := time.Date(future, time.July, 1, 0, 0, 0, 0, location).Zone(); offsetInJuly < offset {
		return inJuly, offsetInJuly
	}
	return abbreviation, offset
}

// floorDivide divides by b > 0 such that the remainder is not negative.
func floorDivide(a, b int64) (quotient, remainder int64) {
	quotient, remainder = a/b, a%b
	if remainder < 0 {
		return quotient - 1, remainder + b
	}
	return quotient, remainder
}
