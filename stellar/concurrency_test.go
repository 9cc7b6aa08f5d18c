package stellar_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestProgramsAreUsedByManyGoroutines evaluates shared programs on shared
// messages; the race detector is the judge, and every result must be that of one
// goroutine alone.
func TestProgramsAreUsedByManyGoroutines(t *testing.T) {
	message := stellar.Vars{
		"name": "metron", "n": 42, "xs": []any{1, 2.5, "x", nil}, "m": map[string]any{"a": []any{1}},
		"summary": list(t, "STATS_ADD(STATS_INIT(), 1, 2, 3)"), "ip": "10.1.2.3",
		"adder": list(t, "x -> x + 1"),
	}
	expressions := []string{
		"IN_SUBNET(ip, '10.0.0.0/8') and n > 3", "MAP(xs, x -> TO_STRING(x))", "LIST_ADD(xs, n)", "MAP_PUT('b', n, m)",
		"STATS_MEAN(STATS_ADD(summary, n))", "MAP([1, n], adder)", "REGEXP_MATCH(name, '[a-z]+') and REGEXP_MATCH(name, TO_LOWER('M.*'))",
		"REDUCE(xs, (acc, x) -> LIST_ADD(acc, [x, n]), [])", "FORMAT('%s has %d', name, n)", "LENGTH(_) + n",
		"match { n > 100 => 'high', n > 10 => () -> TO_UPPER(name), default => 'low' }",
	}
	for _, expression := range expressions {
		program, err := stellar.Compile(expression)
		require.NoError(t, err, expression)
		want, err := program.Value(context.Background(), message)
		require.NoError(t, err, expression)
		var wait sync.WaitGroup
		for range 64 {
			wait.Go(func() {
				for range 20 {
					got, err := program.Value(context.Background(), message)
					if err != nil || !value.Same(want, got) {
						t.Errorf("%s gives %s and %v, not %s", expression, got, err, want)
						return
					}
				}
			})
		}
		wait.Wait()
	}
}

func list(t *testing.T, expression string) value.Value {
	program, err := stellar.Compile(expression)
	require.NoError(t, err)
	v, err := program.Value(context.Background(), nil)
	require.NoError(t, err)
	return v
}

// TestMessagesAreNotChanged evaluates every vector's expression, and functions
// that change their argument, and compares the message before and after.
func TestMessagesAreNotChanged(t *testing.T) {
	changing := []string{
		"LIST_ADD(xs, 4)", "LIST_ADD(GET_FIRST(nested), 4)", "LIST_ADD(MAP_GET('list', m), 4)", "MAP_PUT('k', 1, m)",
		"MAP_PUT('k', 1, MAP_GET('inner', m))", "SET_ADD(set, 9)", "SET_REMOVE(set, 1)", "STATS_ADD(summary, 5)",
		"MULTISET_ADD(counts, 'a')", "MULTISET_REMOVE(counts, 'a')", "REDUCE(xs, (acc, x) -> LIST_ADD(acc, x), xs)",
		"MAP(nested, l -> LIST_ADD(l, 9))", "LIST_ADD(values, 5)", "LIST_ADD(GET(values, 0), 5)",
		"[LIST_ADD(xs, 4), xs]",
	}
	build := func() stellar.Vars {
		return stellar.Vars{
			"xs": []any{1, 2, 3}, "nested": []any{[]any{1}, []any{2}},
			"m":       map[string]any{"list": []any{1}, "inner": map[string]any{"a": 1}},
			"set":     value.FromSet(value.NewSet(value.Int(1), value.Int(2))),
			"summary": list(t, "STATS_ADD(STATS_INIT(), 1, 2, 3)"),
			"counts":  map[string]any{"a": 1},
			"values":  list(t, "[[1], [2]]"),
		}
	}
	message, untouched := build(), build()
	for _, expression := range changing {
		program, err := stellar.Compile(expression)
		require.NoError(t, err, expression)
		_, err = program.Value(context.Background(), message)
		require.NoError(t, err, expression)
		for _, name := range slices.Sorted(maps.Keys(message)) {
			before, after := value.FromGo(untouched[name]), value.FromGo(message[name])
			require.True(t, value.Same(before, after), "%s changed %s from %s to %s", expression, name, before, after)
		}
		require.Equal(t, untouched["xs"], message["xs"], expression)
		require.Equal(t, untouched["m"], message["m"], expression)
		require.Equal(t, untouched["nested"], message["nested"], expression)
	}
	// A later read of a variable sees the message's own value.
	v, err := stellar.Eval(context.Background(), "[LIST_ADD(xs, 4), xs]", message)
	require.NoError(t, err)
	require.Equal(t, []any{[]any{1, 2, 3, 4}, []any{1, 2, 3}}, v)
}

// TestChangesShowByAllNames: within an evaluation an accumulating function
// changes its argument, constant or not.
func TestChangesShowByAllNames(t *testing.T) {
	for expression, want := range map[string]any{
		"MAP([[1, 2]], l -> [LIST_ADD(l, 3), l])":            []any{[]any{[]any{1, 2, 3}, []any{1, 2, 3}}},
		"MAP([[1, a]], l -> [LIST_ADD(l, 3), l])":            []any{[]any{[]any{1, 2, 3}, []any{1, 2, 3}}},
		"MAP([SPLIT('a,b', ',')], l -> [LIST_ADD(l, 3), l])": []any{[]any{[]any{"a", "b", 3}, []any{"a", "b", 3}}},
		"MAP([{'k' : 1}], m -> [MAP_PUT('k', 2, m), m])":     []any{[]any{map[string]any{"k": 2}, map[string]any{"k": 2}}},
		"MAP([SET_INIT([1])], s -> [SET_ADD(s, 2), s])":      []any{[]any{[]any{1, 2}, []any{1, 2}}},
		"MAP([list], l -> [LIST_ADD(l, 3), l])":              []any{[]any{[]any{1, 3}, []any{1}}},
		"REDUCE([1, 2], (sum, x) -> LIST_ADD(sum, x), [0])":  []any{0, 1, 2},
		"2 in [1, 2] and LENGTH(LIST_ADD([1], 2)) == 2":      true,
	} {
		program, err := stellar.Compile(expression)
		require.NoError(t, err, expression)
		for range 2 {
			got, err := program.Eval(context.Background(), stellar.Vars{"a": 2, "list": []any{1}})
			require.NoError(t, err, expression)
			require.Equal(t, want, got, expression)
		}
	}
}
