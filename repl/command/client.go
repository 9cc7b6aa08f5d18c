package command

import (
	"errors"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/grpc"
)

// client speaks all protocols there are.
type client struct {
	*maas.Client
	grpc *grpc.Client
}

func newClient(registry maas.Registry, o maas.Options) *client {
	c := &client{grpc: grpc.New(grpc.Options{})}
	o.Protocols = map[string]protocol.Protocol{protocol.NameV2GRPC: c.grpc}
	c.Client = maas.NewClient(registry, o)
	return c
}

// Close ends the connections.
func (c *client) Close() error { return errors.Join(c.Client.Close(), c.grpc.Close()) }
