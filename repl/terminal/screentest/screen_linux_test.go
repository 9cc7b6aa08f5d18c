// Package screentest runs the shell in a pseudo-terminal, presses keys, and looks at the
// screen. It is a module of its own, for the sake of the model of a terminal.
package screentest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// deadline is how long a test waits for what must come.
const deadline = 60 * time.Second

const (
	prompt = "[Stellar]>>>"
	ctrlC  = "\x03"
	ctrlD  = "\x04"
)

var folder string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if folder, err = os.MkdirTemp("", "screentest"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		return m.Run()
	}())
}

// executable builds the command, once for all tests.
var executable = sync.OnceValues(func() (string, error) {
	file := filepath.Join(folder, "stellar")
	if given := os.Getenv("STELLAR"); given != "" {
		return given, nil
	}
	build := exec.Command("go", "build", "-o", file, "./repl/cmd/stellar")
	build.Dir = "../../.."
	output, err := build.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, output)
	}
	return file, err
})

// terminal is what a command is started in.
type terminal struct {
	rows, columns int
	args          []string
	program       string   // in the place of the command, with its file as $STELLAR
	env           []string // besides what is fixed
	mute          bool     // it answers no question
	home          string   // where files of the person are; empty makes a new folder
	echo          bool     // what is assigned is shown
}

// screen is a command in a terminal.
type screen struct {
	*testing.T
	home    string
	pty     *os.File
	command *exec.Cmd
	ended   chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	model   *vt.Emulator
	raw     []byte // all that was written
}

func start(t *testing.T, in terminal) *screen {
	file, err := executable()
	require.NoError(t, err)
	if in.rows == 0 {
		in.rows, in.columns = 24, 80
	}
	if in.home == "" {
		in.home = t.TempDir()
	}
	// What is assigned is mostly not shown, as these tests are about what is typed.
	settings := filepath.Join(in.home, "stellar", "shell.json")
	if err := os.MkdirAll(filepath.Dir(settings), 0o700); err == nil { // no folder can be made in a home that is none
		require.NoError(t, os.WriteFile(settings, fmt.Appendf(nil, `{"echo":%v}`, in.echo), 0o600))
	}
	command := exec.Command(file, in.args...)
	if in.program != "" {
		command = exec.Command("bash", "--norc", "--noprofile", "-i", "-c", in.program)
	}
	command.Env = append([]string{
		"STELLAR=" + file, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + in.home,
		"XDG_STATE_HOME=" + in.home, "XDG_CONFIG_HOME=" + in.home, "INPUTRC=/dev/null", "PS1=$ ", "HISTFILE=",
	}, in.env...)
	command.Dir = in.home
	size := &pty.Winsize{Rows: uint16(in.rows), Cols: uint16(in.columns)}
	s := &screen{T: t, home: in.home, command: command, ended: make(chan struct{}), model: vt.NewEmulator(in.columns, in.rows)}
	s.changed = sync.NewCond(&s.mu)
	s.pty, err = pty.StartWithSize(command, size)
	require.NoError(t, err)
	go func() {
		buffer := make([]byte, 1024)
		for {
			n, err := s.model.Read(buffer)
			if err != nil {
				return
			}
			if !in.mute {
				_, _ = s.pty.Write(buffer[:n])
			}
		}
	}()
	go func() {
		defer close(s.ended)
		buffer := make([]byte, 64<<10)
		for {
			n, err := s.pty.Read(buffer)
			s.mu.Lock()
			s.raw = append(s.raw, buffer[:n]...)
			_, _ = s.model.Write(buffer[:n])
			s.changed.Broadcast()
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill() // if it has not ended
		_ = s.pty.Close()
		<-s.ended
		s.model.Close()
		if pipe, ok := s.model.InputPipe().(io.Closer); ok {
			_ = pipe.Close()
		}
	})
	return s
}

// press sends keys.
func (s *screen) press(keys string) {
	s.Helper()
	_, err := s.pty.WriteString(keys)
	require.NoError(s, err)
}

// paste sends a text as terminals do that were asked to mark what is pasted.
func (s *screen) paste(text string) {
	s.Helper()
	s.press("\x1b[200~" + strings.ReplaceAll(text, "\n", "\r") + "\x1b[201~")
}

// lines returns the screen without what is blank at its end.
func (s *screen) lines() []string {
	rows := strings.Split(s.model.String(), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " \r")
	}
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// until waits until the screen is as it must be.
func (s *screen) until(what string, is func(lines []string) bool) {
	s.Helper()
	end := time.Now().Add(deadline)
	ticks := time.NewTicker(20 * time.Millisecond) // for what changes without being written
	defer ticks.Stop()
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case <-ticks.C:
				s.changed.Broadcast()
			case <-done:
				return
			}
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !is(s.lines()) {
		if time.Now().After(end) {
			at := s.model.CursorPosition()
			raw := s.raw[max(0, len(s.raw)-2000):]
			require.FailNow(s, "the screen is not as it must be", "%s\ncursor at %d,%d\n%s\n\nwritten last: %q", what, at.X, at.Y, strings.Join(s.lines(), "\n"), raw)
		}
		s.changed.Wait()
	}
}

// ends waits until the screen ends with some lines.
func (s *screen) ends(with ...string) {
	s.Helper()
	s.until(fmt.Sprintf("must end with %q", with), func(lines []string) bool {
		return len(lines) >= len(with) && equal(lines[len(lines)-len(with):], with)
	})
}

// shows waits until the screen holds a text.
func (s *screen) shows(text string) {
	s.Helper()
	s.until(fmt.Sprintf("must hold %q", text), func(lines []string) bool {
		return strings.Contains(strings.Join(lines, "\n"), text)
	})
}

// at waits until the cursor is in a column of the row that a line begins with.
func (s *screen) at(row string, column int) {
	s.Helper()
	s.until(fmt.Sprintf("the cursor must be in column %d of %q", column, row), func(lines []string) bool {
		at := s.model.CursorPosition()
		return at.Y < len(lines) && lines[at.Y] == row && at.X == column
	})
}

// prompted waits for the prompt.
func (s *screen) prompted() {
	s.Helper()
	s.at(prompt, len(prompt)+1)
}

// cooked waits until the terminal edits lines by itself, as it does while nobody reads keys.
func (s *screen) cooked() {
	s.Helper()
	s.until("lines must be edited by the terminal", func([]string) bool {
		connection, err := s.pty.SyscallConn()
		require.NoError(s, err)
		cooked := false
		require.NoError(s, connection.Control(func(fd uintptr) {
			mode, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
			cooked = err == nil && mode.Lflag&unix.ICANON != 0
		}))
		return cooked
	})
}

// exit waits for the end, and returns the exit code.
func (s *screen) exit() int {
	s.Helper()
	done := make(chan struct{})
	go func() {
		_ = s.command.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(deadline):
		require.FailNow(s, "the command does not end")
	}
	return s.command.ProcessState.ExitCode()
}

func equal(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// resize changes the size of the window.
func (s *screen) resize(rows, columns int) {
	s.Helper()
	s.mu.Lock()
	s.model.Resize(columns, rows)
	s.mu.Unlock()
	require.NoError(s, pty.Setsize(s.pty, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}))
}
