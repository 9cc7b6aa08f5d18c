package stellar_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func newEnv(t testing.TB, options stellar.Options) *stellar.Env {
	env, err := stellar.NewEnv(options)
	require.NoError(t, err)
	return env
}

func TestLimits(t *testing.T) {
	many := make([]int, 100)
	for _, c := range []struct {
		name, expression string
		limits           stellar.Limits
		want             string // in the message
	}{
		{"source length", "'" + strings.Repeat("a", 100) + "'", stellar.Limits{SourceLength: 100}, "limit of source length is 100"},
		{"source length by default", strings.Repeat(" ", 64<<10) + "1", stellar.Limits{}, "limit of source length is 65536"},
		{"depth", "[[[[1]]]]", stellar.Limits{Depth: 4}, "nested deeper than the limit of 4 levels"},
		{"steps", "REDUCE(many, (sum, x) -> sum + x, 0)", stellar.Limits{Steps: 99}, "limit of 99 steps"},
		{"steps in nested lambdas", "MAP(many, x -> REDUCE(many, (sum, y) -> sum + y, x))", stellar.Limits{Steps: 5000}, "limit of 5000 steps"},
		{"elements of a literal", "[1, [2, 3]]", stellar.Limits{Elements: 4}, "more elements than the limit of 4"},
		{"elements of a list", "[a, [a, a]]", stellar.Limits{Elements: 4}, "more elements than the limit of 4"},
		{"elements of a map", "{'a' : a, 'b' : a}", stellar.Limits{Elements: 4}, "more elements than the limit of 4"},
		{"doubling a list", "REDUCE(many, (all, x) -> [all, all], [1])", stellar.Limits{}, "more elements than the limit of 1000000"},
		{"doubling a map", "REDUCE(many, (all, x) -> {1 : all, 2 : all}, {})", stellar.Limits{}, "more elements than the limit of 1000000"},
		{"doubling by LIST_ADD", "REDUCE(many, (all, x) -> LIST_ADD(all, all), [1])", stellar.Limits{}, "more elements than the limit of 1000000"},
		{"doubling by nesting", strings.Repeat("MAP([", 30) + "a" + strings.Repeat("], x -> [x, x])", 30), stellar.Limits{}, "more elements than the limit of 1000000"},
		{"doubling a string", "REDUCE(many, (all, x) -> JOIN([all, all], ''), 'abcdefgh')", stellar.Limits{}, "limit of 16777216 bytes"},
		{"string of a list", "REDUCE(many, (all, x) -> TO_STRING([all, all]), 'abcdefgh')", stellar.Limits{StringLength: 1000}, "limit of 1000 bytes"},
		{"long strings in a list", "REDUCE(many, (all, x) -> LIST_ADD(all, GET(MAP([x], y -> FILL_LEFT('a', 'b', 1000000)), 0)), [])", stellar.Limits{Elements: 10_000}, "more elements than the limit of 10000"},
		{"long strings of MAP", "MAP(many, x -> FILL_LEFT('a', 'b', 1000000))", stellar.Limits{Elements: 10_000}, "more elements than the limit of 10000"},
		{"long strings in a literal", "[" + strings.Repeat("FILL_LEFT(TO_STRING(a), 'b', 1000000), ", 9) + "1]", stellar.Limits{Elements: 10_000}, "more elements than the limit of 10000"},
		{"windows", "MAP(many, x -> STATS_ADD(STATS_INIT(500), many, many))", stellar.Limits{Elements: 10_000}, "more elements than the limit of 10000"},
		{"windows that grow in a list", "REDUCE(many, (all, x) -> GET([GET([all, STATS_ADD(GET(all, 0), many)], 0), STATS_ADD(GET(all, 1), many)], 0), [STATS_INIT(600), STATS_INIT(600)])", stellar.Limits{Elements: 900}, "the result has more elements than the limit of 900"},
		{"registers", "HLLP_INIT(25)", stellar.Limits{}, "a sketch takes 33554752 bytes, where the limit Elements allows 24000000: make it with a lower precision"},
		{"registers of sparse sketches", "MAP([REDUCE(many, (l, x) -> LIST_ADD(l, LENGTH(l)), [])], l -> REDUCE(l, (s, x) -> HLLP_ADD(s, MAP(l, y -> x * 100 + y)), HLLP_INIT(25, 25)))", stellar.Limits{Elements: 1000}, "where the limit Elements allows 24000: make it with a lower precision"},
		{"many sketches", "MAP(many, x -> HLLP_CARDINALITY(HLLP_INIT(24)))", stellar.Limits{}, "limit of 268435456 bytes"},
		{"a large filter", "BLOOM_INIT(2000000000, 0.001)", stellar.Limits{}, "where the limit Elements allows 24000000: make it for fewer items or a higher rate"},
		{"a filter of a small rate", "BLOOM_INIT(100000, 1e-300)", stellar.Limits{Elements: 10_000}, "where the limit Elements allows 240000: make it for fewer items or a higher rate"},
		{"many filters", "MAP(many, x -> BLOOM_EXISTS(BLOOM_INIT(10000000), x))", stellar.Limits{}, "limit of 268435456 bytes"},
		{"a large sample", "SAMPLE_INIT(1000001)", stellar.Limits{}, "where Elements allows 1000000"},
		{"a sample of large items", "REDUCE(many, (s, x) -> SAMPLE_ADD(s, [many, many]), SAMPLE_INIT())", stellar.Limits{Elements: 5000}, "the items of the sample have 5052 elements, where Elements allows 5000"},
		{"samples of samples", "REDUCE(many, (s, x) -> SAMPLE_ADD(SAMPLE_ADD(null, s), s), SAMPLE_INIT())", stellar.Limits{}, "where Elements allows 1000000"},
		{"items of filters", "REDUCE(many, (all, x) -> REDUCE([BLOOM_EXISTS(BLOOM_INIT(10), all)], (a, y) -> [all, all], []), [1])", stellar.Limits{Steps: 100_000}, "limit of 100000 steps"},
		{"big integers", "REDUCE(many, (product, x) -> product * product, big)", stellar.Limits{}, "65,536 bits"},
		{"operators in a lambda", "REDUCE(many, (sum, x) -> sum" + strings.Repeat("+x", 200) + ", 0)", stellar.Limits{Steps: 10_000}, "limit of 10000 steps"},
		{"tests in a lambda", "MAP(many, x -> x == 1" + strings.Repeat(" or x == 2", 200) + ")", stellar.Limits{Steps: 10_000}, "limit of 10000 steps"},
		{"clauses in a lambda", "MAP(many, x -> match{" + strings.Repeat("x == 2 => 1, ", 100) + "default => 1})", stellar.Limits{Steps: 10_000}, "limit of 10000 steps"},
		{"regular expression", `REGEXP_MATCH(long, '(a+)+b')`, stellar.Limits{Steps: 1000}, "limit of 1000 steps"},
		{"ways to match", `REGEXP_MATCH(long, '^(?=a)(a|aa)+!$')`, stellar.Limits{}, "too many ways to match this text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := newEnv(t, stellar.Options{Limits: c.limits})
			big, err := value.ParseJSON([]byte("12345678901234567890123"))
			require.NoError(t, err)
			_, err = env.Eval(context.Background(), c.expression,
				stellar.Vars{"many": many, "a": 1, "big": big, "long": strings.Repeat("a", 5000)})
			require.ErrorIs(t, err, stellar.ErrLimit)
			require.Contains(t, err.Error(), c.want)
		})
	}
}

