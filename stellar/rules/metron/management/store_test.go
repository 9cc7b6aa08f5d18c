package management_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
)

// TestExamplesOfStores: on an empty store.
func TestExamplesOfStores(t *testing.T) {
	folder, err := management.OpenFolder(t.TempDir())
	require.NoError(t, err)
	defer folder.Close()
	env := envWith(t, folder)
	for _, f := range management.StoreLibrary(folder).Functions {
		require.Empty(t, f.Validate(), f.Name)
		for _, example := range f.Examples {
			got, err := evaluate(t, env, example.Expr, nil)
			require.NoError(t, err, example.Expr)
			want, err := evaluate(t, env, example.Want, nil)
			require.NoError(t, err, example.Want)
			require.Equal(t, want, got, example.Expr)
		}
	}
}

var (
	_ management.Store = (*zookeeper.Configurations)(nil)
)

func envWith(t *testing.T, store management.Store) *stellar.Env {
	var env *stellar.Env
	functions := fn.Join("test", "what is tested",
		management.Library(management.Host{Env: func() *stellar.Env { return env }, Store: store}), management.StoreLibrary(store)).Functions
	var err error
	env, err = stellar.NewEnv(stellar.Options{Functions: functions})
	require.NoError(t, err)
	return env
}

// stores are those that there are, empty.
func stores(t *testing.T, do func(t *testing.T, store management.Store)) {
	t.Run("folder", func(t *testing.T) {
		folder, err := management.OpenFolder(t.TempDir())
		require.NoError(t, err)
		defer folder.Close()
		do(t, folder)
	})
	t.Run("zookeeper", func(t *testing.T) {
		registry, err := zookeeper.Open(t.Context(), zookeeper.Options{Servers: []string{zktest.Start(t).Address()}})
		require.NoError(t, err)
		defer registry.Close()
		do(t, registry.Configurations())
	})
}

