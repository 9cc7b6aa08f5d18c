package command

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// serveFor runs a server and returns where it says that its page is. The function ends it
// and returns the exit code.
func serveFor(t *testing.T, args ...string) (page string, end func() int) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	out, shown := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, append([]string{"serve"}, args...), strings.NewReader(""), shown, t.Output())
		_ = shown.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return strings.TrimSpace(strings.TrimPrefix(line, "The page is at ")), func() int {
		cancel()
		return <-ended
	}
}

// TestServe asks a server what its page does, and ends it.
func TestServe(t *testing.T) {
	page, end := serveFor(t, "--listen=127.0.0.1:0")
	response, err := http.Post(page+"api/run", "application/json", strings.NewReader(
		`{"mode": "expression", "text": "MAAS_GET_ENDPOINT('dga')"}`))
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, string(text))
	require.Contains(t, string(text), "MAAS_GET_ENDPOINT of dga gives null")
	require.Equal(t, exitFine, end())
}

func TestServeAtATakenAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{"serve", "--listen=" + taken.Addr().String()}, strings.NewReader(""), &out, &errs)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs.String(), "--listen 127.0.0.1:0 takes any port that is free")
}

// TestServeOthers asks for pages that other machines can open.
func TestServeOthers(t *testing.T) {
	var out, errs bytes.Buffer
	code := Run(context.Background(), []string{"serve", "--listen=:0"}, strings.NewReader(""), &out, &errs)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs.String(), "say by which with --allow-host")

	page, end := serveFor(t, "--listen=:0", "--allow-host=stellar.example")
	require.Regexp(t, `^http://stellar\.example:\d+/#token=[A-Z0-9]{20,}$`, page)
	require.Equal(t, exitFine, end())
}
