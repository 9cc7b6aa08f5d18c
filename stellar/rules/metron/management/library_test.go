package management_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
)

func newEnv(t testing.TB, limits stellar.Limits) *stellar.Env {
	var env *stellar.Env
	library := management.Library(management.Host{Env: func() *stellar.Env { return env }})
	var err error
	env, err = stellar.NewEnv(stellar.Options{Functions: library.Named(), Limits: limits})
	require.NoError(t, err)
	return env
}

func evaluate(t testing.TB, env *stellar.Env, expression string, vars stellar.Vars) (any, error) {
	return env.Eval(context.Background(), expression, vars)
}

func TestExamples(t *testing.T) {
	env := newEnv(t, stellar.Limits{})
	for _, f := range management.Library(management.Host{Env: func() *stellar.Env { return env }}).Functions {
		require.NotEmpty(t, f.Examples, f.Name)
		for _, example := range f.Examples {
			got, err := evaluate(t, env, example.Expr, nil)
			require.NoError(t, err, example.Expr)
			want, err := evaluate(t, env, example.Want, nil)
			require.NoError(t, err, example.Want)
			require.Equal(t, want, got, example.Expr)
		}
	}
}

// TestCommentsInConfigurations: as in files.
func TestCommentsInConfigurations(t *testing.T) {
	got, err := evaluate(t, newEnv(t, stellar.Limits{}), "INDEXING_SET_INDEX(c, 'hdfs', 'x')", stellar.Vars{"c": "{ // none\n /* \"a\":1 */ }"})
	require.NoError(t, err)
	require.Equal(t, "{\n  \"hdfs\" : {\n    \"index\" : \"x\"\n  }\n}", got)
}

// TestArgumentsStay: a function does not change what it is given.
func TestArgumentsStay(t *testing.T) {
	env := newEnv(t, stellar.Limits{})
	for _, expression := range []string{
		"[THREAT_TRIAGE_SET_AGGREGATOR('{}', 'SUM', o), o]",
		"[THREAT_TRIAGE_ADD('{}', r), r]",
		"[PARSER_STELLAR_TRANSFORM_ADD('{}', r), r]",
		"[ENRICHMENT_STELLAR_TRANSFORM_ADD('{}', 'ENRICHMENT', r), r]",
	} {
		vars := stellar.Vars{"o": map[string]any{"x": []any{1}}, "r": map[string]any{"rule": "true", "score": "1"}}
		got, err := evaluate(t, env, expression, vars)
		require.NoError(t, err, expression)
		argument := got.([]any)[1]
		if _, ok := argument.(map[string]any)["rule"]; ok {
			require.Equal(t, vars["r"], argument)
		} else {
			require.Len(t, argument, 1)
		}
	}
}

// TestMessagesOfProfilersStay: a lambda that a profiler keeps reads the message of its time.
func TestMessagesOfProfilersStay(t *testing.T) {
	const profiler = `PROFILER_INIT('{"profiles" : [{"profile" : "p", "foreach" : "ip", "init" : {"add" : "x -> x"}, "update" : {"add" : "x -> x + n"}, "result" : "MAP([1], add)"}], "timestampField" : "at"}')`
	got, err := evaluate(t, newEnv(t, stellar.Limits{}),
		"MAP(PROFILER_FLUSH(PROFILER_APPLY({'ip' : 'a', 'n' : n, 'at' : 1}, "+profiler+")), m -> [LENGTH({'n' : 7, 'm' : m}), MAP_GET('value', m)])",
		stellar.Vars{"n": 5})
	require.NoError(t, err)
	require.Equal(t, []any{[]any{2, []any{int64(6)}}}, got)
}

// TestEndlessScoring: a rule that scores its own message again ends.
func TestEndlessScoring(t *testing.T) {
	const again = `MAP_GET('score', THREAT_TRIAGE_SCORE(JOIN(['{"c":"', REPLACE(REPLACE(c, '\\', '\\\\'), '"', '\\"'), '"}'], ''), THREAT_TRIAGE_INIT(c)))`
	for _, number := range []int{1, 200} {
		var all []map[string]any
		for i := range number {
			all = append(all, map[string]any{"rule": fmt.Sprintf("%d == %d", i, i), "score": again})
		}
		config, err := json.Marshal(map[string]any{"threatIntel": map[string]any{"triageConfig": map[string]any{"riskLevelRules": all}}})
		require.NoError(t, err)
		message, err := json.Marshal(map[string]any{"c": string(config)})
		require.NoError(t, err)
		_, err = evaluate(t, newEnv(t, stellar.Limits{}), "THREAT_TRIAGE_SCORE(m, THREAT_TRIAGE_INIT(c))", stellar.Vars{"m": string(message), "c": string(config)})
		require.ErrorContains(t, err, "rules that score or parse messages are nested deeper than 4")
	}
}
