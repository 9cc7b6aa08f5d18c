//go:build !linux

package control

import (
	"net"
	"os"
)

// peerName returns the user who runs the controller: nobody else can connect.
func peerName(net.Conn) string { return userName(os.Getuid()) }
