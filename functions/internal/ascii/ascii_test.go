package ascii

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestClasses(t *testing.T) {
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	for c := rune(-1); c < 0x3000; c++ {
		require.Equal(t, strings.ContainsRune(letters, c), IsLetter(c), c)
		require.Equal(t, strings.ContainsRune(digits, c), IsDigit(c), c)
		require.Equal(t, c <= ' ', IsBlank(c), c)
		if 0 <= c && c < utf8.RuneSelf {
			require.Equal(t, IsLetter(c), IsLetter(byte(c)), c)
			require.Equal(t, IsDigit(c), IsDigit(byte(c)), c)
			require.Equal(t, IsBlank(c), IsBlank(byte(c)), c)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		text, trimmed string
		only          bool
	}{
		{"", "", true},
		{" \t\r\n\x00", "", true},
		{" a b\n", "a b", true},
		{"\u00a0é ", "\u00a0é", false},
	} {
		require.Equal(t, c.trimmed, TrimBlanks(c.text))
		require.Equal(t, c.only, Only(c.text))
	}
}
