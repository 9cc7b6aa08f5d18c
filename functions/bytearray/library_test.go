package bytearray_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

func evaluate(t *testing.T, expression string, vars stellar.Vars) (value.Value, error) {
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		return value.Null, err
	}
	program, err := env.Compile(expression)
	if err != nil {
		return value.Null, err
	}
	return program.Value(t.Context(), vars)
}

// TestMatcher: data are bytes or texts, and patterns constant or not.
func TestMatcher(t *testing.T) {
	vars := stellar.Vars{"packet": []byte{0x45, 0, 0xff, 'G', 'E', 'T', ' '}, "pattern": "ff 'GET'", "bad": "ff 'GET", "object": struct{}{}}
	for expression, want := range map[string]bool{
		"BYTEARRAY_MATCHER(\"ff 'GET'\", packet)": true, "BYTEARRAY_MATCHER(pattern, packet)": true,
		"BYTEARRAY_MATCHER(\"fe 'GET'\", packet)": false, "BYTEARRAY_MATCHER('c3 a4', 'ä')": true,
		"BYTEARRAY_MATCHER(missing, packet)": false, "BYTEARRAY_MATCHER('ff', missing)": false, "BYTEARRAY_MATCHER('ff', '')": false,
	} {
		got, err := evaluate(t, expression, vars)
		require.NoError(t, err, expression)
		require.Equal(t, value.Bool(want), got, expression)
	}
	for expression, want := range map[string]error{
		"BYTEARRAY_MATCHER('ff')": stellar.ErrArity, "BYTEARRAY_MATCHER('ff', 'a', 'b')": stellar.ErrArity,
		"BYTEARRAY_MATCHER('f', packet)": stellar.ErrArgument, "BYTEARRAY_MATCHER(bad, packet)": stellar.ErrArgument,
		"BYTEARRAY_MATCHER('ff', 5)": stellar.ErrType, "BYTEARRAY_MATCHER('ff', object)": stellar.ErrType,
	} {
		_, err := evaluate(t, expression, vars)
		require.ErrorIs(t, err, want, expression)
	}
}
