package conversion_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestToBoolean(t *testing.T) {
	for expression, want := range map[string]any{
		"TO_BOOLEAN(true)": true, "TO_BOOLEAN(1.0)": true, "TO_BOOLEAN(0f)": false, "TO_BOOLEAN(1L)": true, "TO_BOOLEAN(-1)": nil,
		"TO_BOOLEAN(0.5)": nil, "TO_BOOLEAN('ON')": true, "TO_BOOLEAN('n')": false, "TO_BOOLEAN('')": nil, "TO_BOOLEAN(null)": nil,
		"TO_BOOLEAN(0 / 0.0)": nil,
	} {
		got, err := stellar.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	_, err := stellar.Eval(context.Background(), "HMAC('a', '')", nil)
	require.ErrorContains(t, err, "the key is empty")
}