// TestKeptPatternsAreCharged: patterns that were compiled before cost each evaluation
// what they cost the first one, once for all its uses.
func TestKeptPatternsAreCharged(t *testing.T) {
	env := newEnv(t, stellar.Options{Limits: stellar.Limits{Steps: 20_000}})
	regular, bytes := make([]string, 40), make([]string, 40)
	for i := range regular {
		regular[i] = fmt.Sprint("[0-9]*", i)
		bytes[i] = strings.Repeat("00", 100) + fmt.Sprint(10+i)
	}
	vars := stellar.Vars{"many": make([]int, 100), "regular": regular, "bytes": bytes}
	for range 3 {
		for _, expression := range []string{
			"REGEXP_MATCH('a', regular)", "MAP(regular, p -> REGEXP_REPLACE('a', p, 'b'))",
			"MAP(regular, p -> GROK_PARSE(p, 'a'))", "MAP(bytes, p -> BYTEARRAY_MATCHER(p, 'a'))",
		} {
			_, err := env.Eval(t.Context(), expression, vars)
			require.ErrorIs(t, err, stellar.ErrLimit, expression)
		}
		for _, expression := range []string{
			"MAP(many, x -> REGEXP_MATCH('a', GET(regular, 0)))", "MAP(many, x -> GROK_PARSE(GET(regular, 0), 'a'))",
			"MAP(many, x -> BYTEARRAY_MATCHER(GET(bytes, 0), 'a'))",
		} {
			_, err := env.Eval(t.Context(), expression, vars)
			require.NoError(t, err, expression)
		}
	}
}

