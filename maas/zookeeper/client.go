package zookeeper

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-zookeeper/zk"
)

// Client reads and writes nodes that are none of the registry's, over its connection.
// Paths are absolute, below the chroot if there is one. A call takes ten seconds at most:
// without a connection it waits for one. What it then returns is an ErrDisconnected;
// errors of the servers are those of package zk, such as zk.ErrNoNode.
//
// A request whose answer was lost with the connection is sent again. So Create may find
// the node that it has created itself, and a change with a version may find its own.
type Client struct{ registry *Registry }

// Client returns a client.
func (r *Registry) Client() *Client { return &Client{r} }

// Node is what a node holds.
type Node struct {
	Data    []byte
	Version int32 // counts changes of Data
	Changed int64 // the transaction of the latest one
	Own     bool  // it ends with the session of this registry
}

// Read returns a node.
func (c *Client) Read(ctx context.Context, path string) (Node, error) {
	return result(ctx, c, "read "+path, func() (Node, error) {
		data, stat, err := c.registry.nodes.get(path)
		return c.node(data, stat, err)
	})
}

func (c *Client) node(data []byte, stat *zk.Stat, err error) (Node, error) {
	if err != nil {
		return Node{}, err
	}
	own := stat.EphemeralOwner != 0 && stat.EphemeralOwner == c.registry.nodes.conn.SessionID()
	return Node{Data: data, Version: stat.Version, Changed: stat.Mzxid, Own: own}, nil
}

// Children returns the names of the nodes below one, in no order.
func (c *Client) Children(ctx context.Context, path string) ([]string, error) {
	return result(ctx, c, "list "+path, func() ([]string, error) {
		names, _, err := c.registry.nodes.conn.Children(c.registry.nodes.path(path))
		return names, err
	})
}

// Sync waits until the server that answers knows all that is decided.
func (c *Client) Sync(ctx context.Context) error {
	return c.do(ctx, "sync", c.registry.nodes.sync)
}

// Create creates a node, and those above it if they are missing, with the ACL of the
// registry. An ephemeral one ends with the session.
func (c *Client) Create(ctx context.Context, path string, data []byte, ephemeral bool) error {
	flags := int32(zk.FlagPersistent)
	if ephemeral {
		flags = zk.FlagEphemeral
	}
	return c.do(ctx, "create "+path, func() error { return c.registry.create(path, data, flags) })
}

// Set changes a node that has the version; -1 stands for any. It fails with
// zk.ErrBadVersion if the node has another one.
func (c *Client) Set(ctx context.Context, path string, data []byte, version int32) error {
	return c.do(ctx, "write "+path, func() error { return c.registry.nodes.set(path, data, version) })
}

// Delete deletes a node, which must have none below it. One that is missing is no error.
func (c *Client) Delete(ctx context.Context, path string) error {
	return c.do(ctx, "delete "+path, func() error {
		if err := c.registry.nodes.delete(path, -1); !errors.Is(err, zk.ErrNoNode) {
			return err
		}
		return nil
	})
}

// Change is one of several that are made together or not at all. Its version is that which
// the node must have, -1 for any.
type Change struct {
	Path    string
	Version int32
	Data    []byte // to write; nil changes nothing
	Delete  bool
}

// Change makes changes together. Their error is that of the first one that cannot be made.
func (c *Client) Change(ctx context.Context, changes ...Change) error {
	var operations []any
	for _, change := range changes {
		path := c.registry.nodes.path(change.Path)
		switch {
		case change.Delete:
			operations = append(operations, &zk.DeleteRequest{Path: path, Version: change.Version})
		case change.Data != nil:
			operations = append(operations, &zk.SetDataRequest{Path: path, Data: change.Data, Version: change.Version})
		default:
			operations = append(operations, &zk.CheckVersionRequest{Path: path, Version: change.Version})
		}
	}
	return c.do(ctx, "change "+changes[0].Path, func() error {
		_, err := c.registry.nodes.conn.Multi(operations...)
		return err
	})
}

// result is do for a call with a result, which must not be written to when it is given up.
func result[T any](ctx context.Context, c *Client, what string, call func() (T, error)) (T, error) {
	outcome := make(chan T, 1)
	err := c.do(ctx, what, func() error {
		x, err := call()
		if err == nil {
			outcome <- x
		}
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return <-outcome, nil
}

// do does op, again while the connection is the trouble, until ctx or the time ends. The
// library's calls know no context, so that one may still be under way when do returns.
func (c *Client) do(ctx context.Context, what string, op func() error) error {
	r := c.registry
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	outcome := make(chan error, 1)
	go func() {
		select {
		case <-r.ready: // the servers know by then who asks
			outcome <- r.insist(ctx, r.ending, op)
		case <-r.ending:
			outcome <- ErrClosed
		case <-ctx.Done():
			outcome <- ctx.Err()
		}
	}()
	var err error
	select {
	case err = <-outcome:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) && !r.Connected() {
		err = fmt.Errorf("%w: %w", ErrDisconnected, err)
	}
	if err != nil {
		return fmt.Errorf("zookeeper: %s: %w", what, err)
	}
	return nil
}
