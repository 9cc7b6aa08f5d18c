package screentest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	up, down, left = "\x1b[A", "\x1b[B", "\x1b[D"
	tab            = "\t"
	escape         = "\x1b"
	shiftF3        = "\x1b[1;2R" // which looks like an answer to where the cursor is
)

func TestLines(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{})
	s.prompted()
	s.press("1 + 2\r")
	s.ends(prompt+" 1 + 2", "3", prompt)
	s.press("[1,\r")
	s.at("        ...>", 13)
	s.press("2]\r")
	s.ends(prompt+" [1,", "        ...> 2]", "[1, 2]", prompt)
	s.press("(1 +\r\r") // an empty line ends a text
	s.shows("this ( is never closed")
	s.prompted()
	s.press("1 +\x0f2\x0f\r") // Ctrl-O begins a line, whatever the text
	s.ends("3", prompt)
	s.press("7\x1b\r+ 7\r") // as Alt-Enter does
	s.ends("14", prompt)
	s.press("%help\r")
	s.shows("Ctrl-R searches what was typed before")
	s.prompted()
	s.press("TO_UPER('x')\r")
	s.shows("there is no function TO_UPER")
	s.prompted()
	s.press(ctrlD)
	require.Zero(t, s.exit())
}

// TestInterrupts: Ctrl-C drops what is typed, calls off what is evaluated, and leaves the
// variables.
func TestInterrupts(t *testing.T) {
	t.Parallel()
	flag, ask, asked, _ := model(t)
	s := start(t, terminal{args: []string{flag}})
	s.prompted()
	s.press("kept := 41\r")
	s.ends(prompt+" kept := 41", prompt)
	s.press("lost + 1")
	s.ends(prompt + " lost + 1")
	s.press(ctrlC)
	s.ends(prompt+" lost + 1", prompt)
	s.press("kept := [1,\r2,")
	s.ends("        ...> 2,")
	s.press(ctrlC)
	s.ends("        ...> 2,", prompt)
	s.press(ctrlC + ctrlC + "kept + 1\r")
	s.ends(prompt, prompt, prompt+" kept + 1", "42", prompt)
	s.paste("kept := " + ask + "\nkept := 1")
	s.press("\r")
	<-asked
	s.press(ctrlC)
	s.shows("called off; the variables are as they were")
	s.prompted()
	s.press("kept + 2\r") // the rest of what was pasted is dropped, too
	s.ends("43", prompt)
	require.NoError(t, s.command.Process.Signal(os.Interrupt))
	s.ends("43", prompt, prompt)
}

// model starts a model that answers when it is told to, after it says that it was asked. It
// returns the flag by which the shell finds it, and the text that asks it.
func model(t *testing.T) (flag, ask string, asked <-chan struct{}, answer chan<- struct{}) {
	begun, told := make(chan struct{}, 100), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		select {
		case <-told:
			_, _ = io.WriteString(w, `{"n": 501}`)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "models.json")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, `{"models": [{"name": "m", "version": "1.0", "url": %q}]}`, server.URL), 0o600))
	return "--models=" + file, "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m'), {'n': 1})", begun, told
}

// TestWaitingForAWriter: a named pipe that nobody writes to holds nothing up.
func TestWaitingForAWriter(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for _, name := range []string{"pipe", "pipe.stellar"} {
		require.NoError(t, syscall.Mkfifo(filepath.Join(home, name), 0o600))
	}
	s := start(t, terminal{home: home})
	s.prompted()
	for _, text := range []string{"%load pipe", "%load pipe.stellar", "%rules pipe", "%rules pipe.stellar"} {
		s.press(text + "\r")
		s.cooked()
		s.press(ctrlC)
		s.ends(prompt+" "+text, "^C", "[!] called off; the variables are as they were", prompt)
	}
	s.press("40 + 2\r")
	s.ends("42", prompt)
}

// TestTypedAhead: what is typed during an evaluation is done after it.
func TestTypedAhead(t *testing.T) {
	t.Parallel()
	flag, ask, asked, answer := model(t)
	s := start(t, terminal{args: []string{flag}})
	s.prompted()
	s.press(ask + "\r")
	<-asked
	s.press("40 + 1\r40 + 2\r40 +")
	s.shows("40 + 1\n40 + 2\n40 +") // as the terminal shows it
	answer <- struct{}{}
	s.ends(prompt+" 40 + 1", "41", prompt+" 40 + 2", "42", prompt+" 40 +")
	s.press(" 3\r")
	s.ends("43", prompt)
}

