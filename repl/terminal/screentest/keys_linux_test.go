package screentest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestViKeys(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	inputrc := filepath.Join(home, "keys")
	require.NoError(t, os.WriteFile(inputrc, []byte("set editing-mode vi\nset keyseq-timeout 10\n$if stellar\nset keymap vi-insert\n\"\\C-t\": \"TO_UPPER('x')\"\n$endif\n"), 0o600))
	for _, in := range []terminal{
		{home: home, args: []string{"-irc", inputrc}},
		{home: home, args: []string{"shell", "--inputrc=" + inputrc}},
		{home: home, env: []string{"INPUTRC=" + inputrc}},
	} {
		s := start(t, in)
		s.prompted()
		s.press("12 + 3")
		s.shows("12 + 3")
		s.press(escape)
		s.at(prompt+" 12 + 3", 18)
		s.press("0xA4\r")
		s.ends(prompt+" 2 + 34", "36", prompt)
		s.press("5")
		s.at(prompt+" 5", 14)
		s.press(escape)
		s.at(prompt+" 5", 13)
		s.press("k")
		s.shows(prompt + " 2 + 34\n")
		s.press("ddi\x14")
		s.ends(prompt + " TO_UPPER('x')")
		s.press("\r")
		s.ends("'X'", prompt)
		s.press("MAP_G" + tab)
		s.shows("MAP_GET(")
		s.press(ctrlC + ctrlD)
		require.Zero(t, s.exit())
	}
	s := start(t, terminal{args: []string{"-irc", "missing"}})
	s.shows("stellar: inputrc: ")
	require.Equal(t, 2, s.exit())
}

// TestInputrcWithMistakes: they are told, and the other lines hold.
func TestInputrcWithMistakes(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, "keys"), []byte("set editing-mode martian\n\"\\C-t\": \"40 + 2\"\n"), 0o600))
	s := start(t, terminal{home: home, rows: 24, columns: 120, args: []string{"-irc", "keys"}})
	s.shows("[!] inputrc: line 1: martian: invalid editing mode; lines with mistakes have no effect")
	s.prompted()
	s.press("\x14")
	s.ends(prompt + " 40 + 2")
	s.press("\r")
	s.ends("42", prompt)
}

// TestKeysOfTheKeyboard: the keys that keyboards have for it move and delete, in the forms of
// several terminals, and those that do nothing leave no trace.
func TestKeysOfTheKeyboard(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, "vi"), []byte("set editing-mode vi\n"), 0o600))
	for _, args := range [][]string{nil, {"-irc", "vi"}} {
		s := start(t, terminal{home: home, args: args})
		s.prompted()
		for _, keys := range []struct{ home, end string }{
			{"\x1b[H", "\x1b[F"}, {"\x1bOH", "\x1bOF"}, {"\x1b[1~", "\x1b[4~"}, {"\x1b[7~", "\x1b[8~"},
		} {
			s.press("abc" + keys.home + "\x1b[3~" + keys.end + "z")
			s.ends(prompt + " bcz")
			s.press(ctrlC)
			s.prompted()
		}
		s.press("1 + ")
		for _, key := range []string{
			"\x1b[2~", "\x1b[15~", "\x1b[24~", "\x1b[15;5~", "\x1b[1;6P", "\x1b[[A", "\x1b[E", "\x1b[1;2A",
		} {
			s.press(key)
		}
		s.press("1")
		s.ends(prompt + " 1 + 1")
		s.press("\r")
		s.ends("2", prompt)
		s.press("'\xe9'\r") // of a terminal that does not speak UTF-8
		s.ends(prompt+" '�'", "'�'", prompt)
		s.press("1 + 1\r")
		s.ends("2", prompt)
		s.press("typed\x1b[5~")
		s.ends(prompt + " 1 + 1")
		s.press("\x1b[6~")
		s.ends(prompt + " typed")
		s.press(ctrlC)
		s.prompted()
		s.press(ctrlD)
		require.Zero(t, s.exit())
	}
}
