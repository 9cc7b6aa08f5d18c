package regex

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplace(t *testing.T) {
	for _, c := range []struct{ pattern, text, replacement, want string }{
		{`o`, "foobar", "0", "f00bar"},
		{`x`, "foobar", "y", "foobar"},
		{`b*`, "abc", "-", "-a--c-"},
		{``, "aé", "-", "-a-é-"},
		{`^`, "abc", ">", ">abc"},
		{`^a`, "aaa", "-", "-aa"},
		{`$`, "a\n", "<", "a<\n<"},
		{`\b`, "a b", "|", "|a| |b|"},
		{`\b`, "é b", "|", "|é| |b|"},
		{`\Ba`, "aaa aa", "-", "a-- a-"},
		{`\Ga`, "aab", "-", "--b"},
		{`(?m)^`, "a\nb", "> ", "> a\n> b"},
		{`(\d+)-(\d+)`, "1-2, 3-4", "$2/$1", "2/1, 4/3"},
		{`(?<y>\d)`, "a1", "${y}$0", "a11"},
		{`(a)|b`, "ab", "[$1]", "[a][]"},
		{`(a)`, "a", "$11", "a1"},
		{`a`, "a", `\$1\\\x`, `$1\x`},
		{`x`, "a", "$9", "a"}, // looked at only if there is a match
		{`(.)\1`, "aabb", "<$1>", "<a><b>"},
		{`(?<=a)b`, "abcab", "é", "aécaé"},
		{`(?:a?b?)*`, "abc", "-", "--c-"},
		{"\xff", "a\xffb", "-", "a-b"},
	} {
		got, err := compile(t, c.pattern).Replace(usual(), maxResult, c.text, c.replacement)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%q by %q in %q", c.pattern, c.replacement, c.text)
	}
}

func TestReplaceRejects(t *testing.T) {
	for _, replacement := range []string{`$`, `$x`, `$2`, `${y}`, `${x`, `${1}`, `${}`, `a\`} {
		_, err := compile(t, `(?<x>b)`).Replace(usual(), maxResult, "abc", replacement)
		require.ErrorIs(t, err, ErrReplacement, replacement)
	}
}
