package sketch_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestValues has what no vector of the reference says.
func TestValues(t *testing.T) {
	for expression, want := range map[string]string{
		"HLLP_ADD(HLLP_INIT(), ['a', 'b', 'a'])":            "HLLP{cardinality=2, precision=14}",
		"BLOOM_ADD(BLOOM_INIT(1000), 'a', 'b')":             "BLOOM{items=2, bits=9600, probes=7}",
		"SAMPLE_ADD(SAMPLE_INIT(2), upTo)":                  "SAMPLE{size=2, items=2, seen=1000}",
		"OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), 5)": "OUTLIER_MAD_STATE{count=1, median=5.0, deviation=NaN}",

		// Sketches of different sparse precisions, and with others of their precision.
		"HLLP_CARDINALITY(HLLP_MERGE([HLLP_ADD(HLLP_INIT(14, 24), [1, 2]), HLLP_ADD(HLLP_INIT(14, 25), [2, 3])]))": "3",
		"HLLP_CARDINALITY(HLLP_ADD(HLLP_INIT(14), null))":                                                          "1",
		"HLLP_ADD(HLLP_INIT(14, 26), upTo) == HLLP_ADD(HLLP_INIT(14, 32), upTo)":                                   "true",
		"HLLP_MERGE([HLLP_INIT(), HLLP_ADD(null, upTo)]) == HLLP_ADD(null, upTo)":                                  "true",

		// Items of filters are known by what they are, in whatever order.
		"BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), [1, 2]), MAP([1, 2], x -> x))":                                            "true",
		"BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), {'a' : 1, 'b' : 2}), {'b' : 2, 'a' : 1})":                                 "true",
		"BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), ['a, b']), ['a', 'b'])":                                                   "false",
		"BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), [1]), [1L])":                                                              "false",
		"BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), [1]), SET_INIT([1]))":                                                     "false",
		"BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), STATS_ADD(null, 5)), STATS_ADD(null, 5))":                                 "true",
		"BLOOM_INIT(null) == BLOOM_INIT() and BLOOM_INIT(100000, null) == BLOOM_INIT()":                                 "true",
		"MAP([BLOOM_ADD(BLOOM_INIT(), 1)], b -> BLOOM_EXISTS(BLOOM_MERGE([b, b]), 1))":                                  "[true]",
		"MAP([BLOOM_INIT()], b -> [BLOOM_EXISTS(BLOOM_MERGE([b, BLOOM_ADD(BLOOM_INIT(), 1)]), 1), BLOOM_EXISTS(b, 1)])": "[[true, true]]",

		// A sampler may be an item, also of itself: as it was.
		"MAP([SAMPLE_ADD(null, 1)], s -> SAMPLE_GET(SAMPLE_ADD(s, s)))":                    "[[1, SAMPLE{size=1024, items=1, seen=1}]]",
		"MAP([SAMPLE_ADD(null, 1)], s -> SAMPLE_GET(SAMPLE_ADD(s, [[s]])))":                "[[1, [SAMPLE{size=1024, items=1, seen=1}]]]",
		"MAP([SAMPLE_ADD(SAMPLE_INIT(9), [1, 2])], s -> SAMPLE_GET(SAMPLE_MERGE([s], s)))": "[[1, 2, 1, 2]]",
		"MAP([[1]], l -> [SAMPLE_GET(SAMPLE_ADD(null, [l])), LIST_ADD(l, 2)])":             "[[[[1]], [1, 2]]]",
		"SAMPLE_ADD(null, 1) == SAMPLE_ADD(null, 1.0)":                                     "true",
		"SAMPLE_GET(SAMPLE_MERGE(SET_INIT([SAMPLE_ADD(null, 1)])))":                        "[1]",

		// A state does not share what it was merged of.
		"MAP([OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [3, 4, 100])], s -> [OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE([], s), 5), s])": "[[OUTLIER_MAD_STATE{count=4, median=4.5, deviation=1.0}, OUTLIER_MAD_STATE{count=3, median=4.0, deviation=48.75}]]",

		"IT_ENTROPY({'a' : 2147483647, 'b' : 2147483647})": "1.0",
		"IT_ENTROPY({'a' : 3L, 'b' : 3})":                  "1.0",
		"IT_ENTROPY({'a' : -5})":                           "0.0",
		"IT_ENTROPY({})":                                   "0.0",
	} {
		require.Equal(t, want, eval(t, expression).String(), expression)
	}
}

