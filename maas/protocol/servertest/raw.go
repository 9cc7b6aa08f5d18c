package servertest

import (
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Raw serves connections until the end of the test, each as handle says and then closed.
// It returns the host and port, and the number of connections that are open.
func Raw(t testing.TB, handle func(net.Conn)) (address string, open *atomic.Int64) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	open = &atomic.Int64{}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Add(1)
			go func() {
				defer open.Add(-1)
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	return listener.Addr().String(), open
}
