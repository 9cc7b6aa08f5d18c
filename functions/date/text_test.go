package date_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// The vectors of the reference say what patterns mean. These are for what is ours, and
// for the surroundings.
func TestDates(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	now := time.Date(2020, 5, 17, 12, 0, 0, 0, time.UTC)
	env, err := stellar.NewEnv(stellar.Options{Location: berlin, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	for _, c := range []struct {
		expression string
		want       any
	}{
		{"NOW()", now.UnixMilli()},
		{"DATE_FORMAT('yyyy-MM-dd HH:mm z')", "2020-05-17 14:00 CEST"},
		{"DATE_FORMAT('HH:mm', 'UTC')", "12:00"},
		{"YEAR()", 2020},
		{"TO_EPOCH_TIMESTAMP('2020-05-17 14:00', 'yyyy-MM-dd HH:mm') == NOW()", true},
		{"IS_DATE('2020-03-29 02:30', 'yyyy-MM-dd HH:mm')", false}, // the clock goes from 2 to 3
		{"DATE_FORMAT('yyyy', TO_EPOCH_TIMESTAMP('17/05/40', 'dd/MM/yy'))", "2040"},
		{"DATE_FORMAT('yyyy', TO_EPOCH_TIMESTAMP('18/05/40', 'dd/MM/yy'))", "1940"},

		{"TO_EPOCH_TIMESTAMP('2016-07-04T18:34:39.5Z', ['ISO8601'])", int64(1467657279500)},
		{"TO_EPOCH_TIMESTAMP('2016-07-04T18:34:39+02:00', ['UNIX', 'ISO8601'])", int64(1467650079000)},
		{"TO_EPOCH_TIMESTAMP('2016-07-04', ['ISO8601'], 'UTC')", int64(1467590400000)},
		{"TO_EPOCH_TIMESTAMP('1467657279.25', ['UNIX'])", int64(1467657279250)},
		{"TO_EPOCH_TIMESTAMP(1467657279123L, ['UNIX_MS'])", int64(1467657279123)},
		{"TO_EPOCH_TIMESTAMP('4 Jul 2016', ['yyyy-MM-dd', 'd MMM yyyy'], 'UTC')", int64(1467590400000)},
		{"TO_EPOCH_TIMESTAMP('nothing', ['UNIX', 'ISO8601', 'yyyy'])", nil},
		{"TO_EPOCH_TIMESTAMP('nothing', [])", nil},
		{"TO_EPOCH_TIMESTAMP('1e300', ['UNIX'])", nil},
		{"TO_EPOCH_TIMESTAMP('Infinity', ['UNIX'])", nil},
	} {
		got, err := env.Eval(context.Background(), c.expression, nil)
		require.NoError(t, err, c.expression)
		require.Equal(t, c.want, got, c.expression)
	}
	for expression, want := range map[string]string{
		"TO_EPOCH_TIMESTAMP(x, 'yyyy', 'Mars')":    "TO_EPOCH_TIMESTAMP: there is no time zone 'Mars'; zones are such as UTC, Europe/Berlin or GMT+3",
		"TO_EPOCH_TIMESTAMP(x, ['yyyy', 'bogus'])": "TO_EPOCH_TIMESTAMP: the pattern has the letter b, which stands for nothing; put letters that are meant as text in apostrophes",
		"TO_EPOCH_TIMESTAMP(x, 'UNIX')":            "TO_EPOCH_TIMESTAMP: UNIX is no pattern, but may stand in the list of TO_EPOCH_TIMESTAMP: ['UNIX']",
		"DATE_FORMAT(\"it's\", 0)":                 "DATE_FORMAT: the pattern has the letter i, which stands for nothing; put letters that are meant as text in apostrophes",
		"DATE_FORMAT(\"'it\", 0)":                  "DATE_FORMAT: the pattern has an apostrophe that is never closed; two apostrophes stand for one",
		"IS_DATE(x, 'XXXX')":                       "IS_DATE: the pattern has 4 letters X, and three are the most",
	} {
		_, err := env.Eval(context.Background(), expression, stellar.Vars{"x": "2016"})
		require.ErrorContains(t, err, want, expression)
	}
}
