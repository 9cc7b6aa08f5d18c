package datepattern

import (
	"time"

	"github.com/stellarlang/stellar/functions/internal/calendar"
)

// field is one that a text can set.
type field int

const (
	era            field = iota // 0 before Christ, 1 after
	year                        // of the era
	weekYear                    // the year that the week belongs to
	month                       // from 0
	weekOfYear                  // from 1
	weekOfMonth                 // from 1
	day                         // of the month
	dayOfYear                   // from 1
	weekday                     // from 1, Sunday
	weekdayInMonth              // the first, second, … of its day of the week
	half                        // of the day: 0 before noon, 1 after
	hour                        // of the half
	hourOfDay
	minute
	second
	millisecond
	fields // how many there are
)

// date is what a text has set so far.
type date struct {
	values [fields]int64
	// stamps tell the order in which the fields were set, from 1; 0 is not at all.
	stamps [fields]int
	last   int // stamp

	location *time.Location
	named    bool // the text names a time of location
	summer   bool // and that is summer time
	fixed    bool // the text has an offset
	offset   int  // in seconds

	century      bool // the year may be of either of two centuries
	centuryField field
}

func (d *date) set(f field, value int64) {
	d.last++
	d.values[f], d.stamps[f] = value, d.last
}

func (d *date) setOffset(seconds int) { d.fixed, d.offset, d.named = true, seconds, false }

func (d *date) has(f field) bool { return d.stamps[f] > 0 }

// get returns the value of a field, and another if it was not set.
func (d *date) get(f field, otherwise int64) int64 {
	if d.has(f) {
		return d.values[f]
	}
	return otherwise
}

const (
	millisecondsPerDay = 24 * 60 * 60 * 1000
	firstYear          = 1970 // where a text has none
	sunday             = 1
)

// resolve returns the moment. ok is false if strictness refuses it.
func (d *date) resolve(strict bool) (milliseconds int64, ok bool) {
	if strict && !d.inRange() {
		return 0, false
	}
	wall := d.days()*millisecondsPerDay + d.inDay()
	milliseconds, location := d.instant(wall)
	if strict && !d.agrees(calendar.At(milliseconds, location)) {
		return 0, false
	}
	return milliseconds, true
}

// instant returns the moment of a time on the wall, and the zone in which that is so.
func (d *date) instant(wall int64) (int64, *time.Location) {
	switch {
	case d.fixed:
		return wall - int64(d.offset)*1000, time.FixedZone("", d.offset)
	case d.named:
		standard, ahead := calendar.Standard(calendar.Instant(wall, d.location), d.location)
		if d.summer && ahead == 0 {
			break
		}
		if d.summer {
			standard += ahead
		}
		return wall - int64(standard)*1000, time.FixedZone("", standard)
	}
	return calendar.Instant(wall, d.location), d.location
}

// inDay returns the milliseconds since midnight. Hours from 0 to 11 count together with
// the half of the day.
func (d *date) inDay() int64 {
	var hours int64
	inHalf := d.together(hour, half)
	switch best := max(inHalf, d.stamps[hourOfDay]); {
	case best == 0:
		hours = d.get(hour, 0) + 12*d.get(half, 0)
	case best == d.stamps[hourOfDay]:
		hours = d.values[hourOfDay]
	default:
		hours = d.values[hour] + 12*d.values[half]
	}
	return ((hours*60+d.get(minute, 0))*60+d.get(second, 0))*1000 + d.get(millisecond, 0)
}

// together returns the later stamp of two fields, 0 if one is not set.
func (d *date) together(a, b field) int {
	if !d.has(a) || !d.has(b) {
		return 0
	}
	return max(d.stamps[a], d.stamps[b])
}

// proleptic returns the year as the calendar counts it, where 0 is 1 BC.
func (d *date) proleptic() int64 {
	y := d.get(year, firstYear)
	if d.has(era) && d.values[era] == 0 {
		return 1 - y
	}
	return y
}

// isWeekDate reports whether the date is a week of a year and a day of the week; month and
// day then do not count.
func (d *date) isWeekDate() bool { return d.stamps[weekYear] > d.stamps[year] }

// days returns the day, counted from 1 January 1970.
func (d *date) days() int64 {
	if d.isWeekDate() {
		return d.weekDate()
	}
	y, m := d.proleptic(), d.get(month, 0)
	switch basis := d.basis(); basis {
	case day:
		return calendar.Day(y, m+1, d.get(day, 1))
	case dayOfYear:
		return calendar.Day(y, 1, 1) + d.values[dayOfYear] - 1
	case weekOfYear:
		return inWeek(calendar.Day(y, 1, 1), d.get(weekOfYear, 1), d.get(weekday, sunday))
	case weekOfMonth:
		return inWeek(calendar.Day(y, m+1, 1), d.get(weekOfMonth, 1), d.get(weekday, sunday))
	default:
		first, wanted := calendar.Day(y, m+1, 1), weekdayOf(d.get(weekday, sunday))
		count := d.get(weekdayInMonth, 1)
		if count >= 0 {
			return calendar.OnOrBefore(first+7*count-1, wanted)
		}
		length := calendar.Day(y, m+2, 1) - first
		return calendar.OnOrBefore(first+length+7*(count+1)-1, wanted)
	}
}

