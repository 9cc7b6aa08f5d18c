package profile_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// series are the measurements of a day by the hour, each the hour's number, but for those
// of some hours.
type series map[string][]int64

func (s series) Measurements(ctx context.Context, of profile.Series, periods []profile.Period) ([]profile.Measurement, error) {
	if of.Profile == "broken" {
		return nil, errors.New("the disk is gone")
	}
	name := of.Profile + "/" + of.Entity
	for _, g := range of.Groups {
		name += "/" + g.String()
	}
	var found []profile.Measurement
	for _, p := range periods {
		for _, hour := range s[name] {
			if p.Start() == hour*int64(time.Hour/time.Millisecond) {
				found = append(found, profile.Measurement{Period: p, Value: value.Long(hour)})
			}
		}
	}
	return found, ctx.Err()
}

// TestFunctions evaluates the expressions of testdata/calls.json, at 12 o'clock of
// January 1, 1970. The periods of the global configuration last an hour.
func TestFunctions(t *testing.T) {
	var events []string
	h := profile.Host{
		Store: series{"p/e": {8, 9, 11, 12}, "p/e/a/1": {10}},
		Globals: func(context.Context) (value.Value, error) {
			return value.ParseJSON([]byte(`{"profiler.client.period.duration": "1", "profiler.client.period.duration.units": "HOURS"}`))
		},
	}
	env, err := stellar.NewEnv(stellar.Options{
		Functions: profile.Library(h).Functions, Location: time.UTC,
		Clock:    func() time.Time { return time.Unix(12*3600, 0) },
		Observer: func(e fn.Event) { events = append(events, e.Function+" "+e.Subject+": "+e.Err.Error()) },
	})
	require.NoError(t, err)
	text, err := os.ReadFile("testdata/calls.json")
	require.NoError(t, err)
	var calls []struct{ Expr, Want, Error, Event string }
	require.NoError(t, json.Unmarshal(text, &calls))
	require.NotEmpty(t, calls)
	for _, c := range calls {
		events = nil
		got, err := env.Eval(context.Background(), c.Expr, nil)
		if c.Error != "" {
			require.EqualError(t, err, c.Error, c.Expr)
			continue
		}
		require.NoError(t, err, c.Expr)
		want, err := env.Eval(context.Background(), c.Want, nil)
		require.NoError(t, err, c.Want)
		require.Equal(t, want, got, c.Expr)
		if c.Event != "" {
			require.Equal(t, []string{c.Event}, events)
		}
	}
}

func TestWithoutStore(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: profile.Library(profile.Host{}).Functions})
	require.NoError(t, err)
	for _, expression := range []string{"PROFILE_GET('p', 'e', PROFILE_FIXED(1, 'HOURS'))", "PROFILE_VERBOSE('p', 'e', PROFILE_FIXED(1, 'HOURS'))"} {
		_, err = env.Eval(context.Background(), expression, nil)
		require.ErrorIs(t, err, profile.ErrNoStore)
		require.ErrorIs(t, err, stellar.ErrExternal)
	}
}

// Periods are values: equal ones are one in sets, and they outlast a run.
func TestPeriods(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: profile.Library(profile.Host{}).Functions})
	require.NoError(t, err)
	for expression, want := range map[string]any{
		"LENGTH(SET_INIT(LIST_ADD(PROFILE_WINDOW('1 hour', 36000000), GET_LAST(PROFILE_WINDOW('1 hour', 36000000)))))":                                                     5,
		"TO_STRING(GET_FIRST(PROFILE_WINDOW('1 second', 36000100, {'profiler.client.period.duration' : 1100, 'profiler.client.period.duration.units' : 'MILLISECONDS'})))": "ProfilePeriod{period=32727, durationMillis=1100, startTime=1970-01-01T09:59:59.700Z, endTime=1970-01-01T10:00:00.800Z}",
	} {
		got, err := env.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
}

func TestLimits(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: profile.Library(profile.Host{}).Functions, Limits: stellar.Limits{Elements: 100}})
	require.NoError(t, err)
	for _, expression := range []string{"PROFILE_FIXED(20000, 'DAYS')", "PROFILE_WINDOW('20000 days')"} {
		_, err = env.Eval(context.Background(), expression, nil)
		require.ErrorIs(t, err, stellar.ErrLimit, expression)
	}
}
