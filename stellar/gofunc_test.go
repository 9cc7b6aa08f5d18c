package stellar_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

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
		stellar.Func("JOINED(separator, words...) -> text", "", func(separator string, words ...string) string { return strings.Join(words, separator) }),
		stellar.Func("DONE() -> whether the context ended", "", func(ctx context.Context) bool { return ctx.Err() != nil }),
	}})
	require.NoError(t, err)
	for _, c := range []struct {
		expression string
		want       any // or an error's kind
	}{
		{"ADD(1, 2)", 3}, {"ADD(1, 2L)", 3}, {"ADD(1, 2, 3)", stellar.ErrArity}, {"ADD(null, 2)", nil}, {"ADD(missing, 2)", nil},
		{"ADD(1)", stellar.ErrArity}, {"ADD(1, 'x')", stellar.ErrType}, {"ADD(1, 2.5)", stellar.ErrType},
		{"TINY(100)", 100}, {"TINY(1000)", stellar.ErrArgument},
		{"HALF(5)", 2.5}, {"HALF(5.0)", 2.5}, {"HALF('5')", stellar.ErrType}, {"NEGATED(true)", false},
		{"COUNT()", 0}, {"COUNT('a', 'b')", 2}, {"COUNT('a', 1)", stellar.ErrType},
		{"TAIL(['a', 'b', 'c'])", []any{"b", "c"}}, {"TAIL(['a', 1])", stellar.ErrType}, {"TAIL([])", stellar.ErrExternal},
		{"KEYS({'a' : 1})", 1}, {"KEYS({1 : 1})", stellar.ErrType},
		{"KIND(null)", "null"}, {"KIND(1L)", "long"}, {"TYPE(null)", "<nil>"}, {"TYPE([1])", "[]interface {}"},
		{"JOINED('-')", ""}, {"JOINED('-', 'a', 'b', 'c')", "a-b-c"}, {"DEFAULTED('x', 'y', 'z')", stellar.ErrArity},
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
	for expression, want := range map[string]string{
		"TINY(1000)":     "1:6: argument error: TINY: n: 1000 does not fit int8",
		"TAIL(['a', 1])": "1:6: type error: TAIL: list: an item must be a string, and 1 is an int",
		"KEYS({1 : 1})":  "1:6: type error: KEYS: m: the keys of the map must be strings",
		"ADD(1, 'x')":    "1:8: type error: ADD: b must be an int or long, and 'x' is a string",
		"ADD(1, 2, 3)":   "1:1: arity error: ADD takes 2 arguments and got 3: ADD(a, b)",
	} {
		_, err := env.Eval(context.Background(), expression, nil)
		require.EqualError(t, err, want)
	}
	_, err = env.Eval(context.Background(), "1 + PANIC()", nil)
	require.ErrorContains(t, err, "1:5: external error: PANIC: internal error: oh no")
}

// TestFuncOfUnknownResult: what a Go function returns may be anything where its
// type does not say.
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

// TestResultsOfFunc: Check knows the kinds of results.
func TestResultsOfFunc(t *testing.T) {
	type place struct{ City string }
	for _, c := range []struct {
		function any
		want     fn.Kinds
	}{
		{func() bool { return true }, fn.Bool}, {func() []byte { return nil }, fn.String}, {func() int8 { return 1 }, fn.Int | fn.Long},
		{func() uint64 { return 1 }, fn.Integer}, {func() *big.Int { return nil }, fn.Integer}, {func() time.Time { return time.Time{} }, fn.Long},
		{func() *time.Time { return nil }, fn.Long}, {func() []string { return nil }, fn.List}, {func() [2]int { return [2]int{} }, fn.List},
		{func() map[int][]place { return nil }, fn.Map}, {func() *place { return nil }, fn.Map}, {func() any { return nil }, fn.Any},
		{func() fmt.Stringer { return nil }, fn.Any}, {func() value.Value { return value.Null }, fn.Any}, {func() json.Number { return "1" }, fn.Any},
		{func() typedObject { return typedObject{} }, fn.Object}, {func() *typedObject { return nil }, fn.Object},
		{func() value.Accumulator { return nil }, fn.Any},
	} {
		f := stellar.Func("F() -> result", "", c.function)
		require.Empty(t, f.Validate(), "%T", c.function)
		require.Equal(t, c.want, f.Result, "%T", c.function)
	}
}

