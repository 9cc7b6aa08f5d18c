package screentest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	first := start(t, terminal{home: home})
	first.prompted()
	second := start(t, terminal{home: home})
	second.prompted()
	long := "LENGTH('" + strings.Repeat("x", 70_000) + "')"
	first.paste(long)
	first.press("\r")
	first.shows("the expression has 70010 bytes")
	first.prompted()
	first.press("[1,\r2]\r")
	first.ends("[1, 2]", prompt)
	second.press(" 'secret'\r")
	second.ends("'secret'", prompt)
	second.press("'second'\r")
	second.ends("'second'", prompt)
	second.press(up)
	second.ends(prompt + " 'second'")
	second.press(up + up)
	second.ends(prompt + " 'second'")
	for _, s := range []*screen{first, second} {
		s.press(ctrlC + ctrlD)
		require.Zero(t, s.exit())
	}

	third := start(t, terminal{home: home})
	third.prompted()
	third.press("new")
	third.press(up)
	third.ends(prompt + " 'second'")
	third.press(up)
	third.ends(prompt+" [1,", "        ...> 2]")
	third.press(up) // goes to the line above, and then to the entry before
	third.press(up)
	third.ends(prompt + " «text 1, 70010 characters»")
	third.press("\r")
	third.shows("the expression has 70010 bytes")
	third.prompted()
	third.press("\x12sec") // Ctrl-R
	third.shows("sec_")
	third.shows(prompt + " 'second'")
	third.press("\r")
	third.ends("'second'", prompt)
	third.press("\x12ngth(")
	third.shows(prompt + " «text 1, 70010 characters: NGTH(»")
	third.press("\r")
	third.shows("the expression has 70010 bytes")
	third.prompted()
	third.press("\x12NGTH('xx")
	third.shows(prompt + " «text 1, 70010 characters: NGTH('xx»")
	third.press(ctrlC)
	third.prompted()
	third.press("1\r")
	third.ends("1", prompt)

	file, err := os.ReadFile(filepath.Join(home, "stellar", "history"))
	require.NoError(t, err)
	require.NotContains(t, string(file), "secret")
	about, err := os.Stat(filepath.Join(home, "stellar", "history"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())
}

func TestHistoryThatCannotBeKept(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, "stellar"), nil, 0o600))
	s := start(t, terminal{home: home, columns: 160, rows: 24})
	s.shows("[!] the history is not kept: ")
	s.prompted()
	s.press("1 + 1\r")
	s.ends("2", prompt)
	s.press(up)
	s.ends("2", prompt+" 1 + 1")
	s.until("must warn once", func(lines []string) bool { return strings.Count(strings.Join(lines, "\n"), "not kept") == 1 })
}
