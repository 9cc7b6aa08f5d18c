package stellar_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func TestFunc(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		stellar.Func("ADD(a, b) -> sum", "", func(a, b int) int { return a + b }),
		stellar.Func("TINY(n) -> n", "", func(n int8) int { return int(n) }),
		stellar.Func("HALF(x) -> half", "", func(x float64) float64 { return x / 2 }),
		stellar.Func("NEGATED(b) -> not b", "", func(b bool) bool { return !b }),
		stellar.Func("COUNT(items...) -> how many", "", func(items ...string) int { return len(items) }),
		stellar.Func("TAIL(list) -> list", "", func(list []string) []string { return list[1:] }),
		stellar.Func("KEYS(m) -> size", "", func(m map[string]any) int { return len(m) }),
		stellar.Func("KIND(v) -> kind", "", func(v value.Value) string { return v.Kind().String() }),
		stellar.Func("TYPE(v) -> Go type", "", func(v any) string { return fmt.Sprintf("%T", v) }),
		stellar.Func("DEFAULTED(a, [b]) -> b or none", "", func(a, b string) string { return a + b }),
		stellar.Func("FAIL() -> nothing", "", func() (string, error) { return "", errBroken }),
		stellar.Func("PANIC() -> nothing", "", func() string { panic("oh no") }),
		stellar.Func("DONE() -> whether the context ended", "", func(ctx context.Context) bool { return ctx.Err() != nil }),
	}})
	require.NoError(t, err)
	for _, c := range []struct {
		expression string
		want       any // or an error's kind
	}{
		{"ADD(1, 2)", 3}, {"ADD(1, 2L)", 3}, {"ADD(1, 2, 3)", 3}, {"ADD(null, 2)", nil}, {"ADD(missing, 2)", nil},
		{"ADD(1)", stellar.ErrArity}, {"ADD(1, 'x')", stellar.ErrType}, {"ADD(1, 2.5)", stellar.ErrType},
		{"TINY(100)", 100}, {"TINY(1000)", stellar.ErrArgument},
		{"HALF(5)", 2.5}, {"HALF(5.0)", 2.5}, {"HALF('5')", stellar.ErrType}, {"NEGATED(true)", false},
		{"COUNT()", 0}, {"COUNT('a', 'b')", 2}, {"COUNT('a', 1)", stellar.ErrType},
		{"TAIL(['a', 'b', 'c'])", []any{"b", "c"}}, {"TAIL(['a', 1])", stellar.ErrArgument}, {"TAIL([])", stellar.ErrExternal},
		{"KEYS({'a' : 1})", 1}, {"KEYS({1 : 1})", stellar.ErrArgument},
		{"KIND(null)", "null"}, {"KIND(1L)", "long"}, {"TYPE(null)", "<nil>"}, {"TYPE([1])", "[]interface {}"},
		{"DEFAULTED('x')", "x"}, {"DEFAULTED('x', 'y')", "xy"},
		{"FAIL()", errBroken}, {"FAIL()", stellar.ErrExternal}, {"PANIC()", stellar.ErrExternal}, {"DONE()", false},
	} {
		got, err := env.Eval(context.Background(), c.expression, nil)
		if want, ok := c.want.(error); ok {
			require.ErrorIs(t, err, want, c.expression)
			continue
		}
		require.NoError(t, err, c.expression)
		require.Equal(t, c.want, got, c.expression)
	}
	_, err = env.Eval(context.Background(), "1 + PANIC()", nil)
	require.ErrorContains(t, err, "1:5: external error: PANIC: internal error: oh no")
}

// TestFuncOfUnknownResult: what a Go function gives may be anything where its
// type does not tell.
func TestFuncOfUnknownResult(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		stellar.Func("COUNTER() -> count", "", func() uint64 { return 5 }),
		stellar.Func("NAMES() -> names", "", func() map[string]string { return map[string]string{"a": "b"} }),
	}})
	require.NoError(t, err)
	for expression, want := range map[string]any{"COUNTER() > 4": true, "MAP_GET('a', NAMES()) == 'b'": true} {
		require.Empty(t, env.Check(expression, nil), expression)
		got, err := env.Eval(context.Background(), expression, nil)
		require.NoError(t, err)
		require.Equal(t, want, got, expression)
	}
}