// TestKeptPatternsDependOnNobody: what an evaluation is charged for patterns is the same
// whether they are kept, were driven out by others while it used them, or are kept by
// another function.
func TestKeptPatternsDependOnNobody(t *testing.T) {
	libraries := []fn.Library{functions.Library()}
	others := newEnv(t, stellar.Options{Libraries: libraries})
	patterns := make([]string, 300)
	for i := range patterns {
		patterns[i] = fmt.Sprint(10+i%90, 10+i/90)
	}
	drive := func() (bool, error) { // all others out of what is kept
		_, err := others.Eval(t.Context(), "MAP(patterns, p -> [REGEXP_MATCH('a', p), GROK_PARSE(p, 'a'), BYTEARRAY_MATCHER(p, 'a')])", stellar.Vars{"patterns": patterns})
		return true, err
	}
	vars := stellar.Vars{"p": strings.Repeat("00", 100), "blank": strings.Repeat(" ", 4000), "hundred": patterns[:100], "many": make([]int, 100)}
	for _, c := range []struct {
		expression string
		steps      int64
		is         error
	}{
		{"[GROK_PARSE(p, 'a'), DRIVE(), GROK_PARSE(p, 'a')]", 60_000, nil},
		{"[BYTEARRAY_MATCHER(p, 'a'), DRIVE(), BYTEARRAY_MATCHER(p, 'a')]", 3_000, nil},
		{"REDUCE(many, (any, x) -> REGEXP_MATCH('a', hundred), 0)", 200_000, nil},
		{"[BYTEARRAY_MATCHER(p, 'a'), GROK_PARSE(p, 'a')]", 3_000, stellar.ErrLimit},
		{"[BYTEARRAY_MATCHER(p, 'a'), DRIVE(), GROK_PARSE(p, 'a')]", 3_000, stellar.ErrLimit},
		{"[GROK_PARSE(' ', 'a'), DRIVE(), REDUCE(many, (all, x) -> GROK_PARSE(blank, 'a'), 0)]", 100_000, stellar.ErrLimit},
	} {
		env := newEnv(t, stellar.Options{
			Libraries: libraries, Functions: []fn.Func{stellar.Func("DRIVE() -> true", "Has others use patterns.", drive)}, Limits: stellar.Limits{Steps: c.steps},
		})
		for range 3 {
			_, err := env.Eval(t.Context(), c.expression, vars)
			require.ErrorIs(t, err, c.is, c.expression)
		}
	}
}

