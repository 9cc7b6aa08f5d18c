//go:build unix

package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/terminal"
)

// TestEvalOnATerminal: a value is shown to people, at the width of theirs.
func TestEvalOnATerminal(t *testing.T) {
	t.Parallel()
	file, err := executable()
	require.NoError(t, err)
	for expression, want := range map[string]string{
		"{'host' : 'www.example.org', 'port' : 443}": "{\n  'host': 'www.example.org',\n  'port': 443\n}\n",
		"[{'a' : 1}, {'a' : 20}]":                    " a\n──\n 1\n20\n",
		"SPLIT(FORMAT('%0199d', 0), '0')":            "… 100 more\n]\nstellar: the value is cut: --format=line or --format=json writes all of it\n",
	} {
		command := exec.Command(file, "eval", expression)
		keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 30})
		require.NoError(t, err)
		s := screenOf(t, command, keys)
		require.Equal(t, exitFine, s.exit())
		<-s.ended
		require.True(t, strings.HasSuffix(strings.ReplaceAll(s.shown.String(), "\r\n", "\n"), want), s.shown.String())
	}
}

// TestInterruptEndsWhatIsShown: a long value is called off, and the shell goes on.
func TestInterruptEndsWhatIsShown(t *testing.T) {
	t.Parallel()
	file, err := executable()
	require.NoError(t, err)
	command := exec.Command(file)
	command.Env = append(os.Environ(), "NO_COLOR=1", "XDG_CONFIG_HOME="+t.TempDir())
	keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 120})
	require.NoError(t, err)
	s := screenOf(t, command, keys)
	s.await(terminal.Prompt)
	s.press("long := SPLIT(FORMAT('%0999998d', 0), '0')\r")
	s.await(terminal.Prompt)
	s.press("long := MAP(long, x -> '----------')\r")
	s.await(terminal.Prompt)
	s.press("%set limit=0\r")
	s.await(terminal.Prompt)
	s.press("long\r")
	s.await("----------")
	s.press(ctrlC)
	s.await("called off")
	s.await(terminal.Prompt)
	s.press("LENGTH(long)\r")
	s.await("999999\r\n" + terminal.Prompt)
	s.press(ctrlD)
	require.Equal(t, exitFine, s.exit())
	require.Less(t, len(s.shown.String()), 13_000_000) // of 14 million
}

// TestInterruptAtTheStart ends a shell that waits for somebody to write to its files.
func TestInterruptAtTheStart(t *testing.T) {
	t.Parallel()
	file, err := executable()
	require.NoError(t, err)
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for _, flag := range []string{"-v", "-irc", "-p"} {
		command := exec.Command(file, flag, pipe)
		keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 120})
		require.NoError(t, err)
		s := screenOf(t, command, keys)
		require.Eventually(t, func() bool { // once it has its handler of signals
			_, _ = s.keys.WriteString(ctrlC)
			select {
			case <-s.ended:
				return true
			default:
				return false
			}
		}, deadline, 20*time.Millisecond)
	}
}

// TestEditInTheShell edits the last text in an editor.
func TestEditInTheShell(t *testing.T) {
	t.Parallel()
	file, err := executable()
	require.NoError(t, err)
	editor := filepath.Join(t.TempDir(), "editor")
	require.NoError(t, os.WriteFile(editor, []byte("#!/bin/sh\necho ' + 40' >>\"$1\"\n"), 0o700))
	command := exec.Command(file)
	command.Env = append(os.Environ(), "NO_COLOR=1", "VISUAL=", "EDITOR="+editor)
	keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 120})
	require.NoError(t, err)
	s := screenOf(t, command, keys)
	s.await(terminal.Prompt)
	s.press("x := 2\r")
	s.await("x = 2\r\n" + terminal.Prompt)
	s.press("%edit\r")
	s.await("x := 2\r\n + 40\r\nx = 42\r\n" + terminal.Prompt)
	s.press("SHELL_EDIT('1')\r")
	s.await("a string of 2 lines:\r\n1\r\n + 40\r\n" + terminal.Prompt)
	slow := filepath.Join(t.TempDir(), "an editor")
	require.NoError(t, os.WriteFile(slow, []byte("#!/bin/sh\ntrap '' INT\necho waiting\nread line\necho \"$line\" >\"$2\"\nexit 1\n"), 0o700))
	s.press("%define EDITOR := \"'" + slow + "' -n\"\r")
	s.await(terminal.Prompt)
	s.press("%edit\r")
	s.await("waiting")
	s.press(ctrlC) // is for the editor
	s.press("x + 1\r")
	s.await("43\r\n" + terminal.Prompt)
	s.press("%define EDITOR := '/no/such/editor'\r")
	s.await(terminal.Prompt)
	s.press("%edit\r")
	s.await("the editor /no/such/editor: ")
	s.await(terminal.Prompt)
	s.press(ctrlD)
	require.Equal(t, exitFine, s.exit())
}

// TestPager shows answers in a pager, and without one that cannot be started.
func TestPager(t *testing.T) {
	t.Parallel()
	file, err := executable()
	require.NoError(t, err)
	pager := filepath.Join(t.TempDir(), "pager")
	require.NoError(t, os.WriteFile(pager, []byte("#!/bin/sh\nread line; echo \"paged $line\"\n"), 0o700))
	command := exec.Command(file)
	command.Env = append(os.Environ(), "NO_COLOR=1", "XDG_CONFIG_HOME="+t.TempDir(), "PAGER="+pager)
	keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 120})
	require.NoError(t, err)
	s := screenOf(t, command, keys)
	s.await(terminal.Prompt)
	s.press("%set pager=on\r")
	s.await(terminal.Prompt)
	s.press("1 + 1\r")
	s.await("paged 2\r\n" + terminal.Prompt)
	s.press("%functions\r")
	s.await("paged ABS, ALL")
	s.await(terminal.Prompt)
	require.NoError(t, os.Remove(pager))
	s.press("2 + 2\r")
	s.await("%set pager=off does without\r\n4\r\n" + terminal.Prompt)
	s.press(ctrlD)
	require.Equal(t, exitFine, s.exit())
}