var errBroken = errors.New("broken")

func TestFuncDeclaredWrongly(t *testing.T) {
	for _, c := range []struct {
		f    fn.Func
		want string
	}{
		{stellar.Func("no signature", "", func() int { return 1 }), "want NAME(parameter, …) -> result"},
		{stellar.Func("F(a)", "", func() int { return 1 }), "it names 1 parameters, the Go function has 0"},
		{stellar.Func("F(a)", "", 5), "want a Go function, not int"},
		{stellar.Func("F()", "", nil), "want a Go function, not invalid"},
		{stellar.Func("F()", "", func() {}), "one result"},
		{stellar.Func("F()", "", func() (int, int) { return 1, 2 }), "one result"},
		{stellar.Func("F(a)", "", func(chan int) int { return 1 }), "chan int, which no value becomes"},
		{stellar.Func("F(a...)", "", func(string) int { return 1 }), "variadic in one"},
		{stellar.Func("F([a], b)", "", func(a, b string) int { return 1 }), "follows an optional one"},
		{stellar.Func("TO_UPPER(a)", "", func(a string) string { return a }), "there is a function of this name already"},
		{fn.Func{Name: "F"}, "one of Body and Unary"},
		{fn.Func{}, "the name must be"},
	} {
		_, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{c.f}})
		require.ErrorContains(t, err, c.want)
	}
}

func TestResolvers(t *testing.T) {
	type inner struct{ City string }
	type record struct {
		inner
		Name   string `stellar:"user.name" json:"name"`
		Age    *int
		Hidden string `json:"-"`
		secret string
	}
	age := 7
	structure, err := stellar.Struct(&record{Name: "x", Age: &age, Hidden: "h", secret: "s", inner: inner{"Bonn"}})
	require.NoError(t, err)
	object, err := stellar.JSON([]byte(`{"user.name": "x", "Age": 7, "City": "Bonn"}`))
	require.NoError(t, err)
	for name, r := range map[string]stellar.Resolver{
		"struct": structure, "JSON": object,
		"map": stellar.Vars{"user.name": "x", "Age": 7, "City": "Bonn"},
	} {
		for expression, want := range map[string]any{
			"user.name": "x", "Age + 1": 8, "exists(City)": true, "exists(Hidden)": false, "secret": nil,
			"LENGTH(_)": 3, "MAP_GET('Age', _)": 7, "'City' in _": true, "MAP([1], x -> x + Age)": []any{8},
			"Age == 7 and City != 'Rome' or user.name in ['a', 'b']": true, "if Age > 3 then City else 'none'": "Bonn",
		} {
			got, err := stellar.Eval(context.Background(), expression, r)
			require.NoError(t, err, "%s: %s", name, expression)
			require.Equal(t, want, got, "%s: %s", name, expression)
		}
	}
	for _, wrong := range []any{5, "text", nil, map[string]any{}, (*record)(nil)} {
		_, err := stellar.Struct(wrong)
		require.Error(t, err)
	}
	for text, want := range map[string]string{`[1]`: "and this is a list", `{"a":}`: "offset", ``: "blank"} {
		_, err := stellar.JSON([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

// TestLambdaOutlivesItsEvaluation uses a lambda that one evaluation gave as a
// variable of another.
func TestLambdaOutlivesItsEvaluation(t *testing.T) {
	program, err := stellar.Compile("x -> x * factor")
	require.NoError(t, err)
	times, err := program.Value(context.Background(), stellar.Vars{"factor": 3})
	require.NoError(t, err)
	got, err := stellar.Eval(context.Background(), "MAP([1, 2], times)", stellar.Vars{"times": times, "factor": 100})
	require.NoError(t, err)
	require.Equal(t, []any{3, 6}, got)
	require.True(t, strings.Contains(times.String(), "lambda"))
}