// TestGrowthInPlace: a collection that grows after it was put into others, which
// their weights cannot see, is no way around the limits. Each item i of a list of
// lists gets the item i + 1 as an item, twice or once.
func TestGrowthInPlace(t *testing.T) {
	const (
		manyWays = "REDUCE(indices, (all, i) -> GET([all, LIST_ADD(LIST_ADD(GET(all, i), GET(all, i + 1)), GET(all, i + 1))], 0), MAP(few, x -> []))"
		deep     = "REDUCE(many, (pair, i) -> [GET(pair, 0), GET(LIST_ADD(GET(pair, 1), []), 0)], GET(MAP([[]], x -> [x, x]), 0))"
		deepMap  = "REDUCE(many, (pair, i) -> [GET(pair, 0), MAP_GET(1, MAP_PUT(1, {}, GET(pair, 1)))], GET(MAP([{}], x -> [x, x]), 0))"
	)
	indices := make([]any, 98)
	for i := range indices {
		indices[i] = i
	}
	vars := stellar.Vars{"indices": indices, "few": make([]any, 100), "many": make([]any, 20_000)}
	env := newEnv(t, stellar.Options{Functions: []fn.Func{
		stellar.Func("ITEMS(list) -> how many", "", func(list []any) int { return len(list) }),
	}})
	for _, c := range []struct {
		expression, want string // want is in the error, or the value
	}{
		{manyWays, "more elements than the limit of 1000000"},
		{"[" + manyWays + "]", "more elements than the limit of 1000000"},
		{"{'key' : " + manyWays + "}", "more elements than the limit of 1000000"},
		{"{" + manyWays + " : 'value'}", "more elements than the limit of 1000000"},
		{"SET_ADD(SET_INIT([]), " + manyWays + ")", "more elements than the limit of 1000000"},
		{"TO_STRING(" + manyWays + ")", "longer than the limit"},
		{"ITEMS(" + manyWays + ")", "more elements than the limit of 1000000"},
		{manyWays + " == " + manyWays, "true"},
		{manyWays + " in [" + manyWays + "]", "true"},
		{"LENGTH(LIST_ADD([], " + manyWays + "))", "1"},
		{deep, "nested deeper than the limit of 10000 levels"},
		{deepMap, "nested deeper than the limit of 10000 levels"},
		{deep + " == " + deep, "false"},
		{deepMap + " == " + deepMap, "false"},
		{"{" + deepMap + " : 'value'}", "nested deeper than the limit of 10000 levels"},
		{"LENGTH(TO_STRING(" + deep + ")) < 100000", "true"},
		{"LENGTH(TO_STRING(" + deepMap + ")) < 100000", "true"},
		{"REDUCE(many, (all, x) -> [all], [])", "nested deeper than the limit of 10000 levels"},
		{"REDUCE(many, (all, x) -> {1 : all}, {})", "nested deeper than the limit of 10000 levels"},
		{"REDUCE(many, (all, x) -> LIST_ADD([], all), [])", "nested deeper than the limit of 10000 levels"},
	} {
		t.Run(c.expression, func(t *testing.T) {
			program, err := env.Compile(c.expression)
			require.NoError(t, err)
			start := time.Now()
			got, err := program.Eval(context.Background(), vars)
			explanation, _ := program.Explain(context.Background(), vars)
			require.NotEmpty(t, explanation.String())
			require.Less(t, time.Since(start), tolerated)
			if err != nil {
				require.ErrorIs(t, err, stellar.ErrLimit)
				require.Contains(t, err.Error(), c.want)
				return
			}
			require.Equal(t, c.want, value.FromGo(got).String())
		})
	}
}

// TestLargeFieldAsResult: the limit of elements is one on what an evaluation
// makes.
func TestLargeFieldAsResult(t *testing.T) {
	large := value.ListOf(make([]value.Value, 100)...).Freeze()
	env := newEnv(t, stellar.Options{Limits: stellar.Limits{Elements: 10}})
	for _, expression := range []string{"large", "if LENGTH(LIST_ADD([], 1)) == 1 then large else 1"} {
		got, err := env.Eval(context.Background(), expression, stellar.Vars{"large": large})
		require.NoError(t, err)
		require.Len(t, got, 100)
	}
}

