package stellar_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestWindows: a window that cannot be is an argument error (D10).
func TestWindows(t *testing.T) {
	for _, window := range []string{"-1", "-0.5", "-9000000000L", "2147483648L", "1e300", "1/0.0", "-1/0.0"} {
		_, err := evaluate("STATS_INIT("+window+")", nil)
		require.ErrorIs(t, err, stellar.ErrArgument, window)
		require.ErrorContains(t, err, "where 0 to 2147483647 are possible", window)
	}
}

// TestDecisions evaluates what is decided otherwise than in the reference; the
// results are expressions too.
func TestDecisions(t *testing.T) {
	big, _ := new(big.Int).SetString("15878708649682983132", 10)
	vars := stellar.Vars{
		"long": int64(9007199254740993), "double": 9007199254740992.0, "less": int64(9007199254740992), "big": big, "uint64": uint64(math.MaxUint64),
	}
	evaluated := func(expression string) value.Value {
		v, err := evaluate(expression, vars)
		require.NoError(t, err, expression)
		return v
	}
	for _, c := range []struct{ decision, expression, want string }{
		{"D1", "[long == double, long != double, long > double, long <= double]", "[false, true, true, false]"},
		{"D1", "[double == less, less == long]", "[true, false]"},
		{"D1", "LENGTH(SET_INIT([double, long, less]))", "2"},
		{"D1", "LENGTH(SET_INIT([long, less, double]))", "2"},
		{"D1", "[MAP_GET(long, {double : 'x'}), MAP_GET(less, {double : 'x'})]", "[null, 'x']"},
		{"D1", "[long in [double], less in [double], long in {double : 1}]", "[false, true, false]"},
		{"D1", "[MAX([double, long]), MAX([long, double]), MIN([long, double])]", "[long, long, double]"},
		{"D1", "9223372036854775807L < 9223372036854775808.0", "true"},
		{"D1", "16777217 == 16777216.0f", "false"},
		{"D1", "[big == TO_DOUBLE(big), big > TO_DOUBLE(big)]", "[false, true]"},
		{"D2", "[TO_INTEGER(uint64), TO_LONG(uint64), TO_LONG(big)]", "[null, null, null]"},
		{"D2", "[TO_INTEGER(2147483648L), TO_INTEGER(1e30), TO_LONG(1e30), TO_LONG(-1e30)]", "[null, null, null, null]"},
		{"D2", "[TO_INTEGER(NaN), TO_LONG(NaN), TO_INTEGER(1/0.0), TO_LONG(1/0.0), TO_LONG(TO_FLOAT(NaN))]", "[null, null, null, null, null]"},
		{"D2", "[TO_INTEGER(2147483647.9), TO_INTEGER(-2147483648.9), TO_INTEGER(2147483648.0), TO_INTEGER(-2147483649.0)]", "[2147483647, -2147483648, null, null]"},
		{"D2", "[TO_LONG(9223372036854774784.0), TO_LONG(-9223372036854775808.0), TO_LONG(9223372036854775808.0)]", "[9223372036854774784L, 0 - 9223372036854775807L - 1, null]"},
		{"D2", "[TO_INTEGER([1e30]), TO_LONG([big, 1]), TO_LONG([5.5])]", "[null, null, 5L]"},
	} {
		got, want := evaluated(c.expression), evaluated(c.want)
		require.Equal(t, want.Kind(), got.Kind(), "%s: %s", c.decision, c.expression)
		require.Equal(t, want.String(), got.String(), "%s: %s", c.decision, c.expression)
	}
}
