package text_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestSearchFunctions(t *testing.T) {
	for expression, want := range map[string]any{
		"REPLACE('aaa', 'aa', 'b')":                         "ba",
		"REPLACE('abc', 'x', 'y')":                          "abc",
		"EQUALS_IGNORE_CASE('STRASSE', 'straße')":           false,
		"EQUALS_IGNORE_CASE('ÄÖ', 'äö')":                    true,
		"HAS_FLAG('x -E y', 'e')":                           true,
		"HAS_FLAG('x --file=a', '--file')":                  true,
		"HAS_FLAG('x /F:a', 'f')":                           true,
		"HAS_FLAG('x \"-enc\" y', 'enc')":                   true,
		"HAS_FLAG('x - y', '')":                             false,
		"HAS_FLAG('x -ab', 'a')":                            false,
		"HAS_FLAG('', [])":                                  false,
		"CHAR_RATIO('aeb', 'VOWEL')":                        2.0 / 3,
		"CHAR_RATIO('äb1 ', 'non_ascii')":                   0.25,
		"JOIN(NGRAMS('a😀bc', 2), '|')":                      "a😀|😀b|bc",
		"LENGTH(NGRAMS('', 1))":                             0,
		"MAP(['x', 'xy'], c -> CHAR_RATIO('1', 'digit'))":   []any{1.0, 1.0},
		"MAP(['digit', 'upper'], c -> CHAR_RATIO('1A', c))": []any{0.5, 0.5},
	} {
		got, err := stellar.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
	for expression, want := range map[string]string{
		"REPLACE('a', '', 'b')":       "what to replace is empty",
		"CHAR_RATIO('a', 'umlaut')":   "there is no class 'umlaut', only",
		"NGRAMS('a', 0)":              "the length is 0",
		"HAS_FLAG('a', [1])":          "a flag must be a string",
		"BASE64_CONTAINS('abc', 'a')": "too short",
	} {
		_, err := stellar.Eval(context.Background(), expression, nil)
		require.ErrorContains(t, err, want, expression)
	}
	long := strings.Repeat("x", 9_000_000)
	_, err := stellar.Eval(context.Background(), "REPLACE(s, 'x', 'yy')", stellar.Vars{"s": long})
	require.ErrorIs(t, err, stellar.ErrLimit)
}
