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

// TestServe asks a server what its page does, and ends it.
func TestServe(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	defer end()
	out, shown := io.Pipe()
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		ended <- Run(ctx, []string{"serve", "--listen=127.0.0.1:0"}, strings.NewReader(""), shown, &errs)
		_ = shown.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	go func() { _, _ = io.Copy(io.Discard, out) }()
	page := strings.TrimSpace(strings.TrimPrefix(line, "The page is at "))
	response, err := http.Post(page+"api/run", "application/json", strings.NewReader(
		`{"mode": "expression", "text": "MAAS_GET_ENDPOINT('dga')"}`))
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, string(text))
	require.Contains(t, string(text), "MAAS_GET_ENDPOINT of dga gives null")
	end()
	require.Equal(t, exitFine, <-ended, errs.String())
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