// TestStores stores, reads and uses configurations.
func TestStores(t *testing.T) {
	const csv = `{"parserClassName":"org.apache.metron.parsers.csv.CSVParser","sensorTopic":"logins","parserConfig":{"columns":["user"]}}`
	stores(t, func(t *testing.T, store management.Store) {
		env := envWith(t, store)
		for _, step := range []struct{ expression, want string }{
			{"CONFIG_GET('PARSER', 'squid', false)", "null"},
			{"CONFIG_GET('GLOBAL', false)", "null"},
			{"CONFIG_GET('PROFILER', 5, false)", "null"},
			{"CONFIG_GET('GLOBAL')", "'{ }'"},
			{"CONFIG_GET('INDEXING', 'squid', 'no flag')", "'{ }'"},
			{"CONFIG_GET('PARSER', 'squid') == PARSER_CONFIG(PARSER_INIT('squid', '{}'))", "true"},
			{"TO_JSON_MAP(CONFIG_GET('ENRICHMENT', 'squid')) == TO_JSON_MAP(THREAT_TRIAGE_CONFIG(THREAT_TRIAGE_INIT('{}')))", "true"},
			{"CONFIG_PUT('GLOBAL', null)", "null"},
			{"CONFIG_GET('GLOBAL', false)", "null"},
			{`CONFIG_PUT('GLOBAL', '{"a" : 1} // one')`, "null"},
			{"TO_JSON_MAP(CONFIG_GET('GLOBAL'))", "{'a' : 1}"},
			{"CONFIG_PUT('GLOBAL', '{}')", "null"},
			{"CONFIG_GET('GLOBAL')", "'{ }'"},
			{"CONFIG_PUT('PARSER', csv, 'logins')", "null"},
			{"MAP_GET('user', GET_FIRST(PARSER_PARSE(PARSER_INIT('logins'), 'jdoe')))", "'jdoe'"},
			{"CONFIG_GET('PARSER', 'logins') == PARSER_CONFIG(PARSER_INIT('logins', csv))", "true"},
			{`CONFIG_PUT('ENRICHMENT', '{"threatIntel":{"triageConfig":{"aggregator":"SUM"}}}', 'logins')`, "null"},
			{"MAP_GET('aggregator', MAP_GET('triageConfig', MAP_GET('threatIntel', TO_JSON_MAP(CONFIG_GET('ENRICHMENT', 'logins')))))", "'SUM'"},
			{`CONFIG_PUT('INDEXING', INDEXING_SET_BATCH('{}', 'hdfs', 5), 'logins')`, "null"},
			{"CONFIG_GET('INDEXING', 'logins') == INDEXING_SET_BATCH('{}', 'hdfs', 5)", "true"},
		} {
			vars := stellar.Vars{"csv": csv}
			got, err := evaluate(t, env, step.expression, vars)
			require.NoError(t, err, step.expression)
			want, err := evaluate(t, env, step.want, nil)
			require.NoError(t, err)
			require.Equal(t, want, got, step.expression)
		}
		require.NoError(t, store.Write(t.Context(), "parsers/broken", []byte(`{"nonsense":1}`)))
		for expression, want := range map[string]string{
			"CONFIG_GET('PARSER', 'broken')":                 "the configuration parsers/broken that is stored is wrong: there is no property nonsense",
			"PARSER_INIT('broken')":                          "there is no property nonsense",
			"PARSER_INIT('missing')":                         "there is no configuration of a parser missing",
			"CONFIG_GET('PARSER')":                           "a configuration of the type PARSER is that of a sensor: name it",
			"CONFIG_GET('parser', 'x')":                      "type must be one of ENRICHMENT, INDEXING, PARSER, GLOBAL and PROFILER, not 'parser'",
			"CONFIG_GET('PARSER', '../x')":                   "has no slashes",
			"CONFIG_PUT('PARSER', '{}', '..')":               "is not . or ..",
			"CONFIG_PUT('PARSER', '{}')":                     "name it",
			`CONFIG_PUT('PARSER', '{"nonsense":1}', 'x')`:    "there is no property nonsense",
			"CONFIG_PUT('GLOBAL', '[]')":                     "must be a JSON object, not a list",
			"CONFIG_PUT('GLOBAL', REPLACE(c, 'x', c))":       "the configuration has more than 1048576 bytes",
			"CONFIG_PUT('ENRICHMENT', '{\"a\":1}', 'squid')": "there is no property a",
		} {
			_, err := evaluate(t, env, expression, stellar.Vars{"c": strings.Repeat("x", 1100)})
			require.ErrorContains(t, err, want, expression)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := env.Eval(ctx, "CONFIG_GET('GLOBAL')", nil)
		require.ErrorIs(t, err, context.Canceled)
	})
}

// TestNoStore: without a store the functions say what is missing.
func TestNoStore(t *testing.T) {
	env := envWith(t, nil)
	for _, expression := range []string{"CONFIG_GET('GLOBAL')", "CONFIG_PUT('GLOBAL', '{}')", "PARSER_INIT('squid')"} {
		_, err := evaluate(t, env, expression, nil)
		require.ErrorIs(t, err, stellar.ErrExternal, expression)
		require.ErrorContains(t, err, "there is no store of configurations")
	}
}

// TestFolder: names, and what stands in the way.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	folder, err := management.OpenFolder(dir)
	require.NoError(t, err)
	defer folder.Close()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "global.json"), []byte("{}"), 0o600))
	text, found, err := folder.Read(t.Context(), "global")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "{}", string(text))

	outside := filepath.Join(t.TempDir(), "secret.json")
	require.NoError(t, os.WriteFile(outside, []byte("{}"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "parsers"), 0o700))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "parsers", "linked.json")))
	_, _, err = folder.Read(t.Context(), "parsers/linked")
	require.Error(t, err)
	require.NoError(t, folder.Write(t.Context(), "parsers/linked", []byte(`{"a":1}`)))
	text, err = os.ReadFile(outside)
	require.NoError(t, err)
	require.Equal(t, "{}", string(text), "nothing is written through the link")

	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "profiler.json"), 0o600))
	_, _, err = folder.Read(t.Context(), "profiler")
	require.EqualError(t, err, "it is no file")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "global.json"), make([]byte, 2<<20), 0o600))
	_, _, err = folder.Read(t.Context(), "global")
	require.EqualError(t, err, "it has more than 1048576 bytes")
	left, err := filepath.Glob(filepath.Join(dir, "*", "*.new"))
	require.NoError(t, err)
	require.Empty(t, left)
	_, err = management.OpenFolder(filepath.Join(dir, "nowhere"))
	require.ErrorContains(t, err, "nowhere")
}
