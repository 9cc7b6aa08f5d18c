package zone

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/internal/calendar"
)

func TestFind(t *testing.T) {
	const summer2016 = 1_467_657_279_000
	for name, want := range map[string]int{ // offset in minutes
		"UTC": 0, "utc": 0, "Z": 0, "UT": 0, "gmt": 0, "GMT0": 0, "Etc/GMT+5": -300,
		"GMT+3": 180, "GMT-03:30": -210, "GMT+330": 210, "GMT+0330": 210, "GMT+23:59": 1439, "GMT+0": 0,
		"EST": -300, "PST": -420, "IST": 330, "CNT": -150, "Europe/Berlin": 120, "US/Eastern": -240, "EST5EDT": -240,
	} {
		location, ok := Find(name)
		require.True(t, ok, name)
		f := calendar.At(summer2016, location)
		require.Equal(t, want, f.Offset/60, name)
	}
	for _, name := range []string{
		"", " ", " UTC", "UTC ", "UTC+3", "+3", "+03:00", "-0500", "EDT", "CEST", "america/new_york", "America", "Etc", "Local", "localtime",
		"../UTC", "posix/UTC", "right/UTC", "GMT+", "GMT-", "GMT+24", "GMT+5:60", "GMT+5:3", "GMT+1:2:3", "GMT+12345", "GMT+٣", "GMT 3", "GMTx",
	} {
		_, ok := Find(name)
		require.False(t, ok, name)
	}
}

func TestFullName(t *testing.T) {
	for _, c := range []struct{ zone, winter, summer string }{
		{"UTC", "Coordinated Universal Time", "Coordinated Universal Time"},
		{"GMT", "Greenwich Mean Time", "Greenwich Mean Time"},
		{"GMT+3", "GMT+03:00", "GMT+03:00"},
		{"America/New_York", "Eastern Standard Time", "Eastern Daylight Time"},
		{"America/Chicago", "Central Standard Time", "Central Daylight Time"},
		{"America/Havana", "Cuba Standard Time", "Cuba Daylight Time"},
		{"Asia/Shanghai", "China Standard Time", "China Standard Time"},
		{"Asia/Manila", "Philippine Standard Time", "Philippine Standard Time"},
		{"Asia/Kolkata", "India Standard Time", "India Standard Time"},
		{"Asia/Jerusalem", "Israel Standard Time", "Israel Daylight Time"},
		{"Europe/Dublin", "Greenwich Mean Time", "Irish Standard Time"},
		{"Europe/London", "Greenwich Mean Time", "British Summer Time"},
		{"Asia/Kathmandu", "Nepal Time", "Nepal Time"},
		{"Antarctica/Vostok", "GMT+05:00", "GMT+05:00"},
	} {
		location, ok := Find(c.zone)
		require.True(t, ok, c.zone)
		for _, moment := range []struct {
			month time.Month
			want  string
		}{{time.January, c.winter}, {time.July, c.summer}} {
			f := calendar.At(time.Date(2024, moment.month, 15, 12, 0, 0, 0, time.UTC).UnixMilli(), location)
			require.Equal(t, moment.want, FullName(location, &f), "%s in %s", c.zone, moment.month)
		}
	}
}

func TestNamed(t *testing.T) {
	for _, c := range []struct {
		text, own, location string
		summer              bool
		length              int
	}{
		{"EST", "UTC", "America/New_York", false, 3},
		{"eastern daylight time!", "UTC", "America/New_York", true, 21},
		{"IST", "UTC", "Asia/Jerusalem", false, 3},
		{"IST", "Asia/Kolkata", "Asia/Kolkata", false, 3},
		{"CST", "Asia/Shanghai", "Asia/Shanghai", false, 3},
		{"UTC+2", "UTC", "UTC", false, 3},
	} {
		own, ok := Find(c.own)
		require.True(t, ok)
		named, ok := Named(c.text, own)
		require.True(t, ok, c.text)
		require.Equal(t, c.location, named.Location.String(), c.text)
		require.Equal(t, c.summer, named.Summer, c.text)
		require.Equal(t, c.length, named.Length, c.text)
	}
	for _, text := range []string{"", "MEZ", "ET", "Zulu", "America/New_York"} {
		_, ok := Named(text, time.UTC)
		require.False(t, ok, text)
	}
}
