package command

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The tests below run the command as a process of its own, where signals and
// outputs are those of an operating system.

// folder is where the command is built.
var folder string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if folder, err = os.MkdirTemp("", "stellar"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		if err := os.Setenv("XDG_CONFIG_HOME", filepath.Join(folder, "config")); err != nil { // no settings of a person
			panic(err)
		}
		if err := os.Setenv("XDG_STATE_HOME", filepath.Join(folder, "state")); err != nil { // no controller of a person
			panic(err)
		}
		return m.Run()
	}())
}

// executable builds the command, once for all tests.
var executable = sync.OnceValues(func() (string, error) {
	file := filepath.Join(folder, "stellar")
	return file, exec.Command("go", "build", "-o", file, "../cmd/stellar").Run()
})

// process is the command, with pipes for its input and output.
type process struct {
	*exec.Cmd
	input    *os.File
	output   *os.File
	messages bytes.Buffer // on standard error, when it has ended
}

func startProcess(t *testing.T, args ...string) *process {
	file, err := executable()
	require.NoError(t, err)
	p := &process{Cmd: exec.Command(file, args...)}
	stdin, input, err := os.Pipe()
	require.NoError(t, err)
	output, stdout, err := os.Pipe()
	require.NoError(t, err)
	p.input, p.output = input, output
	p.Stdin, p.Stdout, p.Stderr = stdin, stdout, &p.messages
	require.NoError(t, p.Start())
	_, _ = stdin.Close(), stdout.Close()
	t.Cleanup(func() {
		_, _ = p.input.Close(), p.output.Close()
		_ = p.Process.Kill() // if it has not ended
	})
	return p
}

// code waits for the end of the process, and returns its exit code.
func (p *process) code(t *testing.T) int {
	ended := make(chan error, 1)
	go func() { ended <- p.Wait() }()
	select {
	case <-ended:
		return p.ProcessState.ExitCode()
	case <-time.After(deadline):
		require.FailNow(t, "the command does not end")
		return 0
	}
}

// fill writes messages until nothing takes any more, which is when the output is
// full, and what lies between. It returns how many bytes were written.
func (p *process) fill(t *testing.T, line string) (written int) {
	lines := []byte(strings.Repeat(line, 1000))
	for {
		require.NoError(t, p.input.SetWriteDeadline(time.Now().Add(500*time.Millisecond)))
		n, err := p.input.Write(lines)
		if written += n; err != nil {
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
			return written
		}
	}
}

func TestSignal(t *testing.T) {
	for _, parallel := range parallels {
		for _, number := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			if signal.Ignored(number) { // as where the tests run under nohup
				continue
			}
			p := startProcess(t, "run", parallel, tempFile(t, "r.stellar", "b := 1"))
			_, err := io.WriteString(p.input, "{}\n")
			require.NoError(t, err)
			line, err := bufio.NewReader(p.output).ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, `{"b":1}`+"\n", line)
			require.NoError(t, p.Process.Signal(number))
			require.Equal(t, exitInterrupted, p.code(t))
			require.Equal(t, "stellar: interrupted after 1 messages\n", p.messages.String())
		}
	}
}

// TestSignalWhileOutputIsBlocked: nobody reads the output, and the first signal
// ends the run all the same.
func TestSignalWhileOutputIsBlocked(t *testing.T) {
	t.Parallel()
	for _, parallel := range parallels {
		p := startProcess(t, "run", parallel, tempFile(t, "r.stellar", "b := 1"))
		p.fill(t, `{"a":"`+strings.Repeat("x", 1000)+`"}`+"\n")
		require.NoError(t, p.Process.Signal(os.Interrupt))
		require.Equal(t, exitInterrupted, p.code(t))
		require.Regexp(t, `^stellar: nobody takes what is written: the last \d+ messages may not have been written\n`+
			`stellar: interrupted after \d+ messages\n$`, p.messages.String())
	}
}

