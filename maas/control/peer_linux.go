package control

import (
	"net"
	"os"
	"syscall"
)

// peerName returns the user at the other end of a connection.
func peerName(conn net.Conn) string {
	id := -1
	if of, ok := conn.(*net.UnixConn); ok {
		if raw, err := of.SyscallConn(); err == nil {
			_ = raw.Control(func(descriptor uintptr) {
				if peer, err := syscall.GetsockoptUcred(int(descriptor), syscall.SOL_SOCKET, syscall.SO_PEERCRED); err == nil {
					id = int(peer.Uid)
				}
			})
		}
	}
	if id < 0 {
		id = os.Getuid()
	}
	return userName(id)
}
