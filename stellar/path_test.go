package stellar_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestPaths evaluates dotted names in all ways there are.
func TestPaths(t *testing.T) {
	const message = `{
		"event" : {"dataset" : "zeek.dns", "id" : {"orig.h" : "10.0.0.1", "resp" : {"port" : 53}}, "null" : null, "" : 1, "list" : [1, 2], "user-agent" : "curl"},
		"flat.name" : "flat", "flat" : {"name" : "nested", "other" : "path"},
		"a" : "text", "a.b" : {"c" : 1, "c.d" : 2},
		"none" : null, "none.x" : {"y" : 3},
		"set.to.null" : null, "set" : {"to" : {"null" : 4}},
		"x-y" : {"z" : 5}, "" : {"empty" : 6},
		"items" : [{"name" : "one", "size" : {"of" : 1}}, {"name" : "two"}, "three"]
	}`
	env := newEnv(t, stellar.Options{})
	for expression, want := range map[string]any{
		"event.dataset":                  "zeek.dns",
		"event.dataset == 'zeek.dns'":    true,
		"exists(event.dataset)":          true,
		"event.id.resp.port":             53,
		"event.id.resp.port > 50":        true,
		"53 == event.id.resp.port":       true,
		"event.id.resp":                  map[string]any{"port": 53},
		"TO_UPPER(event.dataset)":        "ZEEK.DNS",
		"IN_SUBNET(event.id, '10/8')":    nil, // an error: it is a map
		"event.dataset in ['zeek.dns']":  true,
		"event.dataset in event.dataset": true,
		"LENGTH(event.dataset) + 1":      9,
		"`event.user-agent`":             "curl",
		"`x-y.z`":                        5,
		"`.empty`":                       6,
		"event.":                         1,

		// What is not there is null.
		"event.missing":          nil,
		"exists(event.missing)":  false,
		"event.missing.further":  nil,
		"event.dataset.further":  nil,
		"event.null":             nil,
		"event.list.0":           nil,
		"event.id.orig.h":        nil, // a key has no dots
		"missing.name":           nil,
		"a.text":                 nil,
		"event.missing + 1":      1,
		"event..dataset":         nil,
		"exists(event.dataset.)": false,

		// The name as it stands comes first, then the shortest prefix of a map.
		"flat.name":    "flat",
		"flat.other":   "path",
		"a.b":          map[string]any{"c": 1, "c.d": 2},
		"a.b.c":        1,
		"a.b.c.d":      nil,
		"none.x.y":     3,
		"set.to.null":  4,
		"flat.name.to": nil,

		// Parameters of lambdas have paths too.
		"MAP(items, i -> i.name)":                                        []any{"one", "two", nil},
		"FILTER(items, i -> i.name == 'two')":                            []any{map[string]any{"name": "two"}},
		"MAP(items, i -> exists(i.size.of))":                             []any{true, false, false},
		"MAP(items, i -> MAP([1], n -> n + i.size.of))":                  []any{[]any{2}, []any{1}, []any{1}},
		"MAP(items, event -> event.dataset)":                             []any{nil, nil, nil},
		"MAP(items, i -> event.dataset)":                                 []any{"zeek.dns", "zeek.dns", "zeek.dns"},
		"MAP(items, flat -> flat.name)":                                  []any{"flat", "flat", "flat"},
		"MAP([{'k' : 1}], _ -> _.k)":                                     []any{1},
		"REDUCE(items, (sum, i) -> sum + i.size.of, 0)":                  1,
		"MAP([1], event.dataset -> event.dataset)":                       []any{1},
		"MAP([null], event.dataset -> event.dataset)":                    []any{nil},
		"MAP([{'m' : {'k' : 1}}], x -> MAP([{'n' : 2}], x -> x.n))":      []any{[]any{2}},
		"MAP([{'m' : {'k' : 1}}], x -> MAP([2], y -> x.m.k + y))":        []any{[]any{3}},
		"match { event.missing => 1, event.null => 2, default => a.b.c}": 1,
		"if exists(event.id) then event.id.resp.port else 0":             53,
		"MAP_GET('event.dataset', _)":                                    nil, // _ holds fields alone
	} {
		fields, err := stellar.JSON([]byte(message))
		require.NoError(t, err)
		all := map[string]any{}
		for _, name := range fields.Names() {
			all[name] = fields.Lookup(name).Go()
		}
		program, err := env.Compile(expression)
		require.NoError(t, err, expression)
		got, err := program.Eval(context.Background(), fields)
		if err == nil {
			require.Equal(t, want, got, expression)
		}
		require.Equal(t, strings.HasPrefix(expression, "IN_SUBNET"), err != nil, "%s: %v", expression, err)
		requireOneOutcome(t, env, expression, all)
	}
}