// TestErrors: mistakes are told with what is wrong.
func TestErrors(t *testing.T) {
	for expression, want := range map[string]string{
		"HLLP_INIT(3)":      "1:1: argument error: HLLP_INIT: the precision is 3, where 4 to 25 are possible",
		"HLLP_INIT(14, 13)": "1:1: argument error: HLLP_INIT: the sparse precision is 13, where 0 or the precision 14 to 32 are possible",
		"HLLP_INIT('x')":    `1:11: argument error: HLLP_INIT: a number is needed, not the text "x"`,
		"HLLP_MERGE([HLLP_INIT(), HLLP_INIT(12)])":                   "1:12: argument error: HLLP_MERGE: item 2: sketches with the precisions 14 and 12 cannot be merged: make both with one precision",
		"HLLP_MERGE([HLLP_INIT(), BLOOM_INIT()])":                    "1:12: type error: HLLP_MERGE: item 2 is a BLOOM object where a HLLP object is needed",
		"HLLP_MERGE([HLLP_INIT(), 5])":                               "1:12: type error: HLLP_MERGE: item 2 is an int where a HLLP object is needed",
		"HLLP_MERGE([HLLP_INIT(), null])":                            "1:12: argument error: HLLP_MERGE: item 2 is null where a HLLP object is needed",
		"BLOOM_INIT(-1)":                                             "1:1: argument error: BLOOM_INIT: a filter for -1 items, where 0 or more are possible",
		"BLOOM_INIT(10, 1.5)":                                        "1:1: argument error: BLOOM_INIT: a rate of 1.5, where numbers between 0 and 1 are possible",
		"BLOOM_INIT(null, 0.1)":                                      "1:12: argument error: BLOOM_INIT: a number of items is needed, not null",
		"BLOOM_INIT({})":                                             "1:12: argument error: BLOOM_INIT: a number of items is needed, not the map {}",
		"BLOOM_MERGE([BLOOM_INIT(10), BLOOM_INIT()])":                "1:13: argument error: BLOOM_MERGE: item 2: filters of different sizes cannot be merged: make all for one number of items and one rate",
		"BLOOM_ADD(null, 'a')":                                       "1:11: argument error: BLOOM_ADD: null given where a filter is needed",
		"SAMPLE_INIT(0)":                                             "1:13: argument error: SAMPLE_INIT: a sample of 0 items, where 1 or more are possible",
		"SAMPLE_ADD(null)":                                           "1:1: arity error: SAMPLE_ADD: there is a sampler, and no item to add",
		"OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [0, 1e100])": "1:48: arithmetic error: OUTLIER_MAD_ADD: numbers too large: powers of their differences exceed the largest double",
		"OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 'a'])":   "1:48: type error: OUTLIER_MAD_ADD: item 2 is a string where a number is needed",
		"IT_ENTROPY({'a' : 1.5})":                                    "1:12: type error: IT_ENTROPY: the count of a is a double where an integer is needed",
	} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.EqualError(t, err, want)
	}
}

// TestOwnership: fields are never changed, and what a sample keeps does not change with
// the data that it came from.
func TestOwnership(t *testing.T) {
	vars := stellar.Vars{
		"h": eval(t, "HLLP_ADD(null, 1)"), "b": eval(t, "BLOOM_ADD(BLOOM_INIT(), 1)"), "s": eval(t, "SAMPLE_ADD(null, 1)"),
		"o": eval(t, "OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), [1, 2, 3])"),
	}
	before := map[string]string{}
	for name, v := range vars {
		before[name] = v.(value.Value).String()
	}
	for _, expression := range []string{
		"HLLP_ADD(h, 2)", "HLLP_MERGE([h, HLLP_ADD(null, 2)])", "BLOOM_ADD(b, 2)", "BLOOM_MERGE([b, BLOOM_ADD(BLOOM_INIT(), 2)])",
		"SAMPLE_ADD(s, 2)", "SAMPLE_MERGE([SAMPLE_ADD(null, 2)], s)", "LIST_ADD(SAMPLE_GET(s), 2)", "OUTLIER_MAD_ADD(o, [4, 5])",
	} {
		_, err := stellar.Eval(context.Background(), expression, vars)
		require.NoError(t, err)
		for name, v := range vars {
			require.Equal(t, before[name], v.(value.Value).String(), expression)
		}
	}

	inner := []any{1}
	program, err := stellar.Compile("SAMPLE_ADD(null, [l])")
	require.NoError(t, err)
	sample, err := program.Value(context.Background(), stellar.Vars{"l": inner})
	require.NoError(t, err)
	inner[0] = 2
	got, err := stellar.Eval(context.Background(), "TO_STRING(SAMPLE_GET(s))", stellar.Vars{"s": sample})
	require.NoError(t, err)
	require.Equal(t, "[[1]]", got)
}

// TestDepthOfSamples: samplers in samplers do not become so deep that walks through them
// need much of the stack.
func TestDepthOfSamples(t *testing.T) {
	nested := strings.Repeat("SAMPLE_ADD(null, ", 101) + "1" + strings.Repeat(")", 101)
	_, err := stellar.Eval(context.Background(), nested, nil)
	require.NoError(t, err)
	_, err = stellar.Eval(context.Background(), "SAMPLE_ADD(null, "+nested+")", nil)
	require.ErrorIs(t, err, stellar.ErrArgument)
	require.ErrorContains(t, err, "an item is nested more than 100 deep")
}

// TestAllocations: adding an item or asking for one allocates nothing, but for what
// sketches grow by.
func TestAllocations(t *testing.T) {
	vars := stellar.Vars{"upTo": upTo(1000)}
	for _, expression := range []string{
		"REDUCE(upTo, (s, x) -> HLLP_ADD(s, x), HLLP_INIT(14))", "REDUCE(upTo, (s, x) -> BLOOM_ADD(s, x), BLOOM_INIT())",
		"REDUCE(upTo, (s, x) -> SAMPLE_ADD(s, x), SAMPLE_INIT())", "REDUCE(upTo, (s, x) -> OUTLIER_MAD_ADD(s, x), OUTLIER_MAD_STATE_MERGE(null))",
		"REDUCE(upTo, (s, x) -> if BLOOM_EXISTS(s, x) then s else s, BLOOM_INIT())",
		"REDUCE(upTo, (s, x) -> if HLLP_CARDINALITY(s) > OUTLIER_MAD_SCORE(null, x) then s else s, HLLP_INIT(14))",
	} {
		program, err := stellar.Compile(expression)
		require.NoError(t, err)
		allocations := testing.AllocsPerRun(10, func() { _, _ = program.Value(context.Background(), vars) })
		t.Log(allocations, expression)
		require.Less(t, allocations, 100.0, expression)
	}
}
