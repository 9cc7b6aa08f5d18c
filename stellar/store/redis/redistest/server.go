// Package redistest runs real Redis servers for tests.
package redistest

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Password is that of all servers.
const Password = "secret"

// Start runs a server with a password until the end of the test, and returns its address
// and a function that kills it. Without a server to start, the test is skipped, and under
// CI it fails.
func Start(t testing.TB) (address string, kill func()) {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		binary, err = exec.LookPath("valkey-server")
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no redis-server, nor valkey-server: .ci/install-redis installs it")
		}
		t.Skip("no redis-server, nor valkey-server")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address = listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	require.NoError(t, listener.Close())
	server := exec.Command(binary, "--port", port, "--bind", "127.0.0.1", "--save", "", "--requirepass", Password, "--dir", t.TempDir(), "--logfile", os.DevNull)
	require.NoError(t, server.Start())
	kill = func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	}
	t.Cleanup(kill)
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)
	return address, kill
}
