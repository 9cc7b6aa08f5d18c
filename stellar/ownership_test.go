package stellar_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// counter is an object of a host that can be changed; its methods are not safe
// for concurrent use.
type counter struct {
	n      int
	frozen bool
}

func (c *counter) Freeze()        { c.frozen = true }
func (c *counter) String() string { return fmt.Sprint("counter ", c.n) }

// TestVariablesAreShared evaluates with the same variables in many goroutines;
// the race detector is the judge.
func TestVariablesAreShared(t *testing.T) {
	own := value.Object(&counter{n: 1})
	for name, x := range map[string]any{
		"object":            &counter{n: 1},
		"objects":           []any{&counter{n: 1}, map[string]any{"c": &counter{n: 1}}},
		"typed objects":     []*counter{{n: 1}},
		"object as a value": own,
		"list of values":    value.ListOf(own, value.ListOf(own)),
		"set of values":     value.FromSet(value.NewSet(value.Int(1))),
		"summary":           list(t, "STATS_ADD(null, 1, 2)"),
		"sketch":            list(t, "HLLP_ADD(null, [1, 2])"),
		"filter":            list(t, "BLOOM_ADD(BLOOM_INIT(), 1, 2)"),
		"outliers":          list(t, "OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 2])"),
		"sample":            list(t, "SAMPLE_ADD(null, [[1], 2])"),
		"lambda":            list(t, "x -> x + 1"),
		"Go list":           []any{1, []any{2}, map[string]any{"a": []any{3}}},
	} {
		vars := stellar.Vars{"x": x}
		for _, expression := range []string{"x", "[x, [x]]", "{'k' : x}", "_", "MAP([1], i -> x)", "if a == 1 then null else x", "() -> x", "() -> 1", "SET_INIT([() -> 1, x])"} {
			program, err := stellar.Compile(expression)
			require.NoError(t, err)
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					for range 5 {
						v, err := program.Value(context.Background(), vars)
						if err != nil || !v.Frozen() {
							t.Errorf("%s, %s: %s, %v", name, expression, v, err)
						}
						v.Freeze() // as those do who pass a result on
					}
				})
			}
			wait.Wait()
		}
	}
	require.False(t, own.Object().(*counter).frozen, "the host's object is left alone")
	require.False(t, own.Frozen())
}

// TestResultsAreDetached uses results while the data that they came from change.
func TestResultsAreDetached(t *testing.T) {
	for expression, want := range map[string]string{
		"m":                  "{a=1, list=[1, {b=2}]}",
		"_":                  "{m={a=1, list=[1, {b=2}]}, typed={k=[1]}, xs=[[1], {b=2}]}",
		"xs":                 "[[1], {b=2}]",
		"typed":              "{k=[1]}",
		"[m, xs]":            "[{a=1, list=[1, {b=2}]}, [[1], {b=2}]]",
		"MAP_GET('list', m)": "[1, {b=2}]",
		"{'k' : m}":          "{k={a=1, list=[1, {b=2}]}}",
		"{xs : 1}":           "{[[1], {b=2}]=1}",
		"SET_INIT([xs])":     "[[[1], {b=2}]]",
		"MAP(xs, x -> x)":    "[[1], {b=2}]",
		"LIST_ADD(xs, xs)":   "[[1], {b=2}, [[1], {b=2}]]",
		"MAP_PUT('k', 1, m)": "{a=1, list=[1, {b=2}], k=1}",
		"LIST_ADD(LIST_ADD([], []), GET_FIRST(xs))": "[[], [1]]",
	} {
		program, err := stellar.Compile(expression)
		require.NoError(t, err, expression)
		inner, shared := []any{1}, map[string]any{"b": 2}
		xs, l := []any{inner, shared}, []any{1, shared}
		m := map[string]any{"a": 1, "list": l}
		typed := map[string][]any{"k": {1}}
		vars := stellar.Vars{"m": m, "xs": xs, "typed": typed}
		if expression == "_" {
			vars["gone"] = nil // which the text form leaves out
		}
		v, err := program.Value(context.Background(), vars)
		require.NoError(t, err, expression)

		var wait sync.WaitGroup
		wait.Go(func() {
			shared["b"], shared["c"], inner[0], typed["k"][0] = 3, 3, 3, 3
			m["a"], m["z"], l[0], xs[0] = 3, 3, 3, 3
			vars["m"], vars["new"] = 3, 3
		})
		_ = v.String() // a race if it reads what is written
		wait.Wait()
		require.Equal(t, want, v.String(), expression)
		require.Equal(t, expression == "_", v.Kind() == value.KindMap && v.Map().IsAllFields(), expression)
		require.True(t, v.Frozen(), expression)
	}
}

