package text

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLowerIn(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "TITLE İ", "title i\u0307"},
		{"tr", "TITLE İI\u0307", "tıtle ii"},
		{"az-Latn", "I", "ı"},
		{"lt", "Ì", "i\u0307\u0300"},
		{"de-DE", "ΟΔΟΣ", "οδος"},
	} {
		lower, ok := lowerIn(c.language)
		require.True(t, ok, c.language)
		text, err := lower(nil, c.text)
		require.NoError(t, err)
		require.Equal(t, c.want, text, c.language)
	}
	for _, tag := range []string{"", "xx", "EN", "en_US", "en-XX", "und", "an-ZZ"} {
		_, ok := lowerIn(tag)
		require.False(t, ok, tag)
	}
}

func TestScore(t *testing.T) {
	for _, c := range []struct {
		term, query string
		want        int32
	}{
		{"abc", "abc", 7}, {"abc", "ac", 2}, {"abc", "", 0}, {"", "abc", 0}, {"abc", "xabc", 0}, {"😀", "😀", 4}, {"aab", "ab", 2},
	} {
		got, err := score(nil, c.term, c.query)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%q in %q", c.query, c.term)
	}
}
