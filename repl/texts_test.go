package repl

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTexts(t *testing.T) {
	s, err := New(Options{})
	require.NoError(t, err)
	for _, test := range []struct {
		block string
		want  []string
	}{
		{"", nil},
		{"1", []string{"1"}},
		{"\n\n 1 \r\n", []string{" 1"}},
		{"1\n2\n3", []string{"1", "2", "3"}},
		{"a := 1\nb := a +\n2\na + b", []string{"a := 1", "b := a +\n2", "a + b"}},
		{"a := 1\n  and b\n\n  or c\nd", []string{"a := 1\n  and b\n\n  or c", "d"}},
		{"a := b\n  ? c\n  : d\n?ABS\n%vars\n? ABS", []string{"a := b\n  ? c\n  : d", "?ABS", "%vars", "? ABS"}},
		{"[1,\n\n2\n]\n[3]", []string{"[1,\n\n2\n]", "[3]"}},
		{"a\n- b\n-c\nnot in [1]\nnot(b)\nindex\nin [1]", []string{"a\n- b", "-c\nnot in [1]", "not(b)", "index\nin [1]"}},
		{"# one\na := 1 # two\n// three\n# four\nb := 2\n# five", []string{"a := 1 # two", "b := 2"}},
		{"\n# one\n?ABS\n\n%vars", []string{"?ABS", "%vars"}},
		{"a := 1 # one\n\n# two\n and b", []string{"a := 1 # one\n\n# two\n and b"}},
		{"# nothing\n// at all", nil},
		{"'a\nb'\n'c", []string{"'a\nb'", "'c"}},
		{"(\n1", []string{"(\n1"}},
		{"%vars\n+ 1", []string{"%vars", "+ 1"}},
		{"r := MAAS_MODEL_APPLY( e\n  , { 'host' : d }\n  )\nr", []string{"r := MAAS_MODEL_APPLY( e\n  , { 'host' : d }\n  )", "r"}},
	} {
		require.Equal(t, test.want, s.Texts(test.block), "%q", test.block)
	}
}

// TestTextsOfALongBlock: the time grows with the block, or nearly so.
func TestTextsOfALongBlock(t *testing.T) {
	s, err := New(Options{})
	require.NoError(t, err)
	began := time.Now()
	for _, test := range []struct {
		block string
		want  int
	}{
		{strings.Repeat("a := 1\n", 3_000), 3_000},
		{"[" + strings.Repeat("1,\n", 6_000) + "1]", 1},
		{"1" + strings.Repeat("\n+ 1", 4_000), 1},
		{strings.Repeat("1\n# c\n\n", 2_000), 2_000},
		{strings.Repeat("?ABS\n", 4_000), 4_000},
		{strings.Repeat("(", 1<<14), 1},
		{strings.Repeat("'\n", 1<<13), 1 << 12},
	} {
		require.True(t, len(s.Texts(test.block)) == test.want, "%.10q: %d", test.block, len(s.Texts(test.block)))
	}
	require.Less(t, time.Since(began), 30*time.Second) // it takes a tenth of a second
}