// TestLargeFieldsInPlainMaps: conditions and conditionals, which are evaluated without an
// account of their work, are evaluated anew with one where they meet what is large.
func TestLargeFieldsInPlainMaps(t *testing.T) {
	large := strings.Repeat("ab", 1<<19)
	vars := stellar.Vars{"large": large, "same": strings.Clone(large), "ip": large}
	env := newEnv(t, stellar.Options{})
	for expression, want := range map[string]any{
		"if large == same then 'same' else 'other'":                  "same",
		"if large < same then 1 else if large == same then 2 else 3": 2,
		"large == same":                true,
		"STARTS_WITH(large, 'ab')":     true,
		"REGEXP_MATCH(large, '(ab)*')": true,
		"STARTS_WITH(large, 'ab') and large == same and not(exists(other))": true,
	} {
		program, err := env.Compile(expression)
		require.NoError(t, err)
		v, err := program.Value(context.Background(), vars)
		require.NoError(t, err, expression)
		require.Equal(t, want, v.Go(), expression)
		if decided, ok := want.(bool); ok {
			b, err := program.Test(context.Background(), vars)
			require.NoError(t, err, expression)
			require.Equal(t, decided, b, expression)
		}
	}
	tight := newEnv(t, stellar.Options{Limits: stellar.Limits{Steps: 100}})
	for _, expression := range []string{"REGEXP_MATCH(large, '(ab)*')", "large == same"} {
		program, err := tight.Compile(expression)
		require.NoError(t, err)
		_, err = program.Test(context.Background(), vars)
		require.ErrorIs(t, err, stellar.ErrLimit, expression)
	}
}

// tolerated is how long compiling a long expression may take. It takes a small
// part of that where nothing else runs and races are not looked for.
var tolerated = func() time.Duration {
	if builtForRaces() {
		return 20 * time.Second
	}
	return 5 * time.Second
}()

// TestNestingIsLimited nests 5,000 levels deep in all ways there are.
func TestNestingIsLimited(t *testing.T) {
	const levels = 5000
	for _, c := range []struct{ name, open, inside, close string }{
		{"parentheses", "(", "1", ")"},
		{"parentheses never closed", "(", "1", ""},
		{"lists", "[", "", "]"},
		{"lists never closed", "[", "", ""},
		{"maps", "{1:", "1", "}"},
		{"map keys", "{", "1", ":1}"},
		{"lambdas", "x->", "x", ""},
		{"lambdas with parentheses", "(x)->", "x", ""},
		{"calls", "F(", "1", ")"},
		{"not", "not(", "true", ")"},
		{"minus", "-", "x", ""},
		{"minus with spaces", "- ", "x", ""},
		{"minus and parentheses", "-(", "x", ")"},
		{"if in then", "if a then ", "1", " else 2"},
		{"if in else", "if a then 1 else ", "2", ""},
		{"if in if", "if ", "a", " then 1 else 2"},
		{"question marks", "a?", "b", " :c"},
		{"question marks at the end", "a?b :", "c", ""},
		{"match", "match{a=>", "b", ",default=>c}"},
		{"match in a check", "match{", "b", "=>a,default=>c}"},
		{"match in the default", "match{a=>b,default=>", "c", "}"},
		{"in", "a in ", "b", ""},
		{"mixed", "[(-F({1:x->", "1", "}))]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := newEnv(t, stellar.Options{Limits: stellar.Limits{SourceLength: 1 << 20}})
			start := time.Now()
			_, err := env.Compile(strings.Repeat(c.open, levels) + c.inside + strings.Repeat(c.close, levels))
			require.Less(t, time.Since(start), tolerated)
			require.ErrorIs(t, err, stellar.ErrLimit)
			require.Contains(t, err.Error(), "nested deeper than the limit of 500 levels")
			t.Log(time.Since(start))
		})
	}
}