func TestEndOfInput(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{})
	s.prompted()
	s.press("12 + 3" + ctrlD + left + left + ctrlD + ctrlD + "\r") // nothing is deleted, and nothing ends
	s.ends(prompt+" 12 + 3", "15", prompt)
	s.press(ctrlD)
	require.Zero(t, s.exit())
}

func TestPaste(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{})
	s.prompted()
	s.paste("a := [\n  1,\n\n  2\n]\nb := LENGTH(a)\n  + 1\n\n# and\nb + 1\n%vars\n")
	s.shows("%vars")
	s.press("\r")
	s.ends("4", "a = [1, 2] via [ 1, 2 ]", "b = 3 via LENGTH(a) + 1", prompt)
	s.paste("LENGTH('" + strings.Repeat("x", 20_000) + "')")
	s.ends(prompt + " «text 1, 20010 characters»")
	s.press("\r")
	s.ends("20000", prompt)
	s.paste("LENGTH([" + strings.Repeat("\n1,", 198) + "\n1])")
	s.ends(prompt + " «text 2, 200 lines»")
	s.press(" + 1\r")
	s.ends("200", prompt)
	s.paste(strings.Repeat("c := 1\n", 200) + "%vars c")
	s.press("\r")
	s.shows("c = 1")
	s.prompted()
	s.press("LENGTH('" + strings.Repeat("ü", 2500) + "')\r") // without marks
	s.ends("2500", prompt)
	s.paste("'" + shiftF3 + "a\x03b\x1b[200~c'")
	s.press("\r")
	s.ends("'[1;2Rab[200~c'", prompt)
	s.paste(strings.Repeat("x", 1<<20+1))
	s.ends(prompt, "a paste of more than 1024 KB was dropped")
	s.press("1\r")
	s.ends("1", prompt)
}

// TestStrayAnswers: the terminal says where the cursor is though nobody asked.
func TestStrayAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{})
	s.prompted()
	s.press(shiftF3 + shiftF3 + "1" + shiftF3 + " + 1\r")
	s.ends(prompt+" 1 + 1", "2", prompt)
	s.press("(")
	s.at(prompt+" (", 14)
	s.press("\x1b[20;")
	s.press("10R3)\r")
	s.ends("3", prompt)
}

func TestMenu(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{})
	require.NoError(t, os.WriteFile(filepath.Join(s.home, "message.json"), []byte("{}"), 0o600))
	s.prompted()
	s.press("TO_UP" + tab) // the only one
	s.at(prompt+" TO_UPPER(", 22)
	s.ends(prompt+" TO_UPPER(", "TO_UPPER(text)")
	s.press("'ä')\r")
	s.ends("'Ä'", prompt)
	s.press("TO_" + tab)
	s.shows("functions")
	s.at(prompt+" TO_", 16)
	s.press(tab)
	s.shows(prompt + " TO_BOOLEAN(")
	s.press("\r") // takes it, and no more
	s.ends(prompt+" TO_BOOLEAN(", "TO_BOOLEAN(value)")
	s.press("'true')\r")
	s.ends("true", prompt)
	s.press("TO_" + tab + ctrlC) // closes the menu
	s.ends(prompt + " TO_")
	s.press(tab + tab + "\x1b[H" + "(") // a key of the text closes it, too
	s.shows(prompt + " (TO_BOOLEAN(")
	s.press(ctrlC + "m := {'first': 1, 'second': 2}\r")
	s.ends(prompt)
	s.press("MAP_GET('" + tab) // keys of any map
	s.press("f" + tab)
	s.shows("MAP_GET('f")
	s.press(ctrlC + "%va" + tab)
	s.ends(prompt + " %vars")
	s.press(ctrlC + "?to_upp" + tab)
	s.ends(prompt + " ?TO_UPPER")
	s.press(ctrlC + "%load mess" + tab)
	s.ends(prompt + " %load message.json")
	s.press(ctrlC + "JOIN(['漢', TO_UP" + tab + "'x')], '')\r")
	s.ends("'漢X'", prompt)
	s.press("`größe` := 1\r`größ" + tab) // what is completed is not in ASCII
	s.shows(prompt + " `größe`")
	s.press(" + 1\r")
	s.ends("2", prompt)
	s.press("xyz" + tab + tab + "\r")
	s.ends("null", prompt)
	s.press("( " + tab) // nothing was begun
	s.shows("functions")
	s.press("1)\r")
	s.ends("1", prompt)
}

