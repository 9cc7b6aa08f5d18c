package match

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestLike: patterns, and texts that are like them or not.
func TestLike(t *testing.T) {
	for _, test := range []struct {
		pattern, like, unlike string // with commas between them
	}{
		{`a`, "a", "b,ab,ba,"},
		{`a*`, "a,ab", "ba,"},
		{`*a`, "a,ba", "ab,"},
		{`*a*`, "a,bab", "b,"},
		{`a*a`, "aa,aba", "a,ab"},
		{`a*b*c`, "abc,axbxc,abbc", "ab,ac,acb,abcx"},
		{`*`, ",a,a\nb", "\x00none"},
		{`**`, ",a", "\x00none"},
		{`?`, "a,é,😀", ",ab"},
		{`??`, "ab,é😀", "a,abc"},
		{`a?c`, "abc,aéc", "ac,abbc"},
		{`*?c`, "bc,abc", "c,cb"},
		{`?*`, "a,ab", ","},
		{`*a?c*`, "abc,xxaaabcx,aabc", "ac,abb"},
		{`*?`, "a,ab", ","},
		{`a\*b`, "a*b", `axb,a\*b`},
		{`a\?`, "a?", "ab"},
		{`a\\`, `a\`, `a\\`},
		{`a\`, `a\`, "a"},
		{`a\b`, `a\b`, "ab"},
		{`\\*`, `\,\x`, "*,x"},
		{`\\\*`, `\*`, `\,\x`},
		{`*aab`, "aaab,aab", "aaba"},
		{`*aab*?b`, "aaabbb", "aab,aabb"},
	} {
		tests, err := patternsOf([]string{test.pattern})
		require.NoError(t, err)
		for _, text := range strings.Split(test.like, ",") {
			holds, err := tests.holds(text, &unmetered{})
			require.NoError(t, err)
			require.True(t, holds, "%s is like %s", text, test.pattern)
		}
		for _, text := range strings.Split(test.unlike, ",") {
			holds, err := tests.holds(text, &unmetered{})
			require.NoError(t, err)
			require.Equal(t, strings.HasPrefix(text, "\x00"), holds, "%s is not like %s", text, test.pattern)
		}
	}
}

// TestBudget: what takes long can be called off.
func TestBudget(t *testing.T) {
	long := value.String(strings.Repeat("aB", 1<<20))
	many := make([]value.Value, 1<<16)
	for i := range many {
		many[i] = value.Int(int32(i))
	}
	for _, f := range Library().Functions {
		args := []value.Value{long, value.String("a?b"), value.Null}
		switch f.Name {
		case compareAny.Name:
			args = []value.Value{value.ListOf(many...), value.String(">"), value.Int(1 << 30)}
		case timeParts.Name:
			args = []value.Value{value.ListOf(many...), value.String("day")}
		case valuesAt.Name:
			args = []value.Value{value.Null, value.ListOf(many...), value.String("a")}
		case inAnySubnet.Name:
			args = []value.Value{value.ListOf(many...), value.String("10.0.0.0/8")}
		case findAny.Name:
			args = args[:2]
		}
		_, err := f.Body(&fn.Call{Args: args, Evaluation: &spent{}})
		require.ErrorIs(t, err, errSpent, f.Name)
	}
}