// TestErrorsAreDetached: nor do the variables of an error change.
func TestErrorsAreDetached(t *testing.T) {
	xs := []any{[]any{1}}
	for _, expression := range []string{"xs < 1", "MAP(xs, x -> x < 1)"} {
		_, err := stellar.Eval(context.Background(), expression, stellar.Vars{"xs": xs})
		before := err.Error()
		xs[0].([]any)[0] = xs[0].([]any)[0].(int) + 1
		require.Equal(t, before, err.Error())
	}
}

// TestObjectsOfGoFunctions: the objects that a host's function makes are frozen
// when they leave, those it was given are not.
func TestObjectsOfGoFunctions(t *testing.T) {
	made := stellar.Func("MADE() -> a counter", "Makes a counter.", func() any { return &counter{n: 5} })
	same := stellar.Func("SAME(counter) -> the counter", "Returns the counter.", func(c any) any { return c })
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{made, same}})
	require.NoError(t, err)
	own := &counter{}
	for expression, frozen := range map[string]bool{"MADE()": true, "SAME(MADE())": true, "[MADE()]": true, "x": false, "SAME(x)": false} {
		program, err := env.Compile(expression)
		require.NoError(t, err)
		v, err := program.Value(context.Background(), stellar.Vars{"x": own})
		require.NoError(t, err)
		if v.Kind() == value.KindList {
			v = v.List().At(0)
		}
		require.True(t, v.Frozen())
		require.Equal(t, frozen, v.Object().(*counter).frozen, expression)
	}
}

// TestLambdasAreDetached: a lambda that is a result, or in one, reads the
// variables of a map as they were.
func TestLambdasAreDetached(t *testing.T) {
	for _, expression := range []string{
		"x -> [n, items, m.k, exists(gone)]",
		"GET([x -> [n, items, m.k, exists(gone)]], 0)",
		"GET(MAP([items], i -> (x -> [n, i, m.k, exists(gone)])), 0)",
		"MAP_GET('f', { 'f' : () -> [MAP_GET('n', _), items, MAP_GET('k', MAP_GET('m', _)), exists(gone)] })",
	} {
		message := map[string]any{"n": 1, "items": []any{1, 2}, "m": map[string]any{"k": "v"}}
		lambda, err := stellar.Eval(context.Background(), expression, stellar.Vars(message))
		require.NoError(t, err)
		message["n"], message["items"].([]any)[0], message["m"].(map[string]any)["k"] = 2, 3, "w"
		got, err := stellar.Eval(context.Background(), "GET(MAP([0], f), 0)", stellar.Vars{"f": lambda})
		require.NoError(t, err)
		require.Equal(t, []any{1, []any{1, 2}, "v", false}, got, expression)
	}
}

// wrapper is an object of a host that holds a value, which it freezes when it is told to.
type wrapper struct{ content value.Value }

func (w *wrapper) Freeze() { w.content.Freeze() }

