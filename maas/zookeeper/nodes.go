package zookeeper

import (
	"errors"
	"net"
	"strings"

	"github.com/go-zookeeper/zk"
)

// nodes is what is asked of the servers: the library's calls with paths below the
// chroot. Those that watch tell onEvent, as all watches do.
type nodes struct {
	conn   *zk.Conn
	chroot string // empty without one
}

func (n nodes) path(path string) string {
	if path == "/" && n.chroot != "" {
		return n.chroot
	}
	return n.chroot + path
}

// shown is the reverse of path.
func (n nodes) shown(path string) string {
	if path == n.chroot {
		return "/"
	}
	return strings.TrimPrefix(path, n.chroot)
}

func (n nodes) childrenW(path string) ([]string, error) {
	names, _, _, err := n.conn.ChildrenW(n.path(path))
	return names, err
}

// getW returns a node's data, and whether it ends with this session.
func (n nodes) getW(path string) (data []byte, own bool, err error) {
	data, stat, _, err := n.conn.GetW(n.path(path))
	return data, err == nil && stat.EphemeralOwner != 0 && stat.EphemeralOwner == n.conn.SessionID(), err
}

func (n nodes) existsW(path string) (bool, error) {
	exists, _, _, err := n.conn.ExistsW(n.path(path))
	return exists, err
}

func (n nodes) get(path string) ([]byte, *zk.Stat, error) { return n.conn.Get(n.path(path)) }

// owner returns the session with which a node ends, 0 for one that stays or is missing,
// and its version.
func (n nodes) owner(path string) (session int64, version int32, err error) {
	_, stat, err := n.conn.Exists(n.path(path))
	if err != nil {
		return 0, 0, err
	}
	return stat.EphemeralOwner, stat.Version, nil
}

// sync waits until the server knows all that is decided, and has told the watches.
func (n nodes) sync() error {
	_, err := n.conn.Sync(n.path("/"))
	return err
}

func (n nodes) create(path string, data []byte, flags int32, acl []zk.ACL) error {
	_, err := n.conn.Create(n.path(path), data, flags, acl)
	return err
}

// replace deletes a node and creates it anew, both or neither.
func (n nodes) replace(path string, data []byte, flags int32, acl []zk.ACL) error {
	path = n.path(path)
	_, err := n.conn.Multi(&zk.DeleteRequest{Path: path, Version: -1},
		&zk.CreateRequest{Path: path, Data: data, Acl: acl, Flags: flags})
	return err
}

// set fails with zk.ErrBadVersion if the node has another version.
func (n nodes) set(path string, data []byte, version int32) error {
	_, err := n.conn.Set(n.path(path), data, version)
	return err
}

func (n nodes) delete(path string, version int32) error { return n.conn.Delete(n.path(path), version) }

// isConnectionError reports whether an error is one of the connection, which says
// nothing about a node. When a request cannot be sent, the library returns the error of
// the network as it is.
func isConnectionError(err error) bool {
	var network net.Error
	if errors.As(err, &network) {
		return true
	}
	for _, known := range []error{
		zk.ErrConnectionClosed, zk.ErrNoServer, zk.ErrClosing, zk.ErrSessionExpired, zk.ErrSessionMoved,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
