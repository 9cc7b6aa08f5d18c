package zookeeper

import (
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"
)

func TestIsConnectionError(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{zk.ErrNoAuth, false},
		{zk.ErrNoNode, false},
		{io.EOF, false}, // of a malformed node, for one
		{zk.ErrConnectionClosed, true},
		{zk.ErrSessionExpired, true},
		{fmt.Errorf("/maas: %w", zk.ErrClosing), true},
		{&net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}, true},
		{&net.OpError{Op: "write", Net: "tcp", Err: net.ErrClosed}, true},
		{os.ErrDeadlineExceeded, true},
	} {
		require.Equal(t, test.want, isConnectionError(test.err), test.err)
	}
}
