package collection_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestBeyondMetron has the edges of functions that no vector speaks of. Both sides are
// expressions.
func TestBeyondMetron(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{"SORT([])", "[]"},
		{"SORT([2, null, 1.5, 1L])", "[1L, 1.5, 2, null]"},
		{"SORT([1, 1.0, 0])", "[0, 1, 1.0]"},
		{"SORT(SET_INIT(['b', 'a']))", "['a', 'b']"},
		{"SORT([true, false])", "[false, true]"},
		{"SORT([{'n' : 2}, {'n' : 1}], m -> MAP_GET('n', m))", "[{'n' : 1}, {'n' : 2}]"},
		{"SORT([3, 1], x -> null)", "[3, 1]"},
		{"REVERSE([])", "[]"},
		{"UNIQUE(SET_INIT([1, 2]))", "[1, 2]"},
		{"UNIQUE([[1], [1.0], '1'])", "[[1], '1']"},
		{"SLICE([1, 2, 3], 5)", "[]"},
		{"SLICE([1, 2, 3], 2, 1)", "[]"},
		{"SLICE([1, 2, 3], -9, -1)", "[1, 2]"},
		{"SLICE([1, 2, 3], 1, null)", "[2, 3]"},
		{"SLICE([1, 2, 3], 0, 9000000000L)", "[1, 2, 3]"},

		{"CONTAINS('abc', '')", "true"},
		{"CONTAINS('443', 443)", "false"},
		{"CONTAINS([1, [2]], [2.0])", "true"},
		{"CONTAINS([null], null)", "true"},
		{"CONTAINS(SET_INIT([1]), 1.0)", "true"},
		{"CONTAINS({'a' : null}, 'a')", "true"},
		{"INDEX_OF('😀b', 'b')", "2"},
		{"INDEX_OF('abc', '')", "0"},
		{"INDEX_OF('abc', 1)", "-1"},
		{"INDEX_OF([1, 2.0], 2)", "1"},
		{"ANY([1, 2], x -> 'true')", "false"},
		{"ALL([], x -> false)", "true"},

		{"MAP_KEYS({})", "[]"},
		{"MAP_VALUES({1 : 'a', 'b' : [2]})", "['a', [2]]"},
		{"MAP_REMOVE([], {'a' : 1})", "{'a' : 1}"},
		{"MAP_REMOVE(1L, {1 : 'a', '1' : 'b'})", "{'1' : 'b'}"},
		{"MAP_REMOVE(null, {'a' : 1})", "{'a' : 1}"},
		{"MAP_MAP({'a' : 1}, k -> k)", "{'a' : 'a'}"},
		{"MAP_MAP({}, (k, v) -> v)", "{}"},

		{"FLATTEN({'a' : {'b' : {'c' : 1}, 'd' : {}}, 'e' : [{'f' : 1}]})", "{'a.b.c' : 1, 'a.d' : {}, 'e' : [{'f' : 1}]}"},
		{"FLATTEN({'a' : {1 : 'x'}}, '_')", "{'a_1' : 'x'}"},
		{"FLATTEN({'a.b' : 1, 'a' : {'b' : 2}})", "{'a.b' : 2}"},
		{"FLATTEN([[], [[1]], {'a' : [2]}])", "[1, {'a' : [2]}]"},
		{"NEST({'a.b.c' : 1, 'a.b.d' : 2, 'e' : 3})", "{'a' : {'b' : {'c' : 1, 'd' : 2}}, 'e' : 3}"},
		{"NEST({'a.b' : 1, 'a.b.c' : 2})", "{'a' : {'b' : 1}, 'a.b.c' : 2}"},
		{"NEST({1 : 'x', 'a_b' : 2}, '_')", "{1 : 'x', 'a' : {'b' : 2}}"},
		{"NEST({'.a' : 1, 'b.' : 2})", "{'' : {'a' : 1}, 'b' : {'' : 2}}"},
		{"NEST(FLATTEN({'a' : {'b' : 1, 'c' : {'d' : 2}}}))", "{'a' : {'b' : 1, 'c' : {'d' : 2}}}"},
		{"COMPACT(SET_INIT(['', 1]))", "[1]"},
		{"COMPACT({'a' : [{'b' : ''}, 1]})", "{'a' : [1]}"},
		{"COMPACT({null : 1})", "{null : 1}"},
	} {
		got, err := stellar.Eval(context.Background(), fmt.Sprintf("[%s, %s]", c.expression, c.want), nil)
		require.NoError(t, err, c.expression)
		pair := got.([]any)
		require.Equal(t, pair[1], pair[0], c.expression)
	}
	for expression, want := range map[string]string{
		"SORT([1, 'a'])":           "items of the kinds int and string cannot be compared",
		"SORT([[1], [2]])":         "items of kind list have no order; numbers, strings and bools have",
		"FLATTEN({'a' : 1}, '')":   "the separator is empty",
		"SLICE([1], 1.5)":          "start must be an int or long",
		"ANY([1], x -> 1 / 0)":     "by the integer zero",
		"CONTAINS(5, 5)":           "where must be a string",
		"SORT([1, 2], 5)":          "key must be a lambda, and 5 is an int; for example SORT(['bb', 'c', 'a'], s -> LENGTH(s))",
		"SORT([1, 2], x -> [x])":   "items of kind list have no order",
		"MAP_REMOVE('a', ['a'])":   "map must be a map",
		"MAP_FILTER({'a' : 1})":    "needs 2 arguments",
		"REVERSE(SET_INIT([1]))":   "list must be a list",
		"INDEX_OF({'a' : 1}, 'a')": "where must be a string or list",
	} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.ErrorContains(t, err, want, expression)
	}
}

// Functions that are ours never change what they are given.
func TestBeyondMetronChangesNothing(t *testing.T) {
	got, err := stellar.Eval(context.Background(),
		"REDUCE([1], (l, x) -> [SORT(l), REVERSE(l), UNIQUE(l), SLICE(l, 0, 1), COMPACT(l), FLATTEN(l), l], LIST_ADD([3, 3], 1))", nil)
	require.NoError(t, err)
	require.Equal(t, []any{3, 3, 1}, got.([]any)[6])
}

func TestSortLongList(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	program, err := stellar.Compile("SORT(items, x -> LENGTH(x))")
	require.NoError(t, err)
	for _, n := range []int{1023, 1024, 1025, 5000, 10_000} {
		items := make([]any, n)
		for i := range items {
			items[i] = strings.Repeat("x", random.IntN(50)) + string(rune('a'+random.IntN(26)))
		}
		want := slices.Clone(items)
		slices.SortStableFunc(want, func(a, b any) int { return len(a.(string)) - len(b.(string)) })
		got, err := program.Value(context.Background(), stellar.Vars{"items": items})
		require.NoError(t, err)
		require.Equal(t, value.FromGo(want).String(), got.String(), n)
	}
}
