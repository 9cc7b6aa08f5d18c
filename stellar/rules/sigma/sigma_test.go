package sigma

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/match"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

func newEnv(t testing.TB) *stellar.Env {
	env, err := stellar.NewEnv(stellar.Options{Functions: match.Library().Functions, Limits: fn.Limits{SourceLength: SourceLength}})
	require.NoError(t, err)
	return env
}

// TestBuiltin: the mappings that there are have no mistakes.
func TestBuiltin(t *testing.T) {
	require.Equal(t, []string{"ecs", "evtx", "windows"}, BuiltinNames())
	for _, name := range BuiltinNames() {
		text, err := builtin.ReadFile("mappings/" + name + ".yaml")
		require.NoError(t, err)
		_, found := ParseMapping(name, text, nil)
		require.NoError(t, found.Err())
		_, ok := Builtin(name)
		require.True(t, ok)
	}
	_, ok := Builtin("none")
	require.False(t, ok)
}
