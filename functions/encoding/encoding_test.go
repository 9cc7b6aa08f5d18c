package encoding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidText(t *testing.T) {
	for _, c := range []struct{ bytes, want string }{
		{"plain", "plain"},
		{"\xf0\x9f\x98", "\ufffd"},
		{"\xe2\x82a", "\ufffda"},
		{"\xc0\xaf", "\ufffd\ufffd"},
		{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
		{"\xed\xa0\x80", "\ufffd"},
		{"\xe0\x80\x80", "\ufffd\ufffd\ufffd"},
		{"a\xff\ufffdb", "a\ufffd\ufffdb"},
	} {
		text, err := validText(nil, []byte(c.bytes))
		require.NoError(t, err)
		require.Equal(t, c.want, text, "%x", c.bytes)
	}
}

// What ENCODE writes, IS_ENCODING accepts and DECODE reads.
func TestRoundTrip(t *testing.T) {
	for _, e := range encodings {
		for _, s := range []string{"a", "ab", "abc", "abcd", "abcde", "päss=😀\n", "\x00\x01 ~"} {
			encoded := e.encode(s)
			require.LessOrEqual(t, len(encoded), e.growth*len(s), "%s of %q", e.name, s)
			is, err := e.is(nil, encoded)
			require.NoError(t, err)
			require.True(t, is, "%s of %q", e.name, s)
			decoded, ok, err := e.decode(nil, encoded)
			require.NoError(t, err)
			require.True(t, ok, "%s of %q", e.name, s)
			require.Equal(t, s, string(decoded), e.name)
		}
	}
}

func TestHexDigit(t *testing.T) {
	for r, want := range map[rune]int{
		'0': 0, 'f': 15, 'F': 15, 'Ｆ': 15, 'ａ': 10, '６': 6, '٦': 6, 'g': -1, 'Ｇ': -1, '½': -1, '𝟓': -1, ' ': -1, '-': -1, 'é': -1,
	} {
		digit, ok := hexDigit(r)
		require.Equal(t, want >= 0, ok, "%q", r)
		if ok {
			require.Equal(t, want, int(digit), "%q", r)
		}
	}
}