// basis returns the field that the day is computed from: the one set last of the day, the
// day of the year, and of those that count only together with a day of the week. If there
// is none, a lone one of these; else the day, which is then the first.
func (d *date) basis() field {
	if !d.has(weekday) && !d.has(weekOfYear) && !d.has(weekOfMonth) && !d.has(weekdayInMonth) { // as in most
		if d.stamps[dayOfYear] > d.stamps[day] {
			return dayOfYear
		}
		return day
	}
	var stamps [fields]int
	best, basis := 0, day
	consider := func(f field, stamp int) {
		stamps[f] = stamp
		if stamp > best {
			best, basis = stamp, f
		}
	}
	consider(day, d.stamps[day])
	consider(weekOfMonth, d.together(weekOfMonth, weekday))
	consider(weekdayInMonth, d.together(weekdayInMonth, weekday))
	consider(dayOfYear, d.stamps[dayOfYear])
	consider(weekOfYear, d.together(weekOfYear, weekday))
	if best == 0 {
		consider(weekOfMonth, d.stamps[weekOfMonth])
		consider(weekdayInMonth, max(d.stamps[weekdayInMonth], d.stamps[weekday]))
		consider(weekOfYear, d.stamps[weekOfYear])
		return basis
	}
	// A day of the week that was set after several fields makes them equal; the one
	// that was set last itself decides.
	for _, f := range [...]field{weekOfMonth, weekdayInMonth, weekOfYear} {
		if stamps[f] == best && d.stamps[f] > d.stamps[basis] {
			basis = f
		}
	}
	return basis
}

// weekDate returns the day of a week of a year. Days of the week beyond Saturday run on
// into the next weeks.
func (d *date) weekDate() int64 {
	first := calendar.OnOrBefore(calendar.Day(d.values[weekYear], 1, 1), time.Sunday)
	return first + 7*(d.get(weekOfYear, 1)-1) + d.get(weekday, sunday) - sunday
}

// inWeek returns a day of the week in a numbered week, of which the first is the one of
// the day first.
func inWeek(first, week, dayOfWeek int64) int64 {
	start := calendar.OnOrBefore(first, time.Sunday)
	return calendar.OnOrBefore(start+6, weekdayOf(dayOfWeek)) + 7*(week-1)
}

func weekdayOf(n int64) time.Weekday { return time.Weekday(((n-sunday)%7 + 7) % 7) }

// The least and the largest value of each field in a strict date.
var ranges = [fields][2]int64{
	era: {0, 1}, year: {1, 292278994}, weekYear: {1, 292278994}, month: {0, 11}, weekOfYear: {1, 53}, weekOfMonth: {0, 6},
	day: {1, 31}, dayOfYear: {1, 366}, weekday: {1, 7}, weekdayInMonth: {1, 6}, half: {0, 1}, hour: {0, 11}, hourOfDay: {0, 23},
	minute: {0, 59}, second: {0, 59}, millisecond: {0, 999},
}

// The offsets that a strict date may have, in seconds.
const (
	leastOffset = -13 * 60 * 60
	mostOffset  = 14 * 60 * 60
)

// overridden reports whether a field does not count in the date of a week.
func overridden(f field) bool { return f == year || f == month || f == day }

func (d *date) inRange() bool {
	for f := range fields {
		if d.has(f) && !(d.isWeekDate() && overridden(f)) && (d.values[f] < ranges[f][0] || d.values[f] > ranges[f][1]) {
			return false
		}
	}
	return !d.fixed || leastOffset <= d.offset && d.offset <= mostOffset
}

// agrees reports whether the fields that were set are those of the date that came out.
func (d *date) agrees(f calendar.Fields) bool {
	got := [fields]int64{
		era: 1, year: int64(f.YearOfEra()), weekYear: int64(f.WeekYear()), month: int64(f.Month) - 1,
		weekOfYear: int64(f.WeekOfYear()), weekOfMonth: int64(f.WeekOfMonth()), day: int64(f.Day), dayOfYear: int64(f.YearDay),
		weekday: int64(f.Weekday) + sunday, weekdayInMonth: int64(f.WeekdayInMonth()), half: int64(f.Hour / 12), hour: int64(f.Hour % 12),
		hourOfDay: int64(f.Hour), minute: int64(f.Minute), second: int64(f.Second), millisecond: int64(f.Millisecond),
	}
	if f.Year <= 0 {
		got[era] = 0
	}
	for field := range fields {
		if d.has(field) && d.values[field] != got[field] && !(d.isWeekDate() && overridden(field)) {
			// The week year is no field that Java compares where it does not count.
			if field == weekYear && !d.isWeekDate() {
				continue
			}
			return false
		}
	}
	return true
}
