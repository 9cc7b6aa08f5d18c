package charset

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEncode(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"UTF-8", "é", "\xc3\xa9"},
		{"utf8", "😀", "\xf0\x9f\x98\x80"},
		{"UTF-16", "a", "\xfe\xff\x00a"},
		{"UTF-16", "", ""},
		{"UTF_16LE", "😀", "\x3d\xd8\x00\xde"},
		{"UTF-32", "a", "\x00\x00\x00a"},
		{"UTF-32LE", "a", "a\x00\x00\x00"},
		{"US-ASCII", "aé", "a?"},
		{"latin1", "é€", "\xe9?"},
		{"ISO8859_15", "€", "\xa4"},
		{"L9", "€", "\xa4"},
		{"windows-1252", "€", "\x80"},
		{"Cp1251", "я", "\xff"},
		{"IBM437", "é", "\x82"},
		{"KOI8-R", "я", "\xd1"},
	} {
		set, ok := Find(c.name)
		require.True(t, ok, c.name)
		encoded := set.Encode(c.text)
		require.Equal(t, c.want, string(encoded), "%s in %s", c.text, c.name)
		require.LessOrEqual(t, len(encoded), max(1, len(c.text))*set.Growth, c.name)
	}
	for _, name := range []string{"", " ", "NOSUCH", "UTF-8 ", "5"} {
		_, ok := Find(name)
		require.False(t, ok, name)
	}
}
