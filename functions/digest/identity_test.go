package digest_test

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// Values that are equal have one fingerprint, others have another.
func TestFingerprint(t *testing.T) {
	groups := [][]string{
		{"1", "1L", "1.0", "1.0f"}, {"1.5", "1.5f"}, {"0", "0.0", "-0.0"}, {"1e300"}, {"1e18", "1000000000000000000L"}, {"NaN"},
		{"'1'"}, {"''"}, {"null"}, {"'null'"}, {"true"}, {"'true'"}, {"[]"}, {"{}"}, {"SET_INIT()"},
		{"['a', 'b']"}, {"['ab']"}, {"['b', 'a']"}, {"SET_INIT(['a', 'b'])", "SET_INIT(['b', 'a'])"}, {"[['a'], 'b']"}, {"[['a', 'b']]"},
		{"{'a' : 1, 'b' : [2]}", "{'b' : [2.0], 'a' : 1L}"}, {"{'a' : 'b'}"}, {"{'b' : 'a'}"}, {"{'a' : null}"}, {"{1 : 'x'}", "{1.0 : 'x'}"}, {"{'1' : 'x'}"},
	}
	seen := map[any]string{}
	for _, group := range groups {
		var first any
		for i, expression := range group {
			got, err := stellar.Eval(context.Background(), "FINGERPRINT("+expression+")", nil)
			require.NoError(t, err, expression)
			if i == 0 {
				first = got
				require.Empty(t, seen[got], expression)
				seen[got] = expression
			}
			require.Equal(t, first, got, expression)
		}
	}
}

func TestOnlyHashTakesTLSH(t *testing.T) {
	for _, expression := range []string{"HMAC('a', 'k', 'tlsh')", "FINGERPRINT('a', 'TLSH')"} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.ErrorContains(t, err, "TLSH is for HASH only; take another algorithm, such as SHA-256", expression)
	}
}

func TestUUID(t *testing.T) {
	now := time.UnixMilli(0x0192_3456_789a)
	env, err := stellar.NewEnv(stellar.Options{Clock: func() time.Time { return now }})
	require.NoError(t, err)
	program, err := env.Compile("UUID()")
	require.NoError(t, err)
	seen := map[any]bool{}
	for range 1000 {
		id, err := program.Eval(context.Background(), nil)
		require.NoError(t, err)
		require.Regexp(t, regexp.MustCompile(`^01923456-789a-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), id)
		require.False(t, seen[id])
		seen[id] = true
	}
}
