package stellar_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/network"
	"github.com/stellarlang/stellar/functions/text"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// constant declares a function that always returns the int n.
func constant(name string, n int32) fn.Func {
	return fn.Func{Name: name, Result: fn.Int, Body: func(*fn.Call) (value.Value, error) { return value.Int(n), nil }}
}

func names(library fn.Library) []string {
	var names []string
	for _, f := range library.Functions {
		names = append(names, f.Name)
	}
	return slices.Sorted(slices.Values(names))
}

func TestLibraries(t *testing.T) {
	all := functions.Library()
	for name, c := range map[string]struct {
		options stellar.Options
		want    []string
	}{
		"nothing said":  {stellar.Options{}, names(all)},
		"none":          {stellar.Options{Libraries: []fn.Library{}}, nil},
		"only a host's": {stellar.Options{Libraries: []fn.Library{}, Functions: []fn.Func{constant("ONE", 1)}}, []string{"ONE"}},
		"families":      {stellar.Options{Libraries: []fn.Library{text.Library().Only("TRIM"), network.Library().Only("IS_IP", "IN_SUBNET")}}, []string{"IN_SUBNET", "IS_IP", "TRIM"}},
		"without":       {stellar.Options{Libraries: []fn.Library{text.Library().Without("FORMAT")}}, names(text.Library().Without("FORMAT"))},
		"pure":          {stellar.Options{Libraries: []fn.Library{all.OfPurity(fn.Pure)}}, names(all.OfPurity(fn.Pure))},
		"replaced":      {stellar.Options{Replace: []fn.Func{constant("TRIM", 1)}}, names(all)},
	} {
		env, err := stellar.NewEnv(c.options)
		require.NoError(t, err, name)
		require.Equal(t, c.want, slices.Sorted(maps.Keys(env.Functions())), name)
	}
}

// TestPurities: what talks to the outside is there only where a host put it, and
// a host can leave out all that does more than compute.
func TestPurities(t *testing.T) {
	all := functions.Library()
	require.Empty(t, all.OfPurity(fn.External).Functions)
	changing := all.OfPurity(fn.Stateful)
	require.Contains(t, names(changing), "LIST_ADD")
	require.NotContains(t, names(all.OfPurity(fn.Pure, fn.Impure)), "LIST_ADD")

	env, err := stellar.NewEnv(stellar.Options{Libraries: []fn.Library{all.OfPurity(fn.Pure)}})
	require.NoError(t, err)
	for name, f := range env.Functions() {
		require.Equal(t, fn.Pure, f.Purity, name)
	}
	_, err = env.Compile("LIST_ADD([1], 2)")
	require.ErrorIs(t, err, stellar.ErrUnknownFunction)

	fetch := constant("FETCH", 200)
	fetch.Purity = fn.External
	env, err = stellar.NewEnv(stellar.Options{Functions: []fn.Func{fetch}})
	require.NoError(t, err)
	require.Contains(t, env.Functions(), "FETCH")
}

func TestReplace(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{
		Functions: []fn.Func{constant("MINE", 1)},
		Replace:   []fn.Func{constant("TO_UPPER", 7), constant("MINE", 2)},
	})
	require.NoError(t, err)
	got, err := env.Eval(context.Background(), "[TO_UPPER('a'), MINE(), TO_LOWER('A')]", nil)
	require.NoError(t, err)
	require.Equal(t, []any{7, 2, "a"}, got)
	got, err = stellar.Eval(context.Background(), "TO_UPPER('a')", nil)
	require.NoError(t, err)
	require.Equal(t, "A", got, "in another environment")
}

func TestMistakesOfLibraries(t *testing.T) {
	_, err := stellar.NewEnv(stellar.Options{
		Libraries: []fn.Library{text.Library().Only("TRIMM", "TRIM"), text.Library().Only("TRIM"), {Functions: []fn.Func{{Name: "BAD"}}}},
		Functions: []fn.Func{constant("TRIM", 1), constant("ONE", 1), constant("ONE", 2)},
		Replace:   []fn.Func{constant("TIRM", 1), constant("TRIM", 1), constant("TRIM", 2), constant("LENGTH", 1), {Name: "ONE"}},
	})
	require.EqualError(t, err, `library "text": there is no function TRIMM; did you mean TRIM?
library "text": TRIM is already in library "text", which was taken before: take them once, or leave them out with Without
function "BAD": there must be one of Body and Unary
function "TRIM": there is a function of this name already; rename this one, or put it into Replace
function "ONE": there is a function of this name already; rename this one, or put it into Replace
function "TIRM": there is no function of this name to replace; did you mean TRIM?
function "TRIM": it is replaced twice
function "LENGTH": there is no function of this name to replace; add it with Functions
function "ONE": there must be one of Body and Unary`)
}

// TestLibraryTakenTwice: there is one mistake, however many functions it has.
func TestLibraryTakenTwice(t *testing.T) {
	all, own := functions.Library(), fn.Library{Name: "own", Functions: []fn.Func{constant("TRIM", 1), constant("IN_SUBNET", 1), constant("CHOP", 1)}}
	for _, c := range []struct {
		libraries []fn.Library
		want      string
	}{
		{[]fn.Library{network.Library(), network.Library()}, `library "network": IN_SUBNET, IP_CATEGORY and 14 more functions are already in library "network", which was taken before: take them once, or leave them out with Without`},
		{[]fn.Library{network.Library().Only("IN_SUBNET", "IS_IP"), network.Library()}, `library "network": IN_SUBNET and IS_IP are already in library "network", which was taken before: take them once, or leave them out with Without`},
		{[]fn.Library{all, own}, `library "own": IN_SUBNET is already in library "network", which was taken before: take them once, or leave them out with Without
library "own": TRIM and CHOP are already in library "text", which was taken before: take them once, or leave them out with Without`},
		{[]fn.Library{all, own.Without("TRIM", "IN_SUBNET", "CHOP")}, ""},
	} {
		_, err := stellar.NewEnv(stellar.Options{Libraries: c.libraries})
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, c.want)
	}
}

// TestEnvKeepsItsFunctions: a host may reuse its slices.
func TestEnvKeepsItsFunctions(t *testing.T) {
	library := fn.Library{Functions: []fn.Func{constant("A", 1)}}
	more, replacing := []fn.Func{constant("B", 2), constant("C", 0)}, []fn.Func{constant("C", 3)}
	env, err := stellar.NewEnv(stellar.Options{Libraries: []fn.Library{library}, Functions: more, Replace: replacing})
	require.NoError(t, err)
	library.Functions[0], more[0], replacing[0] = fn.Func{}, fn.Func{}, fn.Func{}
	got, err := env.Eval(context.Background(), "[A(), B(), C()]", nil)
	require.NoError(t, err)
	require.Equal(t, []any{1, 2, 3}, got)
}

func TestNegativeLimits(t *testing.T) {
	_, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{Depth: -1, Memory: -2}})
	require.ErrorContains(t, err, "the limit Depth is -1: it must be positive, or 0 for the default")
	require.ErrorContains(t, err, "the limit Memory is -2")
}

func TestNoLookup(t *testing.T) {
	got, err := stellar.Eval(context.Background(), "a == null", stellar.Lookup(nil))
	require.NoError(t, err)
	require.Equal(t, true, got)
}
