package text_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestFormatShowsTimesInTheZoneOfTheEnvironment(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Location: time.FixedZone("NST", -12_600)})
	require.NoError(t, err)
	variables := stellar.Vars{"time": int64(1_700_000_000_123), "format": "%tF %<tT %<tz %<tZ"}
	for _, expression := range []string{
		"FORMAT('%tF %<tT %<tz %<tZ', 1700000000123L)", // computed when compiled
		"FORMAT('%tF %<tT %<tz %<tZ', time)",           // the format prepared
		"FORMAT(format, time)",
	} {
		got, err := env.Eval(context.Background(), expression, variables)
		require.NoError(t, err, expression)
		require.Equal(t, "2023-11-14 18:43:20 -0330 NST", got, expression)
	}
}
