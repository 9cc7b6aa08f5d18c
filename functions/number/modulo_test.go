package number_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestModulo(t *testing.T) {
	for expression, want := range map[string]string{
		"MOD(17, -5)": "2", "MOD(-17, -5)": "-2", "MOD(17L, 5)": "2", "MOD(5, 2.5)": "0.0", "MOD(-5.5, 2)": "-1.5", "MOD(5f, 2)": "1.0",
		"MOD(-9223372036854775808L, -1)": "0", "MOD(-2147483648, -1)": "0", "MOD(5, 0.0)": "NaN",
		"MOD(TO_JSON_OBJECT('100000000000000000000'), 7)": "2", "MOD(null, 0)": "",
	} {
		got, err := stellar.Eval(context.Background(), "JOIN(["+expression+"], '')", nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	for _, expression := range []string{"MOD(5, 0)", "MOD(5L, 0)", "MOD(TO_JSON_OBJECT('100000000000000000000'), 0)"} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.ErrorIs(t, err, stellar.ErrArithmetic, expression)
	}
}
