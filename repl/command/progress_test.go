//go:build unix

package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
)

func TestProgressText(t *testing.T) {
	for _, test := range []struct {
		counters   stream.Counters
		since      time.Duration
		read, size int64
		want       string
	}{
		{stream.Counters{}, time.Second, 0, 0, "0 messages, 0/s"},
		{stream.Counters{Read: 1234567, Failed: 1000}, 10 * time.Second, 5 << 20, 0, "1,234,567 messages, 123,456/s, 1,000 failed"},
		{stream.Counters{Read: 999}, 500 * time.Millisecond, 1 << 29, 2 << 30, "999 messages, 1,998/s, 25 % of 2.0 GiB, 2s left"},
		{stream.Counters{Read: 1}, time.Minute, 3 << 19, 1 << 20, "1 messages, 0/s, 100 % of 1.0 MiB, 0s left"},
		{stream.Counters{Read: 1}, time.Second, 1, 1025, "1 messages, 1/s, 0 % of 2 KiB, 17m4s left"},
	} {
		require.Equal(t, test.want, progressText(test.counters, test.since, test.read, test.size))
	}
}

// TestProgress: the progress is shown where a person looks, makes way for what is
// reported, and is gone at the end.
func TestProgress(t *testing.T) {
	file, err := executable()
	require.NoError(t, err)
	folder := t.TempDir()
	output, err := os.Create(filepath.Join(folder, "out"))
	require.NoError(t, err)
	defer func() { require.NoError(t, output.Close()) }()
	in, input, err := os.Pipe()
	require.NoError(t, err)
	command := exec.Command(file, "run", tempFile(t, "r.stellar", "b := a + 1"))
	keys, terminal, err := pty.Open()
	require.NoError(t, err)
	command.Stdin, command.Stdout, command.Stderr = in, output, terminal
	require.NoError(t, command.Start())
	require.NoError(t, terminal.Close())
	s := screenOf(t, command, keys)
	_, err = input.WriteString(strings.Repeat("{\"a\":1}\n", 5000))
	require.NoError(t, err)
	s.await("\r\x1b[K5,000 messages, ")
	_, err = input.WriteString("{\"a\":\"x\"}\n")
	require.NoError(t, err)
	s.await("\r\x1b[Kstdin:5001: ")
	s.await("5,001 messages, ")
	s.await(", 1 failed")
	require.NoError(t, input.Close())
	s.await("\r\x1b[Kstellar: 1 of 5001 messages failed")
	require.Equal(t, exitFailed, s.exit())
}

// TestNoProgress: there is none where the output goes.
func TestNoProgress(t *testing.T) {
	s := newScreen(t, "run", tempFile(t, "r.stellar", "b := 1"))
	s.press("{}\n")
	s.await(`{"b":1}`)
	time.Sleep(2 * progressInterval) // in which there must be nothing
	s.press(ctrlD)
	require.Equal(t, exitFine, s.exit())
	require.NotContains(t, s.shown.String(), "messages, ")
}