// TestLongExpressions: long text, most of it wrong, costs time in proportion to
// compile, to evaluate, to explain and to complain about. At this length what is
// quadratic takes longer than tolerated. TestGrowth measures what is right.
func TestLongExpressions(t *testing.T) {
	const length = 32 << 10
	for _, c := range []struct{ name, start, repeat, end string }{
		{"arguments", "F(1", ",a", ")"},
		{"string never closed", "'", "a", ""},
		{"digits", "1", "1", ""},
		{"digits of a double", "1.", "1", ""},
		{"name", "a", "a", ""},
		{"calls without end", "a", "(", ""},
		{"closing brackets", "a", ")", ""},
		{"brackets that do not match", "", "([", ")"},
		{"operators", "", "+", ""},
		{"wrong characters", "", "#", ""},
		{"wide characters", "", "語", ""},
		{"broken UTF-8", "", "\xff", ""},
		{"quotes", "", "'", ""},
		{"backslashes", "'", `\\`, "'"},
		{"keywords", "", "if ", ""},
		{"stray equals signs", "a", "=a", ""},
		{"white space", "a", "\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.start + strings.Repeat(c.repeat, (length-len(c.start)-len(c.end))/len(c.repeat)) + c.end
			env := newEnv(t, stellar.Options{})
			start := time.Now()
			program, err := env.Compile(text)
			t.Log("compiling:", time.Since(start))
			require.Less(t, time.Since(start), tolerated)
			if err != nil {
				var e *stellar.Error
				require.ErrorAs(t, err, &e)
				_ = e.Snippet()
				return
			}
			start = time.Now()
			_, err = program.Value(context.Background(), stellar.Vars{"a": false})
			explanation, explained := program.Explain(context.Background(), stellar.Vars{"a": false})
			require.Equal(t, err == nil, explained == nil)
			require.NotEmpty(t, explanation.String())
			t.Log("evaluating:", time.Since(start))
			require.Less(t, time.Since(start), tolerated)
		})
	}
}

// TestHeavyConstants: calls of constants are computed by the compiler only if
// they are cheap, as compiling has no context.
func TestHeavyConstants(t *testing.T) {
	const calls = 100
	a := strings.Repeat("a", 200)
	for _, call := range []string{
		"REGEXP_MATCH('" + a + `', '(a+)+\\1b')`,
		"DOMAIN_TYPOSQUAT('" + a[:60] + ".com')",
		"FORMAT('%16000000d', 1)",
		"FILL_LEFT('a', 'b', 16000000)",
		"REDUCE([" + strings.Repeat("1,", 50) + "1], (all, x) -> [all, all], [1])",
		"REDUCE([" + strings.Repeat("1,", 50) + "1], (all, x) -> JOIN([all, all], ''), 'a')",
		"MAP([1,1,1,1,1,1,1,1,1,1], a -> MAP([1,1,1,1,1,1,1,1,1,1], b -> MAP([1,1,1,1,1,1,1,1,1,1], c -> MAP([1,1,1,1,1,1,1,1,1,1], d -> a))))",
	} {
		start := time.Now()
		_, err := stellar.Compile("[" + strings.Repeat(call+", ", calls) + "1]")
		require.NoError(t, err)
		require.Less(t, time.Since(start), tolerated, call)
		t.Log(time.Since(start)/calls, call)
	}
}

// TestCancellation measures how soon an evaluation ends when it is called off.
// The best of many tries counts, as the machine may be busy.
func TestCancellation(t *testing.T) {
	for _, expression := range []string{
		"REDUCE(many, (sum, x) -> sum + x, STARTED())",
		"REDUCE(many, (sum, x) -> REDUCE(many, (s, y) -> s + y, sum), STARTED())",
		"MAP(many, x -> FILTER(many, y -> STARTED() == 0 and x < y))",
	} {
		best := time.Hour
		for range 20 {
			best = min(best, timeToCancel(t, expression))
		}
		require.LessOrEqual(t, best, time.Millisecond, expression)
		t.Log(best, expression)
	}
}

