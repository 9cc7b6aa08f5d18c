package calendar

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
)

// TestAt has what Java's GregorianCalendar gives.
func TestAt(t *testing.T) {
	for _, c := range []struct {
		milliseconds int64
		zone         string
		want         Fields
		name         string
	}{
		{0, "UTC", Fields{1970, time.January, 1, 1, time.Thursday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},
		{-1, "UTC", Fields{1969, time.December, 31, 365, time.Wednesday, 23, 59, 59, 999, 0, "UTC"}, "UTC"},
		{1_700_000_000_123, "UTC", Fields{2023, time.November, 14, 318, time.Tuesday, 22, 13, 20, 123, 0, "UTC"}, "UTC"},
		{1_582_934_400_000, "UTC", Fields{2020, time.February, 29, 60, time.Saturday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},
		{1_609_372_800_000, "UTC", Fields{2020, time.December, 31, 366, time.Thursday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},

		{1_700_000_000_123, "America/New_York", Fields{2023, time.November, 14, 318, time.Tuesday, 17, 13, 20, 123, -5 * 3600, "EST"}, "EST"},
		{1_699_164_000_000, "America/New_York", Fields{2023, time.November, 5, 309, time.Sunday, 1, 0, 0, 0, -5 * 3600, "EST"}, "EST"},
		{1_699_163_999_999, "America/New_York", Fields{2023, time.November, 5, 309, time.Sunday, 1, 59, 59, 999, -4 * 3600, "EDT"}, "EDT"},
		{1_700_000_000_123, "Asia/Kathmandu", Fields{2023, time.November, 15, 319, time.Wednesday, 3, 58, 20, 123, 20_700, "+0545"}, "GMT+05:45"},
		{1_700_000_000_123, "America/Sao_Paulo", Fields{2023, time.November, 14, 318, time.Tuesday, 19, 13, 20, 123, -3 * 3600, "-03"}, "GMT-03:00"},
		{0, "Africa/Monrovia", Fields{1969, time.December, 31, 365, time.Wednesday, 23, 15, 30, 0, -2670, "MMT"}, "MMT"},

		// Present standard time up to 1900, the zone's history from then on.
		{-2_208_988_800_001, "America/New_York", Fields{1899, time.December, 31, 365, time.Sunday, 18, 59, 59, 999, -5 * 3600, "EST"}, "EST"},
		{-2_208_988_800_001, "Europe/Dublin", Fields{1899, time.December, 31, 365, time.Sunday, 23, 59, 59, 999, 0, "GMT"}, "GMT"},
		{-2_208_988_800_000, "Europe/Dublin", Fields{1899, time.December, 31, 365, time.Sunday, 23, 34, 39, 0, -1521, "DMT"}, "DMT"},
		{-2_208_988_800_001, "Australia/Sydney", Fields{1900, time.January, 1, 1, time.Monday, 9, 59, 59, 999, 10 * 3600, "AEST"}, "AEST"},

		// The change of calendars comes at midnight of the zone.
		{-12_219_292_800_000, "UTC", Fields{1582, time.October, 15, 278, time.Friday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},
		{-12_219_292_800_001, "UTC", Fields{1582, time.October, 4, 277, time.Thursday, 23, 59, 59, 999, 0, "UTC"}, "UTC"},
		{-12_219_292_800_000, "America/New_York", Fields{1582, time.October, 4, 277, time.Thursday, 19, 0, 0, 0, -5 * 3600, "EST"}, "EST"},
		{-12_219_292_800_001, "Asia/Tokyo", Fields{1582, time.October, 15, 278, time.Friday, 8, 59, 59, 999, 9 * 3600, "JST"}, "JST"},
		{-12_212_640_000_000, "UTC", Fields{1582, time.December, 31, 355, time.Friday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},

		{-14_831_769_600_000, "UTC", Fields{1499, time.December, 23, 357, time.Monday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},
		{-14_825_894_400_000, "UTC", Fields{1500, time.February, 29, 60, time.Saturday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},
		{-62_135_769_600_000, "UTC", Fields{1, time.January, 1, 1, time.Saturday, 0, 0, 0, 0, 0, "UTC"}, "UTC"},
		{-62_135_769_600_001, "UTC", Fields{0, time.December, 31, 366, time.Friday, 23, 59, 59, 999, 0, "UTC"}, "UTC"},
		{math.MinInt64, "UTC", Fields{-292_269_054, time.December, 2, 336, time.Sunday, 16, 47, 4, 192, 0, "UTC"}, "UTC"},
		{math.MaxInt64, "UTC", Fields{292_278_994, time.August, 17, 229, time.Sunday, 7, 12, 55, 807, 0, "UTC"}, "UTC"},
	} {
		location, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		got := At(c.milliseconds, location)
		require.Equal(t, c.want, got, "%d in %s", c.milliseconds, c.zone)
		require.Equal(t, c.name, got.ZoneName(), "%d in %s", c.milliseconds, c.zone)
	}
}

func TestZoneNameOfUnnamedZone(t *testing.T) {
	for offset, want := range map[int]string{0: "GMT+00:00", 3600: "GMT+01:00", -12_600: "GMT-03:30", 30: "GMT+00:00"} {
		f := At(0, time.FixedZone("", offset))
		require.Equal(t, want, f.ZoneName(), offset)
	}
}

func TestYearOfEra(t *testing.T) {
	for year, want := range map[int]int{2023: 2023, 1: 1, 0: 1, -1: 2, -1199: 1200} {
		f := Fields{Year: year}
		require.Equal(t, want, f.YearOfEra(), year)
	}
}

// TestGregorianDays compares with package time, whose calendar is Gregorian at
// all times.
func TestGregorianDays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		milliseconds := random.Int64()>>random.IntN(30) - 12_219_292_800_000
		want := time.UnixMilli(milliseconds).UTC()
		got := At(milliseconds, time.UTC)
		yearDay := want.YearDay()
		if want.Year() == 1582 {
			yearDay -= 10
		}
		require.Equal(t, Fields{want.Year(), want.Month(), want.Day(), yearDay, want.Weekday(),
			want.Hour(), want.Minute(), want.Second(), want.Nanosecond() / 1e6, 0, "UTC"}, got, milliseconds)
	}
}

// TestJulianDays counts the days of the years up to the change.
func TestJulianDays(t *testing.T) {
	const firstYear = -20
	lengths := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	day := newYear(firstYear)
	for year := firstYear; year < 1582; year++ {
		yearDay := 0
		for i, length := range lengths {
			if i == 1 && year%4 == 0 {
				length++
			}
			for dayOfMonth := 1; dayOfMonth <= length; dayOfMonth++ {
				yearDay++
				f := At(day*millisecondsPerDay, time.UTC)
				if f.Year != year || f.Month != time.Month(i+1) || f.Day != dayOfMonth || f.YearDay != yearDay {
					require.Failf(t, "wrong date", "%+v instead of %d-%d-%d, day %d", f, year, i+1, dayOfMonth, yearDay)
				}
				day++
			}
		}
	}
	require.Equal(t, newYear(1582), day)
}

func BenchmarkAt(b *testing.B) {
	location, err := time.LoadLocation("America/New_York")
	require.NoError(b, err)
	for b.Loop() {
		At(1_700_000_000_123, location)
	}
}

// A date is the day that it was made of, and the weeks are those that Java counts.
func TestDay(t *testing.T) {
	for day := int64(-200_000); day < 60_000; day += 37 {
		f := At(day*millisecondsPerDay, time.UTC)
		require.Equal(t, day, Day(int64(f.Year), int64(f.Month), int64(f.Day)), "%v", f)
		require.Equal(t, day, f.fromEpoch())
		require.Equal(t, day, OnOrBefore(day+int64(6-f.Weekday), f.Weekday), "%v", f)
	}
	for _, c := range []struct{ year, month, day, want int64 }{
		{1970, 1, 1, 0}, {1970, 13, 1, 365}, {1970, 1, 32, 31}, {1970, 0, 1, -31}, {1970, 3, 0, 58}, {2016, 14, 30, 17227},
		{1582, 10, 4, gregorianChange - 1}, {1582, 10, 15, gregorianChange}, {1582, 10, 5, gregorianChange}, {1582, 10, 10, gregorianChange + 5},
	} {
		require.Equal(t, c.want, Day(c.year, c.month, c.day), "%v", c)
	}
}

func TestWeeks(t *testing.T) {
	for _, c := range []struct {
		year, month, day                              int64
		weekOfYear, weekYear, weekOfMonth, dayInMonth int
	}{
		{2016, 1, 1, 1, 2016, 1, 1}, {2016, 1, 3, 2, 2016, 2, 1}, {2015, 12, 27, 1, 2016, 5, 4}, {2015, 12, 26, 52, 2015, 4, 4},
		{2016, 7, 4, 28, 2016, 2, 1}, {2016, 7, 31, 32, 2016, 6, 5}, {2000, 12, 31, 1, 2001, 6, 5}, {2000, 12, 30, 53, 2000, 5, 5},
	} {
		f := At(Day(c.year, c.month, c.day)*millisecondsPerDay, time.UTC)
		require.Equal(t, c.weekOfYear, f.WeekOfYear(), "%v", c)
		require.Equal(t, c.weekYear, f.WeekYear(), "%v", c)
		require.Equal(t, c.weekOfMonth, f.WeekOfMonth(), "%v", c)
		require.Equal(t, c.dayInMonth, f.WeekdayInMonth(), "%v", c)
	}
}

func TestInstant(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"UTC", "2016-07-04 18:34", "2016-07-04 18:34"},
		{"America/New_York", "2016-03-13 02:30", "2016-03-13 07:30"}, // the clock goes from 2 to 3
		{"America/New_York", "2016-11-06 01:30", "2016-11-06 06:30"}, // and from 2 to 1
		{"Europe/Moscow", "2014-10-26 01:30", "2014-10-25 22:30"},
		{"Pacific/Apia", "2011-12-30 12:00", "2011-12-30 22:00"},
		{"America/Caracas", "2016-05-01 02:45", "2016-05-01 07:15"},
		{"Asia/Pyongyang", "2015-08-14 23:45", "2015-08-14 15:15"},
	} {
		location, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		wall, err := time.Parse("2006-01-02 15:04", c.wall)
		require.NoError(t, err)
		got := time.UnixMilli(Instant(wall.UnixMilli(), location)).UTC().Format("2006-01-02 15:04")
		require.Equal(t, c.want, got, "%s in %s", c.wall, c.zone)
	}
}