// TestMapsOfCallsAreKept: the memory of a map that is made for a call is used again, but
// not while somebody has it: by a result, a part of it, a lambda, a host that froze it, or
// Go data and an object that a host returned.
func TestMapsOfCallsAreKept(t *testing.T) {
	var kept []value.Value
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		{
			Name: "SAME", Params: []fn.Param{{Name: "x", Kinds: fn.Any}}, Result: fn.Any, Purity: fn.Impure,
			Body: func(c *fn.Call) (value.Value, error) { return c.Args[0], nil },
		},
		{
			Name: "KEEP", Params: []fn.Param{{Name: "x", Kinds: fn.Any}}, Result: fn.Int, Purity: fn.Impure,
			Body: func(c *fn.Call) (value.Value, error) {
				kept = append(kept, c.Args[0].Freeze())
				return value.Int(1), nil
			},
		},
		{
			Name: "CALL", Params: []fn.Param{{Name: "f", Kinds: fn.Lambda}, {Name: "x", Kinds: fn.Any}}, Result: fn.Any, Purity: fn.Impure,
			Body: func(c *fn.Call) (value.Value, error) { return c.Apply(c.Args[0].Lambda(), value.Null, value.Null) },
		},
		{
			Name: "ENTRY", Params: []fn.Param{{Name: "x", Kinds: fn.Any}}, Result: fn.Map, Purity: fn.Impure,
			Body: func(c *fn.Call) (value.Value, error) { return value.FromGo(map[string]any{"x": c.Args[0]}), nil },
		},
		{
			Name: "WRAP", Params: []fn.Param{{Name: "x", Kinds: fn.Any}}, Result: fn.List, Purity: fn.Impure,
			Body: func(c *fn.Call) (value.Value, error) {
				return value.ListOf(value.Object(&wrapper{c.Args[0]})), nil
			},
		},
		{
			Name: "UNWRAP", Params: []fn.Param{{Name: "x", Kinds: fn.List}}, Result: fn.Any, Purity: fn.Impure,
			Body: func(c *fn.Call) (value.Value, error) {
				return c.Args[0].Item(0).Object().(*wrapper).content, nil
			},
		},
	}})
	require.NoError(t, err)
	for expression, want := range map[string]string{
		"[SAME({'a' : x}), SAME({'b' : x + 1}), SAME({'a' : x + 2, 'b' : 3})]":              "[{a=1}, {b=2}, {a=3, b=3}]",
		"[LENGTH({'a' : x}), SAME({'b' : x}), LENGTH({'c' : x}), SAME({'d':x})]":            "[1, {b=1}, 1, {d=1}]",
		"MAP([x, 2], y -> MAP_GET('a', {'a' : [y, {'b' : y}]}))":                            "[[1, {b=1}], [2, {b=2}]]",
		"REDUCE([2, 3], (all, y) -> LIST_ADD(all, SAME({'y' : y})), [{'x' : x}])":           "[{x=1}, {y=2}, {y=3}]",
		"REDUCE([1, 2], (all, y) -> [all, y, SAME({'y' : y})], {'x' : x})":                  "[[{x=1}, 1, {y=1}], 2, {y=2}]",
		"CALL(REDUCE([1], (all, y) -> (() -> all), {'x' : x}), SAME({'y' : 2}))":            "{x=1}",
		"CALL(REDUCE([1], (all, y) -> (() -> all), {'x' : x}), LENGTH({'y' : 2, 'z' : x}))": "{x=1}",
		"[KEEP({'a' : x}), KEEP({'b' : x}), SAME({'c' : x})]":                               "[1, 1, {c=1}]",
		"[ENTRY({'a' : x}), LENGTH({'b' : x})]":                                             "[{x={a=1}}, 1]",
		"[UNWRAP(WRAP({'a' : x})), LENGTH({'b' : x})]":                                      "[{a=1}, 1]",
		"MAP_MERGE([{'a' : x}, SAME({'b' : x})])":                                           "{a=1, b=1}",
		"SET_ADD(SET_INIT(), SAME({'a' : x}), {'a' : x + 1})":                               "[{a=1}, {a=2}]",

		"REDUCE([1], (l, y) -> [REDUCE([1], (m, z) -> LENGTH(LIST_ADD(l, () -> m)), {'x' : x}), " +
			"SAME({'y' : y}), CALL(GET_FIRST(l), 0)], [])": "[1, {y=1}, {x=1}]",
	} {
		program, err := env.Compile(expression)
		require.NoError(t, err, expression)
		var results []value.Value
		for x := range 20 {
			v, err := program.Value(context.Background(), stellar.Vars{"x": 1 + x%10})
			require.NoError(t, err, expression)
			results = append(results, v)
		}
		require.Equal(t, want, results[0].String(), expression)
		require.Equal(t, want, results[10].String(), expression)
	}
	for i, v := range kept {
		require.Equal(t, fmt.Sprintf("{%c=%d}", 'a'+i%2, 1+i/2%10), v.String())
	}
}

// owner is an engine with one variable, which evaluations may change.
type owner struct{ variable value.Value }

func (o owner) Lookup(string) value.Value { return o.variable }
func (o owner) Names() []string           { return []string{"own"} }

// TestOwnVariablesStay: an engine's variable is not taken for a result that nobody needs,
// whose memory is used again.
func TestOwnVariablesStay(t *testing.T) {
	evaluate := func(expression string, variables stellar.Resolver) {
		program, err := stellar.Compile(expression)
		require.NoError(t, err)
		_, err = program.Eval(context.Background(), variables)
		require.NoError(t, err, expression)
	}
	for _, expression := range []string{"LIST_ADD([], 'first')", "MAP_PUT('first', 1, {})"} {
		program, err := stellar.Compile(expression)
		require.NoError(t, err)
		own, err := program.Own(context.Background(), nil)
		require.NoError(t, err)
		before := own.String()
		for range 10 {
			evaluate("own", owner{own})
			evaluate("if IS_EMPTY(own) then null else own", owner{own})
			evaluate("LIST_ADD(MAP([1], x -> x), LENGTH({'second' : own}))", owner{own})
		}
		require.Equal(t, before, own.String())
	}
}