// TestPathsOfGoValues reads entries of Go maps and fields of structs.
func TestPathsOfGoValues(t *testing.T) {
	type inner struct {
		Port int `json:"port"`
	}
	variables, err := stellar.Struct(struct {
		Event inner `json:"event"`
		Tags  map[string]string
	}{inner{53}, map[string]string{"os": "linux"}})
	require.NoError(t, err)
	got, err := stellar.Eval(context.Background(), "[event.port, Tags.os, Tags.none]", variables)
	require.NoError(t, err)
	require.Equal(t, []any{53, "linux", nil}, got)

	got, err = stellar.Eval(context.Background(), "typed.none == null and null_value.k == 1",
		stellar.Vars{"typed": map[string]int{}, "null_value.k": value.Null, "null_value": map[string]any{"k": 1}})
	require.NoError(t, err)
	require.Equal(t, true, got)
}

// TestPathsInDiagnostics shows the values that were read, also by the path of a
// parameter.
func TestPathsInDiagnostics(t *testing.T) {
	variables := stellar.Vars{"event": map[string]any{"id": "x"}, "items": []any{map[string]any{"n": "y"}}}
	for expression, want := range map[string]string{
		"event.id * 2":             "1:1: type error: * takes numbers, and 'x' is a string (with event.id = 'x')",
		"MAP(items, i -> i.n * 2)": "1:17: type error: * takes numbers, and 'y' is a string (with i.n = 'y')",
	} {
		_, err := stellar.Eval(context.Background(), expression, variables)
		require.EqualError(t, err, want)
	}
	program, err := stellar.Compile("event.id == 'x'")
	require.NoError(t, err)
	explanation, err := program.Explain(context.Background(), variables)
	require.NoError(t, err)
	require.Equal(t, "* event.id == 'x' → true\n  * event.id → 'x'", explanation.String())
	require.Equal(t, []string{"event.id"}, program.Variables())
}

// TestPathsInCheck: a name is known if a prefix of it can be a map.
func TestPathsInCheck(t *testing.T) {
	env := newEnv(t, stellar.Options{})
	schema := stellar.Schema{"event": fn.Map, "name": fn.String, "any": fn.Any, "items": fn.List, "a.b": fn.Map}
	for expression, want := range map[string]int{
		"event.dataset == 1":      0,
		"exists(event.a.b.c)":     0,
		"any.thing":               0,
		"a.b.c":                   0,
		"a.c.b":                   1,
		"name.length":             1,
		"evnt.dataset":            1,
		"MAP(items, i -> i.name)": 0,
		"MAP(items, i -> j.name)": 1,
	} {
		require.Len(t, env.Check(expression, schema), want, expression)
	}
	findings := env.Check("evnt.dataset", stellar.Schema{"event": fn.Map, "event.dataset": fn.String})
	require.Equal(t, "event.dataset", findings[0].Suggestion)
	require.Equal(t, diag.Error, findings[0].Severity)
}

// assigned is a Resolver in which a variable can be null on purpose.
type assigned struct{ stellar.Vars }

func (a assigned) Assigned(name string) bool {
	_, ok := a.Vars[name]
	return ok
}

func TestPathsHiddenByNull(t *testing.T) {
	variables := stellar.Vars{"a.b": nil, "a": map[string]any{"b": 1, "c": 2}}
	for _, c := range []struct {
		variables stellar.Resolver
		want      []any
	}{
		{variables, []any{1, 2, true}},
		{assigned{variables}, []any{nil, 2, false}},
	} {
		got, err := stellar.Eval(context.Background(), "[a.b, a.c, exists(a.b)]", c.variables)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

// TestPathsAreBounded: a name of many dots is a field or nothing.
func TestPathsAreBounded(t *testing.T) {
	for dots, want := range map[int]any{1: 1, 32: 1, 33: nil} {
		nested := any(1)
		for range dots + 1 {
			nested = map[string]any{"a": nested}
		}
		got, err := stellar.Eval(context.Background(), "a"+strings.Repeat(".a", dots), stellar.Vars(nested.(map[string]any)))
		require.NoError(t, err)
		require.Equal(t, want, got, "%d dots", dots)
	}
}

// TestPathsDoNotAllocate reads a nested field, and one that is not there.
func TestPathsDoNotAllocate(t *testing.T) {
	program, err := stellar.Compile("event.id.port == 53 and not(exists(event.id.name))")
	require.NoError(t, err)
	event, err := value.ParseJSON([]byte(`{"id" : {"port" : 53}}`))
	require.NoError(t, err)
	fields := stellar.Vars{"event": event.Freeze()}
	ctx := context.Background()
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if ok, err := program.Test(ctx, fields); !ok || err != nil {
			panic(err)
		}
	}))
}

// TestIsVariable compares with what programs read.
func TestIsVariable(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "a.b:c": true, "$": true, "TO_UPPER": true, "Not": true, "nan": true, "inn": true,
		"": false, "_": false, "in": false, "NOT": false, "NaN": false, "true": false, "not in": false,
		"a-b": false, "a:": false, "5g": false, "a b": false, "ä": false, " a": false, "`a`": false, "f()": false,
	} {
		require.Equal(t, want, stellar.IsVariable(name), name)
		program, err := stellar.Compile(name)
		require.Equal(t, want, err == nil && name != "_" && slices.Equal(program.Variables(), []string{name}), name)
	}
}
