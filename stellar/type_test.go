package stellar_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var baskets = &fn.Type{Name: "BASKET", Doc: "a basket of this test"}

type basket struct{ items []value.Value }

func (*basket) Type() *fn.Type { return baskets }

// TestObjectOfAnotherType: bodies need not look at the type of an object.
func TestObjectOfAnotherType(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		{
			Name: "BASKET_INIT", Result: fn.Object, ResultType: baskets,
			Body: func(*fn.Call) (value.Value, error) { return value.Object(&basket{}), nil },
		},
		{
			Name: "BASKET_ADD", Result: fn.Object, ResultType: baskets, Purity: fn.Stateful,
			Params: []fn.Param{
				{Name: "basket", Kinds: fn.Object, Type: baskets},
				{Name: "items", Kinds: fn.Any, Variadic: true},
			},
			Body: func(c *fn.Call) (value.Value, error) {
				f := c.Args[0].Object().(*basket)
				f.items = append(f.items, c.Args[1:]...)
				return c.Args[0], nil
			},
		},
		{
			Name: "BASKET_SIZE", Result: fn.Int,
			Params: []fn.Param{{Name: "basket", Kinds: fn.Object | fn.String, Type: baskets}},
			Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
				if v.Kind() == value.KindString {
					return value.Int(-1), nil
				}
				return value.Int(int32(len(v.Object().(*basket).items))), nil
			},
		},
	}})
	require.NoError(t, err)
	vars := stellar.Vars{"foreign": value.Object(&struct{}{}), "text": "x"}
	for expression, want := range map[string]any{
		"BASKET_SIZE(BASKET_ADD(BASKET_INIT(), 1, 2))": 2,
		"BASKET_SIZE(text)":                            -1,
		"STATS_COUNT(STATS_ADD(STATS_INIT(), 1))":      1.0,
	} {
		got, err := env.Eval(context.Background(), expression, vars)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	for expression, want := range map[string]string{
		"STATS_ADD(BASKET_INIT(), 1)":              "STATS_ADD: statistics must be a STATS object, and this is a BASKET object",
		"BASKET_ADD(STATS_ADD(null, 5), 1)":        "BASKET_ADD: basket must be a BASKET object, and this is a STATS object",
		"BASKET_SIZE(STATS_INIT())":                "BASKET_SIZE: basket must be a string or BASKET object, and this is a STATS object",
		"STATS_MEAN(BASKET_INIT())":                "STATS_MEAN: statistics must be a STATS object, and this is a BASKET object",
		"MAX(BASKET_INIT())":                       "MAX: items must be a list, set or STATS object, and this is a BASKET object",
		"STATS_ADD(foreign, 1)":                    "STATS_ADD: statistics must be a STATS object, and this is an object without a type",
		"if STATS_MEAN(foreign) > 1 then 1 else 2": "STATS_MEAN: statistics must be a STATS object, and this is an object without a type",
		"STATS_ADD(text, 1)":                       "STATS_ADD: statistics must be a STATS object, and 'x' is a string",
		"STATS_ADD(5, 1)":                          "STATS_ADD: statistics must be a STATS object, and 5 is an int",
		"GET(STATS_INIT(), 1)":                     "GET: list must be a list, and this is a STATS object",
	} {
		_, err := env.Eval(context.Background(), expression, vars)
		var e *stellar.Error
		require.ErrorAs(t, err, &e, expression)
		require.Equal(t, fn.ErrType, e.Kind, expression)
		require.Equal(t, want, e.Message, expression)
		if !strings.Contains(expression, "foreign") && !strings.Contains(expression, "text") && !strings.Contains(expression, "5, 1") {
			findings := env.Check(expression, nil)
			require.Len(t, findings, 1, expression)
			require.Equal(t, want, findings[0].Message, expression)
		}
	}
	require.Empty(t, env.Check("STATS_ADD(if a then STATS_INIT() else STATS_ADD(null, 1), 2)", nil))
	require.Empty(t, env.Check("STATS_ADD(if a then STATS_INIT() else field, 2)", nil))
	require.NotEmpty(t, env.Check("STATS_ADD(if a then BASKET_INIT() else null, 2)", nil))
}
