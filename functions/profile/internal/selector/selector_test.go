package selector_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/profile/internal/selector"
)

var update = flag.Bool("update", false, "write what the tests compare with")

func free(int64) error { return nil }

// starts returns the first and last period of a window, and how many there are.
func starts(t *testing.T, text, now, zone string, length time.Duration) string {
	s, err := selector.Parse(text)
	if err != nil {
		return "error: " + err.Error()
	}
	location, err := time.LoadLocation(zone)
	require.NoError(t, err)
	at, err := time.ParseInLocation("2006-01-02T15:04:05", now, location)
	require.NoError(t, err)
	first, last, count := int64(-1), int64(-1), 0
	err = s.Periods(at, length.Milliseconds(), free, func(n int64) error {
		require.Greater(t, n, last, "in order and once")
		if count++; count == 1 {
			first = n
		}
		last = n
		return nil
	})
	switch {
	case err != nil:
		return "error: " + err.Error()
	case count == 0:
		return "none"
	}
	of := func(n int64) string {
		return time.UnixMilli(n * length.Milliseconds()).In(location).Format("Mon 2006-01-02 15:04")
	}
	return fmt.Sprintf("%d from %s to %s", count, of(first), of(last))
}

// TestWindows compares what the windows in testdata/windows.txt select: lines of
// "window | now | zone → periods of 15 minutes".
func TestWindows(t *testing.T) {
	const file = "testdata/windows.txt"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		asked, _, ok := strings.Cut(line, " → ")
		asked = strings.TrimSuffix(asked, "\n")
		if !ok && (asked == "" || strings.HasPrefix(asked, "#")) {
			b.WriteString(line)
			continue
		}
		parts := strings.Split(asked, " | ")
		now, zone := "2026-11-26T12:00:00", "UTC" // a Thursday
		if len(parts) > 1 {
			now = parts[1]
		}
		if len(parts) > 2 {
			zone = parts[2]
		}
		b.WriteString(asked + " → " + starts(t, parts[0], now, zone, 15*time.Minute) + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
		return
	}
	require.Equal(t, b.String(), string(text))
}

func TestEndsEarly(t *testing.T) {
	s, err := selector.Parse("1 second every 1 second from 20000 days")
	require.NoError(t, err)
	failed := errors.New("spent")
	left := int64(1000)
	require.ErrorIs(t, s.Periods(time.Now(), 1000, func(steps int64) error {
		if left -= steps; left < 0 {
			return failed
		}
		return nil
	}, func(int64) error { return nil }), failed)

	s, err = selector.Parse("100 days")
	require.NoError(t, err)
	require.ErrorIs(t, s.Periods(time.Now(), 1000, free, func(int64) error { return failed }), failed)
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/windows.txt")
	require.NoError(f, err)
	for line := range strings.Lines(string(text)) {
		asked, _, _ := strings.Cut(line, " | ")
		asked, _, _ = strings.Cut(asked, " → ")
		f.Add(asked)
	}
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := selector.Parse(text)
		if err != nil {
			var wrong *selector.Error
			require.ErrorAs(t, err, &wrong)
			require.True(t, 0 <= wrong.Offset && wrong.Offset <= len(text))
			return
		}
		left, last := 10_000, int64(-1)
		enough := errors.New("enough")
		err = s.Periods(now, 900_000, func(int64) error {
			if left--; left < 0 {
				return enough
			}
			return nil
		}, func(n int64) error {
			require.Greater(t, n, last)
			if last = n; last > 1<<50 {
				return enough
			}
			if left--; left < 0 {
				return enough
			}
			return nil
		})
		require.True(t, err == nil || errors.Is(err, enough) || errors.Is(err, selector.ErrBefore1970), "%v", err)
	})
}
