package stellar_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var updateFlag = flag.Bool("update", false, "write the golden files anew, to be reviewed")

// TestExplainDrawing compares with testdata/explain.golden: expressions, each
// with the drawing of its explanation below it.
func TestExplainDrawing(t *testing.T) {
	const golden = "testdata/explain.golden"
	var got strings.Builder
	for _, c := range []struct {
		expression string
		vars       stellar.Vars
	}{
		{"(Origin == 'MOW' or Country == 'RU') and (Value >= 100 or Adults == 1)",
			stellar.Vars{"Origin": "LED", "Country": "RU", "Adults": 1, "Value": 100}},
		{"a or b or c", stellar.Vars{"b": true}},
		{"a and b and c", stellar.Vars{"a": true, "b": true, "c": true}},
		{"a and b and c", stellar.Vars{"a": true}},
		{"a or b and c", stellar.Vars{"b": true, "c": true}},
		{"a or b and c", stellar.Vars{"b": true}},
		{"a or b", stellar.Vars{"a": "yes", "b": false}},
		{"not(a or b)", stellar.Vars{}},
		{"if n < 0 then 'negative' else if n == 0 then 'zero' else 'positive'", stellar.Vars{"n": 42}},
		{"if false then UNKNOWN(1) else 1", nil},
		{"match { n > 100 => 'high', n > 10 => 'middle', n > 5 => 'low', default => 'none' }", stellar.Vars{"n": 42}},
		{"match { n > 100 => 'high', n > 10 => 'middle', default => null }", stellar.Vars{}},
		{"1 + 2*(3 + n) / 10.0", stellar.Vars{"n": 42}},
		{"IN_SUBNET(ip, '10.0.0.0/8') or ip in ['192.168.0.1', '192.168.0.2'] or exists(is_local)",
			stellar.Vars{"ip": "192.168.0.2"}},
		{"MAP([1, n, 3], x -> x * factor)", stellar.Vars{"n": 2, "factor": 10}},
		{"REDUCE([n, 2, 3], (sum, x) -> if x > 2 then sum + x else sum, 0)", stellar.Vars{"n": 1}},
		{"LIST_ADD([n], LIST_ADD([n], 3))", stellar.Vars{"n": 1}},
		{"{ 'host' : TO_LOWER(host), 'length' :\n  LENGTH(host) }", stellar.Vars{"host": "Example.COM"}},
		{"host not in ['a very long name of a host that nobody wants to read in full', 'another one']",
			stellar.Vars{"host": strings.Repeat("long", 20)}},
		{"total > 0 and 100 / count > 10", stellar.Vars{"total": 5, "count": 0}},
		{"1 + TO_UPPER(text) * 2", stellar.Vars{"text": "a"}},
		{"MAP([n, 0], x -> 10 / x)", stellar.Vars{"n": 5}},
		{"if a then b else c", stellar.Vars{"a": "text"}},
		{"a < b or true", stellar.Vars{"a": "text", "b": 1}},
		{"5", nil},
	} {
		program, err := stellar.Compile(c.expression)
		require.NoError(t, err, c.expression)
		explanation, _ := program.Explain(context.Background(), c.vars)
		got.WriteString(c.expression + "\n\n" + explanation.String() + "\n\n\n")
	}
	if *updateFlag {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String(), "run with -args -update and review the change")
}

// TestExplainAgreesWithValue runs the vectors, of those of single functions some:
// what is recorded for the whole is what Value returns, the error included.
func TestExplainAgreesWithValue(t *testing.T) {
	files, err := filepath.Glob("testdata/conformance/*.jsonl")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		for i, v := range readVectors(t, file) {
			if v.Group != "language" && i%8 != 0 {
				continue
			}
			program, err := stellar.Compile(v.Expr)
			if err != nil {
				continue
			}
			vars := v.variables(t)
			want, wantErr := program.Value(context.Background(), vars)
			explanation, err := program.Explain(context.Background(), vars)
			require.NotNil(t, explanation, v.Expr)
			requireSameOutcome(t, v.Expr, want, wantErr, explanation.Value, err)
			if err != nil {
				require.EqualError(t, explanation.Err, err.Error(), v.Expr)
			}
			require.Equal(t, 1, explanation.Count, v.Expr)
			require.True(t, explanation.Decided, v.Expr)
			requireSound(t, explanation)
		}
	}
}