// TestBottom: what is below the text scrolls the screen as far as it must.
func TestBottom(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{rows: 8, columns: 60})
	s.prompted()
	for i := range 10 {
		s.press(fmt.Sprintf("'line %d'\r", i))
		s.ends(fmt.Sprintf("'line %d'", i), prompt)
	}
	s.press("TO_" + tab)
	s.shows(prompt + " TO_\nfunctions")
	s.press(tab + "\r'true')\r")
	s.ends(prompt+" TO_BOOLEAN('true')", "true", prompt)
	s.press("[1,\r2,\r3]")
	s.ends("true", prompt+" [1,", "│            2,", "        ...> 3]")
	s.press(up + up + "\x05 9,\x1b[B\x1b[B\r")
	s.ends(prompt+" [1, 9,", "│            2,", "        ...> 3]", "[1, 9, 2, 3]", prompt)
	s.press("[1,\r2,\r3,\r4,\r5,\r6,\r7,\r8,\r9]\r") // higher than the window
	s.ends("[1, 2, 3, 4, 5, 6, 7, 8, 9]", "▁▂▃▄▅▆▇██  9 numbers from 1 to 9, mean 5", prompt)
}

// TestWrapped: lines that are longer than the window is wide, in a text of several.
func TestWrapped(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{rows: 12, columns: 40})
	s.prompted()
	long := strings.Repeat("abcdefghi ", 5)
	s.press("['" + long + "',\r")
	s.press("'" + long + "',\r'c']")
	s.ends(prompt+" ['abcdefghi abcdefghi abcde", "fghi abcdefghi abcdefghi ',", "             'abcdefghi abcdefghi abcdef", "ghi abcdefghi abcdefghi ',", "             'c']")
	s.press(up + up + "\x05" + left + left + "x" + down + down + "\x05") // to the end of the first line, and back
	s.shows("fghi abcdefghi abcdefghi x',")
	s.press("\r")
	s.shows("abcdefghi x',\n")
	s.shows("  'c'\n]\n" + prompt)
	s.prompted()
}

func TestResize(t *testing.T) {
	t.Parallel()
	s := start(t, terminal{})
	s.prompted()
	s.press("TO_" + tab)
	s.shows("functions")
	s.resize(12, 50)
	s.press(tab)
	s.shows(prompt + " TO_BOOLEAN(")
	s.press("\r'true')\r")
	s.ends("true", prompt)
	s.press("'" + strings.Repeat("x", 60))
	s.shows(strings.Repeat("x", 36) + "\n" + strings.Repeat("x", 24))
	s.press("'\r")
	s.ends("'"+strings.Repeat("x", 49), strings.Repeat("x", 11)+"'", prompt)
}

// TestSuspend: a shell that is stopped leaves the terminal to who has started it, and
// takes it again when it is continued.
func TestSuspend(t *testing.T) {
	t.Parallel()
	const program = `sh -c 'echo $$ >pid; exec "$STELLAR"'; echo stopped; read -r line; echo "read $line"; fg; echo "ended $?"`
	for name, stop := range map[string]func(s *screen){
		"key":    func(s *screen) { s.press("\x1a") },
		"signal": func(s *screen) { require.NoError(t, s.process().Signal(syscall.SIGTSTP)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, terminal{program: program})
			s.prompted()
			s.press("kept := 1\r[kept,\r2")
			s.shows("...> 2")
			stop(s)
			s.shows("stopped")
			s.press("a line\r")
			s.shows("read a line")
			s.shows(prompt + " [kept,\n        ...> 2")
			s.press(" + 1]\r")
			s.ends("[1, 3]", prompt)
			s.press(ctrlD)
			s.shows("ended 0")
		})
	}
}

// process returns the process whose number is in the file pid.
func (s *screen) process() *os.Process {
	text, err := os.ReadFile(filepath.Join(s.home, "pid"))
	require.NoError(s, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(s, err)
	process, err := os.FindProcess(pid)
	require.NoError(s, err)
	return process
}

// TestEditor: Ctrl-X Ctrl-E has another program edit the text.
func TestEditor(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	program := filepath.Join(home, "an editor")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\nread -r line\ncat \"$1\" >seen\nprintf '%s\\n' \"$line\" >>\"$1\"\n"), 0o700))
	s := start(t, terminal{home: home, env: []string{"EDITOR=false", "VISUAL='" + program + "'"}})
	s.prompted()
	s.press("40\x18\x05")
	s.cooked()
	s.press("+ 2\r")
	s.shows(prompt + " 40\n        ...> + 2")
	s.press("\r")
	s.ends("42", prompt)
	seen, err := os.ReadFile(filepath.Join(home, "seen"))
	require.NoError(t, err)
	require.Equal(t, "40\n", string(seen))

	s = start(t, terminal{env: []string{"EDITOR=false"}})
	s.prompted()
	s.press("41\x18\x05")
	s.shows("false: exit status 1")
	s.press("\r")
	s.ends("41", prompt)
}