// timeToCancel calls off an evaluation, which is under way when STARTED is
// called, and returns the time until it ends.
func timeToCancel(t *testing.T, expression string) time.Duration {
	started := make(chan struct{}, 1)
	env := newEnv(t, stellar.Options{
		Limits: stellar.Limits{Steps: math.MaxInt64},
		Functions: []fn.Func{{Name: "STARTED", Result: fn.Any, Purity: fn.Impure, Body: func(*fn.Call) (value.Value, error) {
			select {
			case started <- struct{}{}:
			default:
			}
			return value.Int(0), nil
		}}},
	})
	program, err := env.Compile(expression)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error, 1)
	go func() {
		_, err := program.Value(ctx, stellar.Vars{"many": make([]any, 1_000_000)})
		failed <- err
	}()
	<-started
	cancel()
	start := time.Now()
	err = <-failed
	took := time.Since(start)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, stellar.ErrExternal)
	require.Contains(t, err.Error(), "called off")
	return took
}

// TestDeadlineOfFunctions: what loops over many items, or makes much from little,
// heeds the end of the context, or is refused before it is done. The best of some
// tries counts, as the machine may be busy.
func TestDeadlineOfFunctions(t *testing.T) {
	if builtForRaces() {
		t.Skip("looking for races multiplies the time")
	}
	env := newEnv(t, stellar.Options{Limits: stellar.Limits{StringLength: 64 << 20, Elements: 10_000_000, Memory: 1 << 40, Steps: math.MaxInt64}})
	many := make([]value.Value, 2_000_000)
	for i := range many {
		many[i] = value.Int(int32(i))
	}
	vars := stellar.Vars{
		"many": value.ListOf(many...).Freeze(), "few": make([]any, 1000), "long": strings.Repeat("x", 8<<20),
		"label": strings.Repeat("abcdefghij", 6), "json": "[" + strings.Repeat("{},", 300_000) + "1]",
	}
	for _, expression := range []string{
		"SET_INIT(many)", "SET_MERGE([many, many])", "MULTISET_INIT(many)", "ZIP(many, many)", "JOIN(many, ',')",
		"REDUCE(many, (s, x) -> SET_ADD(s, x), SET_INIT())", "REDUCE(many, (s, x) -> SET_ADD(SET_INIT(many), x), SET_INIT())",
		"REDUCE(many, (l, x) -> LIST_ADD(l, x), [])", "REDUCE(few, (s, x) -> STATS_ADD(s, many), STATS_INIT())",
		"REDUCE(few, (s, x) -> HLLP_ADD(s, many), HLLP_INIT())", "MAP(few, x -> HLLP_MERGE([HLLP_INIT(20), HLLP_INIT(20)]))",
		"MAP(few, x -> BLOOM_EXISTS(BLOOM_INIT(10), many))", "BLOOM_MERGE(MAP(few, x -> BLOOM_INIT(1000000)))",
		"REDUCE(few, (s, x) -> SAMPLE_ADD(s, many), SAMPLE_INIT())", "MAP(few, x -> LENGTH(SAMPLE_GET(SAMPLE_ADD(SAMPLE_INIT(2000000), many))))",
		"REDUCE(few, (s, x) -> OUTLIER_MAD_ADD(s, many), OUTLIER_MAD_STATE_MERGE(null))",
		"REDUCE(few, (s, x) -> SAMPLE_MERGE([s], SAMPLE_ADD(SAMPLE_INIT(2000000), many)), SAMPLE_INIT(1000000))",
		"SPLIT(long, 'x')", "MAP(few, x -> DOMAIN_TYPOSQUAT(label))", "MAP(few, x -> TO_JSON_OBJECT(json))",
		"REGEXP_MATCH(long, '(?:x{1,30})*y')", "REGEXP_REPLACE(long, 'x', 'y')", "REGEXP_REPLACE(long, '(?=x)x', 'y')",
		"MAP(few, n -> REGEXP_MATCH(long, '.*x.*x.*y'))", "MAP(few, n -> FORMAT('%100000s%100000s', n, n))", "MAP(few, n -> LENGTH(TO_UPPER(long)))",
	} {
		program, err := env.Compile(expression)
		require.NoError(t, err)
		best := time.Hour
		for range 5 {
			const allowed = 10 * time.Millisecond
			ctx, cancel := context.WithTimeout(context.Background(), allowed)
			start := time.Now()
			_, err = program.Value(ctx, vars)
			best = min(best, time.Since(start)-allowed)
			cancel()
			require.Error(t, err, expression)
		}
		t.Log(best, expression)
		require.Less(t, best, 250*time.Millisecond, expression)
	}
}

