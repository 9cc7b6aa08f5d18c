package names_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
)

func indexOf(functions map[string]*fn.Func) *names.Index {
	return names.IndexOf(slices.Values(slices.Sorted(maps.Keys(functions))))
}

// TestForeignNames: what is suggested for a name from elsewhere is right, and is
// none that the nearest name would be anyway. Functions that a host adds are
// suggested where they are there.
func TestForeignNames(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	index := indexOf(env.Functions())
	for name, meant := range names.Foreign {
		require.Equal(t, strings.ToUpper(name), name)
		require.NotEqual(t, meant, index.Nearest(name), name)
		want := meant
		if otherwise, ok := names.None[name]; ok {
			require.False(t, index.HasAllOf(meant), name)
			want = otherwise
		}
		f, suggestion := env.Lookup(name)
		require.Nil(t, f, name)
		require.Equal(t, want, suggestion, name)
		_, suggestion = env.Lookup(strings.ToLower(name))
		require.Equal(t, want, suggestion, name)

		words, isWords := strings.CutPrefix(meant, "write ")
		if !isWords {
			f, _ := env.Lookup(meant)
			require.NotNil(t, f, "%s: %s", name, meant)
			continue
		}
		words, _, _ = strings.Cut(words, "; ")
		for expression := range strings.SplitSeq(words, ", or ") {
			if index.HasAllOf(expression) {
				require.Empty(t, env.Check(expression, nil), expression)
			}
		}
	}
	for name, want := range names.None {
		_, suggestion := env.Lookup(name)
		require.Equal(t, want, suggestion, name)
	}
}

func TestLookup(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	f, suggestion := env.Lookup("TO_UPPER")
	require.Equal(t, "TO_UPPER", f.Name)
	require.Empty(t, suggestion)
	for name, want := range map[string]string{
		"LEN": "LENGTH", "Len": "LENGTH", "to_upper": "TO_UPPER", "TO_UPER": "TO_UPPER", "LOG2X": "LOG2", "map": "MAP", "NO_SUCH": "", "": "",
	} {
		f, suggestion := env.Lookup(name)
		require.Nil(t, f, name)
		require.Equal(t, want, suggestion, name)
	}
}

// TestForeignNamesWithFewFunctions: nothing is suggested that there is not.
func TestForeignNamesWithFewFunctions(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	all := env.Functions()
	few := maps.Clone(all)
	maps.DeleteFunc(few, func(name string, _ *fn.Func) bool { return strings.HasPrefix(name, "STATS_") || name == "LENGTH" })
	index := indexOf(few)
	require.Equal(t, "LN", index.MeantFunction("LEN"))
	require.Empty(t, index.MeantFunction("AVG"))
	require.Equal(t, "write JOIN([a, b], '')", index.MeantFunction("CONCAT"))
	require.Equal(t, "write HASH(text, 'MD5')", index.MeantFunction("md5"))
	require.Equal(t, "no function here knows where addresses are", index.MeantFunction("geoip"))

	more := maps.Clone(all)
	delete(more, "HASH")
	more["GEO_GET"] = &fn.Func{Name: "GEO_GET"}
	require.NotContains(t, indexOf(more).MeantFunction("md5"), "HASH")
	require.Equal(t, "write GEO_GET(ip)", indexOf(more).MeantFunction("geoip"))
}