// TestSignalInTheMiddle: what was written is the first messages, as many as are
// said.
func TestSignalInTheMiddle(t *testing.T) {
	for _, parallel := range parallels {
		p := startProcess(t, "run", parallel, tempFile(t, "r.stellar", "b := a + 1"))
		go func() {
			var err error
			for i := 0; err == nil; i += 1000 {
				var lines bytes.Buffer
				for k := range 1000 {
					fmt.Fprintf(&lines, `{"a":%d}`+"\n", i+k)
				}
				_, err = p.input.Write(lines.Bytes())
			}
		}()
		output := bufio.NewReader(p.output)
		require.NoError(t, p.output.SetReadDeadline(time.Now().Add(deadline)))
		n := 0
		for ; ; n++ {
			line, err := output.ReadString('\n')
			if errors.Is(err, io.EOF) && line == "" {
				break
			}
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf(`{"a":%d,"b":%d}`+"\n", n, n+1), line)
			if n == 20_000 {
				require.NoError(t, p.Process.Signal(os.Interrupt))
			}
		}
		require.Equal(t, exitInterrupted, p.code(t))
		require.Equal(t, fmt.Sprintf("stellar: interrupted after %d messages\n", n), p.messages.String())
	}
}

// TestSignalWhileErrorsAreBlocked: not even errors can be written.
func TestSignalWhileErrorsAreBlocked(t *testing.T) {
	t.Parallel()
	file, err := executable()
	require.NoError(t, err)
	command := exec.Command(file, "run", "--verbose", tempFile(t, "r.stellar", "b := 1"))
	stdin, input, err := os.Pipe()
	require.NoError(t, err)
	unread, stderr, err := os.Pipe()
	require.NoError(t, err)
	command.Stdin, command.Stderr = stdin, stderr
	p := &process{Cmd: command, input: input}
	require.NoError(t, p.Start())
	defer p.Process.Kill()
	defer unread.Close()
	_, _ = stdin.Close(), stderr.Close()
	p.fill(t, strings.Repeat("x", 1000)+"\n")
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.Equal(t, exitInterrupted, p.code(t))
}

// TestClosedOutput: as with head -1, which reads a line and leaves.
func TestClosedOutput(t *testing.T) {
	for _, parallel := range parallels {
		p := startProcess(t, "run", parallel, tempFile(t, "r.stellar", "b := a + 1"))
		_, err := io.WriteString(p.input, `{"a":1}`+"\n")
		require.NoError(t, err)
		line, err := bufio.NewReader(p.output).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, `{"a":1,"b":2}`+"\n", line)
		require.NoError(t, p.output.Close())
		_, err = io.WriteString(p.input, `{"a":2}`+"\n")
		require.NoError(t, err)
		require.Equal(t, exitFine, p.code(t))
		require.Empty(t, p.messages.String())
	}

	for _, args := range [][]string{{"eval", "1"}, {"doc"}, {"shell"}} {
		p := startProcess(t, args...)
		require.NoError(t, p.output.Close())
		_, _ = io.WriteString(p.input, "1 + 1\n") // only the shell reads it
		require.Equal(t, exitFine, p.code(t), args)
		require.Empty(t, p.messages.String(), args)
	}
}

// TestFullOutput: what cannot be written is an error of every command.
func TestFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	defer full.Close()
	rules := tempFile(t, "r.stellar", "b := 1")
	file, err := executable()
	require.NoError(t, err)
	for _, args := range [][]string{{"run", rules}, {"run", "--parallel=8", rules}, {"eval", "1"}, {"doc"}, {"doc", "ABS"}, {"shell"}, {"shell", "-i"}} {
		command := exec.Command(file, args...)
		var messages bytes.Buffer
		command.Stdin, command.Stdout, command.Stderr = strings.NewReader("{}\n"), full, &messages
		var exit *exec.ExitError
		require.ErrorAs(t, command.Run(), &exit, args)
		require.Equal(t, exitUsage, exit.ExitCode(), args)
		require.Equal(t, "stellar: output: write /dev/stdout: no space left on device\n", messages.String(), args)
	}
}
