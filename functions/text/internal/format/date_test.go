package format

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

// TestAppendDate has what Java's Formatter gives.
func TestAppendDate(t *testing.T) {
	const (
		morning   = 1_678_000_209_007 // 2023-03-05 07:10:09.007 UTC
		afternoon = 1_700_000_000_123 // 2023-11-14 22:13:20.123 UTC
	)
	for _, c := range []struct {
		format       string
		milliseconds int64
		zone         string
		want         string
	}{
		{"%tH %<tk %<tI %<tl %<tM %<tS %<tL %<tN %<tp", morning, "UTC", "07 7 07 7 10 09 007 007000000 am"},
		{"%tH %<tk %<tI %<tl %<tM %<tS %<tL %<tN %<tp", afternoon, "UTC", "22 22 10 10 13 20 123 123000000 pm"},
		{"%tH %<tk %<tI %<tl %<tp", 0, "UTC", "00 0 12 12 am"},
		{"%tH %<tk %<tI %<tl %<tp", 12 * 3600 * 1000, "UTC", "12 12 12 12 pm"},
		{"%tB %<tb %<th %<tm %<td %<te %<tj %<tA %<ta", morning, "UTC", "March Mar Mar 03 05 5 064 Sunday Sun"},
		{"%tY %<ty %<tC", morning, "UTC", "2023 23 20"},
		{"%tR %<tT %<tr %<tD %<tF", morning, "UTC", "07:10 07:10:09 07:10:09 AM 03/05/23 2023-03-05"},
		{"%tR %<tT %<tr %<tD %<tF", afternoon, "America/New_York", "17:13 17:13:20 05:13:20 PM 11/14/23 2023-11-14"},
		{"%tc", morning, "UTC", "Sun Mar 05 07:10:09 UTC 2023"},
		{"%tc", morning, "America/New_York", "Sun Mar 05 02:10:09 EST 2023"},
		{"%tz %<tZ", afternoon, "UTC", "+0000 UTC"},
		{"%tz %<tZ", morning, "America/New_York", "-0500 EST"},
		{"%tz %<tZ", 1_689_000_000_000, "America/New_York", "-0400 EDT"},
		{"%tz", afternoon, "America/St_Johns", "-0330"},
		{"%tz", afternoon, "Asia/Kathmandu", "+0545"},
		{"%tz %<tT", 0, "Africa/Monrovia", "-0044 23:15:30"},
		{"%ts %<tQ %<tL %<tN %<tT", -1, "UTC", "0 -1 999 999000000 23:59:59"},
		{"%ts %<tQ", -1500, "America/New_York", "-1 -1500"},
		{"%tF %<tj", -12_219_292_800_001, "UTC", "1582-10-04 277"},
		{"%tF %<ty %<tC %<tc", -62_167_219_200_000, "UTC", "0001-01-03 01 00 Sat Jan 03 00:00:00 UTC 0001"},
		{"%tF %<tC %<ty", math.MaxInt64, "UTC", "292278994-08-17 2922789 94"},
		{"%tF", math.MinInt64, "UTC", "292269055-12-02"},
		{"%TB %<Ta %<Tp %<Tc", morning, "UTC", "MARCH SUN AM SUN MAR 05 07:10:09 UTC 2023"},
		{"%8tY|%<-8tB|%<-3tY|%<6te|%<12tF|%<10TB", morning, "UTC", "    2023|March   |2023|     5|  2023-03-05|     MARCH"},
		{"%1$tY-%1$tm-%1$tdT%1$tT.%1$tLZ", afternoon, "UTC", "2023-11-14T22:13:20.123Z"},
	} {
		location, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		f, err := Parse(c.format)
		require.NoError(t, err, c.format)
		got, err := f.Append(boundless{}, []byte("before "), []value.Value{value.Null, value.Long(c.milliseconds)}, location, limit)
		require.NoError(t, err, c.format)
		require.Equal(t, "before "+c.want, string(got), c.format)
	}
}

func TestAppendNullDate(t *testing.T) {
	f, err := Parse("%tY|%<TY|%<6tF")
	require.NoError(t, err)
	got, err := f.Append(boundless{}, nil, []value.Value{value.Null, value.Null}, time.UTC, limit)
	require.NoError(t, err)
	require.Equal(t, "null|NULL|  null", string(got))
}

func TestAppendDateAllocatesNothing(t *testing.T) {
	f, err := Parse("%tF %<tT.%<tL %<tc %<tr")
	require.NoError(t, err)
	args := []value.Value{value.Null, value.Long(1_700_000_000_123)}
	dst := make([]byte, 0, limit)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := f.Append(boundless{}, dst, args, time.UTC, limit); err != nil {
			panic(err)
		}
	}))
}