// TestCostOfGrowth: what grows by one item after the other costs in proportion to
// its items.
func TestCostOfGrowth(t *testing.T) {
	env := newEnv(t, stellar.Options{})
	vars := stellar.Vars{"many": make([]any, 100_000)}
	for _, expression := range []string{
		"REDUCE(many, (l, x) -> LIST_ADD(l, x), [])", "REDUCE(many, (s, x) -> SET_ADD(s, LENGTH(s)), SET_INIT())",
		"REDUCE(many, (s, x) -> SET_REMOVE(s, x), SET_INIT([1, 2]))", "REDUCE(many, (m, x) -> MAP_PUT(LENGTH(m), x, m), {})",
		"REDUCE(many, (m, x) -> MULTISET_ADD(m, LENGTH(m)), {})", "REDUCE(many, (m, x) -> MULTISET_REMOVE(m, x), {})",
		"REDUCE(many, (s, x) -> STATS_ADD(s, x), STATS_INIT(1000))", "REDUCE(many, (s, x) -> HLLP_ADD(s, x), HLLP_INIT())",
		"REDUCE(many, (s, x) -> BLOOM_ADD(s, x), BLOOM_INIT())", "REDUCE(many, (s, x) -> SAMPLE_ADD(s, x), SAMPLE_INIT())",
		"REDUCE(many, (s, x) -> OUTLIER_MAD_ADD(s, LENGTH(many)), OUTLIER_MAD_STATE_MERGE(null))",
		"REDUCE(many, (s, x) -> GET(many, 5) == GET_LAST(many) ? s + LENGTH(many) : s, 0L)",
	} {
		start := time.Now()
		_, err := env.Eval(context.Background(), expression, vars)
		require.NoError(t, err, expression)
		require.Less(t, time.Since(start), tolerated, expression)
		t.Log(time.Since(start), expression)
	}
}

func TestDeadline(t *testing.T) {
	env := newEnv(t, stellar.Options{Limits: stellar.Limits{Steps: math.MaxInt64}})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := env.Eval(ctx, "MAP(many, x -> REDUCE(many, (sum, y) -> sum + y, 0))", stellar.Vars{"many": make([]any, 20_000)})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, stellar.ErrExternal)
	require.Less(t, time.Since(start), tolerated)
}

// TestLambdaThatCallsItself reaches itself through a variable, the one way there
// is, alone or by way of another.
func TestLambdaThatCallsItself(t *testing.T) {
	lambdas := stellar.Vars{}
	variables := stellar.Lookup(func(name string) any { return lambdas[name] })
	for name, text := range map[string]string{
		"itself": "x -> MAP([x], itself)",
		"ping":   "x -> MAP([x], pong)",
		"pong":   "x -> match { true => ping, default => null }",
	} {
		program, err := stellar.Compile(text)
		require.NoError(t, err)
		lambdas[name], err = program.Value(context.Background(), variables)
		require.NoError(t, err)
	}
	for _, name := range []string{"itself", "ping", "pong"} {
		_, err := stellar.Eval(context.Background(), "MAP([1], "+name+")", variables)
		require.ErrorIs(t, err, stellar.ErrLimit)
		require.Contains(t, err.Error(), "more than 500 levels deep")
		require.Less(t, len(err.Error()), 300, "%v", err)
		var e *stellar.Error
		require.True(t, errors.As(err, &e))
		require.Contains(t, e.Snippet(), "MAP")
	}
}
