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
