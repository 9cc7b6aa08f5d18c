package system_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/system"
	"github.com/stellarlang/stellar/stellar"
)

func TestSettings(t *testing.T) {
	t.Setenv("STELLAR_TEST_SETTING", "of the process")
	host := system.Settings{
		Environment: func(name string) (string, bool) { return "of the host", name == "SHOWN" },
		Properties:  map[string]string{"user.name": "nobody"},
	}
	for _, c := range []struct {
		settings   system.Settings
		expression string
		want       any
	}{
		{host, "SYSTEM_ENV_GET('SHOWN')", "of the host"},
		{host, "SYSTEM_ENV_GET('STELLAR_TEST_SETTING')", nil},
		{host, "SYSTEM_PROPERTY_GET('user.name')", "nobody"},
		{host, "SYSTEM_PROPERTY_GET('os.name')", nil},
		{system.Settings{}, "SYSTEM_ENV_GET('STELLAR_TEST_SETTING')", nil},
		{system.Settings{}, "SYSTEM_PROPERTY_GET('user.name')", nil},
		{system.OfProcess(), "SYSTEM_ENV_GET('STELLAR_TEST_SETTING')", "of the process"},
		{system.OfProcess(), "SYSTEM_PROPERTY_GET('file.separator') in ['/', '\\\\']", true},
		{system.OfProcess(), "IS_EMPTY(SYSTEM_PROPERTY_GET('java.io.tmpdir'))", false},
	} {
		env, err := stellar.NewEnv(stellar.Options{Functions: system.Library(c.settings).Functions})
		require.NoError(t, err)
		got, err := env.Eval(context.Background(), c.expression, nil)
		require.NoError(t, err, c.expression)
		require.Equal(t, c.want, got, c.expression)
	}
}
