package terminal

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		used int
		want string
	}{
		{"", 4, ""},
		{"short", 4, "short"},
		{"one two three four", 4, "one two\n  three four"},
		{"'a  b' is kept", 0, "'a  b' is\n  kept"},
		{"a.very.long.name follows", 0, "a.very.long.name\n  follows"},
		{"a.very.long.name", 4, "a.very.long.name"},
		{"日本語 日本語", 0, "日本語\n  日本語"},
	} {
		require.Equal(t, c.want, Wrap(c.text, 12, c.used, "  "))
	}
}
