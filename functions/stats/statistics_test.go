package stats_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestLimitOfWindow(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{Elements: 5}})
	require.NoError(t, err)
	for expression, want := range map[string]error{"STATS_INIT(5)": nil, "STATS_INIT(6)": stellar.ErrLimit} {
		_, err := env.Eval(context.Background(), expression, nil)
		require.ErrorIs(t, err, want, expression)
	}
}

func TestMistakes(t *testing.T) {
	for expression, want := range map[string]string{
		"STATS_PERCENTILE(STATS_INIT(), 101)":           "percentiles are those from 0 to 100, and this is 101.0",
		"STATS_PERCENTILE(STATS_INIT(5), 0)":            "percentiles of a window are those above 0 to 100, and this is 0.0",
		"STATS_BIN(STATS_INIT(), 1, 'Decile')":          `there are no bounds "Decile"; there are 'QUARTILE', 'QUINTILE', 'DECILE' and lists of percents`,
		"STATS_BIN(STATS_ADD(null, 1, 2), 5, [50, 25])": "bounds must ascend, and bound 2, 1.25, is less than the one before it",
		"BIN(5, [1, 'a'])":                              "bound 2 must be a number, and this is a string",
		"BIN(5, [null])":                                "bound 1 is null",
		"STATE_DECODE('AQ0FU1RBVFMCAgA=')":              "a newer version of Stellar wrote this",
		"STATE_DECODE('AQ0FU1RBVFMCAQA=')":              "the bytes are damaged",
	} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.ErrorContains(t, err, want, expression)
	}
}

// TestKept writes statistics as text and goes on with what is read.
func TestKept(t *testing.T) {
	for expression, want := range map[string]any{
		"STATE_DECODE(STATE_ENCODE(STATS_ADD(null, 1, 2))) == STATS_ADD(null, 1, 2)":                 true,
		"STATS_PERCENTILE(STATS_ADD(STATE_DECODE(STATE_ENCODE(STATS_ADD(null, 1, 2))), 9), 50)":      2.0,
		"STATS_SUM(STATS_ADD(STATE_DECODE(STATE_ENCODE(STATS_ADD(STATS_INIT(2), 1, 2))), 9))":        11.0,
		"STATS_COUNT(STATS_MERGE(MAP([1, 2], x -> STATE_DECODE(STATE_ENCODE(STATS_ADD(null, x))))))": 2.0,
	} {
		got, err := stellar.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
}
