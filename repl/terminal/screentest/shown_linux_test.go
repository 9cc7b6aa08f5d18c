package screentest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEcho: what is assigned is shown, the assignments of a paste each.
func TestEcho(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{echo: true})
	s.prompted()
	s.press("x := 40 + 2\r")
	s.ends(prompt+" x := 40 + 2", "x = 42", prompt)
	s.press("l := [x,\rnull]\r")
	s.ends(prompt+" l := [x,", "        ...> null]", "l = [42, null]", prompt)
	s.paste("a := 1\nb := 'two'")
	s.press("\r")
	s.ends("a = 1", "b = 'two'", prompt)
	s.press("%vars\r")
	s.ends("a = 1 via 1", "b = 'two' via 'two'", "l = [42, null] via [x, null]", "x = 42 via 40 + 2", prompt)
	s.press("%set echo=off\r")
	s.prompted()
	s.press("x := 43\r")
	s.ends(prompt+" x := 43", prompt)
}

// TestNarrow: messages end their lines between words, and the part of a text at fault is
// seen, with its marks below it.
func TestNarrow(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{rows: 24, columns: 40})
	s.prompted()
	s.press("let x = 3\r")
	s.ends(prompt+" let x = 3",
		"[!] 1:1: syntax error: let has no",
		"    meaning here: to assign, in a rule",
		"    file or the shell, write x :=",
		"    expression",
		"    let x = 3",
		"    ^^^^^^^",
		prompt)
	s.press("LENGTH('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') ++ 1 + bbbbbbbbbb\r")
	s.ends(
		"[!] 1:47: syntax error: ++ is not an",
		"    operator: add with one +",
		"    …aaaaaaaaaaaaaa') ++ 1 + bbbbbbbbbb",
		"                      ^^",
		prompt)
}

// TestCompletionOfCommands: what stands after commands is completed, too.
func TestCompletionOfCommands(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, "two words.json"), []byte(`{"bytes":5}`), 0o600))
	s := start(t, terminal{home: home, rows: 24, columns: 120})
	s.prompted()
	for _, test := range []struct{ typed, completed string }{
		{"%set fo", "%set format="},
		{"%set format=j", "%set format=json"},
		{"%help IS_NA", "%help IS_NAN"},
		{"%load 'tw", "%load 'two words.json"},
		{"%time TO_UPP", "%time TO_UPPER("},
	} {
		s.press(test.typed + tab)
		s.shows(prompt + " " + test.completed)
		s.press(ctrlC)
		s.ends(prompt+" "+test.completed, prompt)
	}
	s.press("%load 'tw" + tab + "'\r")
	s.shows("bytes = 5")
	s.prompted()
	s.press("%help sa" + tab + "\r")
	s.shows("%save FILE  saves the assignments")
	s.prompted()
	s.press("TO_UPP" + tab) // with one completion there is nothing to choose from
	s.until("no menu", func(lines []string) bool {
		n := len(lines)
		return n > 1 && lines[n-2] == prompt+" TO_UPPER(" && lines[n-1] == "TO_UPPER(text)"
	})
}
