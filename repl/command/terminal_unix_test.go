//go:build unix

package command

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/terminal"
)

// The tests below run the command in a pseudo-terminal, which turns keys into signals.
// Those of the line editor are in repl/terminal/screentest.

const (
	ctrlC = "\x03"
	ctrlD = "\x04"
)

// screen is a command in a terminal.
type screen struct {
	*testing.T
	keys    *os.File
	shown   *buffer // all that the terminal showed
	at      int     // how much of it was awaited
	ended   chan struct{}
	command *exec.Cmd
}

func newScreen(t *testing.T, args ...string) *screen {
	file, err := executable()
	require.NoError(t, err)
	command := exec.Command(file, args...)
	command.Env = append(os.Environ(), "TERM=dumb") // nothing is edited there
	keys, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: 120})
	require.NoError(t, err)
	return screenOf(t, command, keys)
}

// screenOf shows what a command, which was started, writes to a terminal.
func screenOf(t *testing.T, command *exec.Cmd, keys *os.File) *screen {
	s := &screen{T: t, keys: keys, shown: &buffer{}, ended: make(chan struct{}), command: command}
	go func() {
		defer close(s.ended)
		part := make([]byte, 4096)
		for {
			n, err := keys.Read(part)
			_, _ = s.shown.Write(part[:n])
			if err != nil { // the command has ended
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill() // if it has not ended
		_ = keys.Close()
		<-s.ended
	})
	return s
}

func (s *screen) press(keys string) {
	_, err := s.keys.WriteString(keys)
	require.NoError(s, err)
}

// await waits until a text comes after what was awaited before, and returns what came
// before it.
func (s *screen) await(text string) string {
	for end := time.Now().Add(deadline); ; time.Sleep(time.Millisecond) {
		shown := s.shown.String()[s.at:]
		if before, _, found := strings.Cut(shown, text); found {
			s.at += len(before) + len(text)
			return before
		}
		require.True(s, time.Now().Before(end), "%q does not come after %q", text, shown)
	}
}

// exit waits for the end, and returns the exit code.
func (s *screen) exit() int {
	p := &process{Cmd: s.command}
	return p.code(s.T)
}

func TestInterruptDropsTheLine(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	s.await(terminal.Prompt)
	s.press("kept := 41\r")
	s.await(terminal.Prompt)
	s.press("lost + 99")
	s.await("lost + 99")
	s.press(ctrlC)
	s.await("^C\r\n" + terminal.Prompt)
	s.press("kept + 1\r")
	require.Equal(t, "kept + 1\r\n42\r\n", s.await(terminal.Prompt))
	s.press(ctrlC)
	s.await("^C\r\n" + terminal.Prompt)
	s.press(ctrlC)
	s.await("^C\r\n" + terminal.Prompt)
	s.press(ctrlD)
	require.Equal(t, exitFine, s.exit())
}

func TestInterruptDropsSeveralLines(t *testing.T) {
	t.Parallel()
	s := newScreen(t)
	s.await(terminal.Prompt)
	s.press("kept := [1,\r")
	s.await(terminal.MorePrompt)
	s.press("2]\r")
	s.await(terminal.Prompt)
	for _, begun := range []string{"", "4,"} {
		s.press("kept := [3,\r")
		s.await(terminal.MorePrompt)
		s.press(begun)
		s.await(begun)
		s.press(ctrlC)
		s.await("^C\r\n" + terminal.Prompt)
	}
	s.press("kept\r")
	require.Equal(t, "kept\r\n[1, 2]\r\n", s.await(terminal.Prompt))
	s.press("kept := [\r")
	s.await(terminal.MorePrompt)
	s.press(ctrlD) // ends the text, and then the session
	s.await("syntax error: this [ is never closed")
	require.Equal(t, exitFine, s.exit())
}

func TestInterruptCallsOffTheEvaluation(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1)
	models := model(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case asked <- struct{}{}:
		default:
		}
		<-r.Context().Done()
	})
	s := newScreen(t, models)
	s.await(terminal.Prompt)
	s.press("kept := 41\r")
	s.await(terminal.Prompt)
	s.press("endpoint := MAAS_GET_ENDPOINT('dga')\r")
	s.await(terminal.Prompt)
	many := strings.Repeat("1,", 99) + "1" // each would wait for a second
	for _, text := range []string{
		"kept := MAAS_MODEL_APPLY(endpoint, {'n': LENGTH([%s])})",
		"MAP([%s], x -> MAAS_MODEL_APPLY(endpoint, {'n': x}))",
		"kept := MAP([%s], x -> MAAS_MODEL_APPLY(endpoint, {'n': 1 + x}))",
	} {
		s.press(fmt.Sprintf(text, many) + "\r")
		<-asked
		began := time.Now()
		s.press(ctrlC)
		s.await("^C\r\n")
		require.Equal(t, "[!] called off; the variables are as they were\r\n", s.await(terminal.Prompt))
		require.Less(t, time.Since(began), time.Second)
	}
	s.press("kept + 1\r")
	require.Equal(t, "kept + 1\r\n42\r\n", s.await(terminal.Prompt))
	s.press("quit\r")
	require.Equal(t, exitFine, s.exit())
}

// TestTerminalIsNotCommanded: of data, errors and names of files, a terminal gets
// neither escape sequences nor marks that change the direction of writing.
func TestTerminalIsNotCommanded(t *testing.T) {
	t.Parallel()
	hostile := "\x1b]0;owned\x07\u009b2J\u202efdp"
	variables := tempFile(t, "v\x1b[2J.json", `{"v": "\u001b]0;owned\u0007\u009b2J\u202efdp"}`)
	messages := tempFile(t, "m", "{\"v\":\"\u202e\u009b2J\x7f\x9b2J\"}\nno \x1b[2J JSON\n")
	for _, test := range []struct {
		name string
		args []string
		keys string
		code int
	}{
		{"shell", []string{"-v", variables}, "v\rv + 1\r{v: [v]}\rx := v\r%vars\r?v\rMAAS_GET_ENDPOINT(v)\rquit\r", exitFine},
		{"eval", []string{"eval", "-v", variables, "v"}, "", exitFine},
		{"eval of a list", []string{"eval", "-v", variables, "[v]"}, "", exitFine},
		{"an error", []string{"eval", "-v", variables, "v + '" + hostile + "'"}, "", exitFailed},
		{"a file", []string{"eval", "-v", variables + hostile, "v"}, "", exitUsage},
		{"a flag", []string{"eval", "--" + hostile}, "", exitUsage},
		{"doc", []string{"doc", hostile}, "", exitFailed},
		{"run", []string{"run", tempFile(t, "r"+"\x1b[2J", "n := v\nm := n + 1"), messages}, "", exitFailed},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScreen(t, test.args...)
			s.press(test.keys)
			code := s.exit()
			require.Equal(t, test.code, code)
			<-s.ended
			shown := s.shown.String()
			require.Regexp(t, `u001b|x1b|u202e`, shown)
			require.NotRegexp(t, regexp.MustCompile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069]"), shown)
			require.True(t, utf8.ValidString(shown), "%q", shown)
		})
	}
}