// TestPlain: where nothing can be edited, lines are read as they come.
func TestPlain(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]terminal{
		"no answer":       {mute: true},
		"dumb":            {env: []string{"TERM=dumb"}},
		"no name":         {env: []string{"TERM="}},
		"interactive":     {args: []string{"-i"}},
		"standard error":  {program: `exec "$STELLAR" 2>errors`},
		"standard output": {program: `exec "$STELLAR" > >(trap "" INT; cat)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, in)
			s.shows(prompt)
			s.press("kept := [1,\r")
			s.ends("        ...>")
			s.press("2]\r")
			s.ends(prompt+" kept := [1,", "        ...> 2]", prompt)
			s.press("kept")
			s.ends(prompt + " kept")
			s.press(ctrlC)
			s.ends(prompt+" kept^C", prompt)
			s.press("kept\r")
			s.ends("[1, 2]", prompt)
			s.press(ctrlD)
			require.Zero(t, s.exit())
		})
	}
	s := start(t, terminal{mute: true}) // what is typed before the first prompt is not lost
	s.press("'early'\r'on")
	s.press("e'\r")
	s.shows("'early'\n")
	s.shows("'one'\n")
	s.prompted()
}

// TestColors: they are there unless somebody is against them, and nothing else changes.
func TestColors(t *testing.T) {
	t.Parallel()
	colour := "\x1b[3"
	for _, test := range []struct {
		in      terminal
		colours bool
	}{
		{terminal{}, true},
		{terminal{args: []string{"-na"}}, false},
		{terminal{args: []string{"--no-ansi"}}, false},
		{terminal{args: []string{"shell", "--no_ansi"}}, false},
		{terminal{env: []string{"NO_COLOR=1"}}, false},
	} {
		test.in.rows, test.in.columns = 24, 120
		s := start(t, test.in)
		s.prompted()
		s.press("TO_UPER('x') # y\r")
		s.shows("did you mean TO_UPPER?")
		s.prompted()
		s.press("1 == 1 == 2\r")
		s.prompted()
		s.press("n := [null, 5]\r")
		s.prompted()
		s.press("n\r")
		s.ends("[null, 5]", prompt)
		s.press(ctrlD)
		require.Zero(t, s.exit())
		<-s.ended
		raw := string(s.raw)
		require.Equal(t, test.colours, strings.Contains(raw, colour+"2m'x'"), test.in)
		require.Equal(t, test.colours, strings.Contains(raw, "\x1b[1;31m[!] "), test.in)
		require.Equal(t, test.colours, strings.Contains(raw, "[\x1b[2mnull\x1b[0m, \x1b[33m5\x1b[0m]"), test.in)
		require.Equal(t, test.colours, strings.Contains(raw, "\x1b[1;31m    ^"), test.in)
	}
}

// TestTerminalIsRestored: however the shell ends, the terminal has the mode it had.
func TestTerminalIsRestored(t *testing.T) {
	t.Parallel()
	const program = `stty -a >before; sh -c 'echo $$ >pid; exec "$STELLAR"'; echo "exit $?"; stty -a >after; cmp before after && echo same`
	for _, signals := range [][]os.Signal{nil, {syscall.SIGTERM}, {os.Interrupt, syscall.SIGTERM}} {
		s := start(t, terminal{program: program})
		s.prompted()
		s.press("1\r[")
		s.ends("1", prompt+" [")
		for _, signal := range signals {
			require.NoError(t, s.process().Signal(signal))
		}
		if signals == nil {
			s.press(ctrlC + ctrlD)
			s.ends("exit 0", "same")
		} else {
			s.ends("exit 130", "same")
		}
	}
}

func TestNothingIsObeyed(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(home, "stellar"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(home, "stellar", "history"), []byte(`"'\u001b]0;owned\u0007\u009b2J\u202efdp'"`+"\n"), 0o600))
	s := start(t, terminal{home: home})
	s.prompted()
	s.press(up)
	s.shows("owned")
	s.press("\r")
	s.shows(`\u001b]0;owned\u0007\u009b2J\u202efdp`)
	s.prompted()
	require.NotContains(t, string(s.raw), "\x1b]0;")
	require.NotContains(t, string(s.raw), "\u009b")
	require.NotContains(t, string(s.raw), "\u202e")
}
