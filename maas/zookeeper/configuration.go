package zookeeper

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-zookeeper/zk"
)

// topologyPath is below which Metron has its configurations.
const topologyPath = "/metron/topology/"

// Configurations are those that Metron keeps in ZooKeeper, by their paths below
// /metron/topology, such as parsers/squid.
type Configurations struct{ registry *Registry }

// Configurations returns the configurations of Metron, over the connection of the
// registry.
func (r *Registry) Configurations() *Configurations { return &Configurations{r} }

// Read returns the text of a configuration. found is false if there is none. It takes
// ten seconds at most, as without a connection it waits for one.
func (c *Configurations) Read(ctx context.Context, path string) (text []byte, found bool, err error) {
	err = c.aside(ctx, "read "+path, func() error {
		data, _, err := c.registry.nodes.get(topologyPath + path)
		if errors.Is(err, zk.ErrNoNode) {
			return nil
		}
		text, found = data, err == nil
		return err
	})
	if err != nil {
		return nil, false, err // text may still be written to
	}
	return text, found, nil
}

// Write stores the text of a configuration, in place of what there was. It takes ten
// seconds at most.
func (c *Configurations) Write(ctx context.Context, path string, text []byte) error {
	return c.aside(ctx, "write "+path, func() error {
		err := c.registry.nodes.set(topologyPath+path, text, -1)
		for tries := 0; errors.Is(err, zk.ErrNoNode) && tries < 5; tries++ { // others may create or delete it in between
			err = c.registry.create(topologyPath+path, text, zk.FlagPersistent)
			if errors.Is(err, zk.ErrNodeExists) {
				err = c.registry.nodes.set(topologyPath+path, text, -1)
			}
		}
		return err
	})
}

// aside does op, again while the connection is the trouble, until ctx or the time ends.
// The library's calls know no context, so that one may still be under way when aside
// returns an error.
func (c *Configurations) aside(ctx context.Context, what string, op func() error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	outcome := make(chan error, 1)
	go func() { outcome <- c.registry.insist(ctx, c.registry.ending, op) }()
	var err error
	select {
	case err = <-outcome:
	case <-ctx.Done():
		err = ctx.Err()
		if !c.registry.Connected() {
			err = fmt.Errorf("%w: %w", ErrDisconnected, err)
		}
	}
	if err != nil {
		return fmt.Errorf("zookeeper: %s: %w", what, err)
	}
	return nil
}