// TestExplainKeepsSharing: what functions do to a collection that has two names
// is the same in an explanation.
func TestExplainKeepsSharing(t *testing.T) {
	for _, expression := range []string{
		"MAP([[1, 2]], list -> [LIST_ADD(list, 3), list])",
		"MAP([[1, n]], list -> [LIST_ADD(list, 3), list])",
		"MAP([SPLIT('1,2', ',')], list -> [LIST_ADD(list, 3), list])",
		"MAP([SPLIT(text, ',')], list -> [LIST_ADD(list, 3), list])",
		"MAP([{ 1 : 2 }], map -> [MAP_PUT('a', n, map), map])",
		"REDUCE([1, 2], (sets, x) -> [SET_ADD(GET(sets, 0), x), GET(sets, 0)], [SET_INIT()])",
		"MAP([STATS_INIT()], s -> [STATS_COUNT(STATS_ADD(s, n)), STATS_COUNT(s)])",
	} {
		program, err := stellar.Compile(expression)
		require.NoError(t, err)
		vars := stellar.Vars{"n": 2, "text": "1,2"}
		want, wantErr := program.Value(context.Background(), vars)
		explanation, err := program.Explain(context.Background(), vars)
		requireSameOutcome(t, expression, want, wantErr, explanation.Value, err)
	}
}

// requireSound checks what holds in every explanation.
func requireSound(t *testing.T, e *stellar.Explanation) {
	for _, child := range e.Children {
		require.True(t, e.Start <= child.Start && child.End <= e.End, "%s in %s", child.Text, e.Text)
		if child.Decided {
			require.True(t, e.Decided && child.Count == 1, "%s in %s", child.Text, e.Text)
		}
		requireSound(t, child)
	}
}

// variables decodes the variables of a vector.
func (v *vector) variables(t testing.TB) stellar.Vars {
	vars := stellar.Vars{}
	for name, raw := range v.Vars {
		decoded, err := decode(raw)
		require.NoError(t, err, v.ID)
		vars[name] = decoded
	}
	return vars
}

// requireSameOutcome compares two evaluations of one expression: kind and value
// of the result, or kind and message of the error.
func requireSameOutcome(t testing.TB, expression string, want value.Value, wantErr error, got value.Value, err error) {
	if errors.Is(wantErr, stellar.ErrLimit) { // what _ costs depends on what it is read from
		require.ErrorIs(t, err, stellar.ErrLimit, expression)
		return
	}
	if wantErr != nil {
		require.Error(t, err, expression)
		require.Equal(t, wantErr.Error(), err.Error(), expression)
		return
	}
	require.NoError(t, err, expression)
	require.Equal(t, outcomeText(want), outcomeText(got), expression)
}

// outcomeText is equal for equal results: the kinds and values of all parts. Of
// lambdas and objects there is nothing but the kind.
func outcomeText(v value.Value) string { return string(appendOutcome(nil, v)) }

func appendOutcome(text []byte, v value.Value) []byte {
	text = append(text, v.Kind().String()...)
	switch v.Kind() {
	case value.KindList:
		for item := range v.List().All() {
			text = append(appendOutcome(append(text, " ("...), item), ')')
		}
	case value.KindSet:
		for item := range v.Set().All() {
			text = append(appendOutcome(append(text, " ("...), item), ')')
		}
	case value.KindMap:
		var entries []string
		inOrder := true
		for k, item := range v.Map().All() {
			entry := append(appendOutcome([]byte(" ("), k), " : "...)
			entries = append(entries, string(append(appendOutcome(entry, item), ')')))
			inOrder = inOrder && k.Kind() != value.KindLambda // Go values have no order of these
		}
		if !inOrder {
			slices.Sort(entries)
		}
		for _, entry := range entries {
			text = append(text, entry...)
		}
	case value.KindLambda, value.KindObject:
	default:
		text = v.AppendText(append(text, ' '))
	}
	return text
}

func TestExplainOfFailures(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{{
		Name: "BROKEN", Body: func(*fn.Call) (value.Value, error) { panic("defect") }, Result: fn.Any,
	}}})
	require.NoError(t, err)
	program, err := env.Compile("1 + (if true then BROKEN() else 2)")
	require.NoError(t, err)
	explanation, err := program.Explain(context.Background(), nil)
	require.ErrorIs(t, err, stellar.ErrExternal)
	failed := explanation.Children[1].Children[1]
	require.Equal(t, "BROKEN()", failed.Text)
	require.EqualError(t, failed.Err, err.Error())

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	program, err = env.Compile("REDUCE(list, (sum, x) -> sum + x, 0)")
	require.NoError(t, err)
	explanation, err = program.Explain(ctx, stellar.Vars{"list": make([]int, 1000)})
	require.ErrorIs(t, err, context.Canceled)
	require.EqualError(t, explanation.Err, err.Error())
}

// TestExplainLambdaOutlives: a lambda that an explained program gave can be
// called by others, and leaves the explanation as it is.
func TestExplainLambdaOutlives(t *testing.T) {
	maker, err := stellar.Compile("x -> x + step")
	require.NoError(t, err)
	explanation, err := maker.Explain(context.Background(), stellar.Vars{"step": 10})
	require.NoError(t, err)
	got, err := stellar.Eval(context.Background(), "MAP([1, 2], f)", stellar.Vars{"f": explanation.Value})
	require.NoError(t, err)
	require.Equal(t, []any{11, 12}, got)
	require.Zero(t, explanation.Children[0].Count)
}