type typedObject struct{}

func (typedObject) Type() *fn.Type { return &fn.Type{Name: "TYPED"} }

var errBroken = errors.New("broken")

func TestFuncDeclaredWrongly(t *testing.T) {
	one := func(string) int { return 1 }
	two := func(string, string) int { return 1 }
	for _, c := range []struct {
		f    fn.Func
		want []string // in the mistakes, one each
	}{
		{stellar.Func("no signature", "", one), []string{`function "no": signature "no signature": want NAME(parameter, …) -> result`}},
		{stellar.Func("F(a) -> number", "", func() int { return 1 }), []string{"it names 1 parameters, the Go function has 0"}},
		{stellar.Func("F(a)", "", one), []string{"it does not say what the result means"}},
		{stellar.Func("F(a) -> ", "", one), []string{"it does not say what the result means"}},
		{stellar.Func("F(a) -> number", "", 5), []string{"want a Go function, not int"}},
		{stellar.Func("F() -> number", "", nil), []string{"want a Go function, not invalid"}},
		{stellar.Func("F() -> number", "", (func() int)(nil)), []string{"the Go function is nil"}},
		{stellar.Func("F() -> nothing", "", func() {}), []string{"one result"}},
		{stellar.Func("F() -> numbers", "", func() (int, int) { return 1, 2 }), []string{"one result"}},
		{stellar.Func("F() -> nothing", "", func() error { return nil }), []string{"returns an error alone"}},
		{stellar.Func("F() -> nothing", "", func() (error, error) { return nil, nil }), []string{"returns an error alone"}},
		{stellar.Func("F(a) -> number", "", func(chan int) int { return 1 }), []string{"chan int, which no value becomes"}},
		{stellar.Func("F() -> channel", "", func() chan int { return nil }), []string{"returns chan int, which expressions can do nothing with"}},
		{stellar.Func("F() -> functions", "", func() map[string]func() { return nil }), []string{"returns map[string]func(), which"}},
		{stellar.Func("F() -> lock", "", func() *sync.Mutex { return nil }), []string{"returns *sync.Mutex, which"}},
		{stellar.Func("F() -> number", "", func() complex128 { return 1 }), []string{"returns complex128, which"}},
		{stellar.Func("F(a...) -> number", "", one), []string{"variadic in one"}},
		{stellar.Func("F(a) -> number", "", func(...string) int { return 1 }), []string{"variadic in one"}},
		{stellar.Func("F([a], b) -> number", "", two), []string{"b is required and follows an optional one: move it before a"}},
		{stellar.Func("F(a, a) -> number", "", two), []string{"parameter a has the name of parameter 1"}},
		{stellar.Func("F(a, _) -> number", "", two), []string{"a parameter cannot have the name _"}},
		{stellar.Func("F([a) -> number", "", one), []string{"parameter 1: the name must be a letter"}},
		{stellar.Func("not(a) -> number", "", one), []string{`function "not": the name must not be not, which is a keyword`}},
		{stellar.Func("TO_UPPER(a) -> text", "", one), []string{"there is a function of this name already"}},
		{fn.Func{Name: "F"}, []string{"one of Body and Unary"}},
		{fn.Func{}, []string{"the name must be", "one of Body and Unary"}},
		{stellar.Func("match([in], in)", "", func(chan int, bool) error { return nil }), []string{
			"does not say what the result means", "a parameter cannot have the name in", "a parameter cannot have the name in",
			"returns an error alone", "parameter in has the type chan int",
			"must not be match", "has the name of parameter 1", "follows an optional one",
		}},
	} {
		_, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{c.f}})
		require.Error(t, err)
		lines := strings.Split(err.Error(), "\n")
		require.Len(t, lines, len(c.want), err)
		for i, line := range lines {
			require.Contains(t, line, c.want[i])
		}
	}
}

func TestAllMistakesOfDeclarationsAtOnce(t *testing.T) {
	_, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		{Name: "BROKEN", Mistakes: []error{errBroken}}, {Name: "TRIM", Body: func(*fn.Call) (value.Value, error) { return value.Null, nil }}, {Name: "A"},
	}})
	require.ErrorIs(t, err, errBroken)
	require.EqualError(t, err, `function "BROKEN": broken
function "TRIM": there is a function of this name already; rename this one, or put it into Replace
function "A": there must be one of Body and Unary`)
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
